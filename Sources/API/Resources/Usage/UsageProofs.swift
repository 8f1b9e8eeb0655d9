import Billing
import Daemon
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `GET /v1/invoices/{invoice}/usage_proof`: which batches and events a metered line is the sum of; and late usage,
/// billed now.
enum UsageProofs {
    /// More batches of one line are not listed; their sum is of all.
    private static let batchesMax = 1_000

    /// Each metered line with its batches. The events of each: `GET /v1/usage_events?batch=ub_…`, or `charge=lc_…`.
    static func show(_ call: Call) async throws -> Response {
        let id: Invoice.ID = try call.id("invoice")
        _ = try call.query()
        return try await call.read { tx in
            guard let invoice = try tx.first(FindInvoice(id)) else { throw Problem.notFound("invoice") }
            var lines: [JSON] = []
            for proof in try tx.run(ListUsageProofs(of: id)) {
                let batches = proof.charge == nil ? try tx.run(ListProofBatches(of: proof, max: batchesMax)) : []
                lines.append(json(proof, batches, invoice.currency))
            }
            return .json(
                .ok,
                [
                    "object": "usage_proof", "invoice": .string(id.text), "status": .string(invoice.status.rawValue),
                    "lines": .array(lines),
                ])
        }
    }

    /// Bills late usage at once instead of tonight (`one_off_invoice`).
    static func chargeLate(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        try fields.finish()
        return try await call.write { actor, tx in
            try PaymentProcessors.requireConnection(tx)
            audit(actor, tx, "late_usage.charge", "late_usage")
            let receipt = try tx.enqueue(ChargeLateUsage(), waited: actor.isWaiting)
            return .accepted(
                receipt, kind: ChargeLateUsage.kind, target: ("usage", Command.ID(rawValue: receipt.publicID).text))
        }
    }

    private static func json(_ proof: UsageProof, _ batches: [UsageBatch], _ currency: String) -> JSON {
        .object([
            "kind": proof.charge == nil ? "period" : "late", "charge": .text(proof.charge?.text),
            "price": .string(proof.price.text), "meter": .string(proof.meter.text), "metric": .string(proof.metric),
            "customer": .string(proof.customer), "line_stripe_ids": .array(proof.lines.map(JSON.string)),
            "period_start": .time(proof.start), "period_end": .time(proof.end), "quantity": .integer(proof.quantity),
            "amount": ["amount": .integer(proof.amount), "currency": .string(currency)],
            "batches_total": proof.batchesTotal.map(JSON.integer) ?? .null,
            "events_total": .integer(proof.eventsTotal),
            "is_proven": .bool(
                proof.eventsTotal == proof.quantity && (proof.batchesTotal ?? proof.quantity) == proof.quantity),
            "batches": .array(batches.prefix(batchesMax).map(json)), "has_more": .bool(batches.count > batchesMax),
        ])
    }

    private static func json(_ batch: UsageBatch) -> JSON {
        [
            "id": .string(batch.id.text), "identifier": .text(batch.identifier), "at": .time(batch.at),
            "value": .integer(batch.value), "events": .integer(Int64(batch.events)),
            "status": .string(batch.status.rawValue),
        ]
    }
}
