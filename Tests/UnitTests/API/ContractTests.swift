import Billing
import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import API
@testable import Billing

/// The contract is what the program does: addresses, methods, scopes, keys and words, compared both ways.
struct ContractTests {
    private struct Operation: Hashable {
        var method: String
        var path: String
        var scope: String?
        var key: String
    }

    private let lines: [Substring]

    init() throws {
        let file = SourceTree.root.appendingPathComponent("Sources/API/openapi.yaml")
        lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
    }

    @Test func `every route is in the contract with its scope and its Idempotency-Key, and the reverse`() {
        let contract = Set(operations())
        let program = Set(
            Routes.all.map { route in
                let key =
                    switch route.idempotency {
                    case .none: "none"
                    case .optional: "optional"
                    case .required: "required"
                    }
                return Operation(
                    method: route.method.rawValue.lowercased(), path: route.pattern, scope: route.scope, key: key)
            })
        #expect(program.subtracting(contract).isEmpty, "only in the program")
        #expect(contract.subtracting(program).isEmpty, "only in the contract")
        #expect(program.count == Routes.all.count)
    }

    @Test func `every list is paged by a cursor, but the cards of a client and the page of prices`() {
        var (path, isGet, hasCursor, paged) = ("", false, false, 0)
        var unpaged: Set<String> = []
        for line in lines {
            if line.hasPrefix("  /") { path = String(line.dropFirst(2).dropLast()) }
            if line.hasPrefix("    "), !line.hasPrefix("     "), line.hasSuffix(":") {
                (isGet, hasCursor) = (line == "    get:", false)
            }
            if line.contains("{name: starting_after, in: query") { hasCursor = true }
            guard isGet, line.contains("List\"}}}") else { continue }
            if hasCursor { paged += 1 } else { unpaged.insert(path) }
        }
        #expect(unpaged == ["/v1/clients/{client}/payment_methods", "/v1/public/{tenant}/pricing"])
        #expect(paged > 20)
    }

    @Test func `every problem's word is in the contract, and the reverse`() throws {
        let start = try #require(lines.firstIndex(of: "    ProblemCode:"))
        let words = lines[start...].filter { $0.hasPrefix("        - ") }.map { $0.dropFirst(10).prefix { $0 != " " } }
        #expect(words.map(String.init).sorted() == ProblemCode.allCases.map(\.rawValue).sorted())
    }

