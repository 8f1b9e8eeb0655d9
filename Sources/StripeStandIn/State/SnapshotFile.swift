import Daemon
import FoundationEssentials
import HTTPTypes

/// The file the state is kept in. An actor of its own, so that waiting for the disk holds up no call.
actor SnapshotFile {
    private let path: String

    init(path: String) { self.path = path }

    /// The saved state, nil when there is no file yet.
    func load() throws -> JSON? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let bytes = try Data(contentsOf: URL(filePath: path))
        return try JSON.parse(Array(bytes), limits: JSONLimits(depthMax: 64, nodesMax: 100_000_000))
    }

    /// Writes the state whole or not at all, for its owner's eyes only: it holds signing secrets of the stand-in.
    func save(_ json: JSON) throws {
        try Data(json.serialize()).write(to: URL(filePath: path), options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }
}
