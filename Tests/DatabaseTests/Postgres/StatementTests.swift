import TestSupport
import Testing

/// Every query of the source tree is one PostgreSQL accepts: tables, columns and types are there. Found by reading the
/// tree, so a new statement needs no list.
struct StatementTests {
    @Test(.freshDatabase) func `every statement can be prepared against the schema`() async throws {
        let literals = try SourceTree.files(under: "Sources", endingWith: "Statements.swift").flatMap { path in
            StaticStringLiteral.all(in: try SourceTree.text(of: path), path: path)
        }
        #expect(literals.count > 3)
        for literal in literals {
            do {
                try await TestDatabase.current.check(literal.text)
            } catch {
                Issue.record("\(literal.path):\(literal.line): \(error)")
            }
        }
    }

    @Test func `literals are found with their lines, on one line or several`() {
        let source = #"""
            static let sql: StaticString = "SELECT 1"
            static var sql: StaticString { "SELECT \"a\"" }
            static let sql: StaticString = """
                SELECT 2
                  FROM x
                """
            let other = "no"
            """#
        let found = StaticStringLiteral.all(in: source, path: "x.swift")
        #expect(found.map(\.text) == ["SELECT 1", "SELECT \"a\"", "SELECT 2\n  FROM x"])
        #expect(found.map(\.line) == [1, 2, 3])
    }
}

/// A `StaticString` literal in a Swift file: no interpolation, plain escapes.
struct StaticStringLiteral {
    let path: String
    let line: Int
    let text: String

    static func all(in source: String, path: String) -> [StaticStringLiteral] {
        var found: [StaticStringLiteral] = []
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        var index = 0
        while index < lines.count {
            defer { index += 1 }
            guard let start = lines[index].range(of: ": StaticString") else { continue }
            let first = index
            // The literal may begin on the line after the declaration.
            while index < lines.count, !lines[index].contains("\""), index < first + 2 { index += 1 }
            guard index < lines.count, let quote = lines[index].firstIndex(of: "\"") else { continue }
            _ = start
            let rest = lines[index][quote...]
            if rest.hasPrefix("\"\"\"") {
                let opening = index
                while index + 1 < lines.count, !lines[index + 1].drop(while: { $0 == " " }).hasPrefix("\"\"\"") {
                    index += 1
                }
                let body = lines[(opening + 1)...index]
                let closing = index + 1 < lines.count ? lines[index + 1].prefix { $0 == " " }.count : 0
                let text = body.map { String($0.dropFirst(min(closing, $0.prefix { $0 == " " }.count))) }
                found.append(.init(path: path, line: first + 1, text: unescaped(text.joined(separator: "\n"))))
            } else {
                found.append(.init(path: path, line: first + 1, text: unescaped(String(literal(rest)))))
            }
        }
        return found
    }

    private static func literal(_ text: Substring) -> Substring {
        var end = text.index(after: text.startIndex)
        while end < text.endIndex, text[end] != "\"" {
            end = text.index(end, offsetBy: text[end] == "\\" ? 2 : 1, limitedBy: text.endIndex) ?? text.endIndex
        }
        return text[text.index(after: text.startIndex)..<end]
    }

    private static func unescaped(_ text: String) -> String {
        text.replacing("\\\n", with: "").replacing("\\\"", with: "\"").replacing("\\\\", with: "\\")
    }
}
