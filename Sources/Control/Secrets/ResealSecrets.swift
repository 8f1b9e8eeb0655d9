internal import Crypto
internal import Daemon
internal import FoundationEssentials
internal import Postgres

/// `tollgate secrets reseal`: the last step of a rotation. Every secret in the database is sealed anew to the newest
/// key of a ring, so that the older keys may go; what nobody needs any more is wiped.
///
/// It reads what no program of ours but its owner may read, so it asks for the ring and for the database's owner at
/// once.
struct ResealSecrets: Subcommand {
    static let name = "secrets reseal"
    static let summary = "seal the secrets in the database anew to the newest key of a ring"
    static let usage = """
          --purpose stripe-api|stripe-webhook|portal-webhook
          --keys <file>   the ring: private keys, one per line, the new one and those before it
        """

    /// Secrets in one transaction: programs that want one of them wait no longer than that.
    private static let stride = 100

    private let database: OperatorDatabase
    private let purpose: String
    private let file: String

    init(_ arguments: inout Arguments, _ settings: Settings) throws {
        database = OperatorDatabase(settings, as: "tollgate_migrator")
        purpose = try arguments.required("--purpose")
        guard ["stripe-api", "stripe-webhook", "portal-webhook"].contains(purpose) else {
            throw ExitError.usage("--purpose is stripe-api, stripe-webhook or portal-webhook")
        }
        file = try arguments.required("--keys")
    }

    func run(until shutdown: ShutdownSignal) async throws {
        let (ring, key) = try readRing()
        let count = try await database.use { database in
            let wiped = try await database.transaction(in: AdministrativeScope.self) { tx in
                tx.send(BecomeEntry())
                return try tx.one(WipeSecrets(purpose: purpose))
            }
            var count = Count(wiped: wiped)
            var place = ListSealedSecrets.Place.start
            while true {
                guard !shutdown.isRequested else { throw ExitError.failed("stopped halfway: run it again") }
                let from = place
                let (done, next) = try await database.transaction(in: AdministrativeScope.self) { tx in
                    try reseal(after: from, to: key, with: ring, tx)
                }
                count.add(done)
                guard let next else { break }
                place = next
            }
            return count
        }
        try tell(count, key)
    }

    private struct Count: Sendable {
        var wiped: Int64 = 0
        var sealed = 0
        var unreadable: [String] = []

        mutating func add(_ other: Count) {
            sealed += other.sealed
            unreadable += other.unreadable
        }
    }

    private func readRing() throws -> (KeyRing, SealingKey) {
        guard let text = SecretFolder.read(file) else { throw ExitError.failed("cannot read \(file)") }
        let ring: KeyRing
        do {
            ring = try KeyRing(parsing: Secret(text))
        } catch {
            throw ExitError.failed("\(file) holds no usable key ring: \(error)")
        }
        guard let key = ring.newest, ring.sealingKeys.allSatisfy({ $0.purpose == purpose }) else {
            throw ExitError.failed("\(file) holds keys for something else than \(purpose)")
        }
        return (ring, key)
    }

    /// One stretch of rows; nil as the next place when that was the last. A row that is written meanwhile by another
    /// program keeps what that one wrote.
    private func reseal(
        after place: ListSealedSecrets.Place, to key: SealingKey, with ring: KeyRing,
        _ tx: borrowing Transaction<AdministrativeScope>
    ) throws -> (Count, ListSealedSecrets.Place?) {
        tx.send(BecomeEntry())
        let rows = try tx.run(
            ListSealedSecrets(purpose: purpose, notFor: key.id, after: place, count: Self.stride))
        var count = Count()
        for row in rows {
            let binding = SealBinding(
                tenant: row.place.tenant, table: "sealed_secret", purpose: purpose, row: row.place.id,
                version: row.version)
            do {
                let envelope = try key.seal(ring.open(row.envelope, boundTo: binding), boundTo: binding)
                count.sealed += Int(try tx.count(MarkSecretResealed(row, envelope: envelope, keyID: key.id)))
            } catch let error as CryptoError {
                count.unreadable.append("\(row.place.id.uuidString.lowercased()) (\(error))")
            }
        }
        return (count, rows.count < Self.stride ? nil : rows.last?.place)
    }

    private func tell(_ count: Count, _ key: SealingKey) throws {
        Console.say("\(count.sealed) sealed anew to key \(key.id), \(count.wiped) wiped that nobody needs any more")
        guard count.unreadable.isEmpty else {
            throw ExitError.failed(
                "\(count.unreadable.count) cannot be opened with this ring, and stay as they are: "
                    + count.unreadable.prefix(20).joined(separator: ", "))
        }
        Console.say("every \(purpose) secret is sealed to key \(key.id): the keys before it may go")
    }
}
