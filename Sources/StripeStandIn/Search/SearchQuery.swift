import HTTPTypes

/// Stripe's search language: clauses joined by AND or by OR.
///
/// `email:"a@b.c"`, `name~"part"`, `-status:"canceled"`, `metadata["k"]:"v"`, `created>1700000000`, `field:null`.
struct SearchQuery {
    private struct Clause {
        var field = ""
        var key: String?
        var sign = ":"
        /// Nil is `null`.
        var value: String?
        var isNegated = false
    }

    private var clauses: [Clause] = []
    private var isAny = false

    /// Reads a query that may name these fields.
    init(_ text: String, fields: Set<String>) throws(Refusal) {
        var reader = Reader(rest: text[...])
        var words: Set<String> = []
        while true {
            var clause = try reader.clause()
            guard fields.contains(clause.field) else {
                throw Self.refused("Field `\(clause.field)` is an unsupported search field for this resource.")
            }
            if clause.field == "metadata", clause.key == nil { throw Self.refused("metadata needs a key in brackets.") }
            if clause.sign == "~", (clause.value ?? "").count < 3 {
                throw Self.refused("A value of a ~ clause must have at least three characters.")
            }
            clause.value = clause.value.map { $0 }
            clauses.append(clause)
            guard let word = reader.word() else { break }
            guard word.uppercased() == "AND" || word.uppercased() == "OR" else {
                throw Self.refused("We were unable to parse your search query near `\(word)`.")
            }
            words.insert(word.uppercased())
        }
        guard words.count <= 1 else { throw Self.refused("You cannot combine AND and OR in one query.") }
        guard clauses.count <= 10 else { throw Self.refused("A query can have at most ten clauses.") }
        isAny = words.contains("OR")
    }

    /// Whether an object is found.
    func matches(_ object: JSONObject) -> Bool {
        isAny
            ? clauses.contains { Self.matches(object, $0) } : clauses.allSatisfy { Self.matches(object, $0) }
    }

    private static func matches(_ object: JSONObject, _ clause: Clause) -> Bool {
        let found = clause.key.map { object.value("metadata", $0) } ?? object.value(clause.field)
        guard let wanted = clause.value else { return (found == nil) != clause.isNegated }
        let text = found.map { $0.stringValue ?? $0.text } ?? ""
        let isMatch: Bool
        switch clause.sign {
        // Like Stripe: letters in either case.
        case "~": isMatch = text.lowercased().contains(wanted.lowercased())
        case ":": isMatch = found != nil && text.lowercased() == wanted.lowercased()
        default:
            guard let left = Int64(text), let right = Int64(wanted) else { return clause.isNegated }
            isMatch =
                clause.sign == ">"
                ? left > right : clause.sign == "<" ? left < right : clause.sign == ">=" ? left >= right : left <= right
        }
        return isMatch != clause.isNegated
    }

    private static func refused(_ message: String) -> Refusal { .invalid(message, param: "query") }

    private struct Reader {
        var rest: Substring

        mutating func skip() { rest = rest.drop { $0 == " " } }

        mutating func word() -> String? {
            skip()
            guard !rest.isEmpty else { return nil }
            let word = rest.prefix { $0 != " " }
            rest = rest.dropFirst(word.count)
            return String(word)
        }

        mutating func clause() throws(Refusal) -> Clause {
            skip()
            var clause = Clause()
            if rest.first == "-" {
                clause.isNegated = true
                rest.removeFirst()
            }
            let name = rest.prefix { $0.isLetter || $0 == "_" || $0 == "." }
            guard !name.isEmpty else { throw unreadable }
            rest = rest.dropFirst(name.count)
            clause.field = String(name)
            if rest.first == "[" {
                rest.removeFirst()
                clause.key = try quoted()
                guard rest.first == "]" else { throw unreadable }
                rest.removeFirst()
            }
            guard let sign = [">=", "<=", ":", "~", ">", "<"].first(where: { rest.hasPrefix($0) }) else {
                throw unreadable
            }
            clause.sign = sign
            rest = rest.dropFirst(sign.count)
            if rest.first == "\"" || rest.first == "'" {
                clause.value = try quoted()
            } else {
                let bare = rest.prefix { $0 != " " }
                guard !bare.isEmpty else { throw unreadable }
                rest = rest.dropFirst(bare.count)
                clause.value = bare.lowercased() == "null" ? nil : String(bare)
            }
            return clause
        }

        private mutating func quoted() throws(Refusal) -> String {
            guard let quote = rest.first, quote == "\"" || quote == "'" else { throw unreadable }
            rest.removeFirst()
            var text = ""
            while let character = rest.popFirst() {
                if character == quote { return text }
                if character == "\\", let next = rest.popFirst() { text.append(next) } else { text.append(character) }
            }
            throw unreadable
        }

        private var unreadable: Refusal {
            .invalid(
                "We were unable to parse your search query. Try using the format `metadata[\"key\"]:\"value\"` or "
                    + "`field:\"value\"`.", param: "query")
        }
    }
}
