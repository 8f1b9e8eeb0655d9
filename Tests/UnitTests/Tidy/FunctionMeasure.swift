/// How long each function of a file is, from its first word to its closing brace.
enum FunctionMeasure {
    static func functions(in file: SourceFile) -> [(offset: Int, lines: Int)] {
        let code = file.masks.code
        return ["func", "init", "deinit", "subscript"].flatMap { word in
            SourceFile.offsets(of: word, in: code).compactMap { offset in
                guard let body = bodyStart(code, after: offset, hasParameters: word != "deinit"),
                    let end = matching(code, from: body, UInt8(ascii: "{"), UInt8(ascii: "}"))
                else { return nil }
                return (offset, 1 + code[offset...end].count { $0 == 10 })
            }
        }
    }

    /// Where the body begins; nil for what has none, such as a requirement of a protocol or a call of an initializer.
    private static func bodyStart(_ code: [UInt8], after offset: Int, hasParameters: Bool) -> Int? {
        var position = offset
        if hasParameters {
            guard let open = code[offset...].firstIndex(of: UInt8(ascii: "(")),
                !code[offset..<open].contains(10),
                let close = matching(code, from: open, UInt8(ascii: "("), UInt8(ascii: ")"))
            else { return nil }
            position = close + 1
        }
        // A clause may stand on lines of its own; a line that begins otherwise ends the declaration.
        while position < code.count {
            let line = code[position...].prefix { $0 != 10 }
            if let brace = line.firstIndex(of: UInt8(ascii: "{")) { return brace }
            position = line.endIndex + 1
            guard position < code.count else { return nil }
            let next = code[position...].prefix { $0 != 10 }.drop { $0 == 32 }
            let continues = ["where ", "{", "->", "async", "throws", "&&", "||"].contains { next.starts(with: $0.utf8) }
            if !continues { return nil }
        }
        return nil
    }

    private static func matching(_ code: [UInt8], from start: Int, _ open: UInt8, _ close: UInt8) -> Int? {
        var depth = 0
        for position in start..<code.count {
            if code[position] == open { depth += 1 }
            if code[position] == close {
                depth -= 1
                if depth == 0 { return position }
            }
        }
        return nil
    }
}
