import Billing
import Daemon
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/portal_users`: the people behind a portal. The portal proves who they are; here stands what they may do.
enum PortalUsers {
    /// Newest first; `client` and `role` narrow it.
    static func list(_ call: Call) async throws -> Response {
        let query = try call.query("limit", "starting_after", "ending_before", "client", "role")
        let page = try call.page(query, of: PortalUser.self)
        let client = try call.queryID(query, "client", of: Client.self)
        let role = try call.queryWord(query, "role", PortalRole.self)
        let rows = try await call.read { tx in try tx.run(ListPortalUsers(page, client: client, role: role)) }
        let (users, hasMore) = page.cut(rows)
        return call.listed(users.map(json), hasMore: hasMore)
    }

    /// One.
    static func show(_ call: Call, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        json(try find(call.id("portal_user"), tx))
    }

    /// A new one.
    static func create(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let role = fields.required("role", FieldKind<PortalRole>.word)
        let client = fields.optional("client", .id(of: Client.self))
        let externalID = fields.optional("external_id", .line(max: 255))
        let name = fields.optional("name", .line(max: 200))
        let email = fields.optional("email", .email)
        let status = fields.optional("status", FieldKind<PortalUser.Status>.word) ?? .active
        let isVerified = fields.optional("email_verified", .bool) ?? false
        let metadata = fields.optional("metadata", .metadata) ?? "{}"
        if let role = try? role() { check(role, of: client, &fields) }
        try fields.finish()
        let chosen = try role()
        return try await call.write { actor, tx in
            try require(rank: chosen, actor)
            if let client, try tx.first(FindClient(client)) == nil {
                throw Problem.notFound("client", param: "client")
            }
            let id = PortalUser.ID.new(at: actor.now)
            tx.send(
                InsertPortalUser(
                    id,
                    PortalUserWish(
                        client: client, externalID: externalID, role: chosen, name: name, email: email, status: status,
                        verifiedAt: isVerified ? actor.now : nil, metadata: metadata)))
            let after = json(try find(id, tx))
            audit(actor, tx, "portal_user.create", id.text, client: client, after: after)
            return .finished(.created, after)
        }
    }

    /// Changes what is mentioned; null clears.
    static func change(_ call: Call) async throws -> Response {
        let id: PortalUser.ID = try call.id("portal_user")
        var fields = try call.fields()
        let role = fields.optional("role", FieldKind<PortalRole>.word)
        let externalID = fields.change("external_id", .line(max: 255))
        let name = fields.change("name", .line(max: 200))
        let email = fields.change("email", .email)
        let status = fields.optional("status", FieldKind<PortalUser.Status>.word)
        let isVerified = fields.optional("email_verified", .bool)
        let metadata = fields.change("metadata", .metadata)
        try fields.finish()
        return try await call.write { actor, tx in
            guard let user = try tx.first(FindPortalUserForUpdate(id)) else { throw Problem.notFound("portal user") }
            try require(rank: user.role, actor)
            let chosen = role ?? user.role
            try require(rank: chosen, actor)
            guard chosen.isOfClient == (user.client != nil) else {
                throw Problem(.invalidCombination, "A client's people keep a client's role.", param: "role")
            }
            let verified = isVerified.map { $0 ? user.verifiedAt ?? actor.now : nil } ?? user.verifiedAt
            let wish = PortalUserWish(
                client: user.client, externalID: externalID.applied(to: user.externalID), role: chosen,
                name: name.applied(to: user.name), email: email.applied(to: user.email.flatMap(EmailAddress.init)),
                status: status ?? user.status, verifiedAt: verified,
                metadata: metadata.applied(to: user.metadata) ?? "{}")
            tx.send(MarkPortalUserChanged(id, wish))
            let after = json(try find(id, tx))
            audit(actor, tx, "portal_user.change", id.text, client: user.client, before: json(user), after: after)
            return .finished(.ok, after)
        }
    }

    /// Ends what one may do. The row stays: the audit log names it.
    static func disable(_ call: Call) async throws -> Response {
        let id: PortalUser.ID = try call.id("portal_user")
        return try await call.write { actor, tx in
            guard let user = try tx.first(FindPortalUserForUpdate(id)) else { throw Problem.notFound("portal user") }
            try require(rank: user.role, actor)
            let wish = PortalUserWish(
                client: user.client, externalID: user.externalID, role: user.role, name: user.name,
                email: user.email.flatMap(EmailAddress.init), status: .disabled, verifiedAt: user.verifiedAt,
                metadata: user.metadata)
            tx.send(MarkPortalUserChanged(id, wish))
            let after = json(try find(id, tx))
            audit(actor, tx, "portal_user.disable", id.text, client: user.client, before: json(user), after: after)
            return .finished(.ok, after)
        }
    }

    private static func check(_ role: PortalRole, of client: Client.ID?, _ fields: inout Fields) {
        switch (role.isOfClient, client) {
        case (true, nil): fields.refuse("client", .parameterMissing, "A client's people have a client.")
        case (false, .some): fields.refuse("client", .invalidField, "The agency's own people have no client.")
        default: break
        }
    }

    /// Nobody makes or changes somebody above: an admin makes no owner.
    private static func require(rank role: PortalRole, _ actor: Actor) throws {
        guard actor.entrance.rank >= role.rank else {
            throw Problem(.roleForbids, "Only somebody as high changes a user of the role \(role.rawValue).")
        }
    }

    private static func find(_ id: PortalUser.ID, _ tx: borrowing Transaction<TenantScope>) throws -> PortalUser {
        guard let user = try tx.first(FindPortalUser(id)) else { throw Problem.notFound("portal user") }
        return user
    }

    private static func json(_ user: PortalUser) -> JSON {
        .object([
            "object": "portal_user", "id": .string(user.id.text), "client": .text(user.client?.text),
            "external_id": .text(user.externalID), "role": .string(user.role.rawValue), "name": .text(user.name),
            "email": .text(user.email), "email_verified_at": .time(user.verifiedAt),
            "status": .string(user.status.rawValue), "metadata": .stored(user.metadata),
            "created": .time(user.createdAt), "updated": .time(user.updatedAt),
        ])
    }
}
