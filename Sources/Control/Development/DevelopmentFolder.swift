internal import Daemon
internal import FoundationEssentials

/// The folder `tollgate up` keeps everything in: secrets, PostgreSQL's data, logs, the demo tenant's key.
struct DevelopmentFolder: Sendable {
    /// Where it is, from the root.
    let path: String

    /// Reads where it is.
    init(_ settings: Settings) {
        self.init(
            path: settings.string(
                "TOLLGATE_HOME", default: ".tollgate", help: "the folder `tollgate up` keeps everything in"))
    }

    /// A folder of that name, made absolute.
    init(path: String) {
        let here = FileManager.default.currentDirectoryPath
        self.path = path.hasPrefix("/") ? path : here + "/" + path
    }

    /// The secrets' folder.
    var secrets: SecretFolder { SecretFolder(path: path + "/secrets") }
    /// PostgreSQL's data and socket.
    var postgres: String { path + "/postgres" }
    /// Where a program's observations go.
    func log(of program: String) -> String { "\(path)/logs/\(program).log" }
    /// The demo tenant's key and addresses, in a form a shell can source.
    var demo: String { path + "/demo.env" }
    /// Where the running `tollgate up` notes how to reach the database.
    private var databaseNote: String { path + "/database" }
    /// Where the running `tollgate up` notes its process id.
    var runningNote: String { path + "/up.pid" }

    /// Makes what is not there yet. The folder can be entered by the user PostgreSQL runs as; the secrets cannot.
    func prepare() throws(ExitError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
            try FileManager.default.createDirectory(
                atPath: path + "/logs", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .failed("cannot make the folder \(path): \(error)")
        }
        try secrets.prepare()
    }

    /// Notes the connection string without user, for the other subcommands.
    func noteDatabase(_ conninfo: String) throws(ExitError) {
        try secrets.write(conninfo, to: databaseNote, replacing: true)
    }

    /// The noted connection string with a role; nil when no `tollgate up` ever ran here.
    func databaseURL(as role: String) -> String? {
        SecretFolder.read(databaseNote).map { "\($0) user=\(role)" }
    }

    /// One of the secrets `tollgate up` made; nil when it never ran here.
    func secret(_ name: SecretName) -> Secret? {
        SecretFolder.read(secrets.path(of: name)).map { Secret($0) }
    }
}
