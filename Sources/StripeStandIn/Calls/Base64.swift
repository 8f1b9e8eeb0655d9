/// Standard Base64, for `Authorization: Basic`.
enum Base64 {
    /// The bytes, nil for characters that do not belong there.
    static func decode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for unit in text.utf8 {
            let value: UInt32
            switch unit {
            case 0x41...0x5A: value = UInt32(unit) - 0x41
            case 0x61...0x7A: value = UInt32(unit) - 0x61 + 26
            case 0x30...0x39: value = UInt32(unit) - 0x30 + 52
            case 0x2B: value = 62
            case 0x2F: value = 63
            case 0x3D: continue
            default: return nil
            }
            bits = bits << 6 | value
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }
}
