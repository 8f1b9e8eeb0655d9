public import Crypto

/// A ciphertext: a pasted Stripe key, sealed by the API for the workers, or a webhook's signing secret, sealed by a
/// worker for the API.
public struct SealedSecret: Sendable {
    /// What it is for: the word in the keys, in the seal and in the row.
    public enum Purpose: String, CaseIterable, Sendable {
        /// A tenant's Stripe key.
        case stripeAPI = "stripe-api"
        /// A webhook endpoint's signing secret.
        case stripeWebhook = "stripe-webhook"
        /// What deliveries to a portal's endpoint are signed with.
        case portalWebhook = "portal-webhook"
    }

    /// Where a sealed secret belongs; both sides must say the same, or it does not open.
    public static func binding(
        tenant: Int64, purpose: Purpose, row: SealedSecret.ID, version: Int32 = 1
    ) -> SealBinding {
        SealBinding(
            tenant: tenant, table: "sealed_secret", purpose: purpose.rawValue, row: row.rawValue, version: version)
    }
}
