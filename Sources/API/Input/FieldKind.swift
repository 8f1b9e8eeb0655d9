import Billing
import HTTPTypes

/// How a field's JSON becomes a checked value, or a sentence about why it does not.
struct FieldKind<Value: Sendable>: Sendable {
    /// Why a value is refused.
    struct Refusal: Error {
        /// Which word a program tests for.
        var code: ProblemCode = .invalidField
        /// What to do, for people; never quotes the value.
        var detail: String
    }

    /// Reads a value that is there and not null.
    var read: @Sendable (JSON) throws(Refusal) -> Value
}

extension FieldKind where Value == String {
    /// An absolute http or https address.
    static var url: FieldKind {
        FieldKind { json throws(Refusal) in
            guard let text = json.stringValue, text.utf8.count <= 2048, WebAddress(text) != nil else {
                throw Refusal(detail: "Must be an absolute http:// or https:// address.")
            }
            return text
        }
    }

    /// Up to 50 notes of the caller's own (40 characters a name, 500 a value), as JSON text.
    static var metadata: FieldKind {
        FieldKind { json throws(Refusal) in
            guard let object = json.objectValue, object.count <= 50 else {
                throw Refusal(detail: "Must be an object with at most 50 entries.")
            }
            for entry in object {
                guard let value = entry.value.stringValue, !entry.key.isEmpty,
                    entry.key.unicodeScalars.count <= 40, value.unicodeScalars.count <= 500,
                    !entry.key.utf8.contains(0), !value.utf8.contains(0)
                else { throw Refusal(detail: "Names have 1 to 40 characters, values are texts of at most 500.") }
            }
            return json.text
        }
    }
}

extension FieldKind where Value == Bool {
    /// true or false.
    static var bool: FieldKind {
        FieldKind { json throws(Refusal) in
            guard let value = json.boolValue else { throw Refusal(detail: "Must be true or false.") }
            return value
        }
    }
}

extension FieldKind where Value == Int64 {
    /// A whole number.
    static func integer(_ range: ClosedRange<Int64>) -> FieldKind {
        FieldKind { json throws(Refusal) in
            guard let value = json.integerValue, range.contains(value) else {
                throw Refusal(detail: "Must be a whole number from \(range.lowerBound) to \(range.upperBound).")
            }
            return value
        }
    }
}

extension FieldKind where Value == EmailAddress {
    /// An address a mail can be sent to.
    static var email: FieldKind {
        FieldKind { json throws(Refusal) in
            guard let address = json.stringValue.flatMap(EmailAddress.init) else {
                throw Refusal(code: .invalidEmail, detail: "Must be an e-mail address like name@example.com.")
            }
            return address
        }
    }
}

extension FieldKind where Value == CountryCode {
    /// A country Stripe opens accounts in.
    static var country: FieldKind {
        FieldKind { json throws(Refusal) in
            guard let country = json.stringValue.flatMap(CountryCode.init) else {
                throw Refusal(
                    code: .invalidCountry, detail: "Must be the two-letter code of a country Stripe serves, like US.")
            }
            return country
        }
    }
}

extension FieldKind where Value == AddressCountry {
    /// Any country.
    static var addressCountry: FieldKind {
        FieldKind { json throws(Refusal) in
            guard let country = json.stringValue.flatMap(AddressCountry.init) else {
                throw Refusal(code: .invalidCountry, detail: "Must be the two-letter code of a country, like US.")
            }
            return country
        }
    }
}

extension FieldKind where Value == Currency {
    /// A currency Stripe charges in.
    static var currency: FieldKind {
        FieldKind { json throws(Refusal) in
            guard let currency = json.stringValue.flatMap(Currency.init) else {
                throw Refusal(code: .invalidCurrency, detail: "Must be the three-letter code of a currency, like usd.")
            }
            return currency
        }
    }
}

extension FieldKind where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of an enum's words.
    static var word: FieldKind {
        FieldKind { json throws(Refusal) in
            guard let word = json.stringValue.flatMap(Value.init(rawValue:)) else {
                throw Refusal(detail: "Must be one of \(Value.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            return word
        }
    }
}

extension FieldKind {
    /// An id of one kind of row. Whether there is such a row is another question.
    static func id<Entity: Identified>(of noun: Entity.Type) -> FieldKind where Value == Identifier<Entity> {
        FieldKind { json throws(Refusal) in
            guard let id = json.stringValue.flatMap(Identifier<Entity>.init) else {
                throw Refusal(detail: "Must be an id of the form \(Entity.identifierPrefix)_….")
            }
            return id
        }
    }
}
