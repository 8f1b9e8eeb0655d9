import HTTPTypes

/// The state as one JSON document, so that a second start goes on where the first ended. Deliveries under way are not
/// in it: their events are, and are sent again.
enum Snapshot {
    /// The document.
    static func write(_ world: World) -> JSON {
        let accounts = world.accounts.values.sorted { $0.id < $1.id }.map { account -> JSON in
            [
                "id": .string(account.id), "document": .object(account.document), "platform": .of(account.platform),
                "retry_days": .array(account.retryDays.map(JSON.integer)),
                "final_outcome": .string(account.finalOutcome.rawValue), "test": write(account.test),
                "live": write(account.live),
            ]
        }
        let keys = world.keys.values.sorted { $0.hash < $1.hash }.map { key -> JSON in
            [
                "hash": .string(key.hash), "shown": .string(key.shown), "account": .string(key.account),
                "live": .bool(key.isLive), "revoked": .bool(key.isRevoked), "expired": .bool(key.isExpired),
                "expires": .of(key.expires),
                "permissions": key.permissions.map { .array($0.sorted().map(JSON.string)) } ?? .null,
            ]
        }
        return [
            "format": 1, "offset": .integer(world.offset), "accounts": .array(accounts), "keys": .array(keys),
            "mails": .array(world.mails),
        ]
    }

    /// Takes the state of a document over; false when it is none of ours.
    static func read(_ json: JSON, into world: World) -> Bool {
        guard let root = json.objectValue, root.whole("format") == 1 else { return false }
        world.offset = root.whole("offset") ?? 0
        world.mails = root.list("mails")
        for key in root.objects("keys") {
            guard let hash = key.text("hash"), let account = key.text("account") else { return false }
            var record = KeyRecord(
                hash: hash, shown: key.text("shown") ?? "", account: account, isLive: key.flag("live"))
            record.permissions = key.value("permissions").map { Set(($0.arrayValue ?? []).compactMap(\.stringValue)) }
            record.isRevoked = key.flag("revoked")
            record.isExpired = key.flag("expired")
            record.expires = key.whole("expires")
            world.keys[hash] = record
        }
        for saved in root.objects("accounts") {
            guard let id = saved.text("id"), let document = saved.object("document") else { return false }
            let account = Account(id: id, document: document, platform: saved.text("platform"), world: world)
            account.retryDays = saved.list("retry_days").compactMap(\.integerValue)
            account.finalOutcome = saved.text("final_outcome").flatMap(Policy.FinalOutcome.init(rawValue:)) ?? .cancel
            read(saved.object("test") ?? [:], into: account.test)
            read(saved.object("live") ?? [:], into: account.live)
            world.accounts[id] = account
        }
        resendUndelivered(world)
        return true
    }

    /// What was not delivered when the last run ended is sent again, as long as Stripe would try.
    private static func resendUndelivered(_ world: World) {
        let horizon = world.now - 3 * 86_400
        for account in world.accounts.values {
            for books in [account.test, account.live] {
                for event in books.all("event").reversed()
                where (event.whole("_undelivered") ?? 0) > 0 && (event.whole("created") ?? 0) > horizon {
                    _ = books.resend(event)
                }
                for event in books.all(Books.thinKind).reversed()
                where (event.whole("_undelivered") ?? 0) > 0 && (event.whole("_created") ?? 0) > horizon {
                    _ = books.resendThin(event)
                }
            }
        }
    }

    private static func write(_ books: Books) -> JSON {
        let answers = books.answers.compactMap { key, stored -> JSON? in
            guard let answer = stored.answer else { return nil }
            return [
                "key": .string(key), "fingerprint": .string(stored.fingerprint), "path": .string(stored.path),
                "moment": .integer(stored.moment), "request": .string(stored.request),
                "status": .integer(Int64(answer.status)), "body": .string(String(decoding: answer.body, as: UTF8.self)),
            ]
        }
        return [
            "objects": .array(books.everything.map { .object($0) }), "answers": .array(answers),
            "usage": .array(books.usage.entries.map { .object($0.json) }),
        ]
    }

    private static func read(_ saved: JSONObject, into books: Books) {
        for object in saved.objects("objects") { books.put(object) }
        for entry in saved.objects("usage") {
            if let entry = UsageEntry(entry) { books.usage.add(entry) }
        }
        for stored in saved.objects("answers") {
            guard let key = stored.text("key"), let fingerprint = stored.text("fingerprint") else { continue }
            books.answers[key] = StoredAnswer(
                fingerprint: fingerprint, path: stored.text("path") ?? "", moment: stored.whole("moment") ?? 0,
                request: stored.text("request") ?? "",
                answer: .init(
                    status: Int(stored.whole("status") ?? 500), body: Array((stored.text("body") ?? "").utf8)))
        }
    }
}
