internal import Daemon

/// Keeps one program running: starts it again when it ends by itself, later each time, and says so.
struct Supervisor: Sendable {
    private let plan: ProgramPlan
    private static let firstPause = Duration.milliseconds(500)
    private static let longestPause = Duration.seconds(30)
    private static let drainMax = Duration.seconds(40)

    /// For one program.
    init(_ plan: ProgramPlan) { self.plan = plan }

    /// Runs it until the shutdown; returns when it has ended. Throws when it cannot be started at all, or when it says
    /// that its settings are wrong: starting it again would not help.
    func run(until shutdown: ShutdownSignal) async throws {
        var pause = Self.firstPause
        while !shutdown.isRequested {
            let began = ContinuousClock.now
            let child = try start()
            let exit = await end(of: child, or: shutdown)
            if shutdown.isRequested { return }
            if exit == .code(ExitError.configuration) {
                throw ExitError(
                    code: ExitError.configuration, message: "\(plan.name) refuses its settings: \(lastWords)")
            }
            if ContinuousClock.now - began > .seconds(60) { pause = Self.firstPause }
            Console.complain("\(plan.name) ended by itself (\(exit)); it starts again in \(pause): \(lastWords)")
            await rest(pause, or: shutdown)
            pause = min(pause * 2, Self.longestPause)
        }
    }

    /// What the program said last, and where the rest is.
    private var lastWords: String {
        [LastLine.of(plan.log), "its log: \(plan.log)"].compactMap(\.self).joined(separator: "; ")
    }

    private func start() throws -> ChildProcess {
        do {
            // Its own process group: Ctrl-C reaches only us, and we end the programs in order.
            let child = try ChildProcess.start(
                path: plan.path, environment: plan.environment, output: .file(plan.log), ownGroup: true)
            Orphan(plan).note(child.pid)
            return child
        } catch {
            throw ExitError.unavailable("\(error)")
        }
    }

    /// Waits for the program's end; on shutdown asks for it, and insists when it takes longer than a drain may.
    private func end(of child: ChildProcess, or shutdown: ShutdownSignal) async -> ChildProcess.Exit {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await shutdown.wait()
                child.terminate()
                try? await Task.sleep(for: Self.drainMax)
                if !Task.isCancelled, child.isRunning { child.terminate(9) }
            }
            let exit = await child.wait()
            group.cancelAll()
            return exit
        }
    }

    private func rest(_ pause: Duration, or shutdown: ShutdownSignal) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await Task.sleep(for: pause) }
            group.addTask { await shutdown.wait() }
            await group.next()
            group.cancelAll()
        }
    }
}
