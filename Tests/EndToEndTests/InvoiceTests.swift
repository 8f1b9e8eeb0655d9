import Foundation
import HTTPTypes
import TestSupport
import Testing

extension EndToEnd {
    /// One-time invoices.
    @Suite(.freshDatabase) struct InvoiceTests {
        @Test func `H3 H4 H5 H6: charged at once, mailed, one on a double click, clear errors`() async throws {
            try await RunningStack.with { stack in
                let portal = try await stack.newPortal()
                try await portal.connect()
                let price = try await portal.sell(9_900, period: nil)
                let client = try await portal.addClient()
                try await portal.saveCard(client, at: stack.standIn)

                func wish(_ client: String, _ collection: String) -> JSON {
                    ["client": .string(client), "price": .string(price), "collection": .string(collection)]
                }
                let charged = try await portal.post("/v1/invoices", wish(client, "auto_charge"))
                #expect(charged.status == 201 && charged.string("status") == "paid", "\(charged)")
                let mailed = try await portal.post("/v1/invoices", wish(client, "request_payment"))
                #expect(mailed.string("status") == "open" && mailed.string("hosted_invoice_url") != nil, "\(mailed)")
                #expect(try await stack.standIn.control(.get, "/mails").json.members.isEmpty == false)

                let bare = try await portal.addClient(mail: nil)
                let before = try await stack.standIn.lastCall()
                let noCard = try await portal.post("/v1/invoices", wish(bare, "auto_charge"))
                #expect(noCard.status == 400 && noCard.string("code") == "no_payment_method", "\(noCard)")
                let noMail = try await portal.post("/v1/invoices", wish(bare, "request_payment"))
                #expect(noMail.status == 400 && noMail.string("code") == "client_admin_email_missing", "\(noMail)")
                let asked = try await stack.standIn.writes(after: before)
                #expect(!asked.contains { $0.path.hasPrefix("/v1/invoice") }, "\(asked)")

                let click = UUID().uuidString
                let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                    for _ in 0..<4 {
                        group.addTask { try await portal.post("/v1/invoices", wish(client, "auto_charge"), key: click) }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(Set(answers.map(\.target)).count == 1, "\(answers)")
                #expect(try await stack.standIn.objects("invoice").count == 3)
                let other = try await portal.post("/v1/invoices", wish(client, "request_payment"), key: click)
                #expect(other.status == 422 && other.string("code") == "idempotency_key_reused", "\(other)")
            }
        }
    }
}
