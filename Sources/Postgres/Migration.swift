/// One step of the schema: a script that runs once, in one transaction, and is never edited afterwards.
public struct Migration: Sendable, Equatable {
    /// Its place in the order, from 1.
    public let version: Int
    /// The file's name without its ending.
    public let name: String
    /// The script.
    public let sql: [UInt8]

    /// Numbers scripts in the order given.
    public static func numbered(_ scripts: [(name: String, sql: [UInt8])]) -> [Migration] {
        scripts.enumerated().map { Migration(version: $0.offset + 1, name: $0.element.name, sql: $0.element.sql) }
    }
}
