import Foundation
import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// What an invoice's usage is made of, and usage that came too late for it.
    @Suite(.freshDatabase) struct UsageProofRows {
        @Test func `a metered line is proven by its batches and events; what came too late has an invoice of its own`()
            async throws
        {
            try await House.with { house in
                let scene = try await UsageRows.scene(
                    house, platform: "voice",
                    items: [
                        [
                            "pricing_model": "base_fee", "billing_period": "monthly",
                            "price": ["amount": 2_500, "currency": "usd"],
                        ], UsageRows.usage("minutes", 40),
                    ])
                let portal = scene.portal
                try await portal.use(scene.agents[0], ["kind": "call", "duration_seconds": 90])
                let meter = try await portal.get("/v1/meters?metric=seconds").json.members[0]
                _ = try await portal.sums(of: meter, toBe: [scene.customer: 90])
                try await house.standIn.advance(days: 32)
                let bill = try await UsageRows.second(scene)
                #expect(bill["amount_paid"]["amount"] == 2_560, "\(bill)")

                let proof = try await portal.get("/v1/invoices/\(bill.string("id") ?? "")/usage_proof")
                let line = try #require(proof["lines"].arrayValue?.first, "\(proof)")
                #expect(proof["lines"].arrayValue?.count == 1 && line["is_proven"] == true, "\(proof)")
                #expect(line["quantity"] == 90 && line["batches_total"] == 90 && line["events_total"] == 90, "\(proof)")
                #expect(line["amount"]?["amount"] == 60 && line["kind"] == "period", "\(proof)")
                let batch = try #require(line["batches"]?[0]?["id"]?.stringValue)
                let counted = try await portal.get("/v1/usage_events?batch=\(batch)").json.members
                #expect(counted.map { $0["duration_seconds"] } == [90])

                // The period is over and paid: a call of that time comes too late.
                #expect(
                    try await portal.put("/v1/usage_policy", ["late_usage": "one_off_invoice"], wait: nil).status == 200
                )
                let late = try await portal.use(scene.agents[0], ["kind": "call", "duration_seconds": 150])
                #expect(late.string("status") == "late" && late.string("reason") == "one_off_invoice", "\(late)")
                #expect(try await portal.post("/v1/late_usage_charges", [:]).status < 300)
                let path = "/v1/invoices?client=\(scene.client)&status=paid&limit=100"
                let bills = try await portal.seen(path, "a third bill is paid") { $0.json.members.count == 3 }
                let own = try #require(bills.json.members.first { $0["amount_paid"]?["amount"] == 100 }, "\(bills)")
                let charge = try await portal.get("/v1/invoices/\(own.string("id") ?? "")/usage_proof")["lines"]
                #expect(charge[0]?["kind"] == "late" && charge[0]?["is_proven"] == true, "\(charge)")
                #expect(charge[0]?["quantity"] == 150 && charge[0]?["amount"]?["amount"] == 100, "\(charge)")
                let name = try #require(charge[0]?["charge"]?.stringValue)
                let billed = try await portal.get("/v1/usage_events?charge=\(name)").json.members
                #expect(billed.map { $0["id"] } == [late["id"]])
                // Billed usage is given back by a credit note, and never billed twice.
                let void = try await portal.post("/v1/usage_events/\(late.string("id") ?? "")/void", [:])
                #expect(void.string("code") == "usage_billed", "\(void)")
                #expect(try await portal.post("/v1/late_usage_charges", [:]).status < 300)
                #expect(try await portal.get(path).json.members.count == 3)
            }
        }
    }
}
