/// One pass over the bytes; depth and number of values are bounded before anything is stored.
struct JSONParser {
    private let bytes: [UInt8]
    private let limits: JSONLimits
    private var position = 0
    private var nodes = 0

    init(_ bytes: [UInt8], _ limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    mutating func document() throws(JSONError) -> JSON {
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw error(.trailing) }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSON {
        skipSpace()
        nodes += 1
        guard nodes <= limits.nodesMax else { throw error(.tooMany) }
        guard position < bytes.count else { throw error(.truncated) }
        switch bytes[position] {
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw error(.unexpected)
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
        guard depth <= limits.depthMax else { throw error(.tooDeep) }
        position += 1
        var object = JSONObject()
        skipSpace()
        if take(UInt8(ascii: "}")) { return object }
        while true {
            skipSpace()
            let start = position
            guard position < bytes.count else { throw error(.truncated) }
            guard bytes[position] == UInt8(ascii: "\"") else { throw error(.unexpected) }
            let name = try string()
            guard object[name] == nil else { throw JSONError(reason: .duplicateName, offset: start) }
            skipSpace()
            try expect(UInt8(ascii: ":"))
            object[name] = try value(depth: depth)
            skipSpace()
            if take(UInt8(ascii: "}")) { return object }
            try expect(UInt8(ascii: ","))
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSON] {
        guard depth <= limits.depthMax else { throw error(.tooDeep) }
        position += 1
        var array: [JSON] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return array }
        while true {
            array.append(try value(depth: depth))
            skipSpace()
            if take(UInt8(ascii: "]")) { return array }
            try expect(UInt8(ascii: ","))
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        let word = text.description.utf8
        guard bytes.count - position >= word.count else { throw error(.truncated) }
        guard bytes[position..<position + word.count].elementsEqual(word) else { throw error(.unexpected) }
        position += word.count
        return value
    }

    private mutating func number() throws(JSONError) -> JSON {
        let start = position
        let isNegative = take(UInt8(ascii: "-"))
        let first = position
        skipDigits()
        guard position > first, bytes[first] != UInt8(ascii: "0") || position == first + 1 else {
            throw JSONError(reason: .badNumber, offset: start)
        }
        var isWhole = true
        if take(UInt8(ascii: ".")) {
            isWhole = false
            try digits(from: start)
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits(from: start)
        }
        guard position - start <= 64 else { throw JSONError(reason: .badNumber, offset: start) }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        // -0 is a number of its own only for floating point; keep its digits.
        if isWhole, let integer = Int64(text), !(isNegative && integer == 0) { return .integer(integer) }
        return .decimal(text)
    }

    private mutating func digits(from start: Int) throws(JSONError) {
        let first = position
        skipDigits()
        guard position > first else { throw JSONError(reason: .badNumber, offset: start) }
    }

    private mutating func skipDigits() {
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            position += 1
        }
    }

    /// The common case has no escapes: find the closing quote, check the bytes, copy once.
    private mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                guard let text = String(validating: bytes[start..<position], as: UTF8.self) else {
                    throw JSONError(reason: .notUTF8, offset: start)
                }
                position += 1
                return text
            }
            if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
            guard byte >= 0x20 else { throw error(.unexpected) }
            position += 1
        }
        throw error(.truncated)
    }

    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var text = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: text, as: UTF8.self) else {
                    throw JSONError(reason: .notUTF8, offset: start)
                }
                return text
            case UInt8(ascii: "\\"): text.append(contentsOf: String(try escape()).utf8)
            case ..<0x20: throw JSONError(reason: .unexpected, offset: position - 1)
            default: text.append(byte)
            }
        }
        throw error(.truncated)
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        guard position < bytes.count else { throw error(.truncated) }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw JSONError(reason: .badEscape, offset: position - 2)
        }
    }

    /// `\u` with four digits, or two of them for what lies beyond the first 65,536 characters; a lone half is refused.
    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let start = position - 2
        let first = try hexUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800..<0xDC00).contains(first), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw JSONError(reason: .badEscape, offset: start)
        }
        let second = try hexUnit()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(first - 0xD800) << 10) + UInt32(second - 0xDC00))
        else { throw JSONError(reason: .badEscape, offset: start) }
        return scalar
    }

    private mutating func hexUnit() throws(JSONError) -> UInt16 {
        guard bytes.count - position >= 4 else { throw error(.truncated) }
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else { throw error(.badEscape) }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard position < bytes.count else { throw error(.truncated) }
        guard take(byte) else { throw error(.unexpected) }
    }

    private func error(_ reason: JSONError.Reason) -> JSONError { JSONError(reason: reason, offset: position) }
}
