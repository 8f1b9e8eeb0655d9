import Foundation
import Synchronization

/// What is known of a running process: its lines by stream, and how it ended.
final class ProcessRecord: Sendable {
    struct Snapshot {
        var output: [String] = []
        var errors: [String] = []
        var exit: Int32?
        var openStreams = 2
        var isRead: Bool { openStreams == 0 }
    }

    private struct State {
        var snapshot = Snapshot()
        var leash: FileHandle?
    }

    private let state: Mutex<State>

    init(leash: sending FileHandle?) { state = Mutex(State(leash: leash)) }

    var snapshot: Snapshot { state.withLock { $0.snapshot } }

    func end(_ exit: Int32) { state.withLock { $0.snapshot.exit = exit } }

    /// Closes the standard input of a process on a leash.
    func letGo() {
        state.withLock { state in
            try? state.leash?.close()
            state.leash = nil
        }
    }

    /// Gathers a stream's lines on a thread of its own.
    func read(_ stream: FileHandle, isErrors: Bool) {
        let descriptor = dup(stream.fileDescriptor)
        Thread.detachNewThread { [self] in
            var rest: [UInt8] = []
            var piece = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = Glibc.read(descriptor, &piece, piece.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { break }
                rest += piece[..<count]
                let lines = rest.split(separator: 10, omittingEmptySubsequences: false)
                rest = Array(lines.last ?? [])
                keep(lines.dropLast(), isErrors: isErrors)
            }
            if !rest.isEmpty { keep([rest[...]], isErrors: isErrors) }
            close(descriptor)
            state.withLock { $0.snapshot.openStreams -= 1 }
        }
    }

    private func keep(_ lines: [ArraySlice<UInt8>], isErrors: Bool) {
        let texts = lines.map { String(decoding: $0, as: UTF8.self) }
        state.withLock { state in
            if isErrors { state.snapshot.errors += texts } else { state.snapshot.output += texts }
        }
    }
}