    @Test func `every type of event is in the contract, by itself and by its area, and on the page about webhooks`()
        throws
    {
        let start = try #require(lines.firstIndex(of: "    EventType:"))
        let list = try #require(lines[start...].first { $0.hasPrefix("      enum: [") })
        let words: [String] = list.split(separator: "\"").map(String.init).filter { word in
            word.contains("*") || word.contains(".")
        }
        var known: Set<String> = PortalEvent.types
        known.insert("*")
        for type in PortalEvent.types {
            let area: String = String(type.split(separator: ".")[0])
            known.insert(area + ".*")
        }
        #expect(Set<String>(words) == known)
        let file = SourceTree.root.appendingPathComponent("Sources/API/docs/webhooks.md")
        let page = try String(contentsOf: file, encoding: .utf8)
        for type in PortalEvent.types { #expect(page.contains("`\(type)`"), "\(type)") }
    }

    @Test func `every word an operation tells is one of the table, with that status`() {
        var status = ""
        for line in lines {
            if line.hasPrefix("        \"") { status = line.filter(\.isNumber) }
            guard line.hasPrefix("          description: \""), status.hasPrefix("4") else { continue }
            for word in line.dropFirst(24).dropLast().split(separator: ",") {
                let code = ProblemCode(rawValue: word.trimmingCharacters(in: .whitespaces))
                #expect(code.map { String($0.status.rawValue) } == status, "\(word) under \(status)")
            }
        }
    }

    @Test func `every problem has a status from 400 up, a title and a plain word`() {
        for code in ProblemCode.allCases {
            #expect((400...599).contains(code.status.rawValue) && !code.title.isEmpty && !code.title.hasSuffix("."))
            #expect(code.status.remedy.hasSuffix("."))
            #expect(code.rawValue.allSatisfy { $0.isLowercase || $0 == "_" })
        }
    }

    @Test func `the contract's currencies, countries and scopes are the program's`() {
        func pattern(_ words: some Sequence<String>) -> String {
            let forms = words.sorted().map { word in
                word.lowercased().map { "[\($0)\($0.uppercased())]" }.joined()
            }
            return "      pattern: \"^(\(forms.joined(separator: "|")))$\""
        }
        #expect(lines.contains(pattern(Currency.known)[...]))
        #expect(lines.contains(pattern(CountryCode.served)[...]))
        let asked = Set(Routes.all.compactMap(\.scope))
        let areas = Set(asked.compactMap { $0.split(separator: ":").first.map { "\($0):*" } })
        let scopes = (["*"] + areas.sorted() + asked.sorted()).map { "\"\($0)\"" }.joined(separator: ", ")
        #expect(lines.contains { $0.contains("\"enum\": [\(scopes)]") })
    }

    @Test func `what moves money or credits is done once: by an Idempotency-Key or the portal's event_id`() {
        // What is only looked up or promised, and what carries the portal's own event_id, may be asked twice.
        let harmless = [
            "/v1/credit_quotes", "/v1/clients/{client}/credit_usage", "/v1/subscriptions/{subscription}/agents",
        ]
        let money = ["invoices:write", "credits:write", "subscriptions:write"]
        for route in Routes.all where route.method == .post && money.contains(route.scope ?? "") {
            let isRequired = if case .required = route.idempotency { true } else { false }
            #expect(isRequired != harmless.contains(route.pattern), "\(route.pattern)")
        }
    }

    @Test func `every write tells that its body must be JSON`() {
        for block in blocks() where !block.contains("    get:") && block.contains(where: { $0.contains("- key: [") }) {
            #expect(block.contains("        \"415\":"), "\(block[0])\(block[1])")
        }
    }

    @Test func `addresses, lines and texts are of the contract's patterns, and the reverse`() throws {
        func pattern(_ line: Substring) throws -> NSRegularExpression {
            let start = try #require(line.range(of: "pattern")), rest = line[start.upperBound...]
            let quoted = try #require(rest.firstRange(of: /"\^.*?\$"/).map { rest[$0] })
            let text = try JSONDecoder().decode(String.self, from: Data(quoted.utf8))
            return try NSRegularExpression(pattern: text.dropLast() + "\\z")
        }
        func fits(_ pattern: NSRegularExpression, _ text: String) -> Bool {
            pattern.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
        }
        let isLine = try pattern(
            #require(lines.first { $0.hasPrefix("        name: {\"type\": \"string\", \"minLength\"") }))
        let isText = try pattern(#require(lines.first { $0.hasPrefix("        memo: ") }))
        let (line, long) = (FieldKind<String>.line(max: 9), FieldKind<String>.text(max: 9))
        var different: [UInt32] = []
        for scalar in (1...0xFFFF).lazy.compactMap({ Unicode.Scalar($0 as UInt32) }) {
            for text in [String(scalar), "a\(scalar)"] {
                if fits(isLine, text) != ((try? line.read(.string(text))) != nil) { different.append(scalar.value) }
                if fits(isText, text) != ((try? long.read(.string(text))) != nil) { different.append(scalar.value) }
            }
        }
        #expect(different.isEmpty)
        let start = try #require(lines.firstIndex(of: "    WebAddress:"))
        let isAddress = try pattern(#require(lines[start...].first { $0.hasPrefix("      pattern: ") }))
        for text in [
            "http://[", "http://[::1]", "http://[1:2]/", "https://[:::]", "https://[1::2::3]",
            "https://[::1.2.3.4]:1/x",
            "https://[1:2:3:4:5:6:7::]", "https://[1:2:3:4:5:6:7:8]", "https://[1:2:3:4:5:6:7:8:9]", "https://a..b",
            "https://-a.b", "https://a_b.c-d/", "https://a:", "https://a:65536/", "https://a:65535?x", "HTTP://A",
            "https://",
            "https://u@a", "https://a/[", "https://a\"/", "https://[::256.1.1.1]", "https://[::1.1.1.1:2]",
        ] {
            #expect(fits(isAddress, text) == ((try? FieldKind<String>.url.read(.string(text))) != nil), "\(text)")
        }
    }

    /// The lines of each operation, from its method on.
    private func blocks() -> [[Substring]] {
        var found: [[Substring]] = []
        for line in lines {
            if line == "components:" { break }
            if ["get", "post", "put", "patch", "delete"].contains(where: { line == "    \($0):" }) {
                found.append([line])
            } else if line.hasPrefix("  /") {
                found.append([])
            } else if !found.isEmpty {
                found[found.count - 1].append(line)
            }
        }
        return found.filter { !$0.isEmpty }
    }

    private func operations() -> [Operation] {
        var found: [Operation] = []
        var path = ""
        for line in lines {
            if line == "components:" { break }
            if line.hasPrefix("  /"), line.hasSuffix(":") { path = String(line.dropFirst(2).dropLast()) }
            if let method = ["get", "post", "put", "patch", "delete"].first(where: { line == "    \($0):" }) {
                found.append(Operation(method: method, path: path, scope: nil, key: "none"))
            }
            guard !found.isEmpty else { continue }
            if line.hasPrefix("        - key: [\"") {
                found[found.count - 1].scope = String(line.dropFirst(17).dropLast(2))
            }
            if line.hasSuffix("/IdempotencyKey\"") { found[found.count - 1].key = "required" }
            if line.hasSuffix("/OptionalIdempotencyKey\"") { found[found.count - 1].key = "optional" }
        }
        return found
    }
}
