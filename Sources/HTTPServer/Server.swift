internal import CMicrohttpd
internal import HTTPTypes
internal import Synchronization

/// An HTTP/1.1 server on libmicrohttpd: sockets on MHD's few threads, handlers as Swift tasks, connections asleep
/// meanwhile.
public final class Server: Sendable {
    private let engine: Engine
    private let lifetime: ServerLifetime
    /// The port listened on; the one chosen by the system when 0 was asked for.
    public let port: UInt16

    private init(engine: Engine, daemon: MicrohttpdDaemon) {
        self.engine = engine
        port = daemon.port
        lifetime = ServerLifetime(engine: engine, daemon: daemon)
    }

    /// Starts listening and answering.
    ///
    /// The handler begins on MHD's thread and leaves it at its first suspension: short synchronous work costs no hop,
    /// long synchronous work would hold up other connections. The server lives until `stop()`.
    public static func start(
        address: String = "127.0.0.1", port: UInt16, limits: ServerLimits = ServerLimits(),
        securityHeaders: SecurityHeaders = .api, handler: @escaping @Sendable (Request) async -> Response
    ) throws(ServerError) -> Server {
        let engine = Engine(limits: limits, securityHeaders: securityHeaders, handler: handler)
        let daemon = try MicrohttpdDaemon.start(address: address, port: port, engine: engine)
        return Server(engine: engine, daemon: daemon)
    }

    /// Requests whose answer has not been wholly sent.
    public var activeRequests: Int {
        engine.metrics.activeRequests
    }

    /// Open sockets, idle ones included.
    public var openConnections: Int {
        engine.deadlines.openConnections
    }

    /// Closes every connection that comes from now on at once, without an answer; what is connected goes on, and each
    /// answer now closes its connection. The port is free after `stop()`.
    public func stopAccepting() {
        engine.isDraining.store(true, ordering: .sequentiallyConsistent)
    }

    /// Stops accepting, lets running requests end (at most `drainDeadline`, then they are answered 503), closes every
    /// connection, ends the threads and gives the port back. Calling it again waits for the same end.
    public func stop() async {
        stopAccepting()
        await lifetime.end()
    }
}
