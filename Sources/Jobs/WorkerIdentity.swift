internal import FoundationEssentials

/// Who works: what operators see in the list of workers.
public struct WorkerIdentity: Sendable, Equatable {
    /// The machine.
    public let host: String
    /// The process on it.
    public let processID: Int32
    /// The program's version.
    public let version: String

    /// By hand, for tests.
    public init(host: String, processID: Int32, version: String) {
        self.host = host
        self.processID = processID
        self.version = version
    }

    /// This process.
    public static func ofProcess(version: String) -> WorkerIdentity {
        let process = ProcessInfo.processInfo
        return WorkerIdentity(host: process.hostName, processID: process.processIdentifier, version: version)
    }
}
