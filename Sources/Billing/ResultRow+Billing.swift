internal import Postgres

extension ResultRow {
    /// A column that holds an identifier.
    func id<Entity>(_ column: Int) throws(PostgresError) -> Identifier<Entity> {
        Identifier(rawValue: try uuid(column))
    }

    /// A column that holds an identifier or nothing.
    func optionalID<Entity>(_ column: Int) throws(PostgresError) -> Identifier<Entity>? {
        guard let uuid = try optionalUUID(column) else { return nil }
        return Identifier(rawValue: uuid)
    }

    /// A column whose check constraint allows only the words of an enum.
    func word<Word: RawRepresentable>(_ column: Int) throws(PostgresError) -> Word where Word.RawValue == String {
        let text = try string(column)
        guard let word = Word(rawValue: text) else { throw .unexpectedColumn(column, "a word of \(Word.self)") }
        return word
    }

    /// The same, or nothing.
    func optionalWord<Word: RawRepresentable>(_ column: Int) throws(PostgresError) -> Word?
    where Word.RawValue == String {
        guard let text = try optionalString(column) else { return nil }
        guard let word = Word(rawValue: text) else { throw .unexpectedColumn(column, "a word of \(Word.self)") }
        return word
    }
}
