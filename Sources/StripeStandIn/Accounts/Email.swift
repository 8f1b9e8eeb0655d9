/// What Stripe takes for an e-mail address.
enum Email {
    /// Refuses what cannot be one.
    static func check(_ email: String?, param: String = "email") throws(Refusal) {
        guard let email, !email.isEmpty else { return }
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[1].contains("."), !parts[1].hasPrefix("."),
            !parts[1].hasSuffix("."), !email.contains(" ")
        else { throw .invalid("Invalid email address: \(email)", param: param, code: "email_invalid") }
    }
}
