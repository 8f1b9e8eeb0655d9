import Daemon
import FoundationEssentials
import HTTPServer
import Jobs

/// The queues for people: plain pages that work without scripts.
enum AdminPages {
    /// Everything at a glance: queues by state, ages, workers, dead letters, what waits for another try.
    static func overview(
        depth: [QueueDepth], workers: [WorkerStatus], paused: [PausedLane], dead: [JobSummary], retrying: [JobSummary]
    ) -> HTML {
        page(
            "Queues",
            """
            <h1>Queues</h1>
            <table><thead><tr><th>Queue</th>\(JobFilter.states.map { "<th>\($0)</th>" as HTML })<th>oldest ready</th>\
            <th>workers</th><th></th></tr></thead><tbody>
            \(QueueName.allCases.map { queueRow($0.rawValue, depth, workers) })</tbody></table>
            <p class="quiet">Counted \(depth.first?.sampledAt.rfc3339). <a href="/admin/queues">JSON</a> \
            <a href="/metrics">metrics</a> <a href="/healthz/ready">readiness</a></p>
            <h2>Workers</h2>\(workerTable(workers))
            <h2>Stopped tenants</h2>\(pausedTable(paused))
            <h2>Dead letters</h2>\(jobTable(dead, none: "None. Nothing was given up."))
            <h2>Waiting for another try</h2>\(jobTable(retrying, none: "None."))
            """)
    }

    /// A list of jobs.
    static func jobs(_ jobs: [JobSummary], filter: JobFilter) -> HTML {
        page(
            "Jobs",
            """
            <h1>Jobs</h1><p>\(filter.queue ?? "every queue"), \(filter.state ?? "every state"), newest first.</p>
            \(jobTable(jobs, none: "None."))
            """)
    }

    /// One job: what it is, why it waits, what happened, what can be decided.
    static func job(_ job: JobDetails, events: [JobEvent]) -> HTML {
        let id = AdminAnswers.id(job.publicID)
        return page(
            job.kind,
            """
            <h1>\(job.kind) <small>\(id)</small></h1>
            <p class="why">\(job.why)</p>
            <dl><dt>Tenant</dt><dd>\(job.tenantName) <code>tn_\(job.tenant.hex)</code></dd>
            <dt>Queue</dt><dd>\(job.queue)</dd><dt>State</dt><dd>\(job.state)</dd><dt>Key</dt>\
            <dd>\(job.orderingKey)</dd>
            <dt>Attempts</dt><dd>\(job.attempt), \(job.failures) failed</dd><dt>Accepted</dt>\
            <dd>\(job.createdAt.rfc3339)</dd>
            <dt>Next</dt><dd>\(job.nextAt?.rfc3339)</dd><dt>Ended</dt><dd>\(job.finishedAt?.rfc3339)</dd></dl>
            \(decisions(id, job.state))
            <h2>History</h2>\(eventTable(events))
            <h2>Payload</h2><pre>\(job.payload)</pre><h2>Problem</h2><pre>\(job.problem)</pre>
            """)
    }

    private static func queueRow(_ queue: String, _ depth: [QueueDepth], _ workers: [WorkerStatus]) -> HTML {
        let rows = depth.filter { $0.queue == queue }
        let cells = JobFilter.states.map { state -> HTML in
            let jobs = rows.first { $0.state == state }?.jobs ?? 0
            return "<td class=\"number\"><a href=\"/admin/jobs?queue=\(queue)&amp;state=\(state)\">\(jobs)</a></td>"
        }
        let oldest = rows.first { $0.state == "ready" }?.oldest.components.seconds ?? 0
        let alive = workers.filter { $0.queue == queue && $0.silence < .seconds(15) }.count
        let note = rows.contains(where: \.isPaused) ? "paused" : alive == 0 ? "no worker" : ""
        return """
            <tr><th scope="row">\(queue)</th>\(cells)<td class="number">\(oldest) s</td>\
            <td class="number">\(alive)</td>\
            <td class="why">\(note)</td></tr>

            """
    }

