internal import Daemon
internal import FoundationEssentials

/// Where PostgreSQL's server programs are: Debian keeps them out of PATH, one folder per major version.
struct PostgresPrograms {
    /// The server.
    let postgres: String
    /// Makes a cluster.
    let initdb: String

    /// The newest version from 15 on, or the one that made an existing cluster.
    static func find(for existing: Int?) throws(ExitError) -> PostgresPrograms {
        let root = "/usr/lib/postgresql"
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap { Int($0) }
        let usable = versions.filter { version in
            version >= 15 && FileManager.default.isExecutableFile(atPath: "\(root)/\(version)/bin/postgres")
        }
        guard let version = existing ?? usable.max(), usable.contains(version) else {
            let package = existing.map { "postgresql-\($0)" } ?? "postgresql"
            let wanted = existing.map { "PostgreSQL \($0), which made this cluster," } ?? "PostgreSQL 15 or newer"
            throw .unavailable("\(wanted) is not installed here: apt-get install \(package)")
        }
        let folder = "\(root)/\(version)/bin"
        return PostgresPrograms(postgres: "\(folder)/postgres", initdb: "\(folder)/initdb")
    }
}
