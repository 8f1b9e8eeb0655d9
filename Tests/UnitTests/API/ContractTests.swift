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
