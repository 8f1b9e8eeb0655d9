import Daemon
import Postgres
import Schema
import Synchronization

/// Whether requests can be served, and if not, why. Recovers by itself: nothing here ends the process but a schema that
/// turned out to be another one.
final class Health: Sendable {
    private struct State {
        var isSchemaChecked = false
    }

    private let database: Database
    private let isDraining: @Sendable () -> Bool
    private let state = Mutex(State())

    /// Asks `database`; `isDraining` says whether the end was asked for.
    init(_ database: Database, isDraining: @escaping @Sendable () -> Bool) {
        self.database = database
        self.isDraining = isDraining
    }

    /// What stands in the way; nothing means ready. Never takes longer than a second.
    func obstacles() async -> [String] {
        if isDraining() { return ["draining: the end was asked for"] }
        guard let trouble = await databaseTrouble() else {
            return state.withLock { $0.isSchemaChecked } ? [] : ["schema: not checked yet"]
        }
        return ["database: \(trouble)"]
    }

    /// Checks the schema as soon as the database answers. Throws what must end the process: a schema that is not ours.
    func watch() async throws {
        while !Task.isCancelled {
            do {
                try await Migrator(Schema.migrations).check(database)
                state.withLock { $0.isSchemaChecked = true }
                return
            } catch let mismatch as SchemaMismatch {
                throw ExitError(code: ExitError.configuration, message: "\(mismatch)")
            } catch {
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func databaseTrouble() async -> String? {
        await withTaskGroup(of: String?.self) { group in
            group.addTask { [database] in
                do {
                    try await database.ping()
                    return nil
                } catch {
                    return "\(error)"
                }
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(1))
                return "no answer within a second"
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}
