import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Reads Stripe's whole product catalogue, page by page: meters before the prices that need them, products, prices that
/// are sold, archived ones. What is known already is brought up to date, so it may run at any time. The place is kept
/// with each page, so that a catalogue of any length is gone through, a few pages a turn, whatever crashes.
struct ImportCatalogueHandler: StripeHandler {
    /// One of Stripe's lists, in the order in which they are read.
    private enum Shelf: String, Codable, CaseIterable {
        case meters, products, prices, archivedPrices = "archived_prices"

        var next: Shelf? { Self.allCases.drop { $0 != self }.dropFirst().first }
    }

    /// What was found so far.
    private struct Found: Codable, Sendable {
        var meters = 0
        var products = 0
        var prices = 0
        var unsupported = 0
    }

    /// How far it has come, and in which account: Stripe's ids of one mean nothing in another.
    private struct Place: Codable, Sendable {
        var account: String?
        var shelf = Shelf.meters
        var after: String?
        var found = Found()
    }

    /// What is done with each object of a page.
    private typealias Apply<Object> =
        @Sendable (Object, _ seq: Int64, inout Found, borrowing Transaction<TenantScope>) throws -> Void

    /// Then others have their turn.
    private static let pagesPerTurn = 20

    func intend(_ work: ImportCatalogue, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        let place = try job.place(Place.self) ?? Place(account: account(tx))
        guard try account(tx) == place.account else { return .finish(.refused(Self.elsewhere)) }
        return .call(read(at: place, page: 1, job))
    }

    private static let elsewhere = Refusal(
        "account_changed", "Another Stripe account was connected since; import its catalogue anew.")

    private func account(_ tx: borrowing Transaction<TenantScope>) throws -> String? {
        try tx.first(FindConnection())?.accountID
    }

    private func read(at place: Place, page: Int, _ job: JobContext) -> Intention {
        switch place.shelf {
        case .meters:
            read(.listMeters(startingAfter: place.after), at: place, page: page, job) {
                (meter: Stripe.Meter, seq, found, tx) in
                if try tx.apply(meter, seq, job) != nil { found.meters += 1 }
            }
        case .products:
            read(.listAllProducts(startingAfter: place.after), at: place, page: page, job) {
                (product: Stripe.Product, seq, found, tx) in
                if try tx.apply(product, seq, job) != nil { found.products += 1 }
            }
        case .prices, .archivedPrices:
            read(
                .listAllPrices(active: place.shelf == .prices, startingAfter: place.after), at: place, page: page, job
            ) { (price: Stripe.Price, seq, found, tx) in
                if case .known = try tx.apply(price, seq, job) { found.prices += 1 } else { found.unsupported += 1 }
            }
        }
    }

    private func read<Object: Identifiable>(
        _ call: StripeCall<List<Object>>, at before: Place, page: Int, _ job: JobContext,
        apply: @escaping Apply<Object>
    ) -> Intention where Object.ID == String {
        Intention(call) { answer, facts, tx in
            // The account may have been switched while the answer was on its way.
            guard try account(tx) == before.account else { return .refused(Self.elsewhere) }
            let objects: List<Object>
            switch answer {
            case .success(let list): objects = list
            case .failure(let error): return .refused(Refusal(error))
            }
            var place = before
            for object in objects.data { try apply(object, facts.fetchSeq, &place.found, tx) }
            if objects.hasMore, let last = objects.data.last {
                place.after = last.id
            } else {
                guard let next = place.shelf.next else { return try .done(place.found) }
                (place.shelf, place.after) = (next, nil)
            }
            try job.keep(place, tx)
            guard page < Self.pagesPerTurn else { return .pause("importing", "more of the catalogue is to be read") }
            return .next(read(at: place, page: page + 1, job))
        }
    }
}
