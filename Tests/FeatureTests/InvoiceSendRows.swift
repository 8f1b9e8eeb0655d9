import Foundation
import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// A bill that is mailed and paid later.
    @Suite(.freshDatabase) struct InvoiceSendRows {
        @Test func `H4: a bill is mailed with its page and its day, mailed again, and paid there later`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let price = try await portal.sell(9_900, period: nil)
                let client = try await portal.addClient()
                func mails() async throws -> Int {
                    try await house.standIn.control(.get, "/mails").json.members.count
                }
                let before = (count: try await mails(), at: Int64(Date().timeIntervalSince1970))
                let made = try await portal.post(
                    "/v1/invoices",
                    [
                        "client": .string(client), "price": .string(price), "quantity": 2,
                        "collection": "request_payment", "days_until_due": 14,
                    ])
                #expect(made.status == 201 && made.string("status") == "open", "\(made)")
                #expect(made["amount_due"]["amount"] == 19_800 && made["amount_remaining"]["amount"] == 19_800)
                #expect(made["sent_at"] != .null && made["paid_at"] == .null, "\(made)")
                let due = try #require(made["due_at"].integerValue, "\(made)")
                #expect((before.at + 14 * 86_400 - 60...before.at + 14 * 86_400 + 600).contains(due), "\(made)")
                #expect(try await mails() == before.count + 1)
                let there = try await house.standIn.stripe(
                    .get, "/v1/invoices/\(made.string("stripe_id") ?? "")", key: key)
                #expect(there["collection_method"] == "send_invoice" && there["due_date"] == .integer(due), "\(there)")
                #expect(there["hosted_invoice_url"] == made["hosted_invoice_url"])

                let path = "/v1/invoices/\(made.string("id") ?? "")"
                let again = try await portal.post("\(path)/send")
                #expect(again.status == 200 && again.string("status") == "open", "\(again)")
                #expect(try await mails() == before.count + 2)

                // Days later the client opens the page and pays.
                try await house.standIn.advance(days: 3)
                let page = try #require(made.string("hosted_invoice_url"))
                _ = try await house.standIn.typeCard(page, "4000000000000341")
                _ = try await house.standIn.typeCard(page, "4242424242424242")
                let paid = try await portal.seen(path, "it is paid") { $0.string("status") == "paid" }
                #expect(paid["amount_paid"]["amount"] == 19_800 && paid["amount_remaining"]["amount"] == 0, "\(paid)")
                #expect((paid["paid_at"].integerValue ?? 0) >= before.at + 3 * 86_400, "\(paid)")
                let late = try await portal.post("\(path)/send")
                #expect(late.status == 409 && late.string("code") == "invoice_not_open", "\(late)")
                #expect(try await mails() == before.count + 2)

                // A bill for the card is not mailed.
                try await portal.saveCard(client, at: house.standIn)
                let charged = try await portal.post(
                    "/v1/invoices",
                    ["client": .string(client), "price": .string(price), "collection": "auto_charge"])
                #expect(charged.string("status") == "paid" && charged["sent_at"] == .null, "\(charged)")
                #expect(try await mails() == before.count + 2)
            }
        }

        @Test func `a bill nobody pays is overdue, and can be paid by the card on file or taken back`() async throws {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let price = try await portal.sell(1_000, period: nil)
                let client = try await portal.addPayingClient(at: house.standIn)
                var paths: [String] = []
                for _ in 0..<2 {
                    let made = try await portal.post(
                        "/v1/invoices",
                        [
                            "client": .string(client), "price": .string(price), "collection": "request_payment",
                            "days_until_due": 1,
                        ])
                    paths.append("/v1/invoices/\(try #require(made.target))")
                }
                try await house.standIn.advance(days: 5)
                #expect(try await portal.get(paths[0]).string("status") == "open")
                let paid = try await portal.post("\(paths[0])/pay")
                #expect(paid.string("status") == "paid" && paid["amount_paid"]["amount"] == 1_000, "\(paid)")
                let void = try await portal.post("\(paths[1])/void")
                #expect(void.string("status") == "void" && void["amount_paid"]["amount"] == 0, "\(void)")
            }
        }
    }
}
