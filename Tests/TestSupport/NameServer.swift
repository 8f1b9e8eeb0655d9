import Foundation
import Synchronization

/// A name server on loopback, over UDP and TCP (RFC 1035), that answers questions for TXT records as a test says.
package final class NameServer: Sendable {
    /// What is answered about a name.
    package enum Reply: Sendable {
        /// Records, each of several strings.
        case texts([[String]])
        /// The same, but only over TCP: over UDP the answer is marked as cut short.
        case onlyOverTCP([[String]])
        /// NXDOMAIN.
        case noSuchName
        /// NOERROR without a record.
        case noRecord
        /// An answer with this code: 2 SERVFAIL, 5 REFUSED.
        case failure(UInt8)
        /// Nothing.
        case silence
    }

    private struct State {
        var replies: [String: Reply] = [:]
        var asked: [String] = []
        var isStopping = false
    }

    /// Where it listens, in the form settings take.
    package var address: String { "127.0.0.1:\(port)" }
    private let port: UInt16
    private let datagrams: Int32
    private let connections: Int32
    private let state = Mutex(State())

    /// Listens at once.
    package init() throws {
        for _ in 0..<20 {
            let port = try LocalPort.free()
            guard let datagrams = Self.bound(port, Int32(SOCK_DGRAM.rawValue)) else { continue }
            guard let connections = Self.bound(port, Int32(SOCK_STREAM.rawValue)), listen(connections, 8) == 0 else {
                close(datagrams)
                continue
            }
            (self.port, self.datagrams, self.connections) = (port, datagrams, connections)
            Thread { [self] in answerDatagrams() }.start()
            Thread { [self] in answerConnections() }.start()
            return
        }
        throw NeverHappened("no port is free for both UDP and TCP")
    }

    /// Says what is answered about a name from now on; about others it is `noSuchName`.
    package func answer(_ name: String, _ reply: Reply) {
        state.withLock { $0.replies[name.lowercased()] = reply }
    }

    /// What was asked: `udp <name>`, `tcp <name>`.
    package var asked: [String] { state.withLock { $0.asked } }

    /// Listens no more.
    package func stop() {
        state.withLock { $0.isStopping = true }
        shutdown(connections, Int32(SHUT_RDWR))
        // A datagram of its own wakes the thread that waits for one.
        if let socket = Self.bound(0, Int32(SOCK_DGRAM.rawValue)) {
            var address = Self.loopback(port)
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = sendto(socket, [0], 1, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            close(socket)
        }
    }

    private var isStopping: Bool { state.withLock { $0.isStopping } }

    private func answerDatagrams() {
        defer { close(datagrams) }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            var sender = sockaddr_storage()
            var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
            withUnsafeMutablePointer(to: &sender) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { sender in
                    let count = recvfrom(datagrams, &buffer, buffer.count, 0, sender, &size)
                    guard count > 12, let bytes = answer(to: Array(buffer[..<count]), over: "udp") else { return }
                    _ = sendto(datagrams, bytes, bytes.count, 0, sender, size)
                }
            }
            if isStopping { return }
        }
    }

    private func answerConnections() {
        defer { close(connections) }
        while true {
            let socket = accept(connections, nil, nil)
            guard socket >= 0, !isStopping else { return }
            var head: [UInt8] = [0, 0]
            if recv(socket, &head, 2, Int32(MSG_WAITALL)) == 2 {
                var question = [UInt8](repeating: 0, count: Int(head[0]) << 8 | Int(head[1]))
                if recv(socket, &question, question.count, Int32(MSG_WAITALL)) == question.count,
                    let bytes = answer(to: question, over: "tcp")
                {
                    let whole = Self.number(bytes.count) + bytes
                    _ = send(socket, whole, whole.count, Int32(MSG_NOSIGNAL))
                }
            }
            close(socket)
        }
    }

    private func answer(to message: [UInt8], over transport: String) -> [UInt8]? {
        guard let question = Question(message) else { return nil }
        let reply = state.withLock { state in
            state.asked.append("\(transport) \(question.name)")
            return state.replies[question.name] ?? .noSuchName
        }
        switch reply {
        case .silence: return nil
        case .noSuchName: return question.answer(code: 3)
        case .noRecord: return question.answer(code: 0)
        case .failure(let code): return question.answer(code: code)
        case .texts(let records): return question.answer(code: 0, records)
        case .onlyOverTCP(let records):
            return transport == "tcp" ? question.answer(code: 0, records) : question.answer(code: 0, isCut: true)
        }
    }

    private static func bound(_ port: UInt16, _ type: Int32) -> Int32? {
        let socket = Glibc.socket(AF_INET, type, 0)
        var address = loopback(port)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result == 0 { return socket }
        close(socket)
        return nil
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    fileprivate static func number(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 255), UInt8(value & 255)] }
}

/// The one question of a message.
private struct Question {
    let name: String
    private let head: [UInt8]
    private let body: [UInt8]

    init?(_ message: [UInt8]) {
        guard message.count > 12 else { return nil }
        var labels: [String] = []
        var place = 12
        while place < message.count, message[place] != 0 {
            let end = place + 1 + Int(message[place])
            guard end < message.count else { return nil }
            labels.append(String(decoding: message[(place + 1)..<end], as: UTF8.self))
            place = end
        }
        guard place + 5 <= message.count else { return nil }
        name = labels.joined(separator: ".").lowercased()
        head = Array(message[..<2])
        body = Array(message[12..<(place + 5)])
    }

    func answer(code: UInt8, _ records: [[String]] = [], isCut: Bool = false) -> [UInt8] {
        // An answer, recursion available; the name of each record is the question's (a pointer to byte 12).
        var bytes =
            head + [0x81 | (isCut ? 2 : 0), 0x80 | code, 0, 1] + NameServer.number(records.count) + [0, 0, 0, 0]
        bytes += body
        for record in records {
            let strings = record.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
            bytes += [0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 60] + NameServer.number(strings.count) + strings
        }
        return bytes
    }
}
