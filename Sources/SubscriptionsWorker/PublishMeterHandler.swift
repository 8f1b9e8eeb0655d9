import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Makes a meter at Stripe (B17), or switches one off or on again.
struct PublishMeterHandler: StripeHandler {
    private enum Steps {
        static let make = 1
        static let change = 2
    }

    func intend(_ work: PublishMeter, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let meter = try tx.first(FindMeter(work.meter)) else {
            return .finish(.refused(Refusal("not_found", "There is no such meter.")))
        }
        guard let stripeMeter = meter.stripeMeter else {
            guard meter.status != .failed else {
                return .finish(.refused(Refusal("meter_failed", "Stripe refused this meter.")))
            }
            return .call(.makeMeter(meter, step: Steps.make, job))
        }
        let isOn = meter.status == .active
        switch work.wish {
        case .deactivate where isOn:
            return .call(change(stripeMeter, .deactivateMeter(stripeMeter), toActive: false, job))
        case .reactivate where !isOn:
            return .call(change(stripeMeter, .reactivateMeter(stripeMeter), toActive: true, job))
        default: return .finish(.done("meter", stripeMeter))
        }
    }

    private func change(
        _ id: String, _ call: StripeCall<Stripe.Meter>, toActive isActive: Bool, _ job: JobContext
    ) -> Intention {
        let lookUp = LookUp<Stripe.Meter>(object: .retrieveMeter(id)) { ($0.status == "active") == isActive }
        return Intention(step: Steps.change, call, lookUp: lookUp) { answer, facts, tx in
            switch answer {
            case .success(let meter):
                try tx.apply(meter, facts.fetchSeq, job)
                return .done("meter", meter.id)
            case .failure(let error):
                return .refused(Refusal(error))
            }
        }
    }
}

extension Intention {
    /// Makes a meter, after which the handler is asked again. It is found by its event name, which is its alone.
    ///
    /// - Parameter refused: what follows from Stripe's no; the command ends with it unless something else is said.
    static func makeMeter(
        _ meter: Billing.Meter, step: Int, _ job: JobContext,
        refused: @escaping @Sendable (Refusal, borrowing Transaction<TenantScope>) throws -> Outcome = { refusal, _ in
            .refused(refusal)
        }
    ) -> Intention {
        let call = StripeCall<Stripe.Meter>.createMeter(
            eventName: meter.eventName, displayName: meter.displayName, formula: meter.formula.rawValue,
            customerKey: meter.customerKey, valueKey: meter.valueKey)
        let lookUp = LookUp<Stripe.Meter>(
            list: { StripeCall<List<Stripe.Meter>>.listMeters(startingAfter: $1) },
            isOurs: { $0.eventName == meter.eventName })
        return Intention(step: step, call, lookUp: lookUp) { answer, facts, tx in
            switch answer {
            case .success(let made):
                try tx.apply(made, facts.fetchSeq, job)
                return .again
            case .failure(let error):
                let refusal = Refusal(error, code: error.code == "resource_already_exists" ? "meter_exists" : nil)
                tx.send(MarkMeterFailed(meter.id, problem: refusal.json))
                return try refused(refusal, tx)
            }
        }
    }
}
