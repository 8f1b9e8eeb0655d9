/// Why a cryptographic operation gave nothing. Says nothing about the data, so it may be logged.
public enum CryptoError: Error, Hashable, Sendable {
    /// OpenSSL refused or failed where it must not; never continue with a guess.
    case failed(String)
    /// A key's text form is not one of ours.
    case malformedKey
    /// Two keys of a ring have the same id, or it has none.
    case malformedKeyRing
    /// The envelope is not one of ours, or of a later format.
    case malformedEnvelope
    /// No key of the ring has the id the envelope was sealed to.
    case unknownKey(UInt32)
    /// The key is for another purpose.
    case wrongPurpose
    /// The contents were changed, or belong to another tenant, row, purpose or version.
    case notAuthentic
}
