import Postgres
import TestSupport

/// The tables of schema app as the catalogue knows them, with rows made up from their columns.
struct Catalogue: Sendable {
    /// A table and a row's worth of SQL expressions.
    struct Table: Sendable, CustomStringConvertible {
        let name: String
        let columns: [String]
        let values: [String]
        var description: String { name }

        /// An INSERT of a made-up row for a tenant.
        func insert(for tenant: Int64) -> String {
            let names = columns.map { "\"\($0)\"" }.joined(separator: ", ")
            let list = zip(columns, values).map { $0 == "tenant_id" ? "\(tenant)" : $1 }.joined(separator: ", ")
            let override = name == "tenant" ? "OVERRIDING SYSTEM VALUE " : ""
            return "INSERT INTO app.\"\(name)\" (\(names)) \(override)VALUES (\(list))"
        }
    }

    /// Every table, read from the catalogue: a table added tomorrow is in tomorrow's matrix.
    static func tables(_ database: TestDatabase) async throws -> [Table] {
        let rows = try await database.run(
            """
            SELECT c.relname, a.attname, format_type(a.atttypid, NULL),
                   (SELECT substring(pg_get_constraintdef(k.oid) FROM '''([^'']*)''') FROM pg_constraint k
                     WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.conkey = ARRAY[a.attnum]
                       AND pg_get_constraintdef(k.oid) LIKE '%ANY%' LIMIT 1)
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
             WHERE n.nspname = 'app' AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull
               AND a.attgenerated = '' AND (a.attname = 'tenant_id' OR a.attidentity = '' AND NOT a.atthasdef)
             ORDER BY c.relname, a.attnum
            """)
        var tables: [String: (columns: [String], values: [String])] = [:]
        for row in rows {
            guard let table = row[0], let column = row[1], let type = row[2] else { continue }
            tables[table, default: ([], [])].columns.append(column)
            tables[table, default: ([], [])].values.append(try sample(type, choice: row[3], "\(table).\(column)"))
        }
        for (table, column, value) in companions {
            tables[table]?.columns.append(column)
            tables[table]?.values.append(value)
        }
        return tables.map { Table(name: $0.key, columns: $0.value.columns, values: $0.value.values) }.sorted {
            $0.name < $1.name
        }
    }

    /// Columns that may be empty, but not in the company of the samples beside them.
    private static let companions = [
        ("coupon", "percent_off", "10"), ("metering_rule", "static_value", "'x'"),
    ]

    /// A type the matrix has no sample for yet: add one here.
    struct NoSample: Error, CustomStringConvertible { let description: String }

    private static func sample(_ type: String, choice: String?, _ column: String) throws -> String {
        if let choice { return "'\(choice)'" }
        return switch type {
        case "bigint", "integer", "smallint", "numeric", "real", "double precision": "1"
        case "text": column == "portal_event.type" ? "'client.created'" : "'usd'"
        case "uuid": "gen_random_uuid()"
        case "bytea": "decode(md5(random()::text) || md5(random()::text), 'hex')"
        case "boolean": "false"
        case "jsonb": "'{}'"
        case "text[]": "'{}'"
        case "timestamp with time zone": "now()"
        case "date": "current_date"
        default: throw NoSample(description: "no sample for \(type), the type of \(column)")
        }
    }
}
