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
    ]
}
