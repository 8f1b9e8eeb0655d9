import Daemon
import Testing

struct SecretTests {
    private let secret = Secret("rk_live_VeryPrivate1234")

    private struct Holder {
        let name = "connection"
        let secret: Secret
    }

    @Test func `a secret gives its contents only to reveal`() {
        #expect(secret.reveal { $0 } == "rk_live_VeryPrivate1234")
        #expect(secret.revealBytes { $0 } == Array("rk_live_VeryPrivate1234".utf8))
        #expect(secret.byteCount == 23)
    }

    @Test func `a secret is never printed`() {
        var dumped = ""
        dump(Holder(secret: secret), to: &dumped)
        var streamed = ""
        print(secret, [secret], ["key": secret], Holder(secret: secret), to: &streamed)
        let texts = [
            "\(secret)", secret.description, String(reflecting: secret), secret.debugDescription, dumped, streamed,
            "\(Holder(secret: secret))", "\(Optional(secret) as Any)", String(describing: [secret]),
            Mirror(reflecting: secret).children.map { "\($0)" }.joined(),
            "\(Mirror(reflecting: Holder(secret: secret)))",
        ]
        for text in texts {
            #expect(!text.contains("VeryPrivate"))
            #expect(!text.contains("rk_live"))
        }
        #expect(Mirror(reflecting: secret).children.isEmpty)
    }

    @Test func `lent bytes that somebody keeps stay whole`() {
        let kept = secret.revealBytes { bytes in bytes }
        #expect(secret.revealBytes { $0 == kept })
    }

    @Test func `an empty secret is allowed and is empty`() {
        #expect(Secret("").byteCount == 0)
        #expect(Secret(bytes: []).reveal { $0 }.isEmpty)
    }

    @Test func `wiping leaves only zeros`() {
        var bytes: [UInt8] = [1, 2, 3]
        bytes.wipe()
        #expect(bytes == [0, 0, 0])
        var nothing: [UInt8] = []
        nothing.wipe()
        #expect(nothing.isEmpty)
    }
}
