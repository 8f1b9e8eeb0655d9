/// Why a question was not answered by a record.
public enum DNSError: Error, Equatable, Sendable {
    /// There is no such name (NXDOMAIN).
    case noSuchName
    /// The name is there, and has no record of the type asked for.
    case noRecord
    /// Nobody answered in time.
    case timedOut
    /// The servers gave no usable answer: c-ares's own sentence.
    case failed(String)
}
