internal import Dispatch
internal import Glibc
internal import Synchronization

/// Our end of a pipe to or from a child, closed once.
final class PipeEnd: Sendable {
    private let descriptor: Mutex<Int32>

    init(_ descriptor: Int32) {
        self.descriptor = Mutex(descriptor)
    }

    deinit {
        close()
    }

    func close() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { Glibc.close(descriptor) }
            descriptor = -1
        }
    }

    /// Writes everything; false when the reader has gone.
    func write(_ bytes: [UInt8]) -> Bool {
        descriptor.withLock { descriptor in
            var rest = bytes[...]
            while descriptor >= 0, !rest.isEmpty {
                let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return false }
            }
            return rest.isEmpty
        }
    }

    /// Reads until the writer closes, on a thread of its own; keeps at most `bytesMax`.
    func readToEnd(bytesMax: Int) async -> [UInt8] {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "tollgate.child-output").async {
                continuation.resume(returning: self.readBlocking(bytesMax: bytesMax))
            }
        }
    }

    private func readBlocking(bytesMax: Int) -> [UInt8] {
        let descriptor = descriptor.withLock { $0 }
        var all: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = unsafe piece.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            all += piece[..<min(count, bytesMax - all.count)]
        }
        close()
        return all
    }
}
