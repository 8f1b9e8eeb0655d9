import Billing
import Crypto
import Daemon
import DomainNames
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/branding/domains`: the domains of a tenant's pages, proven by a TXT record (S21).
enum BrandingDomains {
    /// Adds one: pending until its record is seen. The answer says which record to set.
    static func add(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let domain = fields.required("domain", .domain)
        try fields.finish()
        let name = try domain()
        // Nobody guesses what another tenant was asked for.
        let token = Hex.encode(try RandomBytes.make(20))
        return try await call.write { actor, tx in
            let id = BrandDomain.ID.new(at: actor.now)
            _ = try tx.count(InsertBrandDomain(id, domain: name, token: token))
            let made = try answer(id, tx)
            audit(actor, tx, "branding.domain_add", id.text, after: made)
            return .finished(.created, made)
        }
    }

    /// One, with what its last look came to.
    static func show(_ call: Call, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        try answer(call.id("domain"), tx)
    }

    /// Has its record looked for now.
    static func verify(_ call: Call) async throws -> Response {
        let id: BrandDomain.ID = try call.id("domain")
        var fields = try call.fields()
        try fields.finish()
        return try await call.write { actor, tx in
            let domain = try find(id, tx)
            audit(actor, tx, "branding.domain_verify", id.text, before: json(domain), after: ["wished": true])
            let receipt = try tx.enqueue(
                CheckDomain(domain: id), waited: actor.isWaiting, target: ("branding_domain", id.rawValue))
            return .accepted(receipt, kind: CheckDomain.kind, target: ("branding_domain", id.text))
        }
    }

    /// Takes one away.
    static func remove(_ call: Call) async throws -> Response {
        let id: BrandDomain.ID = try call.id("domain")
        return try await call.write { actor, tx in
            let domain = try find(id, tx)
            tx.send(DeleteBrandDomain(id))
            audit(actor, tx, "branding.domain_remove", id.text, before: json(domain), after: .null)
            return .finished(.ok, json(domain))
        }
    }

    /// Whose a domain is, for anybody: 200 only for a verified one of an agency that is not suspended, so that whoever
    /// terminates TLS can ask before it has a certificate made (S21). A name that is none is one nobody has.
    static func showPublic(_ call: Call) async throws -> Response {
        guard let text = try call.query("domain")["domain"] else {
            throw Problem(.invalidQuery, "Say which: ?domain=portal.example.com.", param: "domain")
        }
        guard let name = try? DomainName(text),
            let owner = try await call.gateway.database.transaction(
                in: PlatformScope.self, { tx in try tx.first(FindPublicDomain(name)) })
        else { throw Problem.notFound("domain") }
        var response = Response.json(
            .ok,
            [
                "object": "public_domain", "domain": .string(name.text), "tenant": .string(owner.tenant.text),
                "livemode": .bool(owner.livemode),
            ])
        response.headers["Cache-Control"] = "public, max-age=60"
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response
    }

    /// The resource as it stands.
    static func answer(_ id: BrandDomain.ID, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        json(try find(id, tx))
    }

    private static func find(
        _ id: BrandDomain.ID, _ tx: borrowing Transaction<TenantScope>
    ) throws -> BrandDomain {
        guard let domain = try tx.first(ListBrandDomains(id)) else { throw Problem.notFound("domain") }
        return domain
    }

    /// How one looks outside.
    static func json(_ domain: BrandDomain) -> JSON {
        .object([
            "object": "branding_domain", "id": .string(domain.id.text), "domain": .string(domain.domain),
            "status": .string(domain.status.rawValue), "proof": .text(domain.proof?.rawValue),
            "txt_name": .string(domain.recordName), "txt_value": .string(domain.recordValue),
            "reason": .text(domain.reason), "problem": .text(domain.problem), "failures": .number(domain.failures),
            "checked_at": .time(domain.checkedAt), "verified_at": .time(domain.verifiedAt),
            "next_check_at": .time(domain.nextCheckAt), "created": .time(domain.createdAt),
        ])
    }
}

extension FieldKind where Value == DomainName {
    /// A domain's name as people write it.
    static var domain: FieldKind {
        FieldKind { json throws(Refusal) in
            guard let text = json.stringValue else { throw Refusal(detail: "Must be a text.") }
            do throws(DomainNameError) {
                return try DomainName(text)
            } catch {
                throw Refusal(code: .invalidDomain, detail: error.detail)
            }
        }
    }
}
