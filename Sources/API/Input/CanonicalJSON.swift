import Crypto
import HTTPTypes

/// What makes two requests the same request: method, path, and the body's meaning, not its spaces or the order of its
/// names.
enum Fingerprint {
    /// SHA-256 over all three.
    static func of(method: HTTPMethod, path: String, body: [UInt8]) -> [UInt8] {
        let canonical = (try? JSON.parse(body)).map { sorted($0).serialize() } ?? body
        return SHA256.digest(Array("\(method.rawValue)\n\(path)\n".utf8) + canonical)
    }

    private static func sorted(_ json: JSON) -> JSON {
        switch json {
        case .array(let elements): return .array(elements.map(sorted))
        case .object(let object):
            var result = JSONObject()
            for entry in object.sorted(by: { $0.key < $1.key }) { result[entry.key] = sorted(entry.value) }
            return .object(result)
        default: return json
        }
    }
}
