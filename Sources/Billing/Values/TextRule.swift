/// What a text of people's must be like, wherever it comes in: something to see in it, and nothing that acts on what
/// stands around it. It is read in lists and on bills.
public enum TextRule {
    /// What is wrong with a text, in a sentence; nil when nothing is.
    ///
    /// - Parameters:
    ///   - max: characters as JSON Schema counts them, code points: the contract says exactly what is taken.
    ///   - mayBreak: lines may end in it, and tabs may stand in it.
    public static func fault(in text: String, max: Int, mayBreak: Bool = false) -> String? {
        let scalars = text.unicodeScalars
        guard !text.isEmpty, scalars.count <= max else { return "Must be a text of 1 to \(max) characters." }
        guard scalars.allSatisfy({ !$0.isHostile || mayBreak && ($0 == "\n" || $0 == "\t") }) else {
            let breaks = mayBreak ? "" : "line breaks, "
            return "Must be without \(breaks)control characters and marks that turn the text around."
        }
        guard scalars.contains(where: { !$0.isUnseen && $0 != "\n" && $0 != "\t" }) else { return "Must not be blank." }
        return nil
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
