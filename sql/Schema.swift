/// Every migration, oldest first. Adding one is a file in `migrations/` and a line here.
public enum Schema {
    /// Makes the roles of the cluster and prepares the current database. For a superuser, before the migrations; may
    /// run again.
    public static let roles: [UInt8] = PackageResources.roles_sql

    /// The migrations' texts, in the order in which they run. Each runs in one transaction.
    public static let migrations: [(name: String, sql: [UInt8])] = [
        ("m0001_isolation", PackageResources.m0001_isolation_sql),
        ("m0002_queue", PackageResources.m0002_queue_sql),
        ("m0003_billing", PackageResources.m0003_billing_sql),
        ("m0004_ground", PackageResources.m0004_ground_sql),
        ("m0005_catalogue", PackageResources.m0005_catalogue_sql),
        ("m0006_subscriptions", PackageResources.m0006_subscriptions_sql),
        ("m0007_usage", PackageResources.m0007_usage_sql),
        ("m0008_credits", PackageResources.m0008_credits_sql),
        ("m0009_connections", PackageResources.m0009_connections_sql),
        ("m0010_portals", PackageResources.m0010_portals_sql),
        ("m0011_webhooks", PackageResources.m0011_webhooks_sql),
        ("m0012_reconciliation", PackageResources.m0012_reconciliation_sql),
        ("m0013_settings", PackageResources.m0013_settings_sql),
        ("m0014_pages", PackageResources.m0014_pages_sql),
        ("m0015_catalogue_review", PackageResources.m0015_catalogue_review_sql),
        ("m0016_domains", PackageResources.m0016_domains_sql),
        ("m0017_operations", PackageResources.m0017_operations_sql),
        ("m0018_attribution", PackageResources.m0018_attribution_sql),
        ("m0019_places", PackageResources.m0019_places_sql),
        ("m0020_tries", PackageResources.m0020_tries_sql),
        ("m0021_canceled_credits", PackageResources.m0021_canceled_credits_sql),
    ]
}
