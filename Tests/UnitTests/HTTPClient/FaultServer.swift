import Foundation
import Synchronization

/// A TCP server that misbehaves as the test says: each connection is given to the script on a thread of its own.
final class FaultServer: Sendable {
    let port: UInt16
    private let listener: Int32
    private let accepted = Counted()

    private final class Counted: Sendable {
        let count = Atomic<Int>(0)
    }

    /// How many connections were made.
    var connections: Int { accepted.count.load(ordering: .relaxed) }

    init(_ script: @escaping @Sendable (RawPeer) -> Void) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, size) == 0 && listen(listener, 128) == 0
                    && getsockname(listener, address, &size) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard isBound else { throw POSIXError(.EADDRINUSE) }
        let accepted = accepted
        Thread.detachNewThread {
            while true {
                let socket = accept(listener, nil, nil)
                guard socket >= 0 else { return }
                accepted.count.add(1, ordering: .relaxed)
                Thread.detachNewThread { script(RawPeer(socket: socket)) }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }
}
