/// Which network addresses belong to the public internet (IANA's special-purpose registries, RFC 6890).
enum PublicAddress {
    /// What a refused connection is told.
    static let refusal = "the host's address is not a public one"

    /// Whether an IPv4 (4 bytes) or IPv6 (16 bytes) address is public. Anything else is not. Pure.
    static func isPublic(_ bytes: [UInt8]) -> Bool {
        switch bytes.count {
        case 4: !special4.contains { $0.holds(bytes) }
        // Of IPv6 only 2000::/3 is handed out for the internet; mapped IPv4, link-local and ULA lie outside.
        case 16: bytes[0] & 0xE0 == 0x20 && !special6.contains { $0.holds(bytes) }
        default: false
        }
    }

    private struct Block {
        let prefix: [UInt8]
        let bits: Int

        func holds(_ address: [UInt8]) -> Bool {
            for bit in 0..<bits {
                let mask: UInt8 = 0x80 >> UInt8(bit % 8)
                let wanted = bit / 8 < prefix.count ? prefix[bit / 8] : 0
                if address[bit / 8] & mask != wanted & mask { return false }
            }
            return true
        }
    }

    private static let special4 = [
        Block(prefix: [0], bits: 8), Block(prefix: [10], bits: 8), Block(prefix: [100, 64], bits: 10),
        Block(prefix: [127], bits: 8), Block(prefix: [169, 254], bits: 16), Block(prefix: [172, 16], bits: 12),
        // In no registry: behind this one address every machine of one cloud finds its host's own services.
        Block(prefix: [168, 63, 129, 16], bits: 32),
        Block(prefix: [192, 0, 0], bits: 24), Block(prefix: [192, 0, 2], bits: 24),
        Block(prefix: [192, 88, 99], bits: 24), Block(prefix: [192, 168], bits: 16),
        Block(prefix: [198, 18], bits: 15), Block(prefix: [198, 51, 100], bits: 24),
        Block(prefix: [203, 0, 113], bits: 24), Block(prefix: [224], bits: 4), Block(prefix: [240], bits: 4),
    ]
    private static let special6 = [
        // Teredo and other special uses, documentation, 6to4: the last two may lead to any IPv4 address.
        Block(prefix: [0x20, 0x01, 0], bits: 23), Block(prefix: [0x20, 0x01, 0x0D, 0xB8], bits: 32),
        Block(prefix: [0x20, 0x02], bits: 16), Block(prefix: [0x3F, 0xFF], bits: 20),
    ]
}
