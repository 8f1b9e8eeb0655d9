import Daemon
import Testing

@testable import Crypto

/// Signatures of access tokens.
struct SigningKeyTests {
    @Test func `it signs as RFC 8032 section 7.1 test 2 does, and sees every flipped bit`() throws {
        let seed = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
        let key = try #require(try SigningKey.ring(parsing: Secret("tgsig1:1:access-token:\(seed)")).first)
        #expect(Hex.encode(key.publicKey) == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
        let signature = try key.sign([0x72])
        #expect(
            Hex.encode(signature)
                == "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
        #expect(SigningKey.verify(signature, of: [0x72], by: key.publicKey))
        #expect(!SigningKey.verify(signature, of: [0x73], by: key.publicKey))
        for bit in 0..<512 {
            var other = signature
            other[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!SigningKey.verify(other, of: [0x72], by: key.publicKey))
        }
    }

    @Test func `a ring refuses doubles, nothing and other kinds of keys`() {
        let line = "tgsig1:1:access-token:" + String(repeating: "ab", count: 32)
        for text in ["", "\(line)\n\(line)", "tgkey1:1:access-token:" + String(repeating: "ab", count: 32)] {
            #expect(throws: CryptoError.self) { try SigningKey.ring(parsing: Secret(text)) }
        }
    }
}
