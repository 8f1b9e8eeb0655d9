import Foundation
import HTTPTypes
import Stripe

/// What Stripe's specification of the pinned version says about the calls we make: names, enumerations, required marks.
/// The fixture was extracted from the definitions the official SDK is generated from.
struct OperationFacts: Sendable {
    private struct Operation: Decodable {
        let parameters: [String: Rule]
        let required: [String]
    }

    /// A type's name, or the closed list of values.
    private enum Rule: Decodable {
        case type(String)
        case values([String])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let values = try? container.decode([String].self) {
                self = .values(values)
            } else {
                self = .type(try container.decode(String.self))
            }
        }
    }

    private let operations: [String: Operation]

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "fixtures/operations.json")
        operations = try JSONDecoder().decode([String: Operation].self, from: Data(contentsOf: file))
    }

    /// Everything Stripe would refuse about a request; empty when it is acceptable.
    func objections(method: String, path: String, form: StripeForm) -> [String] {
        guard let (_, operation) = operations.first(where: { matches($0.key, method, path) }) else {
            return ["no such operation: \(method) \(path)"]
        }
        var objections = form.fields.compactMap { objection(to: $0.name, $0.value, in: operation) }
        for name in operation.required
        where !form.fields.contains(where: { $0.name == name || $0.name.hasPrefix(name + "[") }) {
            objections.append("missing: \(name)")
        }
        return objections
    }

    private func matches(_ template: String, _ method: String, _ path: String) -> Bool {
        let parts = template.split(separator: " ")
        guard parts[0] == method else { return false }
        let pattern = parts[1].split(separator: "/"), segments = path.split(separator: "/")
        guard pattern.count == segments.count else { return false }
        return zip(pattern, segments).allSatisfy { $0 == $1 || $0.hasPrefix("{") && !Self.words.contains(String($1)) }
    }

    /// Literal segments that a placeholder must not swallow.
    private static let words: Set<String> = ["sessions", "search"]

    private func objection(to name: String, _ value: String, in operation: Operation) -> String? {
        let indexed = name.replacing(#/\[\d+\]/#, with: "[#]")
        let mapped = indexed.replacing(#/metadata\]?\[[^\]]+\]$/#) { match in
            String(match.output).replacing(#/\[[^\]]+\]$/#, with: "[*]")
        }
        guard let rule = operation.parameters[indexed] ?? operation.parameters[mapped] else {
            return "unknown: \(name)"
        }
        switch rule {
        case .values(let values): return values.contains(value) ? nil : "\(name)=\(value) is not one of \(values)"
        case .type("integer"): return Int64(value) == nil ? "\(name)=\(value) is no integer" : nil
        case .type("boolean"): return ["true", "false"].contains(value) ? nil : "\(name)=\(value) is no boolean"
        case .type: return nil
        }
    }
}
