internal import Dispatch

/// Another program we started. Not waited for, it is still reaped when it ends.
public struct ChildProcess: Sendable {
    /// Where the child's standard output and error go.
    public enum Output: Sendable {
        /// To ours.
        case inherit
        /// To the end of a file, made when absent (mode 0600).
        case file(String)
        /// Nowhere.
        case discard
    }

    /// What the child reads.
    public enum Input: Sendable {
        /// Nothing.
        case null
        /// What we `write`.
        case pipe
    }

    /// How a child ended.
    public enum Exit: Sendable, Equatable, CustomStringConvertible {
        /// By itself, with a code.
        case code(Int32)
        /// By a signal.
        case signal(Int32)

        /// Whether it ended by itself with code 0.
        public var isSuccess: Bool { self == .code(0) }

        /// For an operator: "exit code 1".
        public var description: String {
            switch self {
            case .code(let code): "exit code \(code)"
            case .signal(let number): "signal \(number)"
            }
        }
    }

    /// Why a child could not be started.
    public struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
        /// The program or file that is at fault.
        public let path: String
        /// The system's number for the reason.
        public let errno: Int32

        /// For an operator.
        public var description: String { "cannot start or open \(path) (errno \(errno))" }
    }

    /// The child's process id.
    public let pid: Int32
    private let reaper: Reaper
    private let inputPipe: PipeEnd?

    /// Starts a program by its path. Only the three standard descriptors are inherited; signals are as at login.
    ///
    /// `ownGroup` keeps the terminal's Ctrl-C away from the child, for a parent that ends its children in its own
    /// order.
    public static func start(
        path: String, arguments: [String] = [], environment: [String: String] = [:], output: Output = .inherit,
        input: Input = .null, ownGroup: Bool = false
    ) throws(Failure) -> ChildProcess {
        let spawn = try SpawnPlan.run(
            path: path, arguments: arguments, environment: environment, output: .init(output), input: input,
            ownGroup: ownGroup)
        return ChildProcess(pid: spawn.pid, reaper: Reaper(pid: spawn.pid), inputPipe: spawn.input)
    }

    /// Runs a program to its end and gives back what it wrote to standard output and error, at most `outputBytesMax`
    /// (the rest is read and dropped).
    public static func runToEnd(
        path: String, arguments: [String] = [], environment: [String: String] = [:], input: [UInt8]? = nil,
        outputBytesMax: Int = 1 << 20
    ) async throws(Failure) -> (exit: Exit, output: [UInt8]) {
        let spawn = try SpawnPlan.run(
            path: path, arguments: arguments, environment: environment, output: .pipe,
            input: input == nil ? .null : .pipe, ownGroup: false)
        let child = ChildProcess(pid: spawn.pid, reaper: Reaper(pid: spawn.pid), inputPipe: spawn.input)
        if let input {
            DispatchQueue(label: "tollgate.child-input").async {
                child.write(input)
                child.closeInput()
            }
        }
        let output = await spawn.output?.readToEnd(bytesMax: outputBytesMax) ?? []
        return (await child.wait(), output)
    }

    /// Sends a signal (SIGTERM, unless told otherwise); does nothing when the child has ended, so that no stranger with
    /// the same id is hit.
    public func terminate(_ signal: Int32 = 15) {
        reaper.signal(signal)
    }

    /// Waits for the end.
    public func wait() async -> Exit {
        await reaper.wait()
    }

    /// Whether the child is still there.
    public var isRunning: Bool { reaper.isRunning }

    /// Writes to the child's standard input; blocks while the child does not read. False when it reads no more.
    @discardableResult public func write(_ bytes: [UInt8]) -> Bool {
        inputPipe?.write(bytes) ?? false
    }

    /// Ends the child's standard input.
    public func closeInput() {
        inputPipe?.close()
    }
}
