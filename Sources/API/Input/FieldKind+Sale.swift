import Billing
import Daemon
import HTTPTypes

extension FieldKind {
    /// A list of ids of one kind, each once.
    static func ids<Entity: Identified>(
        of noun: Entity.Type, count: ClosedRange<Int>
    ) -> FieldKind where Value == [Identifier<Entity>] {
        FieldKind { json throws(Refusal) in
            let detail =
                "Must be a list of \(count.lowerBound) to \(count.upperBound) different ids of the form "
                + "\(Entity.identifierPrefix)_…."
            guard let texts = json.arrayValue?.map(\.stringValue), count.contains(texts.count) else {
                throw Refusal(detail: detail)
            }
            let ids = texts.compactMap { $0.flatMap(Identifier<Entity>.init) }
            guard ids.count == texts.count, Set(ids).count == ids.count else { throw Refusal(detail: detail) }
            return ids
        }
    }
}

extension FieldKind where Value == Timestamp {
    /// A moment in seconds since 1970, as Stripe's users write it; not before 2000 nor after 2100.
    static var moment: FieldKind {
        FieldKind { json throws(Refusal) in
            guard let seconds = json.integerValue, (946_684_800...4_102_444_800).contains(seconds) else {
                throw Refusal(detail: "Must be a time in whole seconds since 1970.")
            }
            return Timestamp(seconds: seconds)
        }
    }
}

extension FieldKind where Value == String {
    /// More than 0 and at most 100, with at most two places: a number, or the same as a text.
    static var percent: FieldKind {
        FieldKind { json throws(Refusal) in
            let text: String? =
                switch json {
                case .integer(let whole): String(whole)
                case .decimal(let digits): digits
                default: json.stringValue
                }
            let parts = (text ?? "").split(separator: ".", omittingEmptySubsequences: false)
            let isNumber =
                (1...2).contains(parts.count)
                && parts.allSatisfy { part in
                    !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
                }
            // More digits than a hundred has are refused before they are multiplied: the product could trap.
            let whole = parts.first.flatMap { Int($0) }.flatMap { (0...100).contains($0) ? $0 : nil } ?? 101
            let fraction = parts.count == 2 ? String(parts[1]) : ""
            let hundredths = whole * 100 + (Int((fraction + "00").prefix(2)) ?? 0)
            guard isNumber, fraction.count <= 2, (1...10_000).contains(hundredths) else {
                throw Refusal(detail: "Must be more than 0 and at most 100, with at most two decimal places.")
            }
            return fraction.allSatisfy { $0 == "0" } ? String(whole) : "\(whole).\(fraction)"
        }
    }
}
