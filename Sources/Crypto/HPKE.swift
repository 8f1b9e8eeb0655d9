internal import Daemon

/// Hybrid public key encryption, base mode, one message a key: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-GCM.
/// Source: RFC 9180. OpenSSL has it only from 3.2 on; this is the part we need, on what 3.0 has.
struct HPKE {
    /// How the message itself is sealed.
    let aead: AESGCM

    /// What we use.
    static let aes256 = HPKE(aead: .aes256)

    /// The encapsulated key and the ciphertext with its tag.
    ///
    /// `ephemeral` is a fresh private key; only tests give one.
    func seal(
        _ plain: [UInt8], to recipient: [UInt8], info: [UInt8], binding: [UInt8], ephemeral: [UInt8]? = nil
    ) throws(CryptoError) -> (encapsulated: [UInt8], sealed: [UInt8]) {
        var ephemeral = if let ephemeral { ephemeral } else { try RandomBytes.make(X25519.keyBytes) }
        defer { ephemeral.wipe() }
        let encapsulated = try X25519.publicKey(of: ephemeral)
        var agreed = try X25519.agree(ephemeral, with: recipient)
        defer { agreed.wipe() }
        var schedule = try keySchedule(agreed, encapsulated: encapsulated, recipient: recipient, info: info)
        defer { schedule.key.wipe() }
        let sealed = try aead.seal(plain, key: schedule.key, nonce: schedule.nonce, binding: binding)
        return (encapsulated, sealed)
    }

    /// The plain bytes.
    func open(
        _ sealed: [UInt8], encapsulated: [UInt8], with privateKey: [UInt8], info: [UInt8], binding: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        let recipient = try X25519.publicKey(of: privateKey)
        var agreed = try X25519.agree(privateKey, with: encapsulated)
        defer { agreed.wipe() }
        var schedule = try keySchedule(agreed, encapsulated: encapsulated, recipient: recipient, info: info)
        defer { schedule.key.wipe() }
        return try aead.open(sealed, key: schedule.key, nonce: schedule.nonce, binding: binding)
    }

    /// RFC 9180 sections 4.1 (`ExtractAndExpand`) and 5.1 (`KeySchedule`, mode 0).
    func keySchedule(
        _ agreed: [UInt8], encapsulated: [UInt8], recipient: [UInt8], info: [UInt8]
    ) throws(CryptoError) -> (key: [UInt8], nonce: [UInt8]) {
        let kem = HKDF(suite: Array("KEM".utf8) + Self.kemID)
        var gathered = try kem.extract(salt: [], label: "eae_prk", agreed)
        defer { gathered.wipe() }
        var shared = try kem.expand(gathered, label: "shared_secret", context: encapsulated + recipient, count: 32)
        defer { shared.wipe() }

        let aeadID: [UInt8] = aead.keyBytes == 32 ? [0, 2] : [0, 1]
        let hpke = HKDF(suite: Array("HPKE".utf8) + Self.kemID + Self.kdfID + aeadID)
        let mode: [UInt8] = [0]
        let noKeyID = try hpke.extract(salt: [], label: "psk_id_hash", [])
        let context = try mode + noKeyID + hpke.extract(salt: [], label: "info_hash", info)
        var secret = try hpke.extract(salt: shared, label: "secret", [])
        defer { secret.wipe() }
        return (
            try hpke.expand(secret, label: "key", context: context, count: aead.keyBytes),
            try hpke.expand(secret, label: "base_nonce", context: context, count: AESGCM.nonceBytes)
        )
    }

    private static let kemID: [UInt8] = [0x00, 0x20]
    private static let kdfID: [UInt8] = [0x00, 0x01]
}
