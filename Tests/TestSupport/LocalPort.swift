import Foundation
import Synchronization

/// Ports of this machine.
public enum LocalPort {
    /// A port nobody listens on at this moment, never the same twice in this process.
    ///
    /// It lies below the range from which the kernel takes ports for outgoing connections: one of those could take the
    /// port between this look and the moment somebody listens.
    public static func free() throws -> UInt16 {
        for _ in 0..<1_000 {
            let port = UInt16.random(in: 15_000...32_000)
            let isNew = given.withLock { $0.insert(port).inserted }
            if isNew, canListen(port) { return port }
        }
        throw NeverHappened("no free port")
    }

    private static let given = Mutex<Set<UInt16>>([])

    private static func canListen(_ port: UInt16) -> Bool {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = loopback(port: port)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(socket, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    /// Whether nobody listens on a port at this moment.
    public static func isFree(_ port: UInt16) -> Bool {
        guard let socket = connected(port) else { return true }
        close(socket)
        return false
    }

    /// Waits until somebody listens on a port.
    public static func waitUntilOpen(_ port: UInt16, within limit: Duration = .seconds(10)) async throws {
        try await eventually("port \(port) is open", within: limit) { connected(port).map { close($0) } != nil }
    }

    /// Waits until `GET path` answers 200, such as a process's `/healthz/ready`.
    public static func waitUntilHealthy(
        _ port: UInt16, path: String = "/healthz/ready", within limit: Duration = .seconds(20)
    ) async throws {
        try await eventually("port \(port) answers 200 to \(path)", within: limit) {
            get(port, path: path)?.hasPrefix("HTTP/1.1 200") == true
        }
    }

    /// The whole answer to a GET, head and body; nil when nobody answers.
    public static func get(_ port: UInt16, path: String) -> String? {
        guard let socket = connected(port) else { return nil }
        defer { close(socket) }
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let request = Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n".utf8)
        guard send(socket, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else { return nil }
        var answer: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = recv(socket, &piece, piece.count, 0)
            guard count > 0 else { break }
            answer += piece[..<count]
        }
        return answer.isEmpty ? nil : String(decoding: answer, as: UTF8.self)
    }

    private static func connected(_ port: UInt16) -> Int32? {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port: port)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                connect(socket, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result == 0 { return socket }
        close(socket)
        return nil
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
