import Foundation

/// The openssl program as an HTTPS server with a certificate of its own for `localhost`.
final class TLSServer: Sendable {
    static let program = "/usr/bin/openssl"
    static var isAvailable: Bool { FileManager.default.isExecutableFile(atPath: program) }

    let port: UInt16
    let certificateFile: String
    private let folder: URL
    private let pid: Int32

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        certificateFile = folder.appendingPathComponent("certificate.pem").path
        let keyFile = folder.appendingPathComponent("key.pem").path
        let make = Process()
        make.executableURL = URL(fileURLWithPath: Self.program)
        make.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj",
            "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", keyFile, "-out", certificateFile,
        ]
        make.standardError = FileHandle.nullDevice
        try make.run()
        make.waitUntilExit()
        let serve = Process()
        // It ends by itself even when the test process dies before it can stop it.
        serve.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        serve.arguments = [
            "120", Self.program, "s_server", "-accept", "127.0.0.1:0", "-cert", certificateFile, "-key", keyFile,
            "-www",
        ]
        let output = Pipe()
        serve.standardOutput = output
        serve.standardError = FileHandle.nullDevice
        serve.standardInput = FileHandle.nullDevice
        try serve.run()
        pid = serve.processIdentifier
        var said = ""
        var port: UInt16?
        while port == nil {
            let bytes = output.fileHandleForReading.availableData
            guard !bytes.isEmpty else { throw POSIXError(.ECHILD) }
            said += String(decoding: bytes, as: UTF8.self)
            let lines = said.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            port = lines.first { $0.hasPrefix("ACCEPT ") }.flatMap { $0.split(separator: ":").last }.flatMap {
                UInt16($0)
            }
        }
        self.port = port ?? 0
    }

    func stop() {
        kill(pid, SIGTERM)
        try? FileManager.default.removeItem(at: folder)
    }
}
