internal import Daemon
internal import FoundationEssentials

/// The folder of a private PostgreSQL, and who works in it: PostgreSQL refuses to run as root, so root lets the user
/// `postgres` do it.
struct PrivateFolder: Sendable {
    private let path: String
    private let isTemporary: Bool
    /// The cluster's files.
    let data: String
    /// Where the socket is. Its path may have 107 bytes (`sun_path`), so a deep folder gets a short one under /tmp.
    let socketFolder: String
    /// The server's log.
    let log: String
    private let isRoot = ProcessUser.isRoot
    private let files = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"]

    init(_ folder: String, isTemporary: Bool = false) throws {
        self.isTemporary = isTemporary
        let here = FileManager.default.currentDirectoryPath
        let absolute = folder.hasPrefix("/") ? folder : "\(here)/\(folder)"
        path = "/" + absolute.split(separator: "/").joined(separator: "/")
        guard !path.contains("'"), !path.contains("\\"), !path.contains(",") else {
            throw ExitError.usage("--data must not contain quotation marks, backslashes or commas")
        }
        data = path + "/data"
        log = path + "/postgres.log"
        let natural = path + "/run"
        let isShort = "\(natural)/.s.PGSQL.5432".utf8.count <= 107
        socketFolder = isShort ? natural : "/tmp/tollgate-\(Hex.encode(Array(UUID().uuidString.utf8.prefix(8))))"
    }

    /// The major version that made the cluster; nil when there is none yet.
    var majorVersion: Int? {
        (try? String(contentsOfFile: data + "/PG_VERSION", encoding: .utf8)).flatMap {
            Int($0.split(whereSeparator: \.isWhitespace).first ?? "")
        }
    }

    /// The last lines of the log, for an error.
    var endOfLog: String {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? "no log"
        return text.split(separator: "\n").suffix(5).joined(separator: "; ")
    }

    /// Makes the folders, closed to everyone else.
    func prepare() async throws {
        for folder in [path, socketFolder] where !FileManager.default.fileExists(atPath: folder) {
            let parent = folder.split(separator: "/").dropLast().joined(separator: "/")
            do {
                try FileManager.default.createDirectory(atPath: "/" + parent, withIntermediateDirectories: true)
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            } catch {
                throw ExitError.failed("cannot make the folder \(folder)")
            }
        }
        guard isRoot else { return }
        let (exit, output) = try await ChildProcess.runToEnd(
            path: "/bin/chown", arguments: ["-R", "postgres:", path, socketFolder], environment: files)
        guard exit.isSuccess else {
            throw ExitError.failed(
                "cannot give \(path) to the user postgres: \(String(decoding: output, as: UTF8.self))")
        }
    }

    /// Starts the server in the background.
    func start(_ program: String, _ arguments: [String]) throws -> ChildProcess {
        let words = command(program, arguments)
        // Ctrl-C at the terminal is for us; we tell the server ourselves.
        return try ChildProcess.start(
            path: words[0], arguments: Array(words.dropFirst()), environment: files, output: .file(log), ownGroup: true)
    }

    /// Runs a program to its end.
    func runToEnd(_ program: String, _ arguments: [String]) async throws -> (ChildProcess.Exit, [UInt8]) {
        let words = command(program, arguments)
        return try await ChildProcess.runToEnd(
            path: words[0], arguments: Array(words.dropFirst()), environment: files)
    }

    /// A server whose `tollgate postgres` was killed still has the files: it is told to end. A server that has its
    /// parent is somebody's, and left alone.
    func endOrphan() async throws {
        guard let pid = runningServer else { return }
        if let parent = Self.field("PPid", of: pid), Self.field("Name", of: parent)?.hasPrefix("tollgate") == true {
            throw ExitError.conflict("a PostgreSQL is running in \(path) already (process \(pid))")
        }
        guard let number = Int32(pid) else { return }
        ProcessSignal.interrupt.send(to: number)
        for _ in 0..<600 where runningServer != nil { try await Task.sleep(for: .milliseconds(50)) }
        if runningServer != nil { throw ExitError.conflict("process \(pid) does not let go of \(path)") }
    }

    /// Removes what is not to stay: a socket folder outside our own, and a temporary folder as a whole.
    func tidy() {
        if socketFolder != path + "/run" { try? FileManager.default.removeItem(atPath: socketFolder) }
        if isTemporary { try? FileManager.default.removeItem(atPath: path) }
    }

    private func command(_ program: String, _ arguments: [String]) -> [String] {
        let identity = isRoot ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : []
        return ["/usr/bin/env", "-C", path] + identity + [program] + arguments
    }

    /// The process named in `postmaster.pid`, if it lives and is a PostgreSQL; a stale file PostgreSQL removes itself.
    private var runningServer: String? {
        guard let text = try? String(contentsOfFile: data + "/postmaster.pid", encoding: .utf8),
            let pid = text.split(separator: "\n").first.map(String.init)
        else { return nil }
        return Self.field("Name", of: pid) == "postgres" ? pid : nil
    }

    private static func field(_ name: String, of pid: String) -> String? {
        let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix(name + ":") }
        return line?.split(whereSeparator: { $0 == ":" || $0 == "\t" }).last.map(String.init)
    }
}
