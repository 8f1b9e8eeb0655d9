import Billing
import FoundationEssentials
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// An id in other words: `ext:<the portal's own id>` or `stripe:<Stripe's id>`. Accepted wherever an id is; handlers
/// see ours only.
private struct Reference: Sendable {
    let noun: String
    let form: String
    let value: String

    init?(_ noun: String, _ text: String) {
        guard let colon = text.firstIndex(of: ":"), Self.writers[noun] != nil else { return nil }
        form = String(text[..<colon])
        value = String(text[text.index(after: colon)...])
        guard form == "ext" || form == "stripe", !value.isEmpty, value.utf8.count <= 255 else { return nil }
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
    /// The same call with our ids in path, query and body. One transaction looks up what there is to look up; without a
    /// reference there is none.
    func resolvingReferences() async throws -> Call {
        guard route.scope != nil else { return self }
        var call = self
        for (name, text) in parameters {
            guard let reference = Reference(name, text) else { continue }
            guard let id = try await resolve(reference) else { throw Problem.notFound(name) }
            call.parameters[name] = id
        }
        if request.query.names.contains(where: { Reference($0, request.query[$0] ?? "") != nil }) {
            call.request.query = try await resolvedQuery()
        }
        if Self.mayHoldReference(request.body), let body = try? JSON.parse(request.body) {
            call.request.body = try await resolved(body, under: "").serialize()
        }
        return call
    }

    private func resolve(_ reference: Reference) async throws -> String? {
        let find = FindReferenced(reference.noun, reference.form, reference.value)
        return try await read { tx in try tx.one(find) }.map(reference.text)
    }

    private func resolvedQuery() async throws -> HTTPQuery {
        var fields: [(String, String)] = []
        request.query.forEach { fields.append(($0, $1)) }
        for (index, field) in fields.enumerated() {
            guard let reference = Reference(field.0, field.1) else { continue }
            guard let id = try await resolve(reference) else { throw Problem.notFound(field.0) }
            fields[index].1 = id
        }
        return HTTPQuery(FormEncoding.encode(fields)) ?? request.query
    }

    /// Values under names like `client`, and lists under names like `agents`; never the portal's own notes.
    private func resolved(_ json: JSON, under name: String) async throws -> JSON {
        switch json {
        case .string(let text):
            guard let reference = Reference(name, text) else { return json }
            guard let id = try await resolve(reference) else { throw Problem.notFound(name) }
            return .string(id)
        case .array(let elements):
            let single = name.hasSuffix("s") ? String(name.dropLast()) : name
            var result: [JSON] = []
            for element in elements { result.append(try await resolved(element, under: single)) }
            return .array(result)
        case .object(let object):
            var result = object
            for entry in object where entry.key != "metadata" {
                result[entry.key] = try await resolved(entry.value, under: entry.key)
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
