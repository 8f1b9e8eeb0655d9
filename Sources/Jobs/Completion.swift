internal import Daemon

/// The end of one attempt, on its way to the database.
struct Completion: Sendable {
    let job: ClaimedJob
    let outcome: JobOutcome
    let took: Duration

    var id: Int64 { job.id }
    var lease: Int64 { job.lease }

    /// `done` without a result: the finishing statement needs no word about it.
    var isPlain: Bool {
        if case .done(nil) = outcome { true } else { false }
    }

    /// Whether it ends the command, so that `FinishJobs` takes it.
    var endsCommand: Bool {
        switch outcome {
        case .done, .failed: true
        case .retry, .snooze, .dead, .recorded: false
        }
    }

    /// The command's outcome as its row says it.
    var word: String {
        if case .failed = outcome { "failed" } else { "done" }
    }

    var result: String? {
        if case .done(let result) = outcome { result } else { nil }
    }

    var problem: String? {
        if case .failed(let problem) = outcome { problem } else { nil }
    }

    /// The statement for an attempt that does not end its command well; nil for the others.
    var failing: FailJob? {
        switch outcome {
        case .done, .failed, .recorded: nil
        case .retry(let failure): fail("retry", failure.retryAfter, failure)
        case .snooze(let pause, let failure): fail("snooze", pause, failure)
        case .dead(let failure): fail("dead", nil, failure)
        }
    }

    private func fail(_ verdict: String, _ after: Duration?, _ failure: JobFailure?) -> FailJob {
        FailJob(id: id, lease: lease, verdict: verdict, after: after, failure: failure, took: took)
    }
}
