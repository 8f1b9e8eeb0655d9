import Crypto
import Daemon
import Testing

struct WebhookSignatureTests {
    private let secret = Secret("whsec_test")
    private let body = Array(#"{"id":"evt_1"}"#.utf8)
    private let now = Timestamp(seconds: 1_795_249_800)

    private func verdict(
        _ header: String, body: [UInt8]? = nil, secrets: [Secret]? = nil, at moment: Timestamp? = nil
    ) -> WebhookSignature.Refusal? {
        do throws(WebhookSignature.Refusal) {
            try WebhookSignature.verify(
                header: header, body: body ?? self.body, secrets: secrets ?? [secret], now: moment ?? now)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a signature is the one OpenSSL's command line makes`() {
        // printf '%s' '1795249800.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test
        let header = WebhookSignature.sign(body: body, secrets: [secret], at: now)
        #expect(header == "t=1795249800,v1=5b56961cb2fa7b8417e072c52304b37248ae031debb5202013881f342e111750")
        #expect(verdict(header) == nil)
    }

    @Test(arguments: [-301, -300, -1, 0, 1, 300, 301])
    func `the tolerance is 300 seconds on both sides`(offset: Int64) {
        let header = WebhookSignature.sign(body: body, secrets: [secret], at: now)
        let expected: WebhookSignature.Refusal? = offset > 300 ? .tooOld : offset < -300 ? .tooNew : nil
        #expect(verdict(header, at: now + .seconds(offset)) == expected)
    }

    @Test func `any of several secrets and any of several signatures is enough`() {
        let other = Secret("whsec_other")
        let both = WebhookSignature.sign(body: body, secrets: [other, secret], at: now)
        #expect(verdict(both) == nil)
        #expect(verdict(both, secrets: [other]) == nil)
        let one = WebhookSignature.sign(body: body, secrets: [secret], at: now)
        #expect(verdict(one, secrets: [other, secret]) == nil)
        #expect(verdict(one, secrets: [other]) == .wrong)
        #expect(verdict(one, secrets: []) == .wrong)
    }

    @Test func `other schemes beside ours are ignored, alone they are not enough`() {
        let header = WebhookSignature.sign(body: body, secrets: [secret], at: now)
        #expect(verdict(header + ",v0=" + String(repeating: "0", count: 64)) == nil)
        #expect(verdict(header.replacing("v1=", with: "v0=")) == .malformed)
    }

    @Test func `an empty secret verifies nothing`() {
        let empty = Secret("")
        let header = WebhookSignature.sign(body: body, secrets: [empty], at: now)
        #expect(verdict(header, secrets: [empty]) == .wrong)
    }

    @Test func `every flip of a bit of the body is refused`() {
        let header = WebhookSignature.sign(body: body, secrets: [secret], at: now)
        for index in body.indices {
            for bit in 0..<8 {
                var changed = body
                changed[index] ^= 1 << bit
                #expect(verdict(header, body: changed) == .wrong)
            }
        }
        #expect(verdict(header, body: body + [0x20]) == .wrong)
        #expect(verdict(header, body: []) == .wrong)
    }

    @Test func `every flip of a bit of the header is refused`() {
        let header = Array(WebhookSignature.sign(body: body, secrets: [secret], at: now).utf8)
        for index in header.indices {
            for bit in 0..<8 {
                var changed = header
                changed[index] ^= 1 << bit
                if verdict(String(decoding: changed, as: UTF8.self)) == nil {
                    Issue.record("byte \(index), bit \(bit)")
                }
            }
        }
    }

    @Test func `a signature for one moment is none for another`() {
        let header = WebhookSignature.sign(body: body, secrets: [secret], at: now)
        #expect(verdict(header.replacing("t=1795249800", with: "t=1795249801")) == .wrong)
        #expect(verdict(header.replacing("t=1795249800", with: "t=01795249800")) == .wrong)
    }

    static let digest = String(repeating: "a", count: 64)

    @Test(arguments: [
        "", "t=1", "v1=\(digest)", "t=,v1=\(digest)", "t=x,v1=\(digest)", "t=-1,v1=\(digest)", "t=1.5,v1=\(digest)",
        "t=1234567890123,v1=\(digest)", "t=1,t=1,v1=\(digest)", "t=1,v1=\(digest.uppercased())", "t=1,v1=\(digest)0",
        "t=1,v1=abc", "t=1 v1=\(digest)", "t=1" + String(repeating: ",v1=\(digest)", count: 9),
        "t=1,v1=\(digest)" + String(repeating: ",x=y", count: 15),
        "t=1,v1=\(digest),z=" + String(repeating: "z", count: 4_096),
        "t=１,v1=\(digest)", "t= 1,v1=\(digest)",
    ])
    func `a header of another form is refused before any computing`(header: String) {
        #expect(verdict(header) == .malformed)
    }
}
