import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// Keys that may not do everything, new keys, other accounts.
    @Suite(.freshDatabase) struct ConnectionKeyRows {
        private let path = "/v1/payment_processor"
        private static let words = [
            "account_read", "balance_read", "webhook_write", "event_destination_write", "event_read",
            "payment_method_write", "setup_intent_write", "checkout_session_write", "product_write", "plan_write",
            "coupon_write", "subscription_write", "subscription_schedule_write", "invoice_write", "credit_note_write",
            "payment_intent_write", "charge_write", "billing_meter_write", "billing_meter_event_write",
            "tax_settings_read", "payout_read",
        ].map { "rak_" + $0 }

        @Test func `A6 A11: a restricted key's missing permission is named; only what needs it waits`() async throws {
            try await House.with { house in
                let portal = try await house.newPortal()
                let key = Keys.secret(restricted: true)
                func allow(_ words: [String]) async throws {
                    try await house.standIn.control(
                        .post, "/keys/restrict",
                        ["key": .string(key), "permissions": .array(words.map(JSON.string))])
                }
                try await allow(Self.words)
                #expect(try await portal.post(path, ["restricted_key": .string(key)]).status == 200)
                let poor = try await portal.seen(path, "degraded") { $0.string("status") == "degraded" }
                let missing = poor["permissions"].arrayValue?.filter { $0["ok"] == false }
                #expect(missing?.map { $0.string("name") } == ["customer"], "\(poor["permissions"])")
                #expect(missing?.first?.string("needed_for") == "to bill clients")
                #expect(poor["warnings"].arrayValue?.contains { $0.string("code") == "permission_missing" } == true)
                let client = try await portal.addClient()
                let setup = try await portal.post(
                    "/v1/clients/\(client)/payment_setup",
                    ["success_url": "https://portal.example/ok", "cancel_url": "https://portal.example/no"], wait: nil)
                let command = setup.string("id") ?? ""
                try await portal.seen("/v1/commands/\(command)", "it waits for the permission") {
                    $0["attempts"].arrayValue?.contains {
                        $0.string("code") == "permission_missing"
                            && $0.string("stripe_request_id")?.hasPrefix("req_") == true
                    } == true
                }
                // Everything else goes on.
                _ = try await portal.sell(2_500, period: "monthly")
                #expect(try await house.value("SELECT count(*) FROM jobq.lane WHERE paused_at IS NOT NULL") == "0")
                try await allow(Self.words + ["rak_customer_write"])
                _ = try await portal.post(path + "/verify")
                try await portal.seen(path, "connected") { $0.string("status") == "connected" }
                try await portal.seen("/v1/commands/\(command)", "it went on") { $0.string("status") == "succeeded" }
            }
        }

        @Test func `A9 A10: a rolled key takes over, the webhook stays; a stranger's key is refused`() async throws {
            try await House.with { house in
                let portal = try await house.newPortal()
                let account = Keys.letters(15)
                let old = try await portal.connect(Keys.secret(account: account))
                let before = try await portal.get(path)
                let stranger = try await portal.post(
                    path + "/roll_key", ["secret_key": .string(Keys.secret())])
                #expect(stranger.status == 409 && stranger.string("code") == "account_mismatch", "\(stranger)")
                #expect(try await portal.get(path).string("status") == "connected")
                let new = Keys.secret(account: account)
                let rolled = try await portal.post(path + "/roll_key", ["secret_key": .string(new)])
                #expect(rolled.string("key_last4") == String(new.suffix(4)), "\(rolled)")
                #expect(rolled["webhook"].string("endpoint_id") == before["webhook"].string("endpoint_id"))
                try await house.standIn.revoke(old)
                #expect(try await portal.sell(2_500, period: "monthly").hasPrefix("pr_"))
            }
        }

        @Test func `A2: another account is told first, then taken by name; nothing dangles`() async throws {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let price = try await portal.sell(2_500, period: "monthly")
                let client = try await portal.addClient()
                _ = try await portal.subscribe(client, to: price)
                try await portal.saveCard(client, at: house.standIn)
                try await portal.wait(for: client, toBe: "active")
                let key = Keys.secret()
                let told = try await portal.post(path + "/switch_account", ["secret_key": .string(key)])
                #expect(told.string("object") == "account_switch_report", "\(told)")
                for kind in ["customer", "subscription", "product", "price", "paid_invoice"] {
                    #expect(told["orphans"][kind]?["count"] == 1, "\(kind): \(told)")
                }
                let account = try #require(told.string("to"))
                #expect(try await portal.get(path).string("account_id") == told.string("from"))
                let wrong = try await portal.post(
                    path + "/switch_account",
                    ["secret_key": .string(key), "account": "acct_other", "dry_run": false])
                #expect(wrong.string("code") == "account_mismatch", "\(wrong)")
                let done = try await portal.post(
                    path + "/switch_account",
                    ["secret_key": .string(key), "account": .string(account), "dry_run": false])
                #expect(done.string("account_id") == account && done.string("status") == "connected", "\(done)")
                let kinds = "SELECT string_agg(kind, ' ' ORDER BY kind) FROM app.orphan"
                #expect(try await house.value(kinds) == "customer invoice price product subscription")
                // What was paid there is given back there.
                let bills = try await portal.get("/v1/invoices?status=paid").json.members
                let paid = try #require(bills.first?.string("id"))
                for (action, form) in [("refund", [:]), ("credit_note", ["amount": 1])] as [(String, JSON)] {
                    let answer = try await portal.post("/v1/invoices/\(paid)/\(action)", form)
                    #expect(answer.status == 409 && answer.string("code") == "account_changed", "\(answer)")
                }
                #expect(try await portal.get("/v1/clients/\(client)")["stripe_id"] == .null)
                try await eventually("the product is published anew", within: .seconds(30)) {
                    try await house.standIn.stripe(.get, "/v1/products", key: key).json.members.count == 1
                }
            }
        }
    }
}
