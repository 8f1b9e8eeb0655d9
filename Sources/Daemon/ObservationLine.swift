/// Writes one observation as one line of JSON.
enum ObservationLine {
    static func encode(_ observation: some Observation, program: String, at moment: Timestamp) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(256)
        line += "{\"time\":\"".utf8
        line += moment.rfc3339.utf8
        line += "\",\"level\":\"".utf8
        line += observation.level.rawValue.utf8
        line += "\",\"program\":".utf8
        quote(program, into: &line)
        line += ",\"event\":".utf8
        quote(observation.event, into: &line)
        for field in observation.fields {
            line.append(UInt8(ascii: ","))
            quote(field.name, into: &line)
            line.append(UInt8(ascii: ":"))
            switch field.value {
            case .text(let text): quote(Redactor.redact(text), into: &line)
            case .int(let number): line += String(number).utf8
            case .bool(let truth): line += (truth ? "true" : "false").utf8
            case .number(let text): line += text.utf8
            }
        }
        line += "}\n".utf8
        return line
    }

    /// Longer texts are cut: a log line is not a place for bodies.
    static let textBytesMax = 4_096

    private static func quote(_ text: String, into line: inout [UInt8]) {
        line.append(UInt8(ascii: "\""))
        var count = 0
        for scalar in text.unicodeScalars {
            count += 1
            if count > textBytesMax {
                line += "…".utf8
                break
            }
            switch scalar {
            case "\"": line += "\\\"".utf8
            case "\\": line += "\\\\".utf8
            case "\n": line += "\\n".utf8
            case "\r": line += "\\r".utf8
            case "\t": line += "\\t".utf8
            // Control characters, and the two separators some readers take for a line end.
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
                line += "\\u".utf8
                line += Hex.encode([UInt8(scalar.value >> 8), UInt8(scalar.value & 255)]).utf8
            default:
                line += UTF8.encode(scalar)!
            }
        }
        line.append(UInt8(ascii: "\""))
    }
}
