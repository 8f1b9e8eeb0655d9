internal import Daemon
internal import Jobs
internal import Postgres
internal import Schema

/// What the database says about itself, judged.
struct DatabaseExamination: Sendable {
    private let database: Database
    private static let skewMax = Duration.seconds(5)

    /// Of this database.
    init(_ database: Database) { self.database = database }

    /// Every finding; a check that cannot be made is a bad one.
    func findings() async -> [Finding] {
        var findings: [Finding] = []
        do {
            let before = WallClock.system.now()
            let facts = try await find(FindServerFacts())
            let after = WallClock.system.now()
            findings += server(facts)
            findings.append(clock(facts.now, before, after))
        } catch {
            return [.bad("database", "\(error)")]
        }
        findings.append(await schema())
        findings.append(await wall())
        findings += await work()
        return findings
    }

    private func find<S: Statement>(_ statement: S) async throws -> S.Row where S.Scope == AdministrativeScope {
        try await database.transaction(in: AdministrativeScope.self) { tx in try tx.one(statement) }
    }

    private func list<S: Statement>(_ statement: S) async throws -> [S.Row] where S.Scope == AdministrativeScope {
        try await database.transaction(in: AdministrativeScope.self) { tx in try tx.run(statement) }
    }

    private func server(_ facts: FindServerFacts.Found) -> [Finding] {
        var findings: [Finding] = []
        findings.append(
            facts.version >= 150_000
                ? .good("database", "PostgreSQL \(facts.versionText), as \(facts.role)")
                : .bad("database", "PostgreSQL \(facts.versionText); 15 or newer is needed"))
        if facts.inRecovery { findings.append(.bad("database", "this server is a read-only standby")) }
        let loose = [
            ("fsync", facts.fsync), ("synchronous_commit", facts.synchronousCommit),
            ("full_page_writes", facts.fullPageWrites),
        ].filter { $0.1 == "off" }
        findings.append(
            loose.isEmpty
                ? .good("durability", "fsync, synchronous_commit and full_page_writes are on")
                : .bad(
                    "durability",
                    loose.map { "\($0.0) is off" }.joined(separator: ", ") + ": a crash loses accepted requests"))
        if facts.checksums != "on" {
            findings.append(.notable("durability", "data checksums are off: silent damage of a disk goes unseen"))
        }
        return findings
    }

    private func clock(_ theirs: Timestamp, _ before: Timestamp, _ after: Timestamp) -> Finding {
        // The server looked at its clock between our two looks at ours.
        let skew = theirs < before ? before - theirs : (theirs > after ? theirs - after : .zero)
        return skew <= Self.skewMax
            ? .good("clock", skew == .zero ? "agrees with the database's" : "\(skew) from the database's")
            : .bad("clock", "\(skew) from the database's: signatures and leases are judged by the clock")
    }

    private func schema() async -> Finding {
        do {
            try await Migrator.ours.check(database)
            return .good("schema", "is the one of this program (\(Schema.migrations.count) migrations)")
        } catch {
            return .bad("schema", "\(error)")
        }
    }

    private func wall() async -> Finding {
        do {
            let violations = try await list(ListIsolationViolations())
            return violations.isEmpty
                ? .good("isolation", "the catalogue shows no hole in the wall between tenants")
                : .bad("isolation", violations.joined(separator: "; "))
        } catch {
            return .bad("isolation", "\(error)")
        }
    }

    private func work() async -> [Finding] {
        do {
            return try await database.transaction(in: PlatformScope.self) { tx in
                WorkExamination(
                    workers: try tx.run(ListWorkers()), depth: try tx.run(ListQueueDepth()),
                    paused: try tx.run(ListPausedLanes()), standings: try tx.run(ListStandings()),
                    stripe: try tx.one(FindStripeSilence())
                ).findings
            }
        } catch {
            return [.bad("queue", "\(error)")]
        }
    }
}
