internal import Daemon
internal import Glibc
internal import Synchronization

/// The thread that watches deadlines while the server lives and takes it down at the end.
final class ServerLifetime: Sendable {
    private let watch: Task<Void, Never>
    private let ending: EndingFlag

    /// Shared by the owner and the thread, so that neither keeps the other.
    private final class EndingFlag: Sendable {
        let isSet = Atomic<Bool>(false)
    }

    /// The watching thread: an actor, because a blocking loop must have an executor of its own.
    private actor Watch {
        private let executor = BlockingExecutor(label: "tollgate.http.deadlines")
        nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

        func run(_ engine: Engine, _ daemon: MicrohttpdDaemon, until ending: EndingFlag) {
            let tick = Self.tickMicroseconds(engine.limits)
            while !ending.isSet.load(ordering: .acquiring) {
                engine.deadlines.reap()
                usleep(tick)
            }
            drain(engine)
            daemon.stop()
        }

        private func drain(_ engine: Engine) {
            let deadline = MonotonicTime.after(engine.limits.drainDeadline)
            while engine.metrics.activeRequests > 0, MonotonicTime.now() < deadline {
                engine.deadlines.reap()
                usleep(2_000)
            }
            engine.isEnding.store(true, ordering: .sequentiallyConsistent)
            // A suspended connection must not meet MHD_stop_daemon (it aborts the process): answer for each handler
            // still running until none sleeps. None is started any more, so what is left after a second is peers that
            // do not send or read.
            let last = MonotonicTime.after(.seconds(1))
            while engine.metrics.activeRequests > 0, MonotonicTime.now() < last {
                engine.deadlines.abandonRunning()
                usleep(2_000)
            }
        }

        /// An eighth of the shortest deadline, between 10 and 50 ms: also how soon a stop is seen.
        private static func tickMicroseconds(_ limits: ServerLimits) -> UInt32 {
            let shortest = min(limits.headerDeadline, limits.bodyDeadline, limits.writeDeadline, limits.idleDeadline)
            return UInt32(min(max(MonotonicTime.nanoseconds(shortest) / 8_000, 10_000), 50_000))
        }
    }

    init(engine: Engine, daemon: MicrohttpdDaemon) {
        let ending = EndingFlag()
        self.ending = ending
        let actor = Watch()
        watch = Task { await actor.run(engine, daemon, until: ending) }
    }

    func end() async {
        ending.isSet.store(true, ordering: .releasing)
        await watch.value
    }
}
