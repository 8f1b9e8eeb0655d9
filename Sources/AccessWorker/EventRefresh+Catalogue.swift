import Billing
import Jobs
import Postgres
import Stripe
import Worker

// What is made, renamed and archived in Stripe's own product catalogue appears here (B1).

extension EventRefresh {
    func product(_ object: String) -> Intention {
        Intention(.retrieveProduct(object)) { answer, facts, tx in
            switch answer {
            case .success(let product): return over(isOurs: try tx.apply(product, facts.fetchSeq, job) != nil, tx)
            case .failure(let error) where error.isMissing:
                return over(isOurs: try tx.first(MarkProductDeleted(object, seq: facts.fetchSeq)) != nil, tx)
            case .failure: return try gone(answer, tx)
            }
        }
    }

    /// - Parameter hasMeter: its meter was looked at already; a price is not looked at for ever.
    func price(_ object: String, hasMeter: Bool = false) -> Intention {
        Intention(.retrievePrice(object)) { answer, facts, tx in
            switch answer {
            case .success(let price):
                switch try tx.apply(price, facts.fetchSeq, job) {
                case .known: return over(isOurs: true, tx)
                case .needsMeter(let meter) where !hasMeter: return .next(self.meter(meter, of: object))
                case .needsMeter, .unsupported: return ignore(tx)
                }
            case .failure(let error) where error.isMissing:
                return over(isOurs: try tx.first(MarkPriceDeleted(object, seq: facts.fetchSeq)) != nil, tx)
            case .failure: return try gone(answer, tx)
            }
        }
    }

    func meter(_ object: String) -> Intention {
        Intention(.retrieveMeter(object)) { answer, facts, tx in
            guard case .success(let meter) = answer else { return try gone(answer, tx) }
            return over(isOurs: try tx.apply(meter, facts.fetchSeq, job) != nil, tx)
        }
    }

    /// The meter that a price is counted by, then the price again.
    private func meter(_ object: String, of price: String) -> Intention {
        Intention(.retrieveMeter(object)) { answer, facts, tx in
            guard case .success(let meter) = answer else { return try gone(answer, tx) }
            try tx.apply(meter, facts.fetchSeq, job)
            return .next(self.price(price, hasMeter: true))
        }
    }
}
