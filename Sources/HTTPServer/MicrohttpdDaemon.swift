internal import CMicrohttpd
internal import Glibc

/// MHD's own handle. The pointer is used by `stop`, once.
///
/// `MHD_quiesce_daemon` is never called: with epoll and threads it and a thread may both take the listening socket out
/// of the thread's epoll set, and the loser aborts the process (libmicrohttpd 0.9.75, daemon.c: "Failed to remove
/// listen FD from epoll set"; seen once in a few hundred stops). Who comes during a stop is turned away by `onAccept`.
@safe final class MicrohttpdDaemon: @unchecked Sendable {
    private let handle: OpaquePointer
    /// Kept alive for MHD's callbacks, which hold it unretained.
    private let engine: Engine
    let port: UInt16

    private init(handle: OpaquePointer, engine: Engine) {
        unsafe self.handle = unsafe handle
        self.engine = engine
        port = unsafe server_port(handle)
    }

    static func start(address: String, port: UInt16, engine: Engine) throws(ServerError) -> MicrohttpdDaemon {
        var socketAddress = sockaddr_storage()
        guard unsafe server_parse_address(address, port, &socketAddress) == 1 else { throw .notAnAddress(address) }
        let limits = engine.limits
        var options = unsafe server_options()
        unsafe options.flags =
            MHD_USE_INTERNAL_POLLING_THREAD.rawValue | MHD_USE_EPOLL.rawValue | MHD_ALLOW_SUSPEND_RESUME.rawValue
        unsafe options.threads = UInt32(max(limits.threads, 1))
        unsafe options.connections = UInt32(max(limits.connectionsMax, limits.threads))
        unsafe options.connections_per_address = UInt32(max(limits.connectionsPerAddressMax, 0))
        // The pool holds the request's headers and, later, the answer's; a little over the bound lets Hygiene say 431
        // itself.
        unsafe options.memory_per_connection = limits.headerBytesMax + 8 * 1024
        unsafe options.on_accept = Bridge.onAccept
        unsafe options.on_request = Bridge.onRequest
        unsafe options.on_connection = Bridge.onConnection
        unsafe options.on_completed = Bridge.onCompleted
        unsafe options.on_request_line = Bridge.onRequestLine
        unsafe options.unescape = Bridge.unescape
        unsafe options.context = Unmanaged.passUnretained(engine).toOpaque()
        errno = 0
        guard let handle = unsafe server_start(&socketAddress, &options) else {
            throw .cannotListen(address: address, port: port, reason: unsafe String(cString: strerror(errno)))
        }
        return unsafe MicrohttpdDaemon(handle: handle, engine: engine)
    }

    /// Stops listening, ends MHD's threads and closes every connection. Blocks; no connection may be suspended.
    func stop() {
        unsafe MHD_stop_daemon(handle)
    }
}
