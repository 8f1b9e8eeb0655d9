import Foundation
import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// Refunds and credit notes to the last cent, ours and those made in Stripe's dashboard.
    @Suite(.freshDatabase) struct InvoiceCorrectionRows {
        private func bill(
            _ portal: APIClient, _ client: String, _ amount: Int64, _ currency: String = "usd",
            collection: String = "auto_charge"
        ) async throws -> Answer {
            let price = try await portal.makePrice([
                "pricing_model": "one_time", "price": ["amount": .integer(amount), "currency": .string(currency)],
            ])
            return try await portal.post(
                "/v1/invoices",
                ["client": .string(client), "price": price["id"] ?? .null, "collection": .string(collection)])
        }

        @Test func `what an open bill was credited takes nothing from what was paid: all of that can go back`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let client = try await portal.addPayingClient(at: house.standIn)
                let open = try await bill(portal, client, 2_000, collection: "request_payment")
                #expect(open.status == 201 && open.string("status") == "open", "\(open)")
                let path = "/v1/invoices/\(open.string("id") ?? "")"
                let less = try await portal.post("\(path)/credit_note", ["amount": 500])
                #expect(less.status == 200 && less["amount_remaining"]["amount"] == 1_500, "\(less)")
                #expect(less["amount_credited"]["amount"] == 500 && less["amount_refunded"]["amount"] == 0)
                let tooMuch = try await portal.post("\(path)/credit_note", ["amount": 1_501])
                #expect(tooMuch.status == 422 && tooMuch.string("param") == "amount", "\(tooMuch)")
                let paid = try await portal.post("\(path)/pay")
                #expect(paid["amount_paid"]["amount"] == 1_500, "\(paid)")
                let beyond = try await portal.post("\(path)/refund", ["amount": 1_501])
                #expect(beyond.status == 422 && beyond.string("code") == "amount_too_large", "\(beyond)")
                let back = try await portal.post("\(path)/refund")
                #expect(back.status == 200 && back["amount_refunded"]["amount"] == 1_500, "\(back)")
                let refunds = try await house.standIn.stripe(.get, "/v1/refunds", key: key).json.members
                #expect(refunds.map { $0["amount"]?.integerValue } == [1_500])
                let empty = try await portal.post("\(path)/refund")
                #expect(empty.status == 422 && empty.string("code") == "amount_too_large", "\(empty)")
            }
        }

        @Test func `what was given back in Stripe's dashboard is seen, and is not given back twice`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let client = try await portal.addPayingClient(at: house.standIn)
                let paid = try await bill(portal, client, 2_000)
                #expect(paid.string("status") == "paid", "\(paid)")
                let path = "/v1/invoices/\(paid.string("id") ?? "")"
                let payments = try await house.standIn.stripe(
                    .get, "/v1/invoice_payments?invoice=\(paid.string("stripe_id") ?? "")", key: key)
                let intent = payments.json.members[0]["payment"]?.string("payment_intent") ?? ""
                _ = try await house.standIn.stripe(
                    .post, "/v1/refunds", key: key, form: [("payment_intent", intent), ("amount", "300")])
                let seen = try await portal.seen(path, "the dashboard's refund is here") {
                    $0["amount_refunded"]["amount"] == 300
                }
                #expect(seen["refunds"].arrayValue?.count == 1, "\(seen)")
                // A credit note made there gives money back, too.
                _ = try await house.standIn.stripe(
                    .post, "/v1/credit_notes", key: key,
                    form: [
                        ("invoice", paid.string("stripe_id") ?? ""), ("amount", "200"), ("refund_amount", "200"),
                    ])
                let noted = try await portal.seen(path, "the dashboard's credit note is here") {
                    $0["amount_credited"]["amount"] == 200 && $0["amount_refunded"]["amount"] == 500
                }
                #expect(noted["credit_notes"].arrayValue?.count == 1, "\(noted)")
                let note = try await portal.post("\(path)/credit_note", ["amount": 400])
                #expect(note.status == 200 && note["amount_credited"]["amount"] == 600, "\(note)")
                #expect(note["amount_refunded"]["amount"] == 900, "\(note)")
                let rest = try await portal.post("\(path)/refund")
                #expect(rest.status == 200 && rest["amount_refunded"]["amount"] == 2_000, "\(rest)")
                let listed = try await portal.get("/v1/invoices?client=\(client)").json.members[0]
                #expect(listed["amount_refunded"]?["amount"] == 2_000 && listed["amount_credited"]?["amount"] == 600)
                let charge = try await house.standIn.objects("charge").first { $0["amount"] == 2_000 }
                #expect(charge?["amount_refunded"] == 2_000)
            }
        }

        @Test func `amounts that the currency does not have are refused by field; mails go to whom a mail is due`()
            async throws
        {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let yen = try await portal.addPayingClient(at: house.standIn)
                let paid = try await bill(portal, yen, 4_900, "jpy")
                #expect(paid["amount_paid"]["amount"] == 4_900 && paid.string("status") == "paid", "\(paid)")
                let path = "/v1/invoices/\(paid.string("id") ?? "")"
                for amount in [0, -1] as [Int64] {
                    let wrong = try await portal.post("\(path)/refund", ["amount": .integer(amount)])
                    #expect(wrong.status == 400 && wrong.string("param") == "amount", "\(wrong)")
                }
                let one = try await portal.post("\(path)/refund", ["amount": 1])
                #expect(one["amount_refunded"]["amount"] == 1, "\(one)")
                let mailed = try await portal.post("\(path)/send")
                #expect(mailed.status == 409 && mailed.string("code") == "invoice_not_open", "\(mailed)")

                let dinar = try await portal.addPayingClient(at: house.standIn)
                let exact = try await bill(portal, dinar, 12_340, "kwd")
                let kuwait = "/v1/invoices/\(exact.string("id") ?? "")"
                for action in ["refund", "credit_note"] {
                    let odd = try await portal.post("\(kuwait)/\(action)", ["amount": 1_234])
                    #expect(odd.status == 422 && odd.string("code") == "amount_not_chargeable", "\(odd)")
                    #expect(odd.string("param") == "amount")
                }
                let part = try await portal.post("\(kuwait)/refund", ["amount": 1_230])
                #expect(part["amount_refunded"]["amount"] == 1_230, "\(part)")
            }
        }
    }
}
