import Billing
import HTTPTypes

extension FieldKind where Value == String {
    /// One line of 1 to `max` characters with something to see in it: names, and the portal's own words and ids. People
    /// read them in lists and on bills, so nothing in them breaks a line, stays unseen or turns the direction of
    /// reading.
    static func line(max: Int) -> FieldKind { words(max: max, mayBreak: false) }

    /// The same for what may be longer: lines may end in it, and tabs may stand in it.
    static func text(max: Int) -> FieldKind { words(max: max, mayBreak: true) }

    private static func words(max: Int, mayBreak: Bool) -> FieldKind {
        FieldKind { json throws(Refusal) in
            guard let text = json.stringValue else { throw Refusal(detail: "Must be a text.") }
            if let fault = TextRule.fault(in: text, max: max, mayBreak: mayBreak) { throw Refusal(detail: fault) }
            return text
        }
    }
}
