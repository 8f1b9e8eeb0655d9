import Daemon
import FoundationEssentials
import Testing

@testable import Crypto

struct EnvelopeTests {
    private let key: OpeningKey
    private let ring: KeyRing
    private let binding = SealBinding(
        tenant: 7, table: "sealed_secret", purpose: "stripe-api", row: UUID.v7(at: Timestamp(seconds: 1)), version: 1)
    private let secret = Secret("rk_test_0123456789abcdef")

    init() throws {
        key = try OpeningKey.generate(id: 3, purpose: "stripe-api")
        ring = try KeyRing([key])
    }

    private func text(_ secret: Secret) -> String { secret.reveal { $0 } }

    @Test func `what is sealed opens at its place`() throws {
        let envelope = try key.sealingKey.seal(secret, boundTo: binding)
        #expect(try text(ring.open(envelope, boundTo: binding)) == "rk_test_0123456789abcdef")
    }

    @Test(arguments: [0, 1, 62, 63, 64, 65, 127, 128, 16_384])
    func `secrets of every length open again, and the envelope tells only the length in steps of 64`(count: Int) throws
    {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let envelope = try key.sealingKey.seal(Secret(bytes: bytes), boundTo: binding)
        #expect(try ring.open(envelope, boundTo: binding).revealBytes { $0 } == bytes)
        #expect((envelope.count - 120) == (count / 64 + 1) * 64)
    }

    @Test func `a secret beyond the bound is refused`() {
        let long = Secret(bytes: [UInt8](repeating: 1, count: 16_385))
        #expect(throws: CryptoError.self) { try key.sealingKey.seal(long, boundTo: binding) }
    }

    @Test func `every flip of a single bit is refused`() throws {
        let envelope = try key.sealingKey.seal(secret, boundTo: binding)
        for index in envelope.indices {
            for bit in 0..<8 {
                var changed = envelope
                changed[index] ^= 1 << bit
                if (try? ring.open(changed, boundTo: binding)) != nil { Issue.record("byte \(index), bit \(bit)") }
            }
        }
    }

    @Test func `every cut and every addition is refused`() throws {
        let envelope = try key.sealingKey.seal(secret, boundTo: binding)
        for count in envelope.indices {
            #expect(throws: CryptoError.malformedEnvelope) {
                try ring.open(Array(envelope[..<count]), boundTo: binding)
            }
        }
        #expect(throws: CryptoError.malformedEnvelope) { try ring.open(envelope + [0], boundTo: binding) }
        #expect(throws: CryptoError.notAuthentic) {
            try ring.open(envelope + [UInt8](repeating: 0, count: 64), boundTo: binding)
        }
    }

    @Test func `V9: an envelope copied to another tenant, row, table or version does not open`() throws {
        let envelope = try key.sealingKey.seal(secret, boundTo: binding)
        let b = binding
        let elsewhere = [
            SealBinding(tenant: 8, table: b.table, purpose: b.purpose, row: b.row, version: 1),
            SealBinding(tenant: 7, table: "other", purpose: b.purpose, row: b.row, version: 1),
            SealBinding(
                tenant: 7, table: b.table, purpose: b.purpose, row: UUID.v7(at: Timestamp(seconds: 1)), version: 1),
            SealBinding(tenant: 7, table: b.table, purpose: b.purpose, row: b.row, version: 2),
        ]
        for place in elsewhere {
            #expect(throws: CryptoError.notAuthentic) { try ring.open(envelope, boundTo: place) }
        }
        // Also when the version in the header is changed along with the place.
        var renumbered = envelope
        renumbered[11] = 2
        #expect(throws: CryptoError.notAuthentic) { try ring.open(renumbered, boundTo: elsewhere[3]) }
    }

    @Test func `a key seals and opens only for its purpose`() throws {
        let envelope = try key.sealingKey.seal(secret, boundTo: binding)
        let other = SealBinding(
            tenant: 7, table: binding.table, purpose: "stripe-webhook", row: binding.row, version: 1)
        #expect(throws: CryptoError.wrongPurpose) { try key.sealingKey.seal(secret, boundTo: other) }
        #expect(throws: CryptoError.wrongPurpose) { try ring.open(envelope, boundTo: other) }
        // A key of the other purpose with the same id and the same bytes does not open it either.
        let renamed = key.text.reveal { $0.replacing("stripe-api", with: "stripe-webhook") }
        let otherRing = try KeyRing(parsing: Secret(renamed))
        #expect(throws: CryptoError.notAuthentic) { try otherRing.open(envelope, boundTo: other) }
    }

    @Test func `two seals of the same secret have nothing in common`() throws {
        let first = try key.sealingKey.seal(secret, boundTo: binding)
        let second = try key.sealingKey.seal(secret, boundTo: binding)
        #expect(first[..<12] == second[..<12])
        #expect(first[12..<44] != second[12..<44])
        #expect(first[104...] != second[104...])
    }

    @Test func `bindings whose parts differ never authenticate alike`() {
        let row = UUID.v7(at: Timestamp(seconds: 1))
        let one = SealBinding(tenant: 1, table: "ab", purpose: "c", row: row, version: 1)
        let two = SealBinding(tenant: 1, table: "a", purpose: "bc", row: row, version: 1)
        #expect(one.bytes(format: 1, suite: 2, keyID: 1) != two.bytes(format: 1, suite: 2, keyID: 1))
        #expect(one.bytes(format: 1, suite: 2, keyID: 1) != one.bytes(format: 1, suite: 2, keyID: 2))
    }
}
