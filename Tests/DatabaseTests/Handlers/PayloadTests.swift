@testable import AccessWorker
import Billing
import Daemon
import Foundation
@testable import InvoicesWorker
import Jobs
@testable import MeteringWorker
@testable import OnboardingWorker
@testable import SubscriptionsWorker
import TestSupport
import Testing
import Worker

/// Kinds and payloads are stored data: what was written by an older release must be readable, and done by exactly one
/// worker.
struct PayloadTests {
    private static let uuid = UUID(uuidString: "01234567-89AB-7DEF-8123-456789ABCDEF") ?? UUID()
    private static let hex = "0123456789ab7def8123456789abcdef"
    private static func id<Entity>(_ type: Entity.Type) -> Identifier<Entity> { Identifier(rawValue: uuid) }

    /// Every kind with a payload as it stands in databases.
    static let stored: [(kind: String, payload: String)] = [
        ("access.deadline", #"{"client":"cl_*","deadline":"2026-01-01T00:00:00Z","hold":"hold_*"}"#),
        ("catalogue.import", #"{}"#),
        ("client.close", #"{"client":"cl_*","voidsInvoices":true}"#),
        ("client.erase", #"{"client":"cl_*"}"#),
        ("client.publish", #"{"client":"cl_*"}"#),
        ("connect.dashboard", #"{"connection":"pp_*","refresh_url":"https://a/r","return_url":"https://a/b"}"#),
        ("connect.link", #"{"connection":"pp_*","refresh_url":"https://a/r","return_url":"https://a/b"}"#),
        (
            "connect.onboard",
            #"{"connection":"pp_*","country":"DE","email":"a@b.c","refresh_url":"https://a/r","return_url":"https://a/b"}"#
        ),
        ("connect.refresh", #"{"connection":"pp_*"}"#),
        ("connection.check", #"{"connection":"pp_*"}"#),
        ("connection.disconnect", #"{"connection":"pp_*"}"#),
        ("connection.examine", #"{"connection":"pp_*"}"#),
        ("connection.move", #"{"connection":"pp_*","dry_run":true,"secret":"ss_*","to":"secret_key"}"#),
        ("connection.repair_webhook", #"{"connection":"pp_*"}"#),
        ("connection.switch", #"{"account":"acct_1","connection":"pp_*","secret":"ss_*"}"#),
        ("connection.verify", #"{"connection":"pp_*","secret":"ss_*"}"#),
        ("coupon.delete", #"{"coupon":"co_*"}"#),
        ("coupon.publish", #"{"coupon":"co_*"}"#),
        ("credits.buy", #"{"client":"cl_*","purchase":"cpu_*"}"#),
        ("credits.hold_expire", #"{"client":"cl_*","hold":"crh_*"}"#),
        ("credits.refresh", #"{"client":"cl_*","purchase":"cpu_*"}"#),
        ("credits.refund", #"{"client":"cl_*","refund":"crf_*"}"#),
        ("credits.topup_retry", #"{"at":"2026-01-01T00:00:00Z","client":"cl_*"}"#),
        ("drift.repair", #"{"direction":"to_stripe","item":"df_*","order":"client:cl_*"}"#),
        ("event.apply", #"{"customer":"cus_1","event":"evt_1","object":"in_1"}"#),
        ("events.sweep", #"{"connection":"pp_*"}"#),
        ("import.apply", #"{"import":"im_*"}"#),
        ("import.read", #"{"import":"im_*"}"#),
        ("invoice.credit_note", #"{"client":"cl_*","invoice":"iv_*","note":"cn_*"}"#),
        ("invoice.issue", #"{"client":"cl_*","invoice":"iv_*"}"#),
        ("invoice.refund", #"{"client":"cl_*","invoice":"iv_*","refund":"rf_*"}"#),
        ("invoice.settle", #"{"client":"cl_*","invoice":"iv_*","way":"pay"}"#),
        ("meter.publish", #"{"meter":"mt_*","wish":"make"}"#),
        ("payment_method.adopt", #"{"client":"cl_*","setup_intent":"seti_1"}"#),
        ("payment_setup.open", #"{"client":"cl_*","setup":"ps_*"}"#),
        ("plan.link", #"{"activates":true,"plan":"pl_*","version":1}"#),
        ("product.publish", #"{"product":"pd_*"}"#),
        ("reconciliation.nightly", #"{"connection":"pp_*"}"#),
        ("reconciliation.run", #"{"reconciliation":"rc_*"}"#),
        ("rows.forget", #"{}"#),
        ("subscription.cancel", #"{"at":"period_end","client":"cl_*","subscription":"sb_*"}"#),
        (
            "subscription.change",
            #"{"client":"cl_*","items":[{"price":"pr_*","quantity":1}],"proration":"next_period","subscription":"sb_*"}"#
        ),
        ("subscription.coupon", #"{"client":"cl_*","coupon":"co_*","subscription":"sb_*"}"#),
        ("subscription.preview", #"{"client":"cl_*","collectsTax":false,"items":[{"price":"pr_*","quantity":1}]}"#),
        ("subscription.release", #"{"client":"cl_*","schedule":"sub_sched_1","subscription":"sb_*"}"#),
        (
            "subscription.revise",
            #"{"client":"cl_*","hasLocation":false,"items":[{"price":"pr_*","quantity":1}],"removesCoupon":true,"sold":{"product":"pd_*"},"startAt":1,"subscription":"sb_*","trialDays":0}"#
        ),
        ("subscription.start", #"{"client":"cl_*","subscription":"sb_*"}"#),
        ("subscription.steer", #"{"client":"cl_*","subscription":"sb_*","turn":"pause"}"#),
        ("subscription.tax", #"{"client":"cl_*","hasLocation":true,"isEnabled":true,"subscription":"sb_*"}"#),
        ("usage.attribute", #"{}"#),
        ("usage.backfill", #"{}"#),
        ("usage.charge_late", #"{}"#),
        ("usage.check", #"{"from":1,"until":2}"#),
        ("usage.error_report", #"{"event":"evt_1"}"#),
        ("usage.flush", #"{"subscription":"sb_*"}"#),
        ("usage.reattribute", #"{"agent":"ag_*"}"#),
        ("usage.send", #"{"batch":"ub_*","customer":"cus_1","meter":"mt_*"}"#),
        ("usage.sweep_reports", #"{}"#),
        ("usage.void", #"{"event":"ue_*"}"#),
    ]

    /// Those that call no Stripe.
    private static let others: [(kind: String, payload: String)] = [
        ("domain.check", #"{"domain":"dm_*","isScheduled":false}"#), ("webhook.deliver", #"{"delivery":"dl_*"}"#),
    ]

    @Test func `a stored payload of what calls no Stripe is read, and written the same`() throws {
        func rewritten<J: Job>(_ text: String, as type: J.Type) throws -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(
                decoding: try encoder.encode(JSONDecoder().decode(type, from: Data(text.utf8))), as: UTF8.self)
        }
        let payloads = Self.others.map { Self.filled($0.payload) }
        #expect(try rewritten(payloads[0], as: CheckDomain.self) == payloads[0])
        #expect(try rewritten(payloads[1], as: DeliverWebhook.self) == payloads[1])
    }

    private static let workers: [(QueueName, [any StripeHandler])] = [
        (.onboarding, OnboardingHandlers.all), (.subscriptions, SubscriptionsHandlers.all),
        (.invoices, InvoicesHandlers.all), (.access, AccessHandlers.all), (.metering, MeteringHandlers.all),
    ]

    @Test func `every kind has one handler, in the worker of its queue`() throws {
        var kinds: [String] = []
        for (queue, handlers) in Self.workers {
            for handler in handlers {
                let (kind, home) = Self.work(of: handler)
                kinds.append(kind)
                #expect(home == queue, "\(kind)")
            }
        }
        #expect(kinds.sorted() == Self.stored.map(\.kind))
        let declared = try SourceTree.files(under: "Sources/Billing", endingWith: ".swift").flatMap { path in
            try SourceTree.text(of: path).split(separator: "\n").compactMap { line -> String? in
                guard line.contains("static let kind = ") else { return nil }
                return line.split(separator: "\"").dropFirst().first.map(String.init)
            }
        }
        // What calls no Stripe has no such handler.
        let others = Set(Self.others.map(\.kind))
        #expect(declared.filter { !others.contains($0) }.sorted() == Self.stored.map(\.kind))
        #expect(others.isSubset(of: declared))
    }

    @Test(arguments: stored.map { [$0.kind, $0.payload] })
    func `a stored payload is read, and written the same`(sample: [String]) throws {
        let payload = Self.filled(sample[1])
        let all = Self.workers.flatMap(\.1)
        let found = all.first { handler in Self.work(of: handler).kind == sample[0] }
        let handler = try #require(found)
        #expect(try Self.rewritten(payload, as: handler) == payload)
    }

    @Test(arguments: [
        "cl_", "cl_0123456789AB7DEF8123456789ABCDEF", "sb_\(hex)", hex, "cl_\(hex)0", "cl_\(hex.dropLast())g",
    ])
    func `an id of another form is none`(text: String) {
        #expect(Client.ID(text) == nil)
        #expect(Client.ID("cl_\(Self.hex)")?.text == "cl_\(Self.hex)")
    }

    private static func filled(_ payload: String) -> String {
        payload.replacing("*", with: hex)
    }
    private static func work<H: StripeHandler>(of handler: H) -> (kind: String, queue: QueueName) {
        (H.Work.kind, H.Work.queue)
    }
    private static func rewritten<H: StripeHandler>(_ payload: String, as handler: H) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let work = try JSONDecoder().decode(H.Work.self, from: Data(payload.utf8))
        return String(decoding: try encoder.encode(work), as: UTF8.self)
    }
}
