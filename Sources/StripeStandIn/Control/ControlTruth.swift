import HTTPTypes

/// What really is: the objects and the calls, for tests that compare and for the story that tells.
struct ControlTruth {
    /// The stand-in.
    let world: World

    /// Calls after `after`, oldest first.
    func requests(_ query: HTTPQuery) -> JSON {
        let after = query["after"].flatMap(Int64.init) ?? 0
        let limit = query["limit"].flatMap(Int.init) ?? 1_000
        var found = world.log.after(after, limit: limit)
        if let account = query["account"] { found = found.filter { $0.text("account") == account } }
        return ["data": .array(found.map { .object($0) }), "count": .integer(Int64(world.log.count))]
    }

    /// Objects by `type`, `account`, `id`, `livemode` and `metadata[key]`, oldest first.
    func objects(_ query: HTTPQuery) throws -> JSON {
        var wanted: [(String, String)] = []
        for name in query.names where name.hasPrefix("metadata[") && name.hasSuffix("]") {
            wanted.append((String(name.dropFirst(9).dropLast()), query[name] ?? ""))
        }
        let limit = query["limit"].flatMap(Int.init) ?? 1_000
        var data: [JSON] = []
        for account in world.accounts.values.sorted(by: { $0.id < $1.id })
        where query["account"] == nil || query["account"] == account.id {
            for books in [account.test, account.live]
            where query["livemode"] == nil || query["livemode"] == "\(books.isLive)" {
                for object in books.everything where matches(object, query, wanted) {
                    var shown = object.visible
                    shown["account"] = .string(account.id)
                    data.append(.object(shown))
                }
            }
        }
        return ["data": .array(Array(data.prefix(limit))), "count": .integer(Int64(data.count))]
    }

    /// Meter events by `account`, `livemode`, `event_name`, `meter`, `customer` and `identifier`, oldest first.
    func usage(_ query: HTTPQuery) -> JSON {
        var data: [JSON] = []
        for account in world.accounts.values.sorted(by: { $0.id < $1.id })
        where query["account"] == nil || query["account"] == account.id {
            for books in [account.test, account.live]
            where query["livemode"] == nil || query["livemode"] == "\(books.isLive)" {
                for entry in books.usage.entries {
                    var shown = entry.json
                    let matches = ["event_name", "meter", "customer", "identifier"].allSatisfy { name in
                        query[name] == nil || query[name] == shown.text(name)
                    }
                    guard matches else { continue }
                    shown["account"] = .string(account.id)
                    data.append(.object(shown))
                }
            }
        }
        return ["data": .array(data), "count": .integer(Int64(data.count))]
    }

    private func matches(_ object: JSONObject, _ query: HTTPQuery, _ metadata: [(String, String)]) -> Bool {
        if let kind = query["type"], object.kind != kind { return false }
        if let id = query["id"], object.id != id { return false }
        return metadata.allSatisfy { object.text("metadata", $0.0) == $0.1 }
    }

    /// Accounts with their keys as Stripe would show them.
    func accounts() -> JSON {
        let data = world.accounts.values.sorted { $0.id < $1.id }.map { account -> JSON in
            let keys = world.keys.values.filter { $0.account == account.id }.sorted { $0.shown < $1.shown }
            return [
                "id": .string(account.id), "platform": .of(account.platform),
                "charges_enabled": .bool(account.document.flag("charges_enabled")),
                "keys": .array(
                    keys.map {
                        ["key": .string($0.shown), "livemode": .bool($0.isLive), "revoked": .bool($0.isRevoked)]
                    }),
                "retry_days": .array(account.retryDays.map(JSON.integer)),
                "final_outcome": .string(account.finalOutcome.rawValue),
            ]
        }
        return ["data": .array(data)]
    }
}
