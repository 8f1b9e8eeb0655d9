internal import Dispatch
internal import Glibc

/// Our standard input as a leash: whoever started us with a pipe ends us by letting go of it, even by dying.
public enum StandardInput {
    /// Whether it is a pipe or socket; a terminal or `/dev/null` says nothing about the one who started us.
    public static var isLeash: Bool {
        var status = stat()
        guard unsafe fstat(0, &status) == 0 else { return false }
        return [S_IFIFO, S_IFSOCK].contains(status.st_mode & S_IFMT)
    }

    /// Calls `body` when the other end was closed. What is written until then is read and dropped.
    public static func whenEnded(_ body: @escaping @Sendable () -> Void) {
        DispatchQueue(label: "tollgate.standard-input").async {
            var piece = [UInt8](repeating: 0, count: 256)
            while true {
                let count = unsafe piece.withUnsafeMutableBytes { unsafe read(0, $0.baseAddress, $0.count) }
                if count == 0 || (count < 0 && errno != EINTR) { break }
            }
            body()
        }
    }
}
