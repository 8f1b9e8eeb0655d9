/// The database's schema is not the one this program was built for. The text says what to do.
public enum SchemaMismatch: Error, Equatable, CustomStringConvertible {
    /// There is no version table: nobody ever migrated this database.
    case notMigrated
    /// The database lacks these migrations.
    case behind([String])
    /// The database has had migrations this program does not know.
    case ahead([String])
    /// A migration's file is not the one that ran.
    case changed(String)
    /// A migration failed and was rolled back; those before it were kept.
    case failed(String, PostgresError)

    /// One line for the operator.
    public var description: String {
        switch self {
        case .notMigrated:
            "the database has no schema yet: run `tollgate migrate`"
        case .behind(let names):
            "the database is behind this program (it lacks \(names.joined(separator: ", "))): run `tollgate migrate`"
        case .ahead(let names):
            "the database is ahead of this program (it has \(names.joined(separator: ", "))): "
                + "deploy the release that brought these migrations, or a later one"
        case .changed(let name):
            "the migration \(name) was changed after it ran: bring its file back as it was, and add a new migration"
        case .failed(let name, let error):
            "the migration \(name) failed and was rolled back: \(error)"
        }
    }
}
