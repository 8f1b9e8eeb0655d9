import Crypto

extension String {
    /// Letters and digits that are always the same for the same string: fingerprints.
    var hashedLetters: String { Identifier.derived(SHA256.digest(Array(utf8)), length: 24) }
}
