/// Every migration, oldest first. Adding one is a file in `migrations/` and a line here.
public enum Schema {
    /// The migrations' texts, in the order in which they run.
    public static let migrations: [(name: String, sql: [UInt8])] = [
        ("m0001_isolation", PackageResources.m0001_isolation_sql)
    ]
}
