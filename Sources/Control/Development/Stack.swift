internal import Daemon
internal import Synchronization

/// The running stack: PostgreSQL, then the stand-in, then API and workers; they end in the reverse order.
final class Stack: Sendable {
    private let postgres: PostgresKeeper
    private let standIn: [ProgramPlan]
    private let front: [ProgramPlan]
    private let firstError = Mutex<(any Error)?>(nil)

    /// A stack of these programs over a PostgreSQL that runs already.
    init(postgres: PostgresKeeper, programs: [ProgramPlan]) {
        self.postgres = postgres
        standIn = programs.filter { $0.name == "stripe-stand-in" }
        front = programs.filter { $0.name != "stripe-stand-in" }
    }

    /// Runs everything until the shutdown, then ends it stage by stage: nothing loses what it stands on. An error of
    /// any part ends all of it and is thrown at the end.
    func run(until shutdown: ShutdownSignal, whenStarted: @escaping @Sendable () async throws -> Void) async throws {
        let standInStop = ShutdownSignal()
        let postgresStop = ShutdownSignal()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await self.runAll(self.front, until: shutdown, tellingErrorsTo: shutdown)
                standInStop.request()
            }
            group.addTask {
                await self.runAll(self.standIn, until: standInStop, tellingErrorsTo: shutdown)
                await standInStop.wait()
                postgresStop.request()
            }
            group.addTask { await self.noting(shutdown) { try await self.postgres.run(until: postgresStop) } }
            group.addTask { await self.noting(shutdown) { try await whenStarted() } }
        }
        if let error = firstError.withLock({ $0 }) { throw error }
    }

    private func runAll(_ plans: [ProgramPlan], until stop: ShutdownSignal, tellingErrorsTo shutdown: ShutdownSignal)
        async
    {
        await withTaskGroup(of: Void.self) { group in
            for plan in plans {
                group.addTask { await self.noting(shutdown) { try await Supervisor(plan).run(until: stop) } }
            }
        }
    }

    private func noting(_ shutdown: ShutdownSignal, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            firstError.withLock { first in
                if first == nil { first = error }
            }
            shutdown.request()
        }
    }
}
