public import Daemon

/// Stripe's webhook signature: `t=<unix seconds>,v1=<hex>[,v1=<hex>…]` over `<t>.<raw body>`.
///
/// Source: https://docs.stripe.com/webhooks#verify-manually. Unlike most libraries we refuse timestamps from the future
/// too: a leaked signature must not be good later.
public enum WebhookSignature {
    /// Why a request is not believed. Answers to the sender are all alike; this is for operators.
    public enum Refusal: Error, Hashable, Sendable {
        /// No header, or not of this form.
        case malformed
        /// Signed with none of our secrets, or changed on the way.
        case wrong
        /// Signed more than the tolerance ago.
        case tooOld
        /// Signed more than the tolerance ahead of our clock.
        case tooNew
    }

    /// Checks raw body bytes against every secret and every signature, without leaving early.
    ///
    /// - Parameter secrets: whole secrets, `whsec_` included; several while one is being rolled.
    public static func verify(
        header: String, body: [UInt8], secrets: [Secret], now: Timestamp, tolerance: Duration = .seconds(300)
    ) throws(Refusal) {
        guard let parsed = parse(header) else { throw .malformed }
        let message = Array("\(parsed.timestamp).".utf8) + body
        var matches = 0
        // An empty secret is one that was never set: anybody could sign with it.
        for secret in secrets where secret.byteCount > 0 {
            let expected = Hex.encode(HMACSHA256.authenticate(message, key: secret))
            for signature in parsed.signatures {
                matches += constantTimeEqual(Array(expected.utf8), signature) ? 1 : 0
            }
        }
        guard matches > 0 else { throw .wrong }
        let limit = tolerance.components.seconds
        if now.seconds - parsed.seconds > limit { throw .tooOld }
        if parsed.seconds - now.seconds > limit { throw .tooNew }
    }

    /// The header for a body, as Stripe makes it; one signature per secret.
    public static func sign(body: [UInt8], secrets: [Secret], at time: Timestamp) -> String {
        let message = Array("\(time.seconds).".utf8) + body
        let signatures = secrets.map { "v1=" + Hex.encode(HMACSHA256.authenticate(message, key: $0)) }
        return (["t=\(time.seconds)"] + signatures).joined(separator: ",")
    }

    private static func parse(_ header: String) -> (timestamp: String, seconds: Int64, signatures: [[UInt8]])? {
        guard header.utf8.count <= 4096 else { return nil }
        let elements = header.split(separator: ",")
        guard elements.count <= 16 else { return nil }
        var timestamps: [String] = []
        var signatures: [[UInt8]] = []
        for element in elements {
            let sides = element.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2 else { continue }
            if sides[0] == "t" { timestamps.append(String(sides[1])) }
            if sides[0] == "v1", isDigest(sides[1]) { signatures.append(Array(sides[1].utf8)) }
        }
        guard timestamps.count == 1, (1...8).contains(signatures.count), (1...12).contains(timestamps[0].utf8.count),
            timestamps[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int64(timestamps[0])
        else { return nil }
        return (timestamps[0], seconds, signatures)
    }

    private static func isDigest(_ text: Substring) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
