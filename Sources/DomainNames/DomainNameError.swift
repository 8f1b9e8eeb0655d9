/// Why a text is no domain's name.
public enum DomainNameError: Error, Equatable, Sendable {
    /// It is not made of labels and dots, or a label is not allowed.
    case notAName
    /// It stands for many names.
    case wildcard
    /// It is an IP address.
    case address
    /// It has no dot: nobody on the internet can ask for it.
    case singleLabel
    /// It is longer than a name may be.
    case tooLong

    /// One sentence for who wrote it.
    public var detail: String {
        switch self {
        case .notAName: "Must be a domain's name like portal.example.com, without https:// and without a path."
        case .wildcard: "A wildcard cannot be proven: add each name by itself."
        case .address: "An IP address is no domain."
        case .singleLabel: "Must have a dot, like portal.example.com."
        case .tooLong: "Is longer than a domain's name may be."
        }
    }
}
