import Foundation

/// The server's end of one connection, in the hands of a script.
final class RawPeer {
    private let socket: Int32

    init(socket: Int32) {
        self.socket = socket
    }

    deinit {
        close(socket)
    }

    /// Reads one request without a copy that outlives the call: the buffer is wiped. Its first line, or nil at the end.
    func receiveRequest() -> String? {
        let size = 65_536
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        defer {
            explicit_bzero(buffer, size)
            buffer.deallocate()
        }
        var used = 0
        while used < size {
            let count = recv(socket, buffer + used, size - used, 0)
            if count <= 0 { return nil }
            used += count
            let seen = UnsafeRawBufferPointer(start: buffer, count: used)
            guard let end = Self.place(of: "\r\n\r\n", in: seen) else { continue }
            if used - end - 4 >= Self.contentLength(UnsafeRawBufferPointer(rebasing: seen[..<end])) { break }
        }
        let seen = UnsafeRawBufferPointer(start: buffer, count: used)
        guard let end = Self.place(of: "\r\n", in: seen) else { return nil }
        return String(decoding: seen[..<end], as: UTF8.self)
    }

    func send(_ text: String) {
        var bytes = Array(text.utf8)
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count <= 0 { return }
            bytes.removeFirst(count)
        }
    }

    /// Makes the close to come a reset.
    func reset() {
        var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
    }

    /// Waits until the other side hangs up.
    func waitForEnd() {
        while receiveRequest() != nil {}
    }

    private static func contentLength(_ head: UnsafeRawBufferPointer) -> Int {
        guard let field = place(of: "Content-Length: ", in: head) else { return 0 }
        return head[(field + 16)...].prefix { $0 >= 0x30 && $0 <= 0x39 }.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func place(of text: StaticString, in bytes: UnsafeRawBufferPointer) -> Int? {
        let wanted = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        return (0..<max(bytes.count - wanted.count + 1, 0)).first { start in
            (0..<wanted.count).allSatisfy { bytes[start + $0] == wanted[$0] }
        }
    }
}
