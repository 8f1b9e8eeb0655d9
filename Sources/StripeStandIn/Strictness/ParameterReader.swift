import HTTPTypes

/// Turns the strings of a form into typed parameters, refusing what Stripe refuses, in Stripe's words.
///
/// Parse, don't validate: what comes out has integers as integers and arrays as arrays, so no handler checks again.
struct ParameterReader {
    /// The types the nodes may name.
    let schema: Schema

    /// The typed parameters of an operation. Unknown names are refused first, as Stripe does, then the rest in turn.
    func read(_ form: JSONObject, as node: SchemaNode) throws(Refusal) -> JSONObject {
        do {
            guard case .object(let typed) = try value(.object(form), as: node, at: "") else { return [:] }
            return typed
        } catch {
            var early = error
            early.isStored = false
            throw early
        }
    }

    private func value(_ raw: JSON, as node: SchemaNode, at param: String) throws(Refusal) -> JSON {
        switch node {
        case .named(let name): return try value(raw, as: schema.types[name] ?? .anything, at: param)
        case .anything: return raw
        case .emptyable(let inner):
            if raw.stringValue == "" { return .string("") }
            return try value(raw, as: inner, at: param)
        case .either(let options): return try firstFitting(raw, of: options, at: param)
        case .object(let fields, let required): return try object(raw, fields: fields, required: required, at: param)
        case .map(let inner): return try map(raw, of: inner, at: param)
        case .array(let inner): return try array(raw, of: inner, at: param)
        case .string, .integer, .boolean, .number, .decimal, .word: return try scalar(raw, as: node, at: param)
        }
    }

    private func object(
        _ raw: JSON, fields: [String: SchemaNode], required: [String], at param: String
    ) throws(Refusal) -> JSON {
        guard let given = raw.objectValue else { throw .invalid("Invalid object", param: param) }
        let unknown = given.map(\.key).filter { fields[$0] == nil }.map { name(param, $0) }
        if let first = unknown.first {
            let plural = unknown.count > 1 ? "s" : ""
            throw .invalid(
                "Received unknown parameter\(plural): \(unknown.joined(separator: ", "))", param: first,
                code: "parameter_unknown")
        }
        for field in required where given[field] == nil { throw .missing(name(param, field)) }
        var typed: JSONObject = [:]
        for (key, child) in given {
            guard let node = fields[key] else { continue }
            typed[key] = try value(child, as: node, at: name(param, key))
        }
        return .object(typed)
    }

    private func map(_ raw: JSON, of inner: SchemaNode, at param: String) throws(Refusal) -> JSON {
        guard let given = raw.objectValue else { throw .invalid("Invalid object", param: param) }
        let isMetadata = param == "metadata" || param.hasSuffix("[metadata]")
        if isMetadata { try Metadata.check(given, at: param) }
        var typed: JSONObject = [:]
        for (key, child) in given {
            // An empty value takes a metadata key away.
            typed[key] =
                isMetadata && child.stringValue == "" ? child : try value(child, as: inner, at: name(param, key))
        }
        return .object(typed)
    }

    private func array(_ raw: JSON, of inner: SchemaNode, at param: String) throws(Refusal) -> JSON {
        let elements: [(String, JSON)]
        switch raw {
        case .array(let list): elements = list.enumerated().map { (String($0.offset), $0.element) }
        case .object(let object):
            var indexed: [(Int, String, JSON)] = []
            for (key, child) in object {
                guard let index = Int(key) else { throw .invalid("Invalid array", param: param) }
                indexed.append((index, key, child))
            }
            elements = indexed.sorted { $0.0 < $1.0 }.map { ($0.1, $0.2) }
        default: throw .invalid("Invalid array", param: param)
        }
        var typed: [JSON] = []
        for (key, child) in elements { typed.append(try value(child, as: inner, at: name(param, key))) }
        return .array(typed)
    }

    private func firstFitting(_ raw: JSON, of options: [SchemaNode], at param: String) throws(Refusal) -> JSON {
        var refusals: [Refusal] = []
        for option in options {
            do { return try value(raw, as: option, at: param) } catch { refusals.append(error) }
        }
        // The complaint of the option whose shape was meant: one about a field inside beats "Invalid object".
        throw refusals.first { ($0.param ?? "") != param } ?? refusals.first ?? .invalid("Invalid value", param: param)
    }

    private func scalar(_ raw: JSON, as node: SchemaNode, at param: String) throws(Refusal) -> JSON {
        guard let text = raw.stringValue else { throw .invalid("Invalid \(Self.noun(node))", param: param) }
        if text.isEmpty {
            throw .invalid(
                "You passed an empty string for '\(param)'. We assume empty values are an attempt to unset a "
                    + "parameter; "
                    + "however '\(param)' cannot be unset. You should remove '\(param)' from your request or supply a "
                    + "non-empty value.", param: param, code: "parameter_invalid_empty")
        }
        switch node {
        case .integer:
            guard let number = Int64(text) else {
                throw .invalid("Invalid integer: \(text)", param: param, code: "parameter_invalid_integer")
            }
            return .integer(number)
        case .boolean:
            guard text == "true" || text == "false" else { throw .invalid("Invalid boolean: \(text)", param: param) }
            return .bool(text == "true")
        case .number, .decimal:
            guard DecimalAmount(text) != nil else { throw .invalid("Invalid decimal: \(text)", param: param) }
            return .string(text)
        case .word(let words):
            guard words.contains(text) else {
                throw .invalid("Invalid \(param): must be \(Self.choice(words))", param: param)
            }
            return .string(text)
        default:
            if text.utf8.count > 5_000 {
                throw .invalid(
                    "Invalid string: \(text.prefix(10))...; must be at most 5000 characters", param: param)
            }
            return .string(text)
        }
    }

    private func name(_ param: String, _ key: String) -> String { param.isEmpty ? key : "\(param)[\(key)]" }

    private static func noun(_ node: SchemaNode) -> String {
        switch node {
        case .integer: "integer"
        case .boolean: "boolean"
        case .number, .decimal: "decimal"
        default: "string"
        }
    }

    private static func choice(_ words: [String]) -> String {
        switch words.count {
        case 1: words[0]
        case 2: "one of \(words[0]) or \(words[1])"
        default: "one of " + words.dropLast().joined(separator: ", ") + ", or " + (words.last ?? "")
        }
    }
}
