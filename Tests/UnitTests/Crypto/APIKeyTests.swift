import Crypto
import Daemon
import Testing

struct APIKeyTests {
    private func text(_ key: APIKey) -> String { key.text.reveal { $0 } }

    @Test(arguments: [true, false]) func `a new key has our prefix, 57 characters, and reads back`(live: Bool) throws {
        let key = try APIKey.make(livemode: live)
        #expect(text(key).hasPrefix(live ? "tg_live_" : "tg_test_"))
        #expect(text(key).utf8.count == 57)
        #expect(APIKey(text(key))?.isLive == live)
        #expect(text(key).hasSuffix(key.last4))
        #expect(text(key).hasPrefix(key.prefix))
    }

    @Test func `a key with one character changed is refused without asking the database`() throws {
        let whole = Array(text(try APIKey.make(livemode: false)).utf8)
        for index in whole.indices {
            for replacement in Array("0Zz_".utf8) where replacement != whole[index] {
                var changed = whole
                changed[index] = replacement
                #expect(APIKey(String(decoding: changed, as: UTF8.self)) == nil)
            }
            #expect(APIKey(String(decoding: whole[..<index], as: UTF8.self)) == nil)
        }
    }

    @Test(arguments: [
        "", "tg_test_", "sk_test_0123456789", String(repeating: "é", count: 57), String(repeating: "0", count: 57),
    ])
    func `other texts are no key`(text: String) {
        #expect(APIKey(text) == nil)
    }

    @Test func `what the database keeps depends on the whole key and on the pepper`() throws {
        let pepper = Secret("pepper")
        let key = try APIKey.make(livemode: false)
        let other = try APIKey.make(livemode: false)
        #expect(key.mac(pepper: pepper).count == 32)
        #expect(key.mac(pepper: pepper) == APIKey(text(key))?.mac(pepper: pepper))
        #expect(key.mac(pepper: pepper) != other.mac(pepper: pepper))
        #expect(key.mac(pepper: pepper) != key.mac(pepper: Secret("salt")))
    }

    @Test func `a key is not printed`() throws {
        let key = try APIKey.make(livemode: true)
        #expect(!"\(key)".contains(text(key)))
    }

    @Test func `no two keys are alike`() throws {
        #expect(try Set((0..<1_000).map { _ in text(try APIKey.make(livemode: true)) }).count == 1_000)
    }
}
