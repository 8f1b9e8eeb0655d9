public import Daemon

/// The private half of a key: opens what was sealed to its public half.
public struct OpeningKey: Sendable {
    /// The public half.
    public let sealingKey: SealingKey
    private let privateKey: Secret

    /// Names the key in envelopes.
    public var id: UInt32 { sealingKey.id }
    /// What secrets sealed to it are for.
    public var purpose: String { sealingKey.purpose }

    /// A new key.
    public static func generate(id: UInt32, purpose: String) throws(CryptoError) -> OpeningKey {
        guard id > 0, KeyText.isPurpose(Array(purpose.utf8)) else { throw .malformedKey }
        var bytes = try RandomBytes.make(X25519.keyBytes)
        defer { bytes.wipe() }
        return try OpeningKey(id: id, purpose: purpose, privateKey: bytes)
    }

    /// `tgkey1:<id>:<purpose>:<64 hex digits>`: one line of a key ring.
    public var text: Secret {
        privateKey.revealBytes { Secret(KeyText.write("tgkey1", id, purpose, Hex.encode($0))) }
    }

    /// Reads the text form; white space around it is ignored.
    public init(parsing text: Secret) throws(CryptoError) {
        let parts = try text.withBytes { (bytes) throws(CryptoError) in try KeyText.read("tgkey1", bytes) }
        try self.init(id: parts.id, purpose: parts.purpose, privateKey: parts.key)
    }

    private init(id: UInt32, purpose: String, privateKey: [UInt8]) throws(CryptoError) {
        let publicKey = try X25519.publicKey(of: privateKey)
        sealingKey = SealingKey(id: id, purpose: purpose, publicKey: publicKey)
        self.privateKey = Secret(bytes: privateKey)
    }

    /// Opens an envelope that names this key. Every failure after that is `notAuthentic`: no hint about which part.
    func open(_ envelope: Envelope, boundTo binding: SealBinding) throws(CryptoError) -> Secret {
        guard binding.purpose == purpose else { throw .wrongPurpose }
        guard envelope.version == binding.version else { throw .notAuthentic }
        let bound = binding.bytes(format: Envelope.format, suite: Envelope.suite, keyID: id)
        var dataKey = try privateKey.withBytes { (privateKey) throws(CryptoError) in
            try HPKE.aes256.open(
                envelope.wrappedKey, encapsulated: envelope.encapsulated, with: privateKey, info: Envelope.info,
                binding: bound)
        }
        defer { dataKey.wipe() }
        var padded = try AESGCM.aes256.open(envelope.contents, key: dataKey, nonce: envelope.nonce, binding: bound)
        defer { padded.wipe() }
        guard var contents = Envelope.unpad(padded) else { throw .notAuthentic }
        defer { contents.wipe() }
        return Secret(bytes: contents)
    }
}

extension Secret {
    /// `revealBytes` with typed errors.
    func withBytes<R>(_ body: ([UInt8]) throws(CryptoError) -> R) throws(CryptoError) -> R {
        let result = revealBytes { bytes in
            Result { () throws(CryptoError) in try body(bytes) }
        }
        return try result.get()
    }
}
