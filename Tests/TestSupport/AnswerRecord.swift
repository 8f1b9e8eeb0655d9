import Foundation
package import HTTPTypes
import Synchronization

/// What the API answered in tests, one line of JSON each, for `tools/check-answers`: tests bring about states that no
/// drawn request reaches, and the contract must say of each answer what is in it.
package enum AnswerRecord {
    /// The file named by `TOLLGATE_ANSWERS`; nothing is kept without one.
    private static let file = Mutex(
        ProcessInfo.processInfo.environment["TOLLGATE_ANSWERS"].flatMap { path -> FileHandle? in
            if !FileManager.default.fileExists(atPath: path) {
                _ = FileManager.default.createFile(atPath: path, contents: nil)
            }
            let file = FileHandle(forWritingAtPath: path)
            _ = try? file?.seekToEnd()
            return file
        })

    /// Keeps one answer with JSON in it.
    package static func keep(
        _ method: HTTPMethod, _ path: String, _ status: Int, _ headers: HTTPHeaders, _ body: [UInt8]
    ) {
        guard headers["Content-Type"]?.hasSuffix("json") == true else { return }
        file.withLock { file in
            guard let file, let json = try? JSON.parse(body, limits: JSONLimits(depthMax: 64, nodesMax: 1_000_000))
            else { return }
            let line: JSON = [
                "method": .string(method.rawValue.lowercased()), "path": .string(String(path.prefix { $0 != "?" })),
                "status": .integer(Int64(status)), "body": json,
            ]
            try? file.write(contentsOf: Data(line.serialize() + [0x0A]))
        }
    }
}
