// The nouns that have an identifier but whose value type has no file of its own yet. When a noun gets its file
// (`Clients/Client.swift`), its line here goes.

/// A ciphertext: a Stripe key or a webhook signing secret.
public struct SealedSecret: Sendable {}
/// An agency in one mode.
public struct Tenant: Sendable {}
