internal import Glibc

/// Writes files that their owner alone may read, and that nobody else could read for a moment either: they are made
/// closed, not closed afterwards.
public enum PrivateFile {
    /// Why a file could not be written.
    public struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
        /// The file.
        public let path: String
        /// The system's number for the reason.
        public let errno: Int32

        /// For an operator.
        public var description: String { "cannot write \(path) (errno \(errno))" }
    }

    /// Puts the bytes there as a whole, in place of what was there before.
    public static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
        let fresh = path + ".new"
        unsafe unlink(fresh)
        let descriptor = unsafe open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure(path: path, errno: errno) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { break }
        }
        let isWhole = rest.isEmpty && fsync(descriptor) == 0
        let reason = errno
        close(descriptor)
        guard isWhole, unsafe rename(fresh, path) == 0 else {
            let failure = Failure(path: path, errno: isWhole ? errno : reason)
            unsafe unlink(fresh)
            throw failure
        }
    }
}
