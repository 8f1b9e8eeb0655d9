import Foundation

/// Stripe keys as an agency would paste them.
package enum Keys {
    /// A key. As at Stripe, the account's letters are in it, so that two keys of one account can be made.
    package static func secret(
        account: String = letters(15), restricted: Bool = false, livemode: Bool = false
    ) -> String {
        "\(restricted ? "rk" : "sk")_\(livemode ? "live" : "test")_51\(account)\(letters(24))"
    }

    /// Random letters and digits.
    package static func letters(_ count: Int) -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        return String((0..<count).compactMap { _ in alphabet.randomElement() })
    }
}
