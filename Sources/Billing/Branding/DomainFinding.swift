/// What name servers say about the record that proves a domain.
public enum DomainFinding: Equatable, Sendable {
    /// A record holds the value.
    case proven
    /// There is no such name.
    case noSuchName
    /// The name has no TXT record.
    case noRecord
    /// Its TXT records hold something else.
    case otherValue([String])
    /// Nobody answered in time.
    case timedOut
    /// Nobody gave a usable answer.
    case unanswered(String)

    /// What a name's texts say of a value; spaces around it are forgiven.
    public init(_ texts: [String], expecting value: String) {
        let isThere = texts.contains { $0.trimmed == value }
        self = isThere ? .proven : texts.isEmpty ? .noRecord : .otherValue(texts)
    }

    /// Whether it says that the value is not there; silence says nothing.
    public var isRefutation: Bool {
        switch self {
        case .noSuchName, .noRecord, .otherValue: true
        case .proven, .timedOut, .unanswered: false
        }
    }

    /// A word for it.
    public var reason: String? {
        switch self {
        case .proven: nil
        case .noSuchName: "no_such_name"
        case .noRecord: "no_record"
        case .otherValue: "other_value"
        case .timedOut: "timed_out"
        case .unanswered: "unanswered"
        }
    }

    /// A sentence for who set the record.
    public func problem(at name: String) -> String? {
        switch self {
        case .proven: nil
        case .noSuchName: "There is no name \(name) (NXDOMAIN). New records take a while to be seen everywhere."
        case .noRecord: "\(name) has no TXT record."
        case .otherValue(let texts): "The TXT record of \(name) holds \(Self.shown(texts)) instead."
        case .timedOut: "The name servers of \(name) did not answer in time. Ask again."
        case .unanswered(let why): "The name servers gave no usable answer about \(name): \(why). Ask again."
        }
    }

    /// The first few, cut short, with nothing in them but printable ASCII: strangers wrote them.
    private static func shown(_ texts: [String]) -> String {
        let shown = texts.prefix(3).map { text in
            let plain = String(text.unicodeScalars.prefix(80).map { 0x20...0x7E ~= $0.value ? Character($0) : "?" })
            return "“\(plain)\(text.unicodeScalars.count > 80 ? "…" : "")”"
        }
        return shown.joined(separator: ", ") + (texts.count > 3 ? ", …" : "")
    }
}

extension String {
    /// Without spaces around it.
    fileprivate var trimmed: Substring {
        let rest = drop { $0 == " " }
        return rest.dropLast(rest.reversed().prefix { $0 == " " }.count)
    }
}
