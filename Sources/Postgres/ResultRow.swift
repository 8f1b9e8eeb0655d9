import CPostgres
public import Daemon
public import FoundationEssentials

/// One row, borrowed for the length of a `decode` call; it cannot be kept. Columns count from zero.
///
/// Results come in binary, so the accessors check the column's type: a query that answers numeric where the row says
/// integer fails in its first test, not on its first large number.
@safe public struct ResultRow: ~Copyable {
    private let raw: OpaquePointer
    private let index: Int32

    init(_ raw: OpaquePointer, _ index: Int32) {
        unsafe self.raw = raw
        self.index = index
    }

    /// Whether the column is NULL.
    public func isNull(_ column: Int) -> Bool { unsafe PQgetisnull(raw, index, Int32(column)) == 1 }

    /// bigint, integer or smallint.
    public func int(_ column: Int) throws(PostgresError) -> Int64 {
        let bytes = try unsafe value(column, .integers, "an integer")
        return unsafe bytes.integer
    }

    /// integer or smallint; a bigint that does not fit is an error.
    public func int32(_ column: Int) throws(PostgresError) -> Int32 {
        guard let value = Int32(exactly: try int(column)) else { throw .unexpectedColumn(column, "too wide for int32") }
        return value
    }

    /// boolean.
    public func bool(_ column: Int) throws(PostgresError) -> Bool {
        try unsafe value(column, .bool, "a boolean")[0] != 0
    }

    /// text, varchar, name, "char", an enum, or the text of json.
    public func string(_ column: Int) throws(PostgresError) -> String {
        unsafe String(decoding: try value(column, .texts, "a text"), as: UTF8.self)
    }

    /// The text of json or jsonb.
    public func json(_ column: Int) throws(PostgresError) -> String {
        let bytes = try unsafe value(column, .jsons, "JSON")
        guard unsafe PQftype(raw, Int32(column)) == TypeOID.jsonb else {
            return unsafe String(decoding: bytes, as: UTF8.self)
        }
        // jsonb's binary form is its text behind a version byte.
        return unsafe String(decoding: UnsafeBufferPointer(rebasing: bytes.dropFirst()), as: UTF8.self)
    }

    /// uuid.
    public func uuid(_ column: Int) throws(PostgresError) -> UUID {
        unsafe try value(column, .uuid, "a uuid").uuid
    }

    /// timestamptz. Infinity becomes the farthest moment there is.
    public func timestamp(_ column: Int) throws(PostgresError) -> Timestamp {
        let bytes = try unsafe value(column, .timestamp, "a timestamptz")
        let microseconds = unsafe bytes.integer
        let (sum, overflow) = microseconds.addingReportingOverflow(Timestamp.postgresEpoch.microseconds)
        return Timestamp(microseconds: overflow || microseconds == .min ? (microseconds < 0 ? .min : .max) : sum)
    }

    /// bytea.
    public func bytes(_ column: Int) throws(PostgresError) -> [UInt8] {
        unsafe Array(try value(column, .bytes, "a bytea"))
    }

    /// double precision or real, for measurements; never for money.
    public func double(_ column: Int) throws(PostgresError) -> Double {
        let bytes = try unsafe value(column, .floats, "a double precision")
        let bits = unsafe UInt64(bitPattern: bytes.integer)
        let isSingle = bytes.count == 4
        return isSingle ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))) : Double(bitPattern: bits)
    }

    /// text[].
    public func strings(_ column: Int) throws(PostgresError) -> [String] {
        unsafe try array(column, .texts, "a text[]") { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// bigint[], integer[] or smallint[].
    public func ints(_ column: Int) throws(PostgresError) -> [Int64] {
        unsafe try array(column, .integers, "an integer[]") { unsafe $0.integer }
    }

    /// uuid[].
    public func uuids(_ column: Int) throws(PostgresError) -> [UUID] {
        unsafe try array(column, .uuid, "a uuid[]") { unsafe $0.uuid }
    }

    private func value(
        _ column: Int, _ expected: TypeOID.Kind, _ name: StaticString
    ) throws(PostgresError) -> UnsafeBufferPointer<UInt8> {
        let position = Int32(column)
        let length = Int(unsafe PQgetlength(raw, index, position))
        guard unsafe PQgetisnull(raw, index, position) == 0 else {
            throw .unexpectedColumn(column, column < Int(unsafe PQnfields(raw)) ? "NULL, not \(name)" : "missing")
        }
        let type = unsafe PQftype(raw, position)
        guard expected.contains(type) else { throw .unexpectedColumn(column, "of type \(type), not \(name)") }
        guard let start = unsafe PQgetvalue(raw, index, position) else { throw .unexpectedColumn(column, "missing") }
        return unsafe UnsafeBufferPointer(
            start: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self), count: length)
    }

    private func array<Element>(
        _ column: Int, _ element: TypeOID.Kind, _ name: StaticString,
        _ decode: (UnsafeBufferPointer<UInt8>) -> Element
    ) throws(PostgresError) -> [Element] {
        let bytes = try unsafe value(column, .arrays, name)
        var reader = unsafe ArrayReader(bytes)
        guard let count = reader.begin(element) else { throw .unexpectedColumn(column, "not \(name) of one dimension") }
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for _ in 0..<count {
            guard let value = unsafe reader.next() else { throw .unexpectedColumn(column, "an array with NULL in it") }
            elements.append(unsafe decode(value))
        }
        return elements
    }
}
