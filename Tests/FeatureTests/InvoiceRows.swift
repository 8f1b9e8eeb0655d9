import Foundation
import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// One-time invoices (seed 1G).
    @Suite(.freshDatabase) struct InvoiceRows {
        @Test
        func `H2 H3 H4 H5 H6: one-time products only; charged at once or mailed; one on a double click; clear errors`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let once = try await portal.sell(9_900, period: nil)
                let monthly = try await portal.sell(2_500, period: "monthly")
                let client = try await portal.addPayingClient(at: house.standIn)
                func wish(_ client: String, _ collection: String, _ price: String) -> JSON {
                    ["client": .string(client), "price": .string(price), "collection": .string(collection)]
                }

                let offered = try await portal.get("/v1/products?pricing_model=one_time&active=true").json.members
                #expect(offered.map { $0["prices"]?[0]?.string("id") } == [once], "recurring ones are not offered")
                let recurring = try await portal.post("/v1/invoices", wish(client, "auto_charge", monthly))
                #expect(recurring.status == 422 && recurring.string("code") == "price_not_one_time", "\(recurring)")
                #expect(recurring.string("param") == "price")

                let charged = try await portal.post("/v1/invoices", wish(client, "auto_charge", once))
                #expect(charged.status == 201 && charged.string("status") == "paid", "\(charged)")
                #expect(charged["amount_paid"]["amount"] == 9_900)
                let mailed = try await portal.post("/v1/invoices", wish(client, "request_payment", once))
                #expect(mailed.string("status") == "open" && mailed["amount_paid"]["amount"] == 0, "\(mailed)")
                let there = try await house.standIn.stripe(
                    .get, "/v1/invoices/\(mailed.string("stripe_id") ?? "")", key: key)
                #expect(there.string("collection_method") == "send_invoice", "\(there)")
                let mails = try await house.standIn.control(.get, "/mails").json.members
                #expect(mails.count == 1 && mails[0].string("to") == "admin@client.example", "\(mails)")
                #expect(mails[0].string("url") != nil && mails[0]["url"] == mailed["hosted_invoice_url"], "\(mails)")

                let bare = try await portal.addClient(mail: nil)
                let calls = try await house.standIn.lastCall()
                for (collection, code) in [
                    ("auto_charge", "no_payment_method"), ("request_payment", "client_admin_email_missing"),
                ] {
                    let refused = try await portal.post("/v1/invoices", wish(bare, collection, once))
                    #expect(refused.status == 400 && refused.string("code") == code, "\(refused)")
                }
                let after = try await house.standIn.writes(after: calls)
                #expect(!after.contains { $0.path.hasPrefix("/v1/invoice") }, "\(after)")

                let click = UUID().uuidString
                let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                    for _ in 0..<2 {
                        group.addTask {
                            try await portal.post("/v1/invoices", wish(client, "auto_charge", once), key: click)
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(Set(answers.map(\.target)).count == 1, "\(answers)")
                let all = try await house.standIn.stripe(.get, "/v1/invoices?limit=100", key: key)
                #expect(all.json.members.count == 3, "charged, mailed, and one of the two clicks")
            }
        }
    }
}
