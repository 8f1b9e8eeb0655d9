import CPostgres
import Daemon
import Glibc

/// LISTEN on a session of its own, on its own thread, until told to stop.
actor Listener {
    private let thread: BlockingExecutor
    private let conninfo: String
    private let name: String
    private let channel: String

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    init(_ conninfo: String, name: String, channel: String) {
        thread = BlockingExecutor(label: "postgres.listen.\(channel)")
        self.conninfo = conninfo
        self.name = name
        self.channel = channel
    }

    /// Listens, reconnects with jittered pauses, and finishes the stream when stopped.
    func run(until stop: StopSignal, into stream: AsyncStream<String>.Continuation) {
        defer { stream.finish() }
        var failures = 0
        while !stop.isStopped {
            if let wire = try? Wire.connect(conninfo, name: name), listen(on: wire) {
                failures = 0
                stream.yield("")
                forward(from: wire, until: stop, into: stream)
            }
            failures = min(failures + 1, 6)
            wait(for: nil, until: stop, milliseconds: Int32.random(in: 0...(25 << Int32(failures))))
        }
    }

    private func listen(on wire: Wire) -> Bool {
        guard let quoted = unsafe PQescapeIdentifier(wire.raw, channel, channel.utf8.count) else { return false }
        defer { unsafe PQfreemem(quoted) }
        // A lone LISTEN outside a transaction block takes effect at once.
        return (try? wire.script("LISTEN \(unsafe String(cString: quoted))")) != nil
    }

    private func forward(from wire: Wire, until stop: StopSignal, into stream: AsyncStream<String>.Continuation) {
        while !stop.isStopped {
            while let note = unsafe PQnotifies(wire.raw) {
                if case .dropped = unsafe stream.yield(String(cString: note.pointee.extra)) { stream.yield("") }
                unsafe PQfreemem(note)
            }
            wait(for: unsafe PQsocket(wire.raw), until: stop, milliseconds: -1)
            guard unsafe PQconsumeInput(wire.raw) == 1, unsafe PQstatus(wire.raw) == CONNECTION_OK else { return }
        }
    }

    private func wait(for socket: Int32?, until stop: StopSignal, milliseconds: Int32) {
        var descriptors = [
            pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: socket ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        _ = unsafe poll(&descriptors, 2, milliseconds)
    }
}
