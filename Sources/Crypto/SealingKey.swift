public import Daemon

/// The public half of a key: whoever has it can put secrets away, not read them. The gateway holds one for Stripe keys.
public struct SealingKey: Hashable, Sendable {
    /// Names the key in envelopes; unique within a key ring.
    public let id: UInt32
    /// What secrets sealed with it are for: `stripe-api`, `stripe-webhook`.
    public let purpose: String
    /// The 32 bytes of X25519.
    let publicKey: [UInt8]

    init(id: UInt32, purpose: String, publicKey: [UInt8]) {
        self.id = id
        self.purpose = purpose
        self.publicKey = publicKey
    }

    /// `tgpub1:<id>:<purpose>:<64 hex digits>`; no secret.
    public var text: String { KeyText.write("tgpub1", id, purpose, Hex.encode(publicKey)) }

    /// Reads the text form; white space around it is ignored.
    public init(parsing text: String) throws(CryptoError) {
        let parts = try KeyText.read("tgpub1", Array(text.utf8))
        self.init(id: parts.id, purpose: parts.purpose, publicKey: parts.key)
    }

    /// Seals a secret into an envelope that opens only with the private half and only at the place it is bound to.
    ///
    /// Throws `wrongPurpose` when the place is for another purpose than the key, and `failed` for secrets beyond 16
    /// KiB.
    public func seal(_ secret: Secret, boundTo binding: SealBinding) throws(CryptoError) -> [UInt8] {
        guard binding.purpose == purpose else { throw .wrongPurpose }
        guard secret.byteCount <= Envelope.secretBytesMax else { throw .failed("the secret is too long") }
        let bound = binding.bytes(format: Envelope.format, suite: Envelope.suite, keyID: id)
        var dataKey = try RandomBytes.make(AESGCM.aes256.keyBytes)
        defer { dataKey.wipe() }
        let wrapped = try HPKE.aes256.seal(dataKey, to: publicKey, info: Envelope.info, binding: bound)
        let nonce = try RandomBytes.make(AESGCM.nonceBytes)
        var padded = secret.revealBytes { Envelope.pad($0) }
        defer { padded.wipe() }
        let contents = try AESGCM.aes256.seal(padded, key: dataKey, nonce: nonce, binding: bound)
        return Envelope(
            keyID: id, version: binding.version, encapsulated: wrapped.encapsulated, wrappedKey: wrapped.sealed,
            nonce: nonce, contents: contents
        ).bytes
    }
}
