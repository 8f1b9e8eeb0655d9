import CPostgres
import Daemon
import FoundationEssentials

/// The bound values of one statement as libpq wants them: one run of bytes and where each value begins.
///
/// A session owns one and uses it again for every statement, so binding allocates nothing once it has grown.
@safe struct ParameterBuffer {
    private var bytes: [UInt8] = []
    private var starts: [Int] = []
    private var pointers: [UnsafePointer<CChar>?] = unsafe []
    private(set) var lengths: [Int32] = []
    private(set) var formats: [Int32] = []
    private(set) var types: [Oid] = []
    private(set) var holdsNUL = false

    /// Replaces what was bound before.
    mutating func fill(_ parameters: [Parameter]) {
        bytes.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        formats.removeAll(keepingCapacity: true)
        types.removeAll(keepingCapacity: true)
        holdsNUL = false
        for parameter in parameters { append(parameter) }
    }

    /// Lends the values' addresses for the length of one call into libpq.
    mutating func withPointers<Result>(_ body: (borrowing [UnsafePointer<CChar>?]) -> Result) -> Result {
        unsafe pointers.removeAll(keepingCapacity: true)
        return unsafe bytes.withUnsafeBytes { raw in
            for start in starts {
                if start < 0 {
                    unsafe pointers.append(nil)
                } else {
                    unsafe pointers.append((raw.baseAddress! + start).assumingMemoryBound(to: CChar.self))
                }
            }
            return unsafe body(pointers)
        }
    }

    private mutating func append(_ parameter: Parameter) {
        switch parameter {
        case .null:
            starts.append(-1)
            lengths.append(0)
            formats.append(0)
            types.append(0)
        case .bool(let value): text { $0.append(value ? UInt8(ascii: "t") : UInt8(ascii: "f")) }
        case .int(let value): text { $0.appendDecimal(value) }
        case .text(let value), .json(let value): text { $0.append(contentsOf: value.utf8) }
        case .uuid(let value): text { $0.appendHyphenated(value) }
        case .bytes(let value): binary(type: 17) { $0.append(contentsOf: value) }
        case .timestamp(let value):
            let microseconds = value.microseconds &- Timestamp.postgresEpoch.microseconds
            binary(type: 1184) { $0.appendBigEndian(microseconds) }
        case .ints(let values): array(values) { $0.appendDecimal($1) }
        case .uuids(let values): array(values) { $0.appendHyphenated($1) }
        case .texts(let values), .jsons(let values): array(values) { $0.appendArrayElement($1) }
        }
    }

    private mutating func text(_ write: (inout [UInt8]) -> Void) {
        let start = bytes.count
        write(&bytes)
        if bytes[start...].contains(0) { holdsNUL = true }
        note(start: start, format: 0, type: 0)
        bytes.append(0)
    }

    private mutating func binary(type: Oid, _ write: (inout [UInt8]) -> Void) {
        let start = bytes.count
        write(&bytes)
        note(start: start, format: 1, type: type)
        // libpq takes an address for NULL or not NULL: even an empty value needs one inside the buffer.
        bytes.append(0)
    }

    private mutating func array<Element>(_ values: [Element], _ write: (inout [UInt8], Element) -> Void) {
        text { bytes in
            bytes.append(UInt8(ascii: "{"))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                write(&bytes, value)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private mutating func note(start: Int, format: Int32, type: Oid) {
        starts.append(start)
        lengths.append(Int32(truncatingIfNeeded: bytes.count - start))
        formats.append(format)
        types.append(type)
    }
}
