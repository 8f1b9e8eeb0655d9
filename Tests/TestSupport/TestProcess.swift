public import Foundation

/// One of our built executables, running under a test: its lines are kept and can be waited for.
public final class TestProcess: Sendable {
    /// The executable's name.
    public let name: String
    /// The process id.
    public let pid: Int32
    private let record: ProcessRecord

    private init(name: String, pid: Int32, record: ProcessRecord) {
        self.name = name
        self.pid = pid
        self.record = record
    }

    /// Starts an executable that was built beside the test bundle. It gets exactly the given environment, and PATH.
    ///
    /// With `hasLeash` its standard input is a pipe that ends with `stop` or with this process.
    public static func start(
        _ name: String, arguments: [String] = [], environment: [String: String] = [:], hasLeash: Bool = false
    ) throws -> TestProcess {
        let process = Process()
        process.executableURL = try BuiltProducts.executable(name)
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"].merging(environment) { $1 }
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        process.standardInput = hasLeash ? input as Any : FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        let record = ProcessRecord(leash: hasLeash ? input.fileHandleForWriting : nil)
        process.terminationHandler = { ended in
            let isExit = ended.terminationReason == .exit
            record.end(isExit ? ended.terminationStatus : -ended.terminationStatus)
        }
        try process.run()
        record.read(output.fileHandleForReading, isErrors: false)
        record.read(errors.fileHandleForReading, isErrors: true)
        return TestProcess(name: name, pid: process.processIdentifier, record: record)
    }

    /// Everything written to standard output so far.
    public var output: String { record.snapshot.output.joined(separator: "\n") }

    /// Everything written to standard error so far.
    public var errors: String { record.snapshot.errors.joined(separator: "\n") }

    /// Whether it has not ended.
    public var isRunning: Bool { record.snapshot.exit == nil }

    /// The first line, of either stream, with a text in it; waits until there is one.
    public func line(containing text: String, within limit: Duration = .seconds(10)) async throws -> String {
        var found: String?
        try await eventually("\(name) writes \"\(text)\"", within: limit) {
            let now = record.snapshot
            found = (now.output + now.errors).first { $0.contains(text) }
            if found == nil, let exit = now.exit, now.isRead {
                throw EndedEarly(name: name, exit: exit, errors: errors)
            }
            return found != nil
        }
        return found ?? ""
    }

    /// Sends a signal; nothing happens when it has ended.
    public func signal(_ number: Int32) { if isRunning, number > 0 { kill(pid, number) } }

    /// Asks it to end, waits, and gives its exit code (a signal as a negative number). Killed when it will not.
    @discardableResult public func stop(_ signal: Int32 = SIGTERM, within limit: Duration = .seconds(20)) async -> Int32
    {
        self.signal(signal)
        record.letGo()
        if let exit = try? await ended(within: limit) { return exit }
        self.signal(SIGKILL)
        return (try? await ended(within: .seconds(5))) ?? -SIGKILL
    }

    /// Waits for the end; gives the exit code, or a signal as a negative number.
    public func ended(within limit: Duration = .seconds(10)) async throws -> Int32 {
        try await eventually("\(name) ends", within: limit) { record.snapshot.exit != nil }
        return record.snapshot.exit ?? -1
    }
}

/// A process ended before it wrote what a test waited for.
public struct EndedEarly: Error, CustomStringConvertible {
    let name: String
    let exit: Int32
    let errors: String

    /// The exit code and what the process had to say.
    public var description: String { "\(name) ended with \(exit): \(errors)" }
}
