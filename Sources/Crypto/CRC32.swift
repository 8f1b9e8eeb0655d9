/// The cyclic redundancy check of zip and PNG: tells a mistyped key from an unknown one without asking the database.
/// Protects against nothing but accidents. Source: ISO 3309.
public enum CRC32 {
    /// The checksum.
    public static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(~0) { crc, byte in table[Int((crc ^ UInt32(byte)) & 0xFF)] ^ (crc >> 8) }
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }
}
