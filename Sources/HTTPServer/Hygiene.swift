internal import HTTPTypes

/// The checks libmicrohttpd 0.9.75 leaves out, each of which lets two programs disagree about where a request ends or
/// what it asks for (measured: `Content-Length` with `Transfer-Encoding`, two lengths, a space before the colon and a
/// missing `Host` were all answered 200). Pure: raw header lines and target in, a checked target or a rejection out.
enum Hygiene {
    /// The request target, taken apart.
    struct Target {
        let rawPath: String
        let path: String
        let query: HTTPQuery
    }

    static let targetBytesMax = 8 * 1024
    static let headerCountMax = 100

    /// Everything at once; the first fault found is the one told.
    static func check(
        target: String, version: String, headers: [(String, String)], headerBytesMax: Int
    ) throws(Rejection) -> Target {
        guard version == "HTTP/1.1" || version == "HTTP/1.0" else {
            throw Rejection(
                status: HTTPStatus(rawValue: 505), code: "http_version_unknown", reason: "version",
                detail: "Only HTTP/1.x is spoken here.")
        }
        try check(headers: headers, bytesMax: headerBytesMax)
        return try check(target: target)
    }

    /// Framing and host: exactly one `Host`, at most one of `Content-Length` and `Transfer-Encoding` together.
    static func check(headers: [(String, String)], bytesMax: Int) throws(Rejection) {
        var bytes = 0
        var lengths = 0
        var encodings = 0
        var hosts = 0
        for (name, value) in headers {
            bytes += name.utf8.count + value.utf8.count + 4
            guard isToken(name) else {
                throw .malformed("header_name", "A header's name has a character that names cannot have.")
            }
            guard isFieldValue(value) else {
                throw .malformed("header_value", "A header's value has a control character.")
            }
            switch name.utf8.count {
            case 4 where equals(name, "host"):
                hosts += 1
                guard isHost(value) else { throw .malformed("host", "The Host header is not a host.") }
            case 14 where equals(name, "content-length"):
                lengths += 1
                guard contentLength(value) != nil else {
                    throw .malformed("content_length", "The Content-Length header is not a length.")
                }
            case 17 where equals(name, "transfer-encoding"):
                encodings += 1
                guard equals(value, "chunked") else {
                    throw .malformed("transfer_encoding", "The only transfer encoding understood is chunked.")
                }
            default: break
            }
        }
        guard bytes <= bytesMax, headers.count <= headerCountMax else { throw .headersTooLarge }
        guard hosts == 1 else { throw .malformed("host", "A request has exactly one Host header.") }
        guard lengths + encodings <= 1 else {
            throw .malformed("framing", "A request states the length of its body once.")
        }
    }

    /// Origin form only, decodable, without what a path on the way could be taken apart by.
    static func check(target: String) throws(Rejection) -> Target {
        guard target.utf8.count <= targetBytesMax else {
            throw Rejection(
                status: HTTPStatus(rawValue: 414), code: "target_too_long", reason: "target_too_long",
                detail: "The request's target is too long.")
        }
        guard target.utf8.first == slash, !target.utf8.dropFirst().starts(with: [slash]) else {
            throw .malformed("target", "The request's target is not a path.")
        }
        var hasEscape = false
        for byte in target.utf8 {
            guard byte > 0x20, byte < 0x7F, byte != 0x23, byte != 0x5C else {
                throw .malformed("target", "The request's target has a character that targets cannot have.")
            }
            hasEscape = hasEscape || byte == 0x25
        }
        let parts = target.utf8.split(separator: 0x3F, maxSplits: 1, omittingEmptySubsequences: false)
        guard let rawPath = String(parts[0]) else { throw .malformed("target", "The request's target is not text.") }
        let path = try hasEscape ? decode(rawPath) : rawPath
        guard !hasDotSegment(path) else { throw .malformed("target", "The request's target has dot segments.") }
        guard parts.count == 2 else { return Target(rawPath: rawPath, path: path, query: .empty) }
        guard let rawQuery = String(parts[1]), let query = HTTPQuery(rawQuery) else {
            throw .malformed("query", "The query is not well formed.")
        }
        return Target(rawPath: rawPath, path: path, query: query)
    }

    /// A length in bytes, or nil when the text is not digits or too many of them.
    static func contentLength(_ text: String) -> Int? {
        let isDigits = text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
        guard isDigits, !text.isEmpty, text.utf8.count <= 18 else { return nil }
        return Int(text)
    }

    private static let slash: UInt8 = 0x2F

    private static func decode(_ rawPath: String) throws(Rejection) -> String {
        guard let path = PercentEncoding.decode(rawPath) else {
            throw .malformed("target", "The request's target has a bad escape.")
        }
        guard path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw .malformed("target", "The request's target hides a control character.")
        }
        return path
    }

    private static func hasDotSegment(_ path: String) -> Bool {
        guard path.utf8.contains(0x2E) else { return false }
        return path.utf8.split(separator: slash).contains { segment in
            segment.elementsEqual([0x2E]) || segment.elementsEqual([0x2E, 0x2E])
        }
    }

    private static func isToken(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true
                default: false
                }
            }
    }

    private static func isFieldValue(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }

    private static func isHost(_ value: String) -> Bool {
        !value.isEmpty
            && value.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x3A, 0x41...0x5B, 0x5D, 0x5F, 0x61...0x7A, 0x2D, 0x2E, 0x25, 0x7E: true
                default: false
                }
            }
    }

    /// ASCII comparison without regard to case; `lowercased` is written in lower case.
    private static func equals(_ text: String, _ lowercased: StaticString) -> Bool {
        guard text.utf8.count == lowercased.utf8CodeUnitCount else { return false }
        return unsafe text.utf8.elementsEqual(
            UnsafeBufferPointer(start: lowercased.utf8Start, count: lowercased.utf8CodeUnitCount)
        ) { $0 | (($0 >= 0x41 && $0 <= 0x5A) ? 0x20 : 0) == $1 }
    }
}
