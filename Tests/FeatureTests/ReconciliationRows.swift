import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// What differs between Stripe and here is found, told once, and repaired in either direction.
    @Suite(.freshDatabase) struct ReconciliationRows {
        private func find(_ items: [JSON], _ kind: String, _ field: String) throws -> JSON {
            try #require(
                items.first { $0.string("object_kind") == kind && $0.string("field") == field },
                "\(kind) \(field): \(items)")
        }

        @Test func `reconciliation: what lost webhooks changed is found and taken from Stripe`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newAttentiveShop()
                let price = try await portal.sell(4_900, period: "monthly")
                let once = try await portal.sell(1_500, period: nil)
                let client = try await portal.addPayingClient(at: house.standIn)
                let subscription = try await portal.subscribe(client, to: price)
                try await portal.wait(for: client, toBe: "active")
                let bill = try await portal.post(
                    "/v1/invoices",
                    ["client": .string(client), "price": .string(once), "collection": "request_payment"])
                let invoice = try #require(bill.target, "\(bill)")
                let product = try #require(try await portal.get("/v1/prices/\(price)").string("product"))
                try await house.settled()
                let calm = try await portal.reconcile()
                #expect(calm.string("status") == "done" && calm["drift"]["new"] == 0, "\(calm)")
                #expect(calm["compared"]["customer"] == 1 && calm["compared"]["product"] == 2, "\(calm)")
                #expect(calm["compared"]["subscription"] == 1 && calm["compared"]["invoice"] == 2, "\(calm)")
                let steps = calm["steps"].arrayValue ?? []
                #expect(
                    steps.count == 8 && steps.allSatisfy { $0.string("stripe_request_id")?.hasPrefix("req_") == true })

                func stripeID(_ path: String) async throws -> String {
                    try #require(try await portal.get(path).string("stripe_id"), "\(path)")
                }
                let ids = (
                    subscription: try await stripeID("/v1/subscriptions/\(subscription)"),
                    invoice: try await stripeID("/v1/invoices/\(invoice)"),
                    product: try await stripeID("/v1/products/\(product)")
                )
                try await house.unheard {
                    for (path, form) in [
                        ("/v1/subscriptions/\(ids.subscription)", [("cancel_at_period_end", "true")]),
                        ("/v1/invoices/\(ids.invoice)/pay", [("paid_out_of_band", "true")]),
                        ("/v1/products/\(ids.product)", [("name", "Renamed there")]),
                    ] {
                        let changed = try await house.standIn.stripe(.post, path, key: key, form: form)
                        #expect(changed.status == 200, "\(changed)")
                    }
                }
                let found = try await portal.reconcile()
                let items = try await portal.drift()
                #expect(found["drift"]["new"] == .integer(Int64(items.count)), "\(found) \(items)")
                let ending = try find(items, "subscription", "cancel_at_period_end")
                #expect(ending.string("ours") == "false" && ending.string("stripe") == "true")
                #expect(ending["money_effect"] == ["amount": 4_900, "currency": "usd"])
                #expect(ending.string("target") == subscription && ending["repairs"] == ["from_stripe", "to_stripe"])
                let paid = try find(items, "invoice", "status")
                #expect(
                    paid.string("ours") == "open" && paid.string("stripe") == "paid"
                        && paid["repairs"] == ["from_stripe"])
                #expect(paid["money_effect"] == ["amount": 1_500, "currency": "usd"])
                let renamed = try find(items, "product", "name")
                #expect(renamed.string("type") == "differs" && renamed.string("stripe") == "Renamed there")
                let told = try await portal.get("/v1/events?type=drift.found").json.members
                #expect(Set(told.compactMap { $0.string("subject") }) == Set(items.compactMap { $0.string("id") }))

                let refused = try await portal.repair(paid, "to_stripe")
                #expect(refused.status == 409 && refused.string("code") == "repair_not_possible", "\(refused)")
                for item in [ending, paid, renamed] {
                    let done = try await portal.repair(item, "from_stripe")
                    #expect(done.status == 200 && done.string("status") == "repaired", "\(done)")
                    #expect(done.string("direction") == "from_stripe" && done["repairs"] == [])
                }
                #expect(try await portal.get("/v1/subscriptions/\(subscription)")["cancel_at_period_end"] == true)
                #expect(try await portal.get("/v1/invoices/\(invoice)").string("status") == "paid")
                #expect(try await portal.get("/v1/products/\(product)").string("name") == "Renamed there")
                let closed = try await portal.repair(ending, "from_stripe")
                #expect(closed.status == 409 && closed.string("code") == "drift_item_closed", "\(closed)")

                try await house.settled()
                let again = try await portal.reconcile()
                #expect(again["drift"]["new"] == 0 && again["drift"]["known"] == 0, "\(again)")
                #expect(try await portal.drift().isEmpty)
                let noted = try await portal.get("/v1/audit_log?limit=100").json.members
                #expect(noted.filter { $0.string("action") == "drift_item.repair" }.count == 3, "\(noted)")
            }
        }

        @Test func `reconciliation: what is right here is told to Stripe, what may stay is dismissed and stays so`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newAttentiveShop()
                let client = try await portal.addPayingClient(at: house.standIn)
                let customer = try #require(try await portal.get("/v1/clients/\(client)").string("stripe_id"))
                func change(_ form: [(String, String)]) async throws {
                    let changed = try await house.unheard {
                        try await house.standIn.stripe(.post, "/v1/customers/\(customer)", key: key, form: form)
                    }
                    #expect(changed.status == 200, "\(changed)")
                }
                try await house.settled()
                try await change([("email", "other@place.example"), ("name", "Bakery and Sons")])
                let first = try await portal.reconcile()
                #expect(first["drift"]["new"] == 2, "\(first)")
                let items = try await portal.drift()
                let mail = try find(items, "customer", "email")
                #expect(mail.string("ours") == "admin@client.example" && mail.string("stripe") == "other@place.example")
                let told = try await portal.repair(mail, "to_stripe")
                #expect(told.string("status") == "repaired" && told.string("direction") == "to_stripe", "\(told)")
                let there = try await house.standIn.stripe(.get, "/v1/customers/\(customer)", key: key)
                #expect(there.string("email") == "admin@client.example")
                // A customer's name and addresses are told together: the name is the same again too.
                let settledToo = try await portal.get("/v1/drift_items?object_kind=customer&status=repaired")
                #expect(settledToo.json.members.count == 2, "\(settledToo)")
                let writes = try await house.standIn.calls(after: 0).filter {
                    $0.method == "POST" && $0.path == "/v1/customers/\(customer)" && $0.idempotencyKey != nil
                }
                #expect(!writes.isEmpty)

                try await change([("name", "Bakery and Sons")])
                _ = try await portal.reconcile()
                let name = try find(try await portal.drift(), "customer", "name")
                let path = "/v1/drift_items/\(name.string("id") ?? "")"
                let missing = try await portal.post(path + "/dismiss", [:])
                #expect(missing.status == 400 && missing.string("code") == "parameter_missing", "\(missing)")
                let dismissed = try await portal.post(path + "/dismiss", ["reason": "They like it so."])
                #expect(dismissed.string("status") == "dismissed", "\(dismissed)")
                #expect(dismissed.string("dismissed_reason") == "They like it so.")
                let second = try await portal.reconcile()
                #expect(second["drift"]["new"] == 0 && second["drift"]["known"] == 1, "\(second)")
                #expect(try await portal.get(path).string("status") == "dismissed")
                // Another value is another matter.
                try await change([("name", "Bakery and Daughters")])
                let third = try await portal.reconcile()
                #expect(third["drift"]["new"] == 1, "\(third)")
                #expect(try await portal.get(path).string("stripe") == "Bakery and Daughters")
                // What is mended by hand closes by itself.
                try await change([("name", "Bakery Ltd")])
                let last = try await portal.reconcile()
                #expect(last["drift"]["gone"] == 1, "\(last)")
                #expect(try await portal.get(path).string("status") == "gone")
                #expect(try await house.value("SELECT count(*) FROM app.drift_item") == "3")

                // Nobody else sees any of it.
                let other = try await house.newPortal("Another agency")
                #expect(try await other.get("/v1/drift_items").json.members.isEmpty)
                #expect(try await other.get("/v1/reconciliations").json.members.isEmpty)
                for answer in [
                    try await other.get(path), try await other.post(path + "/repair", ["direction": "to_stripe"]),
                    try await other.post(path + "/dismiss", ["reason": "mine"]),
                    try await other.get("/v1/reconciliations/\(last.string("id") ?? "")"),
                ] { #expect(answer.status == 404, "\(answer)") }
                let nothing = try await other.post("/v1/reconciliations")
                #expect(nothing.status == 409 && nothing.string("code") == "payment_processor_missing")
            }
        }

        @Test func `reconciliation: what is missing at Stripe is made again, or ends here`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newAttentiveShop()
                let price = try await portal.sell(900, period: "monthly")
                let client = try await portal.addPayingClient(at: house.standIn)
                let subscription = try await portal.subscribe(client, to: price)
                try await portal.wait(for: client, toBe: "active")
                let lonely = try await portal.addPayingClient(at: house.standIn)
                let customer = try #require(try await portal.get("/v1/clients/\(lonely)").string("stripe_id"))
                let there = try #require(try await portal.get("/v1/subscriptions/\(subscription)").string("stripe_id"))
                try await house.unheard {
                    for path in ["/v1/customers/\(customer)", "/v1/subscriptions/\(there)"] {
                        let gone = try await house.standIn.stripe(.delete, path, key: key)
                        #expect(gone.status == 200, "\(gone)")
                    }
                }
                let walk = try await portal.reconcile()
                #expect(walk["drift"]["new"] == 2, "\(walk)")
                let items = try await portal.drift()
                let missing = try find(items, "customer", "object")
                #expect(missing.string("type") == "missing_at_stripe" && missing.string("target") == lonely)
                let made = try await portal.repair(missing, "to_stripe")
                #expect(made.string("status") == "repaired", "\(made)")
                let new = try #require(try await portal.get("/v1/clients/\(lonely)").string("stripe_id"))
                #expect(new != customer && new.hasPrefix("cus_"))
                let ended = try find(items, "subscription", "status")
                #expect(ended.string("ours") == "active" && ended.string("stripe") == "canceled")
                #expect(try await portal.repair(ended, "to_stripe").string("code") == "repair_not_possible")
                #expect(try await portal.repair(ended, "from_stripe").string("status") == "repaired")
                #expect(try await portal.get("/v1/subscriptions/\(subscription)").string("status") == "canceled")
                try await house.settled()
                #expect(try await portal.reconcile()["drift"]["new"] == 0)
            }
        }
    }
}
