internal import Crypto
internal import Daemon

/// Whether the keys are there, can be read as keys, and belong together.
struct KeyExamination: Sendable {
    /// What was found.
    let findings: [Finding]

    /// Looks at the settings, or at what `tollgate up` made when a setting is absent.
    init(_ settings: Settings) {
        let folder = DevelopmentFolder(settings)
        let pepper = settings.optionalSecret(
            "TOLLGATE_API_KEY_PEPPER", help: "checked when given: the API keys' pepper")
        var findings: [Finding] = []
        if let pepper = pepper ?? folder.secret(.apiKeyPepper) {
            findings.append(
                (pepper.reveal(Hex.decode)?.count ?? 0) >= 32
                    ? .good("keys", "the API keys' pepper has \(pepper.byteCount / 2) bytes")
                    : .bad("keys", "TOLLGATE_API_KEY_PEPPER must be at least 64 hexadecimal digits"))
        } else {
            findings.append(.notable("keys", "TOLLGATE_API_KEY_PEPPER is not given here: not checked"))
        }
        let pairs: [(String, SecretName, SecretName)] = [
            ("STRIPE_API", .stripeAPISealing, .stripeAPIOpening),
            ("STRIPE_WEBHOOK", .stripeWebhookSealing, .stripeWebhookOpening),
            ("PORTAL_WEBHOOK", .portalWebhookSealing, .portalWebhookOpening),
        ]
        for (name, sealing, opening) in pairs {
            let publicHalf = settings.optionalSecret(
                "TOLLGATE_\(name)_SEALING_KEY", help: "checked when given: a public key")
            let privateHalves = settings.optionalSecret(
                "TOLLGATE_\(name)_OPENING_KEYS", help: "checked when given: private keys, one per line")
            findings.append(
                Self.pair(
                    "TOLLGATE_\(name)", publicHalf ?? folder.secret(sealing), privateHalves ?? folder.secret(opening)))
        }
        self.findings = findings
    }

    private static func pair(_ name: String, _ sealing: Secret?, _ opening: Secret?) -> Finding {
        var text: [String] = []
        do {
            let key = try sealing.map { try $0.reveal { try SealingKey(parsing: $0) } }
            let ring = try opening.map { try KeyRing(parsing: $0) }
            if let key { text.append("\(name)_SEALING_KEY is key \(key.id)") }
            if let ring {
                text.append("\(name)_OPENING_KEYS holds " + ring.ids.sorted().map(String.init).joined(separator: ", "))
            }
            if let key, let ring, !ring.ids.contains(key.id) {
                return .bad("keys", text.joined(separator: "; ") + ": what is sealed now could not be opened")
            }
        } catch {
            return .bad("keys", "\(name): \(error)")
        }
        return text.isEmpty
            ? .notable("keys", "\(name)_… is not given here: not checked") : .good("keys", text.joined(separator: "; "))
    }
}
