internal import HTTPTypes

extension JSON {
    /// A text, or null.
    static func optional(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }
    /// A number, or null.
    static func optional(_ number: Int64?) -> JSON { number.map(JSON.integer) ?? .null }
}
