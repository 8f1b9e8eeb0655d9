import CPostgres

/// The types of PostgreSQL we read, by their fixed object ids (`src/include/catalog/pg_type.dat`).
enum TypeOID {
    static let jsonb: Oid = 3802

    /// A set of types one accessor reads.
    enum Kind {
        case bool, integers, floats, texts, jsons, uuid, timestamp, bytes, arrays

        func contains(_ type: Oid) -> Bool {
            switch self {
            case .bool: type == 16
            case .integers: type == 20 || type == 23 || type == 21
            case .floats: type == 701 || type == 700
            // Enums are the schema's own types, numbered from 16384; a uuid or number is none of these.
            case .texts: [25, 1043, 1042, 19, 18, 114, 705].contains(type) || type >= 16384
            case .jsons: type == jsonb || type == 114 || type == 25
            case .uuid: type == 2950
            case .timestamp: type == 1184
            case .bytes: type == 17
            case .arrays: [1000, 1009, 1015, 1003, 1016, 1007, 1005, 2951, 199, 3807].contains(type) || type >= 16384
            }
        }
    }
}
