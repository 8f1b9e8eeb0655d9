internal import FoundationEssentials

extension Encodable {
    /// As JSON text, its names in order, so that the same value is the same text.
    func jsonText() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
