import Billing
import FoundationEssentials
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// An id in other words: `ext:<the portal's own id>` or `stripe:<Stripe's id>`. Accepted wherever an id is; handlers
/// see ours only.
private struct Reference: Hashable, Sendable {
    let noun: String
    let form: String
    let value: String

    init?(_ noun: String, _ text: String) {
        guard let colon = text.unicodeScalars.firstIndex(of: ":"), Self.writers[noun] != nil else { return nil }
        form = String(text.unicodeScalars[..<colon])
        value = String(text.unicodeScalars[text.unicodeScalars.index(after: colon)...])
        guard form == "ext" || form == "stripe", (1...255).contains(value.unicodeScalars.count),
            value.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else { return nil }
        self.noun = noun
    }

    func text(of id: UUID) -> String { Self.writers[noun]?(id) ?? "" }

    /// The nouns that have other ids, and how ours are written.
    private static let writers: [String: @Sendable (UUID) -> String] = [
        "client": { Client.ID(rawValue: $0).text }, "agent": { Agent.ID(rawValue: $0).text },
        "portal_user": { PortalUser.ID(rawValue: $0).text }, "product": { Product.ID(rawValue: $0).text },
        "price": { Price.ID(rawValue: $0).text }, "subscription": { Subscription.ID(rawValue: $0).text },
        "invoice": { Invoice.ID(rawValue: $0).text }, "meter": { Meter.ID(rawValue: $0).text },
    ]
}

extension Call {
    /// Each is a look-up: more different ones in one request are refused.
    private static let referencesMax = 200

    /// The same call with our ids in path, query and body. One transaction looks up what there is to look up; without a
    /// reference there is none.
    func resolvingReferences() async throws -> Call {
        guard route.asksForKey else { return self }
        var found: Set<Reference> = []
        _ = try replacingReferences { reference, _ in
            found.insert(reference)
            return reference.value
        }
        if found.isEmpty { return self }
        guard found.count <= Self.referencesMax else {
            throw Problem(
                .invalidFields, "A request may name \(Self.referencesMax) different ids in the form ext: or stripe:.")
        }
        let wanted = found
        let ids = try await read { tx in
            var ids: [Reference: String] = [:]
            for reference in wanted {
                let find = FindReferenced(reference.noun, reference.form, reference.value)
                if let id = try tx.one(find) { ids[reference] = reference.text(of: id) }
            }
            return ids
        }
        return try replacingReferences { reference, param in
            guard let id = ids[reference] else { throw Problem.notFound(reference.noun, param: param) }
            return id
        }
    }

    /// What stands for a reference, and where it stands in query or body; the path needs no name.
    private typealias Replacement = (Reference, _ param: String?) throws -> String

    /// The call with something else for each reference. Not async: the optimiser of Swift 6.3 breaks down over the
    /// look-up between these steps.
    private func replacingReferences(_ word: Replacement) throws -> Call {
        var call = self
        for (name, text) in parameters {
            if let reference = Reference(name, text) { call.parameters[name] = try word(reference, nil) }
        }
        if request.query.names.contains(where: { Reference($0, request.query[$0] ?? "") != nil }) {
            call.request.query = try replaced(request.query, word)
        }
        if !route.readsReferences, Self.mayHoldReference(request.body), let body = try? JSON.parse(request.body) {
            call.request.body = try replaced(body, under: "", at: "", word).serialize()
        }
        return call
    }

    private func replaced(_ query: HTTPQuery, _ word: Replacement) throws -> HTTPQuery {
        var fields: [(String, String)] = []
        query.forEach { fields.append(($0, $1)) }
        for (index, field) in fields.enumerated() {
            if let reference = Reference(field.0, field.1) { fields[index].1 = try word(reference, field.0) }
        }
        return HTTPQuery(FormEncoding.encode(fields)) ?? query
    }

    /// Values under names like `client`, and lists under names like `agents`; never the portal's own notes.
    private func replaced(
        _ json: JSON, under name: String, at place: String, _ word: Replacement
    ) throws -> JSON {
        switch json {
        case .string(let text):
            guard let reference = Reference(name, text) else { return json }
            return .string(try word(reference, place))
        case .array(let elements):
            let single = name.hasSuffix("s") ? String(name.dropLast()) : name
            return .array(
                try elements.enumerated().map { index, element in
                    try replaced(element, under: single, at: "\(place)[\(index)]", word)
                })
        case .object(let object):
            var result = object
            for entry in object where entry.key != "metadata" {
                let inside = place.isEmpty ? entry.key : "\(place).\(entry.key)"
                result[entry.key] = try replaced(entry.value, under: entry.key, at: inside, word)
            }
            return .object(result)
        default: return json
        }
    }

    /// A quick look before the body is read twice.
    private static func mayHoldReference(_ body: [UInt8]) -> Bool {
        guard body.count < 65_536 else { return false }
        let marks = [Array("\"ext:".utf8), Array("\"stripe:".utf8)]
        return body.indices.contains { index in
            body[index] == UInt8(ascii: "\"") && marks.contains { body[index...].starts(with: $0) }
        }
    }
}
