internal import Glibc

/// Reads a secret from a file as mounted by Docker, Kubernetes or systemd.
enum SecretFile {
    struct Failure: Error {
        let reason: String
    }

    static let bytesMax = 65_536

    /// The file's contents without the line end editors leave; refuses what cannot be a secret of ours.
    static func read(_ path: String) throws(Failure) -> Secret {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else {
            throw Failure(reason: errno == ENOENT ? "does not exist" : "cannot be read (errno \(errno))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw Failure(reason: "is not a regular file")
        }
        guard status.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
            throw Failure(reason: "others may write to (chmod 0400 it)")
        }
        guard status.st_size <= bytesMax else { throw Failure(reason: "is larger than \(bytesMax) bytes") }
        var bytes = [UInt8](repeating: 0, count: bytesMax + 1)
        defer { bytes.wipe() }
        var count = 0
        while count < bytes.count {
            let more = unsafe bytes.withUnsafeMutableBytes { buffer in
                let free = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
                return unsafe Glibc.read(descriptor, free.baseAddress, free.count)
            }
            guard more >= 0 else { throw Failure(reason: "cannot be read (errno \(errno))") }
            if more == 0 { break }
            count += more
        }
        while count > 0, bytes[count - 1] == UInt8(ascii: "\n") || bytes[count - 1] == UInt8(ascii: "\r") { count -= 1 }
        guard count > 0 else { throw Failure(reason: "is empty") }
        var contents = Array(bytes[..<count])
        defer { contents.wipe() }
        return Secret(bytes: contents)
    }
}
