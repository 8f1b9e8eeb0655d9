import Crypto
import Daemon
import HTTPTypes

/// Keys: made, taken back, narrowed.
struct ControlKeys {
    /// The stand-in.
    let world: World

    /// `POST /_stand_in/keys[/action]`.
    func answer(_ action: String?, _ body: JSONObject) throws -> JSON {
        guard let action else { return try make(body) }
        guard let key = body.text("key"), let record = Authentication(world: world).record(of: key) else {
            throw Control.Complaint(message: "key must be a secret key of this stand-in")
        }
        switch action {
        case "revoke": world.keys[record.hash]?.isRevoked = true
        case "roll": return try roll(key, record, body)
        case "expire": world.keys[record.hash]?.isExpired = true
        case "restore":
            world.keys[record.hash]?.isRevoked = false
            world.keys[record.hash]?.isExpired = false
            world.keys[record.hash]?.expires = nil
            world.keys[record.hash]?.permissions = nil
        case "restrict":
            world.keys[record.hash]?.permissions = Set(body.list("permissions").compactMap(\.stringValue))
        default: throw Control.Complaint(message: "no such action on keys: \(action)", status: 404)
        }
        world.isDirty = true
        _ = world.account(record.account)
        return ["account": .string(record.account), "livemode": .bool(record.isLive), "action": .string(action)]
    }

    /// A new key in place of the old one, which works on for `expires_in` seconds.
    private func roll(_ key: String, _ record: KeyRecord, _ body: JSONObject) throws -> JSON {
        let kind = key.prefix(2)
        let new = "\(kind)_\(record.isLive ? "live" : "test")_\(Identifier.random(32))"
        guard
            Authentication(world: world).register(new, account: record.account, permissions: record.permissions) != nil
        else { throw Control.Complaint(message: "the key cannot be rolled") }
        world.keys[record.hash]?.expires = world.now + (body.whole("expires_in") ?? 0)
        return ["key": .string(new), "account": .string(record.account), "livemode": .bool(record.isLive)]
    }

    /// A new key of an account: named by `account` or by another key of it (`same_account_as`), or an account of its
    /// own.
    private func make(_ body: JSONObject) throws -> JSON {
        var account = body.text("account")
        if let other = body.text("same_account_as") {
            guard let record = Authentication(world: world).record(of: other) else {
                throw Control.Complaint(message: "same_account_as must be a secret key of this stand-in")
            }
            account = record.account
        }
        let kind = body.text("kind") ?? "sk"
        let mode = body.flag("livemode") ? "live" : "test"
        let key = body.text("key") ?? "\(kind)_\(mode)_\(Identifier.random(32))"
        let permissions = body["permissions"].map { Set(($0.arrayValue ?? []).compactMap(\.stringValue)) }
        guard
            let record = Authentication(world: world).register(
                key, account: account ?? "acct_1" + Identifier.random(15), permissions: permissions)
        else { throw Control.Complaint(message: "key must look like sk_test_…, sk_live_…, rk_test_… or rk_live_…") }
        _ = world.account(record.account)
        return ["key": .string(key), "account": .string(record.account), "livemode": .bool(record.isLive)]
    }
}
