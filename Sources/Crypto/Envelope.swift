/// A sealed secret as stored:
/// `'T' 'G' | format 1 | suite 2 | key id (4) | version (4) | encapsulated (32) | wrapped key (48) | nonce (12) |
/// contents`.
///
/// The contents are sealed under a key made for them alone; that key is wrapped, by HPKE, to the public key of whoever
/// may open it. Moving to a new public key needs to rewrap only the 48 bytes.
struct Envelope {
    static let format: UInt8 = 1
    static let suite: UInt8 = 2
    static let headerBytes = 12
    static let wrappedKeyBytes = 48
    /// Longer secrets are refused: ours are keys and tokens.
    static let secretBytesMax = 16_384
    /// Contents are filled up to a multiple of this, so that the length does not tell the kind of key.
    static let paddingBytes = 64
    /// Tells HPKE what its key is for.
    static let info = Array("tollgate secret envelope 1".utf8)

    let keyID: UInt32
    let version: Int32
    let encapsulated: [UInt8]
    let wrappedKey: [UInt8]
    let nonce: [UInt8]
    let contents: [UInt8]

    /// The stored form.
    var bytes: [UInt8] {
        Array("TG".utf8) + [Self.format, Self.suite] + keyID.bigEndianBytes + version.bigEndianBytes + encapsulated
            + wrappedKey + nonce + contents
    }

    init(
        keyID: UInt32, version: Int32, encapsulated: [UInt8], wrappedKey: [UInt8], nonce: [UInt8], contents: [UInt8]
    ) {
        self.keyID = keyID
        self.version = version
        self.encapsulated = encapsulated
        self.wrappedKey = wrappedKey
        self.nonce = nonce
        self.contents = contents
    }

    /// Takes the stored form apart; refuses other formats, suites and impossible lengths.
    init(parsing bytes: [UInt8]) throws(CryptoError) {
        let fixed = Self.headerBytes + X25519.keyBytes + Self.wrappedKeyBytes + AESGCM.nonceBytes
        let padded = bytes.count - fixed - AESGCM.tagBytes
        guard bytes.starts(with: "TG".utf8), padded > 0, padded <= Self.secretBytesMax + Self.paddingBytes,
            padded.isMultiple(of: Self.paddingBytes), bytes[2] == Self.format, bytes[3] == Self.suite
        else { throw .malformedEnvelope }
        var rest = bytes[4...]
        func take(_ count: Int) -> [UInt8] {
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
        self.init(
            keyID: take(4).reduce(0) { $0 << 8 | UInt32($1) },
            version: Int32(bitPattern: take(4).reduce(0) { $0 << 8 | UInt32($1) }),
            encapsulated: take(X25519.keyBytes), wrappedKey: take(Self.wrappedKeyBytes),
            nonce: take(AESGCM.nonceBytes), contents: Array(rest))
    }

    /// A one, then zeros up to the next multiple of 64 (ISO/IEC 7816-4).
    static func pad(_ secret: [UInt8]) -> [UInt8] {
        let zeros = paddingBytes - 1 - secret.count % paddingBytes
        return secret + [0x80] + [UInt8](repeating: 0, count: zeros)
    }

    /// Takes the filling away; nil when there is none. Only for contents already proven authentic.
    static func unpad(_ padded: [UInt8]) -> [UInt8]? {
        guard let mark = padded.lastIndex(where: { $0 != 0 }), padded[mark] == 0x80 else { return nil }
        return Array(padded[..<mark])
    }
}
