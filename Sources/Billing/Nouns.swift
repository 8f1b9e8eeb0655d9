// The nouns that have an identifier but whose value type has no file of its own yet. When a noun gets its file
// (`Clients/Client.swift`), its line here goes.

/// An agency in one mode.
public struct Tenant: Sendable {}
