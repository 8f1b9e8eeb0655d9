public import Daemon

/// The private keys a process holds. During a rotation a ring has the old key and the new one; envelopes say which they
/// need, and no other is tried.
public struct KeyRing: Sendable {
    private let keys: [UInt32: OpeningKey]

    /// The ids of the keys, smallest first.
    public var ids: [UInt32] { keys.keys.sorted() }

    /// The public halves, smallest id first.
    public var sealingKeys: [SealingKey] { ids.compactMap { keys[$0]?.sealingKey } }

    /// The public half of the key with the highest id: what everything is sealed to when a rotation is over.
    public var newest: SealingKey? { sealingKeys.last }

    /// A ring of keys; throws `malformedKeyRing` when it is empty or two keys share an id.
    public init(_ keys: [OpeningKey]) throws(CryptoError) {
        let byID = Dictionary(keys.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        guard !keys.isEmpty, byID.count == keys.count else { throw .malformedKeyRing }
        self.keys = byID
    }

    /// Reads one key a line; empty lines and lines that begin with `#` are skipped.
    public init(parsing text: Secret) throws(CryptoError) {
        let keys = try text.withBytes { (bytes) throws(CryptoError) in
            var keys: [OpeningKey] = []
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                var line = KeyText.trim(line)
                defer { line.wipe() }
                if line.isEmpty || line[0] == UInt8(ascii: "#") { continue }
                keys.append(try OpeningKey(parsing: Secret(bytes: line)))
            }
            return keys
        }
        try self.init(keys)
    }

    /// Opens an envelope at the place it is bound to.
    ///
    /// Throws `malformedEnvelope`, `unknownKey` with the id it was sealed to, `wrongPurpose`, or `notAuthentic` when it
    /// was changed or belongs elsewhere.
    public func open(_ envelope: [UInt8], boundTo binding: SealBinding) throws(CryptoError) -> Secret {
        let envelope = try Envelope(parsing: envelope)
        guard let key = keys[envelope.keyID] else { throw .unknownKey(envelope.keyID) }
        return try key.open(envelope, boundTo: binding)
    }

    /// The id of the key an envelope was sealed to: what a rotation looks for.
    public static func keyID(of envelope: [UInt8]) throws(CryptoError) -> UInt32 {
        try Envelope(parsing: envelope).keyID
    }
}
