import Billing
import Daemon
import HTTPServer
import HTTPTypes
import Postgres

/// `/v1/me`: who asks, in which mode, and what it may do. Any key will do, whatever its scopes.
enum Me {
    /// The key, and the portal user it acts for, where `Tollgate-User` names one. `scopes` are those that count: what
    /// both the key and the user's role have.
    static func show(_ call: Call) async throws -> Response {
        _ = try call.query()
        return try await call.reading { entrance, tx in
            let key = try tx.one(FindOwnKey())
            let user = try entrance.user.flatMap { try tx.first(FindPortalUser($0)) }
            return .json(
                .ok,
                .object([
                    "object": "me", "kind": user == nil ? "api_key" : "portal_user",
                    "tenant": .object([
                        "id": .string(entrance.tenant.text), "name": .string(key.tenantName),
                        "features": .array(entrance.features.map(JSON.string)),
                    ]),
                    "livemode": .bool(entrance.livemode), "api_key": json(key), "user": user.map(json) ?? .null,
                    "role": .text(entrance.role?.rawValue), "client": .text(entrance.client?.text),
                    "scopes": .array(entrance.scopes.map(JSON.string)), "expires_at": .time(key.expiresAt),
                ]))
        }
    }

    private static func json(_ key: FindOwnKey.Found) -> JSON {
        [
            "id": .string(key.id.text), "name": .string(key.name), "prefix": .string(key.prefix),
            "last4": .string(key.last4),
        ]
    }

    private static func json(_ user: PortalUser) -> JSON {
        [
            "id": .string(user.id.text), "external_id": .text(user.externalID), "name": .text(user.name),
            "role": .string(user.role.rawValue),
        ]
    }
}
