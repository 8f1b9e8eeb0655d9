internal import Daemon
internal import FoundationEssentials
internal import Jobs

/// How the work goes on, judged: pure, so that a test needs no patience.
///
/// What is bad is the operator's to mend: a queue without workers, a Stripe that does not answer, a worker that hangs,
/// a cause of our own. What a tenant has to mend, such as a key that is not allowed enough, is only noted.
struct WorkExamination: Sendable {
    /// A worker that is silent for so long is no longer there.
    private static let silenceMax = Duration.seconds(15)
    /// Past its deadline a job is given back by its own worker; so much later nobody did.
    private static let overdueMax = Duration.seconds(60)
    /// Until then trying again is ordinary.
    private static let retryMax = Duration.seconds(3_600)
    /// Until then waiting for a worker is ordinary.
    private static let readyMax = Duration.seconds(600)
    /// Reasons that no tenant can mend.
    private static let ours: Set<String> = [
        "platform_key_refused", "database", "internal", "sealed_secret", "secret_unreadable", "no_secret",
        "undecodable_payload", "unknown_kind",
    ]

    let workers: [WorkerStatus]
    let depth: [QueueDepth]
    let paused: [PausedLane]
    let standings: [JobStanding]
    let stripe: StripeSilence

    /// Every finding.
    var findings: [Finding] {
        var names: [String] = []
        for row in depth where !names.contains(row.queue) { names.append(row.queue) }
        return names.map(queue) + lanes + [answers] + standings.compactMap(Self.judge)
    }

    private func queue(_ name: String) -> Finding {
        let alive = workers.filter { $0.queue == name && $0.silence < Self.silenceMax }
        let rows = depth.filter { $0.queue == name }
        let jobs = { (state: String) in rows.first { $0.state == state }?.jobs ?? 0 }
        let waits = rows.first { $0.state == "ready" && $0.jobs > 0 }?.oldest ?? .zero
        let text =
            "\(name): \(alive.count) worker\(alive.count == 1 ? "" : "s"), \(jobs("ready")) ready, "
            + "\(jobs("running")) running, \(jobs("retrying")) retrying, \(jobs("dead")) dead"
        if alive.isEmpty { return .bad("queue", text + ": nobody works; start tollgate-\(name)-worker") }
        if rows.contains(where: \.isPaused) {
            return .bad("queue", text + ": it is paused; tollgate queues resume \(name) lets it go on")
        }
        if jobs("dead") > 0 { return .notable("queue", text + ": tollgate jobs ls --queue \(name) --state dead") }
        if waits > Self.readyMax {
            return .notable("queue", text + "; the oldest is ready for \(waits.words): more workers, or a look at why")
        }
        return .good("queue", text)
    }

    /// Tenants whose work stands still, once for each reason.
    private var lanes: [Finding] {
        let tenants = Dictionary(grouping: paused, by: { $0.why ?? "no reason was given" })
        return tenants.sorted { $0.key < $1.key }.map { reason, lanes in
            let names = Set(lanes.map { PublicID.text(tenant: $0.tenant) }).sorted()
            let more = names.count > 3 ? " and \(names.count - 3) more" : ""
            let who = names.prefix(3).joined(separator: ", ") + more
            return .notable("paused", "\(who): their jobs wait until this is mended: \(reason)")
        }
    }

    private var answers: Finding {
        guard stripe.waiting > 0, let since = stripe.since else {
            return .good(
                "stripe",
                stripe.lastAnswerAt.map { "answers; the last time to a write at \($0.wholeSeconds.rfc3339)" }
                    ?? "no command waits for an answer; none wrote anything lately")
        }
        let count = stripe.waiting == 1 ? "1 command" : "\(stripe.waiting) commands"
        let tenants = stripe.tenants == 1 ? "1 tenant" : "\(stripe.tenants) tenants"
        let said = [stripe.code, stripe.message].compactMap { $0 }.joined(separator: ": ")
        let show = stripe.command.map { "tollgate jobs show \(PublicID.text(command: $0))" } ?? "tollgate jobs ls"
        let who =
            "\(count) of \(tenants) without an answer, the first since \(since.wholeSeconds.rfc3339) (\(said); \(show))"
        return stripe.isSilent
            ? .bad(
                "stripe",
                "does not answer: \(who). They go on by themselves once it does: check https://status.stripe.com, then "
                    + "the workers' network, DNS and STRIPE_API_BASE")
            : .notable("stripe", "answers, but not always: \(who). They are tried again by themselves")
    }

    /// What runs or is tried again for too long; nil when it is ordinary.
    private static func judge(_ standing: JobStanding) -> Finding? {
        let name = PublicID.text(command: standing.command)
        let oldest = "\(standing.kind) of \(standing.tenantName), tollgate jobs show \(name)"
        switch standing.state {
        case .running:
            guard standing.overdue > overdueMax else { return nil }
            return .bad(
                "running",
                "\(standing.queue): \(oldest) runs for \(standing.age.words), \(standing.overdue.words) past its "
                    + "deadline: its worker hangs; restart it, the command goes on by itself")
        case .retrying:
            let isOurs = standing.code.map(ours.contains) ?? false
            guard isOurs || standing.age > retryMax else { return nil }
            let count = standing.jobs == 1 ? "1 command is" : "\(standing.jobs) commands are"
            let why = standing.code.map { " for \($0)" } ?? ""
            let text = "\(standing.queue): \(count) tried again\(why), the oldest for \(standing.age.words): \(oldest)"
            return isOurs ? .bad("retrying", text) : .notable("retrying", text)
        }
    }
}

extension Timestamp {
    /// Without the fraction: a person reads it.
    fileprivate var wholeSeconds: Timestamp { Timestamp(seconds: seconds) }
}

extension Duration {
    /// For a person: `40 s`, `12 min`, `5 h`, `3 days`.
    fileprivate var words: String {
        switch components.seconds {
        case ..<120: "\(components.seconds) s"
        case ..<7_200: "\(components.seconds / 60) min"
        case ..<172_800: "\(components.seconds / 3_600) h"
        default: "\(components.seconds / 86_400) days"
        }
    }
}
