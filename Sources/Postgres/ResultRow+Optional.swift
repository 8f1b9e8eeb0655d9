public import Daemon
public import FoundationEssentials

extension ResultRow {
    /// `int`, or nil for NULL.
    public func optionalInt(_ column: Int) throws(PostgresError) -> Int64? { isNull(column) ? nil : try int(column) }
    /// `int32`, or nil for NULL.
    public func optionalInt32(_ column: Int) throws(PostgresError) -> Int32? {
        isNull(column) ? nil : try int32(column)
    }
    /// `bool`, or nil for NULL.
    public func optionalBool(_ column: Int) throws(PostgresError) -> Bool? { isNull(column) ? nil : try bool(column) }
    /// `string`, or nil for NULL.
    public func optionalString(_ column: Int) throws(PostgresError) -> String? {
        isNull(column) ? nil : try string(column)
    }
    /// `json`, or nil for NULL.
    public func optionalJSON(_ column: Int) throws(PostgresError) -> String? { isNull(column) ? nil : try json(column) }
    /// `uuid`, or nil for NULL.
    public func optionalUUID(_ column: Int) throws(PostgresError) -> UUID? { isNull(column) ? nil : try uuid(column) }
    /// `timestamp`, or nil for NULL.
    public func optionalTimestamp(_ column: Int) throws(PostgresError) -> Timestamp? {
        isNull(column) ? nil : try timestamp(column)
    }
    /// `bytes`, or nil for NULL.
    public func optionalBytes(_ column: Int) throws(PostgresError) -> [UInt8]? {
        isNull(column) ? nil : try bytes(column)
    }
    /// `double`, or nil for NULL.
    public func optionalDouble(_ column: Int) throws(PostgresError) -> Double? {
        isNull(column) ? nil : try double(column)
    }
    /// `strings`, or nil for NULL.
    public func optionalStrings(_ column: Int) throws(PostgresError) -> [String]? {
        isNull(column) ? nil : try strings(column)
    }
    /// `ints`, or nil for NULL.
    public func optionalInts(_ column: Int) throws(PostgresError) -> [Int64]? {
        isNull(column) ? nil : try ints(column)
    }
    /// `uuids`, or nil for NULL.
    public func optionalUUIDs(_ column: Int) throws(PostgresError) -> [UUID]? {
        isNull(column) ? nil : try uuids(column)
    }
}
