public import Daemon

/// A walk through what Stripe has, compared with what we have.
public struct Reconciliation: Equatable, Sendable {
    /// Who wanted it.
    public enum Cause: String, CaseIterable, Sendable {
        /// The portal asked.
        case wish
        /// It is made every night.
        case night
    }

    /// How it stands.
    public enum Status: String, CaseIterable, Sendable {
        /// A worker reads Stripe's lists.
        case running
        /// Everything was compared.
        case done
        /// A list could not be read; nothing was closed by it.
        case failed
    }

    /// What is read, in this order: who pays, what is sold, who bought what, what was paid.
    public enum Stage: String, CaseIterable, Sendable {
        /// Stripe's customers.
        case customers
        /// Its products, archived ones too.
        case products
        /// Its prices, archived ones too.
        case prices
        /// Its coupons.
        case coupons
        /// Its subscriptions, ended ones too.
        case subscriptions
        /// The invoices of the last weeks.
        case invoices
        /// Those that are still to be paid, however old.
        case openInvoices = "open_invoices"
        /// The payments of the last weeks.
        case payments
        /// What looked different, and what did before, one by one.
        case examination

        /// What comes after it; nil: nothing.
        public var next: Stage? {
            Stage.allCases.firstIndex(of: self).flatMap { place in
                place + 1 < Stage.allCases.count ? Stage.allCases[place + 1] : nil
            }
        }
    }

    /// One question to Stripe.
    public struct Page: Equatable, Sendable {
        /// In the order of asking, from 1.
        public var number: Int
        /// What was read.
        public var stage: Stage
        /// How many objects came.
        public var objects: Int
        /// Under which of Stripe's request ids.
        public var requestID: String?
        /// When.
        public var at: Timestamp
    }

    /// Which one.
    public var id: Reconciliation.ID
    /// Who wanted it.
    public var cause: Cause
    /// How it stands.
    public var status: Status
    /// Whose lists are read: `acct_…`.
    public var accountID: String?
    /// What is read.
    public var stage: Stage
    /// Stripe's id that the next page begins after.
    public var cursor: String?
    /// How many objects of Stripe's were looked at, by kind; JSON text.
    public var compared: String
    /// How many differences nobody knew of.
    public var newItems: Int64
    /// How many were known, and still are there.
    public var knownItems: Int64
    /// How many of earlier walks are no more.
    public var goneItems: Int64
    /// Why it failed; JSON text.
    public var problem: String?
    /// When it began.
    public var createdAt: Timestamp
    /// When it ended.
    public var finishedAt: Timestamp?
    /// How many questions were asked so far.
    public var pages: Int
}
