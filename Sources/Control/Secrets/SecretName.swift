/// The secrets of an installation, by their file names (deploy/secrets.md).
enum SecretName: String, CaseIterable, Sendable {
    case apiKeyPepper = "api-key.pepper"
    case stripeAPISealing = "stripe-api.pub"
    case stripeAPIOpening = "stripe-api.key"
    case stripeWebhookSealing = "stripe-webhook.pub"
    case stripeWebhookOpening = "stripe-webhook.key"
    case portalWebhookSealing = "portal-webhook.pub"
    case portalWebhookOpening = "portal-webhook.key"
    case stripePlatform = "stripe-platform.key"
    case adminToken = "admin.token"
    case connectWebhook = "connect-webhook.secret"
    case databaseOwnerPassword = "database-owner.password"
    case databaseOwner = "database-owner.url"
    case databaseGateway = "database-gateway.url"
    case databaseWorker = "database-worker.url"
    case databaseAdmin = "database-admin.url"
    case databaseRoles = "database-roles.passwords"
}
