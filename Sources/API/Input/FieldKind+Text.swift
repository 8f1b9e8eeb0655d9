import HTTPTypes

extension FieldKind where Value == String {
    /// One line of 1 to `max` characters with something to see in it: names, and the portal's own words and ids. People
    /// read them in lists and on bills, so nothing in them breaks a line, stays unseen or turns the direction of
    /// reading.
    static func line(max: Int) -> FieldKind { words(max: max, mayBreak: false) }

    /// The same for what may be longer: lines may end in it, and tabs may stand in it.
    static func text(max: Int) -> FieldKind { words(max: max, mayBreak: true) }

    /// Characters are counted as JSON Schema counts them: code points, so that the contract says exactly what is taken.
    private static func words(max: Int, mayBreak: Bool) -> FieldKind {
        FieldKind { json throws(Refusal) in
            guard let text = json.stringValue else { throw Refusal(detail: "Must be a text.") }
            let scalars = text.unicodeScalars
            guard !text.isEmpty, scalars.count <= max else {
                throw Refusal(detail: "Must be a text of 1 to \(max) characters.")
            }
            guard scalars.allSatisfy({ !$0.isHostile || mayBreak && ($0 == "\n" || $0 == "\t") }) else {
                let breaks = mayBreak ? "" : "line breaks, "
                throw Refusal(
                    detail: "Must be without \(breaks)control characters and marks that turn the text around.")
            }
            guard scalars.contains(where: { !$0.isUnseen && $0 != "\n" && $0 != "\t" }) else {
                throw Refusal(detail: "Must not be blank.")
            }
            return text
        }
    }
}

extension Unicode.Scalar {
    /// Whether it acts on what stands around it instead of being read: controls (C0, DEL, C1), line and paragraph
    /// separators, and the embeddings, overrides and isolates of Unicode's bidirectional algorithm (UAX 9, 2).
    fileprivate var isHostile: Bool {
        switch value {
        case 0...0x1F, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// Whether nobody sees it: spaces, joiners, fillers. They may stand in a text, and are none by themselves.
    fileprivate var isUnseen: Bool {
        switch value {
        case 0x20, 0xA0, 0xAD, 0x115F, 0x1160, 0x1680, 0x180E, 0x2000...0x200F, 0x202F, 0x205F, 0x2060, 0x2800, 0x3000,
            0x3164, 0xFEFF, 0xFFA0:
            true
        default: false
        }
    }
}