    private static func workerTable(_ workers: [WorkerStatus]) -> HTML {
        table(
            ["queue", "process", "version", "started", "last sign", "running"],
            workers.map { worker in
                let silence = worker.silence.components.seconds
                return """
                    <tr><td>\(worker.queue)</td><td>\(worker.host) \(worker.processID)</td><td>\(worker.version)</td>\
                    <td>\(worker.startedAt.rfc3339)</td>\
                    <td>\(silence) s ago\(worker.isDraining ? ", draining" : "")</td>\
                    <td class="number">\(worker.running)</td></tr>
                    """
            }, none: "None is running.")
    }

    private static func pausedTable(_ paused: [PausedLane]) -> HTML {
        table(
            ["tenant", "queue", "since", "by", "why"],
            paused.map {
                """
                <tr><td>\($0.tenantName)</td><td>\($0.queue)</td><td>\($0.pausedAt.rfc3339)</td><td>\($0.pausedBy)</td>\
                <td>\($0.why)</td></tr>
                """
            }, none: "None.")
    }

    private static func jobTable(_ jobs: [JobSummary], none: String) -> HTML {
        table(
            ["command", "tenant", "state", "tries", "next", "Stripe's answer", "request"],
            jobs.map { job in
                let id = AdminAnswers.id(job.publicID)
                let answer = [job.httpStatus.map(String.init), job.code, job.message].compactMap(\.self).joined(
                    separator: " ")
                return """
                    <tr><td><a href="/admin/jobs/\(id)">\(job.kind)</a></td><td>\(job.tenantName)</td>\
                    <td>\(job.state)</td>\
                    <td class="number">\(job.attempt)</td><td>\(job.nextAt?.rfc3339)</td><td>\(answer)</td>\
                    <td><code>\(job.requestID)</code></td></tr>
                    """
            }, none: none)
    }

    private static func eventTable(_ events: [JobEvent]) -> HTML {
        table(
            ["when", "what", "took", "answer", "request", "detail"],
            events.map { event in
                let answer = [event.httpStatus.map(String.init), event.code].compactMap(\.self).joined(separator: " ")
                return """
                    <tr><td>\(event.at.rfc3339)</td><td>\(event.what) \(event.number)</td>\
                    <td class="number">\(event.took.map { "\($0.milliseconds) ms" })</td><td>\(answer)</td>\
                    <td><code>\(event.requestID)</code></td><td>\(event.detail)</td></tr>
                    """
            }, none: "Nothing yet.")
    }

    /// What an operator may do, as plain forms.
    private static func decisions(_ id: String, _ state: String) -> HTML {
        let choices: [String] =
            switch state {
            case "dead": ["retry", "skip"]
            case "queued", "waiting_retry": ["cancel"]
            default: []
            }
        return HTML(
            choices.map {
                "<form method=\"post\" action=\"/admin/jobs/\(id)/\($0)\"><button>\($0)</button></form>"
            })
    }

    private static func table(_ heads: [String], _ rows: [HTML], none: String) -> HTML {
        guard !rows.isEmpty else { return "<p class=\"quiet\">\(none)</p>" }
        return """
            <table><thead><tr>\(heads.map { "<th>\($0)</th>" as HTML })</tr></thead><tbody>\(rows)</tbody></table>
            """
    }

    private static func page(_ title: String, _ body: HTML) -> HTML {
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>\(title) · Tollgate</title><style>\(style)</style></head>
        <body><nav>\
        <a href="/admin/">Tollgate</a> <a href="/admin/jobs">jobs</a> <a href="/admin/jobs?state=dead">dead letters</a>\
        </nav><main>
        \(body)
        </main></body></html>

        """
    }

    private static let style: HTML = """
        :root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif }
        body { margin: 0 auto; max-width: 75rem; padding: 1rem }
        nav a { margin-right: 1rem } h1 small { font-weight: normal; font-size: 55% }
        table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto }
        th, td { text-align: left; padding: .3rem .7rem; border-bottom: 1px solid #8884; vertical-align: top }
        .number { text-align: right; font-variant-numeric: tabular-nums } .quiet { opacity: .75 }
        .why { font-weight: 600 } dl { display: grid; grid-template-columns: max-content auto; gap: .2rem 1rem }
        dd { margin: 0 } pre { overflow-x: auto } form { display: inline } button { font: inherit; padding: .3rem 1rem }
        """
}

extension SecurityHeaders {
    /// The admin pages: their own style and forms, nothing else.
    static let adminPages = SecurityHeaders([
        ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
        (
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        ),
    ])
}
