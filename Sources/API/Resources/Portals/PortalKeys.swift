import Billing
import Crypto
import Daemon
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/api_keys`: what portals show us. A key's text is shown once, when it is made.
enum PortalKeys {
    /// How long an old key goes on beside the new one, unless said otherwise.
    private static let overlap: Int64 = 86_400

    /// Newest first, ended ones too.
    static func list(_ call: Call) async throws -> Response {
        let query = try call.query("limit", "starting_after", "ending_before")
        let page = try call.page(query, of: PortalKey.self)
        let now = call.gateway.clock.now()
        let (keys, hasMore) = page.cut(try await call.read { tx in try tx.run(ListPortalKeys(page)) })
        return call.listed(keys.map { json($0, at: now) }, hasMore: hasMore)
    }

    /// One.
    static func show(_ call: Call, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        json(try find(call.id("api_key"), tx), at: call.gateway.clock.now())
    }

    /// A new one, with no more than the caller may do itself.
    static func create(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let name = fields.required("name", .line(max: 200))
        let scopes = fields.required("scopes", .scopes)
        let end = fields.optional("expires_at", .integer(1...253_402_300_799)).map(Timestamp.init(seconds:))
        if let end, end <= call.gateway.clock.now() {
            fields.refuse("expires_at", .momentOutOfRange, "Must be a moment to come.")
        }
        try fields.finish()
        let wish = (name: try name(), scopes: try scopes())
        return try await call.write { actor, tx in
            let id = PortalKey.ID.new(at: actor.now)
            let key = try insert(id, name: wish.name, scopes: wish.scopes, until: end, call, actor, tx)
            let after = json(try find(id, tx), at: actor.now)
            audit(actor, tx, "api_key.create", id.text, after: after)
            return .finishedOnce(.created, shown: shown(after, key), kept: after)
        }
    }

    /// A new key in an old one's place: the old one goes on for a while, so that every place that uses it can change.
    static func roll(_ call: Call) async throws -> Response {
        let id: PortalKey.ID = try call.id("api_key")
        var fields = try call.fields()
        let seconds = fields.optional("overlap_seconds", .integer(0...2_592_000)) ?? overlap
        let end = fields.optional("expires_at", .integer(1...253_402_300_799)).map(Timestamp.init(seconds:))
        try fields.finish()
        return try await call.write { actor, tx in
            guard let old = try tx.first(FindPortalKeyForUpdate(id)) else { throw Problem.notFound("api_key") }
            guard old.status(at: actor.now) == "active" else {
                throw Problem(.apiKeyEnded, "The key has ended. Make a new one.")
            }
            let new = PortalKey.ID.new(at: actor.now)
            let key = try insert(
                new, name: old.name, scopes: old.scopes, until: end, replacing: id, call, actor, tx)
            tx.send(MarkPortalKeyEnding(id, at: actor.now + .seconds(seconds)))
            let after = json(try find(new, tx), at: actor.now)
            audit(
                actor, tx, "api_key.roll", id.text, before: json(old, at: actor.now),
                after: ["old": json(try find(id, tx), at: actor.now), "new": after])
            return .finishedOnce(.created, shown: shown(after, key), kept: after)
        }
    }

    /// Ends one at once.
    static func revoke(_ call: Call) async throws -> Response {
        let id: PortalKey.ID = try call.id("api_key")
        return try await call.write { actor, tx in
            guard let old = try tx.first(FindPortalKeyForUpdate(id)) else { throw Problem.notFound("api_key") }
            tx.send(MarkPortalKeyRevoked(id))
            let after = json(try find(id, tx), at: actor.now)
            audit(actor, tx, "api_key.revoke", id.text, before: json(old, at: actor.now), after: after)
            return .finished(.ok, after)
        }
    }

    private static func insert(
        _ id: PortalKey.ID, name: String, scopes: [String], until end: Timestamp?, replacing old: PortalKey.ID? = nil,
        _ call: Call, _ actor: Actor, _ tx: borrowing Transaction<TenantScope>
    ) throws -> APIKey {
        let key = try APIKey.make(livemode: actor.entrance.livemode)
        let wish = PortalKeyWish(
            mac: key.mac(pepper: call.gateway.pepper), prefix: key.prefix, last4: key.last4, name: name, scopes: scopes,
            expiresAt: end, createdBy: actor.entrance.actor, replaces: old)
        _ = try tx.count(InsertPortalKey(id, wish))
        return key
    }

    private static func find(_ id: PortalKey.ID, _ tx: borrowing Transaction<TenantScope>) throws -> PortalKey {
        guard let key = try tx.first(FindPortalKey(id)) else { throw Problem.notFound("api_key") }
        return key
    }

    /// The only place where a key's text goes out.
    private static func shown(_ json: JSON, _ key: APIKey) -> JSON {
        guard case .object(var body) = json else { return json }
        body["key"] = .string(key.text.reveal { $0 })
        return .object(body)
    }

    private static func json(_ key: PortalKey, at now: Timestamp) -> JSON {
        .object([
            "object": "api_key", "id": .string(key.id.text), "name": .string(key.name), "key": nil,
            "prefix": .string(key.prefix), "last4": .string(key.last4),
            "scopes": .array(key.scopes.map(JSON.string)), "livemode": .bool(key.prefix == "tg_live_"),
            "status": .string(key.status(at: now)), "expires_at": .time(key.expiresAt),
            "revoked_at": .time(key.revokedAt), "last_used_at": .time(key.lastUsedAt),
            "created_by": .text(key.createdBy), "replaces": .text(key.replaces?.text),
            "api_version": .string(key.apiVersion), "created": .time(key.createdAt),
        ])
    }
}

extension FieldKind where Value == [String] {
    /// Words a key may be allowed by: those routes ask for, `area:*`, and `*`.
    static var scopes: FieldKind {
        FieldKind { json throws(Refusal) in
            let words = (json.arrayValue ?? []).compactMap(\.stringValue)
            guard let count = json.arrayValue?.count, count == words.count, (1...50).contains(count),
                Set(words).count == count
            else { throw Refusal(detail: "Must be a list of 1 to 50 different scopes.") }
            guard words.allSatisfy(Routes.isScope) else {
                throw Refusal(
                    code: .invalidScope, detail: "Scopes are *, an area like clients:*, or like clients:read.")
            }
            return words
        }
    }
}

extension Routes {
    /// Whether some route asks for this scope, or for one that it covers.
    static func isScope(_ word: String) -> Bool { knownScopes.contains(word) }

    private static let knownScopes: Set<String> = {
        let asked = Set(all.compactMap(\.scope))
        return asked.union(asked.compactMap { $0.split(separator: ":").first.map { "\($0):*" } }).union(["*"])
    }()
}
