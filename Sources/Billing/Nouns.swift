// The nouns that have an identifier but whose value type has no file of its own yet. When a noun gets its file
// (`Clients/Client.swift`), its line here goes.

/// A tenant's link to its Stripe account.
public struct Connection: Sendable {}
/// A ciphertext: a Stripe key or a webhook signing secret.
public struct SealedSecret: Sendable {}
/// The tenant's customer.
public struct Client: Sendable {}
/// Something the tenant sells.
public struct Product: Sendable {}
/// Immutable terms of a product.
public struct Price: Sendable {}
/// One "Add Payment" page.
public struct PaymentSetup: Sendable {}
/// A client buys prices.
public struct Subscription: Sendable {}
/// One price of a subscription.
public struct SubscriptionItem: Sendable {}
/// A bill to a client.
public struct Invoice: Sendable {}
/// One change of a client's access state.
public struct AccessTransition: Sendable {}
/// A tenant's intention, carried out by a worker.
public struct Command: Sendable {}
/// An agency in one mode.
public struct Tenant: Sendable {}
/// Who changed what.
public struct AuditEntry: Sendable {}
