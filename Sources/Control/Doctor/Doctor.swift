internal import Daemon
internal import HTTPTypes
internal import Postgres
internal import Schema

/// `tollgate doctor`: is everything as it should be? Ends with 1 when something must be mended.
struct Doctor: Subcommand {
    static let name = "doctor"
    static let summary = "check database, schema, the wall between tenants, durability, clock, keys and workers"
    static let usage = "  --json"

    private let database: OperatorDatabase
    private let keys: KeyExamination
    private let asJSON: Bool

    init(_ arguments: inout Arguments, _ settings: Settings) throws {
        database = OperatorDatabase(settings)
        keys = KeyExamination(settings)
        asJSON = arguments.flag("--json")
    }

    func run(until shutdown: ShutdownSignal) async throws {
        var findings = keys.findings
        do {
            findings += try await database.use { database in await DatabaseExamination(database).findings() }
        } catch let error as ExitError {
            findings.append(.bad("database", error.message))
        }
        let bad = findings.filter { $0.grade == .bad }.count
        if asJSON {
            let json: JSON = [
                "object": "examination", "ok": .bool(bad == 0), "findings": .array(findings.map(\.json)),
            ]
            Console.say(json.text)
        } else {
            for finding in findings {
                Console.say(
                    finding.grade.rawValue.padded(to: 6) + finding.about.padded(to: 14) + finding.text)
            }
        }
        if bad > 0 { throw ExitError.failed("\(bad) of \(findings.count) checks are bad") }
    }
}
