import Foundation

/// A TCP connection whose every byte the test decides. Its calls block, so use them inside `onThread`.
final class RawConnection: Sendable {
    let socket: Int32

    init(port: UInt16) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result != 0 { throw POSIXError(.ECONNREFUSED) }
    }

    deinit {
        close(socket)
    }

    /// Sends everything, or says false when the peer has hung up.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool {
        send(Array(text.utf8))
    }

    /// Bytes that arrive within the time; nil at the end of the stream or after a reset.
    func receive(within milliseconds: Int32) -> [UInt8]? {
        var descriptor = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard poll(&descriptor, 1, milliseconds) > 0 else { return [] }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    /// Everything until the peer hangs up, or nothing comes for the time.
    func receiveAll(quietFor milliseconds: Int32 = 20_000) -> RawAnswer {
        var all: [UInt8] = []
        while let bytes = receive(within: milliseconds) {
            if bytes.isEmpty { return RawAnswer(bytes: all, isClosed: false) }
            all += bytes
        }
        return RawAnswer(bytes: all, isClosed: true)
    }

    /// Until so many answers have begun and the last one's body, of the given text, has arrived.
    func receive(until text: String, times: Int = 1) -> RawAnswer {
        var all: [UInt8] = []
        while let bytes = receive(within: 20_000), !bytes.isEmpty {
            all += bytes
            let answer = RawAnswer(bytes: all, isClosed: false)
            if answer.text.components(separatedBy: text).count > times { return answer }
        }
        return RawAnswer(bytes: all, isClosed: true)
    }

    /// Closes with a reset instead of an orderly end.
    func abort() {
        var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        shutdown(socket, Int32(SHUT_RDWR))
    }
}

/// What came back over a raw connection.
struct RawAnswer: Sendable {
    let bytes: [UInt8]
    let isClosed: Bool

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The status of every answer in it.
    var statuses: [Int] {
        text.components(separatedBy: "HTTP/1.").dropFirst().compactMap { Int($0.dropFirst(2).prefix(3)) }
    }
}

/// Runs blocking calls on a thread of their own, so that they take none from the servers under test.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}
