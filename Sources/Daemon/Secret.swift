internal import Glibc

/// A value that must never be printed, logged or stored in the clear: it lives in a buffer of its own, wiped when the
/// last reference goes.
///
/// It has no `Codable`, no `Equatable` and no text form; whoever needs the contents says `reveal`, which is greppable.
@safe public final class Secret: @unchecked Sendable {
    private let buffer: UnsafeMutableRawBufferPointer

    /// How long the secret is, in bytes.
    public var byteCount: Int { unsafe buffer.count }

    /// Copies the UTF-8 bytes of a text.
    public convenience init(_ text: String) {
        self.init(bytes: Array(text.utf8))
    }

    /// Copies raw bytes, such as a key.
    public init(bytes: [UInt8]) {
        unsafe buffer = .allocate(byteCount: bytes.count, alignment: 16)
        unsafe buffer.copyBytes(from: bytes)
    }

    deinit {
        if let start = unsafe buffer.baseAddress { unsafe explicit_bzero(start, buffer.count) }
        unsafe buffer.deallocate()
    }

    /// Lends the contents as text; invalid UTF-8 is repaired. Do not keep the text.
    public func reveal<R>(_ body: (String) throws -> R) rethrows -> R {
        let text = unsafe String(decoding: buffer, as: UTF8.self)
        return try body(text)
    }

    /// Lends the contents as bytes; the lent copy is wiped afterwards. Do not keep the bytes.
    public func revealBytes<R>(_ body: ([UInt8]) throws -> R) rethrows -> R {
        var copy = unsafe Array(buffer)
        defer { copy.wipe() }
        return try body(copy)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always three dots: a secret in a message is a bug, not a leak.
    public var description: String { "•••" }
    /// Always three dots.
    public var debugDescription: String { "•••" }
    /// Hides the buffer from `dump` and from anything else that reflects.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

extension [UInt8] {
    /// Overwrites the bytes with zeros in a way the optimizer may not drop.
    public mutating func wipe() {
        unsafe withUnsafeMutableBytes { bytes in
            if let start = bytes.baseAddress { unsafe explicit_bzero(start, bytes.count) }
        }
    }
}
