import Crypto
import Daemon
import Testing

/// The signature of what portals are told, by the specification's own example.
struct StandardWebhookTests {
    @Test func `the example of the Standard Webhooks specification comes out the same`() throws {
        // standardwebhooks.com, reference libraries' test vector.
        let secret = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        let signature = try StandardWebhook.sign(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", at: Timestamp(seconds: 1_614_265_330),
            body: Array(#"{"test": 2432232314}"#.utf8), secrets: [secret])
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func `two secrets give two signatures, and a new secret is usable`() throws {
        let secrets = [try StandardWebhook.makeSecret(), try StandardWebhook.makeSecret()]
        let both = try StandardWebhook.sign(
            id: "ev_1", at: Timestamp(seconds: 1), body: [], secrets: secrets)
        let first = try StandardWebhook.sign(
            id: "ev_1", at: Timestamp(seconds: 1), body: [], secrets: [secrets[0]])
        #expect(both.split(separator: " ").count == 2 && both.hasPrefix(first + " "))
    }

    @Test func `a secret of another form is refused`() {
        for text in ["abc", "whsec_", "whsec_AAAA", "whsec_*"] {
            #expect(throws: CryptoError.malformedKey) {
                try StandardWebhook.sign(
                    id: "ev_1", at: Timestamp(seconds: 1), body: [], secrets: [Secret(text)])
            }
        }
    }
}
