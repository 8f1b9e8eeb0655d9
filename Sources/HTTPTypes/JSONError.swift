/// Why a document was refused. It quotes nothing of the document, which may hold secrets.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: String, Sendable {
        /// Something else was expected there.
        case unexpected = "unexpected character"
        /// It stops too early.
        case truncated = "the document ends too early"
        /// Something follows the value.
        case trailing = "something follows the document"
        /// The same name twice in one object.
        case duplicateName = "the same name twice in one object"
        /// Bytes that are no text.
        case notUTF8 = "text that is not UTF-8"
        /// An escape that means nothing.
        case badEscape = "a broken escape"
        /// A number that JSON does not allow.
        case badNumber = "a malformed number"
        /// More nesting than allowed.
        case tooDeep = "nested too deeply"
        /// More values than allowed.
        case tooMany = "too many values"
    }

    /// What is wrong.
    public let reason: Reason
    /// Where, in bytes from the start.
    public let offset: Int

    /// One sentence for a reader.
    public var description: String { "\(reason.rawValue) at byte \(offset)" }
}
