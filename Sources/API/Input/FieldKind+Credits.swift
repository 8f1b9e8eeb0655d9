import Billing
import HTTPTypes

extension FieldKind where Value == CreditCost {
    /// What a credit costs: an exact decimal as a text, since a JSON number may be rounded on its way.
    static var creditCost: FieldKind {
        FieldKind { json throws(Refusal) in
            guard let cost = json.stringValue.flatMap(CreditCost.init) else {
                throw Refusal(
                    detail: "Must be a decimal in a text, like \"0.004\", with at most nine digits behind the point.")
            }
            return cost
        }
    }
}

extension FieldKind where Value == CreditAmount {
    /// A number of credits: a whole number, or a decimal as a text.
    static func credits(isSigned: Bool = false, orNone: Bool = false) -> FieldKind {
        FieldKind { json throws(Refusal) in
            let text = json.stringValue ?? json.integerValue.map(String.init)
            guard let amount = text.flatMap(CreditAmount.init), isSigned || amount >= .zero,
                orNone || amount != .zero
            else {
                let sign = isSigned ? "" : orNone ? " of zero or more" : " above zero"
                throw Refusal(
                    detail: "Must be a number of credits\(sign): whole, or in a text with at most six digits behind "
                        + "the point.")
            }
            return amount
        }
    }
}

extension FieldKind where Value == [Int64] {
    /// A list of whole numbers.
    static func integers(_ range: ClosedRange<Int64>, count: ClosedRange<Int>) -> FieldKind {
        FieldKind { json throws(Refusal) in
            guard let list = json.arrayValue, count.contains(list.count) else {
                throw Refusal(detail: "Must be a list of \(count.lowerBound) to \(count.upperBound) whole numbers.")
            }
            let values = list.compactMap(\.integerValue).filter(range.contains)
            guard values.count == list.count else {
                throw Refusal(detail: "Must hold whole numbers from \(range.lowerBound) to \(range.upperBound).")
            }
            return values
        }
    }
}
