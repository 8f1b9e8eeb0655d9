internal import Dispatch
internal import Glibc
internal import Synchronization

/// Waits for one child on a thread of its own and tells everyone who asks how it ended.
final class Reaper: Sendable {
    private struct State {
        var exit: ChildProcess.Exit?
        var waiters: [CheckedContinuation<ChildProcess.Exit, Never>] = []
    }

    private let pid: Int32
    private let state = Mutex(State())

    init(pid: Int32) {
        self.pid = pid
        DispatchQueue(label: "tollgate.reaper").async { self.reap() }
    }

    var isRunning: Bool { state.withLock { $0.exit == nil } }

    func signal(_ number: Int32) {
        state.withLock { state in
            if state.exit == nil { kill(pid, number) }
        }
    }

    func wait() async -> ChildProcess.Exit {
        await withCheckedContinuation { waiter in
            let exit = state.withLock { state in
                if state.exit == nil { state.waiters.append(waiter) }
                return state.exit
            }
            if let exit { waiter.resume(returning: exit) }
        }
    }

    private func reap() {
        // First wait without reaping: the process id stays taken until the lock is held, so `signal` cannot miss.
        var info = unsafe siginfo_t()
        while unsafe waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
        let (exit, waiters) = state.withLock { state in
            var status: Int32 = 0
            while unsafe waitpid(pid, &status, 0) < 0 && errno == EINTR {}
            let signal = status & 0x7F
            let exit: ChildProcess.Exit = signal == 0 ? .code(status >> 8 & 0xFF) : .signal(signal)
            state.exit = exit
            defer { state.waiters = [] }
            return (exit, state.waiters)
        }
        for waiter in waiters { waiter.resume(returning: exit) }
    }
}
