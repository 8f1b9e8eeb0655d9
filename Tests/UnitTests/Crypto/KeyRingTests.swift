import Daemon
import FoundationEssentials
import Testing

@testable import Crypto

struct KeyRingTests {
    private let binding = SealBinding(
        tenant: 1, table: "sealed_secret", purpose: "stripe-api", row: UUID.v7(at: Timestamp(seconds: 1)), version: 1)

    private func line(_ key: OpeningKey) -> String { key.text.reveal { $0 } }

    @Test func `a rotated ring opens what the old key sealed and what the new one sealed`() throws {
        let old = try OpeningKey.generate(id: 1, purpose: "stripe-api")
        let new = try OpeningKey.generate(id: 2, purpose: "stripe-api")
        let ring = try KeyRing(parsing: Secret("# rotated\n\(line(old))\n\n  \(line(new))\r\n"))
        #expect(ring.ids == [1, 2])
        #expect(ring.sealingKeys == [old.sealingKey, new.sealingKey])
        for key in [old, new] {
            let envelope = try key.sealingKey.seal(Secret("whsec_x"), boundTo: binding)
            #expect(try KeyRing.keyID(of: envelope) == key.id)
            #expect(try ring.open(envelope, boundTo: binding).reveal { $0 } == "whsec_x")
        }
    }

    @Test func `an envelope for a key that is gone is an error with the key's id`() throws {
        let gone = try OpeningKey.generate(id: 9, purpose: "stripe-api")
        let ring = try KeyRing([OpeningKey.generate(id: 1, purpose: "stripe-api")])
        let envelope = try gone.sealingKey.seal(Secret("x"), boundTo: binding)
        #expect(throws: CryptoError.unknownKey(9)) { try ring.open(envelope, boundTo: binding) }
    }

    @Test func `another key with the same id opens nothing`() throws {
        let right = try OpeningKey.generate(id: 1, purpose: "stripe-api")
        let wrong = try KeyRing([OpeningKey.generate(id: 1, purpose: "stripe-api")])
        let envelope = try right.sealingKey.seal(Secret("x"), boundTo: binding)
        #expect(throws: CryptoError.notAuthentic) { try wrong.open(envelope, boundTo: binding) }
    }

    @Test func `text forms read back`() throws {
        let key = try OpeningKey.generate(id: 4_294_967_295, purpose: "stripe-webhook")
        let again = try OpeningKey(parsing: key.text)
        #expect(again.sealingKey == key.sealingKey)
        #expect(line(again) == line(key))
        #expect(line(key).hasPrefix("tgkey1:4294967295:stripe-webhook:"))
        let publicText = key.sealingKey.text
        #expect(publicText.hasPrefix("tgpub1:4294967295:stripe-webhook:"))
        #expect(try SealingKey(parsing: publicText + "\n") == key.sealingKey)
        #expect(!publicText.contains(line(key).suffix(64)))
    }

    @Test(arguments: [
        "", "tgkey1", "tgkey1:1:stripe-api", "tgpub1:1:stripe-api:H", "tgkey2:1:stripe-api:H", "tgkey1:0:stripe-api:H",
        "tgkey1:01:stripe-api:H", "tgkey1:-1:stripe-api:H", "tgkey1:4294967296:stripe-api:H", "tgkey1:1::H",
        "tgkey1:1:UP:H",
        "tgkey1:1:a b:H", "tgkey1:1:stripe-api:H:", "tgkey1:1:stripe-api:H0", "tgkey1:1:stripe-api:00", "tgkey1:1:x:G",
        "tgkey1:1:\(String(repeating: "a", count: 33)):H", "tgkey1:+1:stripe-api:H",
    ])
    func `a text that is no private key is refused`(text: String) {
        let hex = String(repeating: "a0", count: 32)
        let text = text.replacing("H", with: hex).replacing("G", with: hex.uppercased())
        #expect(throws: CryptoError.malformedKey) { try OpeningKey(parsing: Secret(text)) }
    }

    @Test func `a ring without keys or with two keys of one id is refused`() throws {
        let one = try OpeningKey.generate(id: 1, purpose: "stripe-api")
        let same = try OpeningKey.generate(id: 1, purpose: "stripe-webhook")
        #expect(throws: CryptoError.malformedKeyRing) { try KeyRing(parsing: Secret("\n# none\n")) }
        #expect(throws: CryptoError.malformedKeyRing) { try KeyRing(parsing: Secret("\(line(one))\n\(line(same))")) }
        #expect(throws: CryptoError.malformedKey) { try KeyRing(parsing: Secret("\(line(one))\nsomething")) }
    }

    @Test func `keys with ids or purposes that have no text form are not made`() {
        #expect(throws: CryptoError.malformedKey) { try OpeningKey.generate(id: 0, purpose: "stripe-api") }
        #expect(throws: CryptoError.malformedKey) { try OpeningKey.generate(id: 1, purpose: "a:b") }
    }

    @Test func `a private key is not printed`() throws {
        let key = try OpeningKey.generate(id: 1, purpose: "stripe-api")
        let hex = line(key).suffix(64)
        var dumped = ""
        dump(try KeyRing([key]), to: &dumped)
        #expect(!dumped.contains(hex))
        #expect(!"\(key)".contains(hex))
    }
}
