internal import Dispatch
internal import Glibc
internal import Synchronization

/// Tells the operators: one JSON line on standard error. Never blocks; when the reader of our log is stuck, lines are
/// dropped and counted rather than held against the work.
public func observe(_ observation: some Observation) {
    ObservationLog.process.write(observation)
}

/// A bounded queue of lines with one writer behind it.
final class ObservationLog: Sendable {
    private struct State {
        var program = ""
        var minimum = LogLevel.info
        var lines: [UInt8] = []
        var isWriting = false
        var dropped: Int64 = 0
        var reportedDrops: Int64 = 0
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "tollgate.observations")
    private let bytesMax: Int
    private let clock: WallClock
    private let sink: @Sendable ([UInt8]) -> Void

    /// Where `observe` goes.
    static let process = ObservationLog { writeToStandardError($0) }

    init(bytesMax: Int = 1 << 20, clock: WallClock = .system, sink: @escaping @Sendable ([UInt8]) -> Void) {
        self.bytesMax = bytesMax
        self.clock = clock
        self.sink = sink
    }

    /// The lines lost since the start.
    var droppedCount: Int64 { state.withLock { $0.dropped } }

    func configure(program: String, minimum: LogLevel) {
        state.withLock { state in
            state.program = program
            state.minimum = minimum
        }
    }

    func write(_ observation: some Observation) {
        let (program, minimum) = state.withLock { ($0.program, $0.minimum) }
        guard observation.level >= minimum else { return }
        append(ObservationLine.encode(observation, program: program, at: clock.now()))
    }

    /// Waits until what was told so far is written, but not for long: for the end of the process.
    func flush(within limit: Duration) {
        let done = DispatchSemaphore(value: 0)
        queue.async { done.signal() }
        _ = done.wait(timeout: .now() + .microseconds(Int(limit.microseconds)))
    }

    private func append(_ line: [UInt8]) {
        let mustStart = state.withLock { state in
            guard state.lines.count + line.count <= bytesMax else {
                state.dropped += 1
                return false
            }
            state.lines += line
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if mustStart { queue.async { self.drain() } }
    }

    private func drain() {
        while true {
            let (lines, losses, program) = state.withLock { state in
                let lines = state.lines
                state.lines = []
                state.isWriting = !lines.isEmpty
                let losses = state.dropped - state.reportedDrops
                if !lines.isEmpty { state.reportedDrops = state.dropped }
                return (lines, losses, state.program)
            }
            guard !lines.isEmpty else { return }
            sink(lines)
            if losses > 0 {
                sink(ObservationLine.encode(ObservationsDropped(count: losses), program: program, at: clock.now()))
            }
        }
    }

    /// Writes everything to standard error, however slowly it is read; gives up when nobody reads it any more.
    private static func writeToStandardError(_ bytes: [UInt8]) {
        var offset = 0
        while offset < bytes.count {
            let count = unsafe bytes[offset...].withUnsafeBytes { unsafe Glibc.write(2, $0.baseAddress, $0.count) }
            if count > 0 {
                offset += count
            } else if errno == EAGAIN {
                var wish = pollfd(fd: 2, events: Int16(POLLOUT), revents: 0)
                unsafe poll(&wish, 1, 1_000)
            } else if errno != EINTR {
                return
            }
        }
    }
}

/// Lines the log had to drop because nobody took them away.
private struct ObservationsDropped: Observation {
    let count: Int64
    var event: String { "observations.dropped" }
    var level: LogLevel { .warning }
    var fields: [ObservationField] { [.int("count", count)] }
}
