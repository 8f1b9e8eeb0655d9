internal import Glibc

/// What one process asks of another.
public enum ProcessSignal: Int32, Sendable {
    /// SIGINT: PostgreSQL's fast shutdown; for most programs, Ctrl-C.
    case interrupt = 2
    /// SIGTERM: please end.
    case terminate = 15
    /// SIGKILL: end now, without a word.
    case kill = 9

    /// Sends it to a process by its number; refuses the numbers that mean whole groups of processes.
    public func send(to pid: Int32) {
        if pid > 1 { Glibc.kill(pid, rawValue) }
    }
}
