/// What the form of a pasted Stripe key tells, before Stripe is asked: mistakes are found without a call (A6).
public struct SecretKeyShape: Equatable, Sendable {
    /// Which of Stripe's keys.
    public enum Kind: String, Sendable {
        /// `sk_…`: may do everything.
        case secret
        /// `rk_…`: may do what it was made for.
        case restricted
    }

    /// Why a text is not a key we can use.
    public enum Refusal: Error, CaseIterable, Sendable {
        /// `pk_…`, the key of web pages: it cannot bill anybody.
        case publishable
        /// `whsec_…`: signs webhooks, opens nothing.
        case webhookSecret
        /// Another prefix.
        case unknownPrefix
        /// The prefix is right, the rest is not: cut off, with spaces inside, masked.
        case malformed

        /// The code of the field error (A6).
        public var code: String { self == .malformed ? "invalid_secret_key" : "invalid_secret_key_prefix" }

        /// What to do instead; never quotes what was pasted.
        public var text: String {
            switch self {
            case .publishable:
                "This is a publishable key (pk_…). Paste the secret key (sk_…) or a restricted key (rk_…)."
            case .webhookSecret:
                "This is a webhook signing secret (whsec_…). Paste the secret key (sk_…) or a restricted key (rk_…)."
            case .unknownPrefix:
                "A Stripe secret key starts with sk_test_, sk_live_, rk_test_ or rk_live_."
            case .malformed:
                "The key is incomplete or holds characters no Stripe key has. Copy it again, whole."
            }
        }
    }

    /// Which of Stripe's keys.
    public let kind: Kind
    /// Whether it moves real money.
    public let livemode: Bool
    /// The last four characters: all that is ever shown again.
    public let last4: String

    /// Reads the form. Spaces around it are the caller's to trim.
    public init(_ text: String) throws(Refusal) {
        if text.hasPrefix("pk_") { throw .publishable }
        if text.hasPrefix("whsec_") { throw .webhookSecret }
        let forms: [(prefix: String, kind: Kind, livemode: Bool)] = [
            ("sk_test_", .secret, false), ("sk_live_", .secret, true),
            ("rk_test_", .restricted, false), ("rk_live_", .restricted, true),
        ]
        guard let form = forms.first(where: { text.hasPrefix($0.prefix) }) else { throw .unknownPrefix }
        let rest = text.utf8.dropFirst(form.prefix.utf8.count)
        guard (8...255).contains(rest.count), rest.allSatisfy(Self.isKeyCharacter) else { throw .malformed }
        self.kind = form.kind
        self.livemode = form.livemode
        self.last4 = String(decoding: rest.suffix(4), as: UTF8.self)
    }

    private static func isKeyCharacter(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == UInt8(ascii: "_")
    }
}
