import CPostgres
import Glibc

extension Wire {
    /// Opens a connection in pipeline mode.
    ///
    /// The defaults make a dead server known within seconds and skip a read-only standby; the conninfo may override
    /// each of them.
    static func connect(_ conninfo: String, name: String) throws(PostgresError) -> Wire {
        let settings: [(String, String)] = [
            ("connect_timeout", "3"), ("keepalives_idle", "15"), ("keepalives_interval", "5"),
            ("keepalives_count", "3"),
            ("tcp_user_timeout", "20000"), ("client_encoding", "UTF8"), ("target_session_attrs", "read-write"),
            ("application_name", name), ("dbname", conninfo),
        ]
        let raw = unsafe withCStrings(settings.map(\.0)) { keywords in
            unsafe withCStrings(settings.map(\.1)) { values in unsafe PQconnectdbParams(keywords, values, 1) }
        }
        guard let raw = unsafe raw else { throw .unreachable("out of memory") }
        let wire = unsafe Wire(owning: raw)
        guard unsafe PQstatus(raw) == CONNECTION_OK else {
            throw .unreachable(ConnectionString.fault(in: unsafe oneLine(PQerrorMessage(raw))))
        }
        unsafe tollgate_silence_notices(raw)
        guard unsafe PQsetnonblocking(raw, 1) == 0, unsafe PQenterPipelineMode(raw) == 1 else {
            throw .unreachable(unsafe oneLine(PQerrorMessage(raw)))
        }
        return wire
    }

    /// Whether an idle connection still stands. A server has nothing to say to one but its farewell, which may come a
    /// moment before the end of the stream; the rare other message (a reloaded setting) costs one reconnection.
    var isAlive: Bool {
        if isLost { return false }
        var descriptor = unsafe pollfd(fd: PQsocket(raw), events: Int16(POLLIN), revents: 0)
        return unsafe poll(&descriptor, 1, 0) == 0
    }
}

/// Lends a nil-terminated array of C strings.
private func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
    let copies = unsafe texts.map { unsafe strdup($0) }
    defer { unsafe copies.forEach { unsafe free($0) } }
    var pointers = unsafe copies.map { unsafe UnsafePointer<CChar>($0) }
    unsafe pointers.append(nil)
    return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress!) }
}
