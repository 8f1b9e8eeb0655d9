import CPostgres
import FoundationEssentials

/// Reads the binary form of a one-dimensional array: dimensions, flags, element type, size, lower bound, then each
/// element's length and bytes (`array_send` in PostgreSQL's source).
@safe struct ArrayReader {
    private var rest: UnsafeBufferPointer<UInt8>

    init(_ bytes: UnsafeBufferPointer<UInt8>) { unsafe rest = bytes }

    /// The number of elements, or nil when this is no array of that element type and at most one dimension.
    mutating func begin(_ element: TypeOID.Kind) -> Int? {
        guard let dimensions = word(), word() != nil, let type = word(), element.contains(Oid(type)) else { return nil }
        if dimensions == 0 { return 0 }
        guard dimensions == 1, let count = word(), word() != nil else { return nil }
        return Int(count)
    }

    /// The next element's bytes, or nil for NULL.
    mutating func next() -> UnsafeBufferPointer<UInt8>? {
        guard let length = word().map({ Int(Int32(bitPattern: $0)) }), length >= 0 else { return nil }
        return unsafe take(length)
    }

    private mutating func word() -> UInt32? {
        guard let bytes = unsafe take(4) else { return nil }
        return unsafe UInt32(truncatingIfNeeded: bytes.integer)
    }

    private mutating func take(_ length: Int) -> UnsafeBufferPointer<UInt8>? {
        guard unsafe rest.count >= length else { return nil }
        let taken = unsafe UnsafeBufferPointer(rebasing: rest.prefix(length))
        unsafe rest = UnsafeBufferPointer(rebasing: rest.dropFirst(length))
        return unsafe taken
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// A signed integer in network order, of as many bytes as there are.
    var integer: Int64 {
        var value: Int64 = unsafe count > 0 && self[0] >= 0x80 ? -1 : 0
        for index in indices { value = unsafe value << 8 | Int64(self[index]) }
        return value
    }

    /// The sixteen bytes of a UUID.
    var uuid: UUID {
        unsafe UnsafeRawBufferPointer(self).withMemoryRebound(to: UInt8.self) { bytes in
            unsafe UUID(
                uuid: (
                    bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7], bytes[8], bytes[9],
                    bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]
                ))
        }
    }
}
