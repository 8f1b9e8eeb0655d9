import Daemon
import Testing

@testable import Crypto

/// RFC 9180, appendix A.1.1 (DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode). The ciphertext for
/// AES-256-GCM under the same keys was made with pyhpke 0.6, which also reproduces the appendix.
struct HPKETests {
    private let ephemeral = bytes("52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736")
    private let recipient = bytes("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8")
    private let recipientPublic = bytes("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d")
    private let encapsulated = bytes("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431")
    private let info = bytes("4f6465206f6e2061204772656369616e2055726e")
    private let plain = bytes("4265617574792069732074727574682c20747275746820626561757479")
    private let binding = Array("Count-0".utf8)

    @Test func `public keys are those of the appendix`() throws {
        #expect(try X25519.publicKey(of: recipient) == recipientPublic)
        #expect(try X25519.publicKey(of: ephemeral) == encapsulated)
    }

    @Test func `the key schedule is that of the appendix`() throws {
        let agreed = try X25519.agree(ephemeral, with: recipientPublic)
        #expect(try X25519.agree(recipient, with: encapsulated) == agreed)
        let schedule = try HPKE(aead: .aes128).keySchedule(
            agreed, encapsulated: encapsulated, recipient: recipientPublic, info: info)
        #expect(Hex.encode(schedule.key) == "4531685d41d65f03dc48f6b8302c05b0")
        #expect(Hex.encode(schedule.nonce) == "56d890e5accaaf011cff4b7d")
    }

    @Test(arguments: [
        (
            AESGCM.aes128,
            "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a"
        ),
        (
            AESGCM.aes256,
            "090b7dc225419f7da9e8b460becfbb96a26c7964d79b8010d397fa838530a32a397b14f5776db19ff5e57734e0"
        ),
    ])
    func `a message is sealed as in the appendix and opens again`(aead: AESGCM, expected: String) throws {
        let hpke = HPKE(aead: aead)
        let sealed = try hpke.seal(plain, to: recipientPublic, info: info, binding: binding, ephemeral: ephemeral)
        #expect(sealed.encapsulated == encapsulated)
        #expect(Hex.encode(sealed.sealed) == expected)
        let opened = try hpke.open(
            sealed.sealed, encapsulated: encapsulated, with: recipient, info: info, binding: binding)
        #expect(opened == plain)
    }

    @Test func `a public key of small order is refused`() {
        for point in ["00", "01"] {
            let key = bytes(point) + [UInt8](repeating: 0, count: 31)
            #expect(throws: CryptoError.notAuthentic) { try X25519.agree(recipient, with: key) }
        }
        #expect(throws: CryptoError.malformedKey) { try X25519.publicKey(of: [1, 2, 3]) }
    }

    /// NIST's GCM test case 14 (SP 800-38D validation): a key, a nonce and a block of zeros.
    @Test func `AES-256-GCM gives NIST's answer`() throws {
        let zeros = [UInt8](repeating: 0, count: 16)
        let sealed = try AESGCM.aes256.seal(zeros, key: zeros + zeros, nonce: Array(zeros[..<12]), binding: [])
        #expect(Hex.encode(sealed) == "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919")
        #expect(try AESGCM.aes256.open(sealed, key: zeros + zeros, nonce: Array(zeros[..<12]), binding: []) == zeros)
    }

    @Test func `a key or nonce of the wrong size is refused`() {
        #expect(throws: CryptoError.self) { try AESGCM.aes256.seal([], key: [1], nonce: [], binding: []) }
        #expect(throws: CryptoError.self) {
            try AESGCM.aes256.open([], key: [UInt8](repeating: 0, count: 32), nonce: [1], binding: [])
        }
    }
}

/// Bytes from hex in a test vector.
func bytes(_ hex: String) -> [UInt8] { Hex.decode(hex) ?? [] }
