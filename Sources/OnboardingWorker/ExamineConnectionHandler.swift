import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// The connection doctor. Everything it asks is a harmless read but for the way on which meter errors come, which it
/// makes stand.
struct ExamineConnectionHandler: StripeHandler {
    func intend(_ work: ExamineConnection, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let state = try tx.first(FindConnectionState(work.connection)),
            ![.disconnected, .invalid, .new].contains(state.connection.status),
            state.connection.mode == .connect ? state.connection.accountID != nil : state.key != nil
        else { return .finish(.done("examined", "no: not connected")) }
        let report = try tx.one(FindConnectionReport())
        let hook = MeterHookRegistration(state, report, job)
        if let unanswered = hook.unanswered() { return .call(unanswered) }
        return .call(Examination(state, report, job).begin())
    }
}

/// One walk through everything there is to ask.
struct Examination: Sendable {
    private let state: ConnectionState
    private let report: ConnectionReport
    private let job: JobContext

    init(_ state: ConnectionState, _ report: ConnectionReport, _ job: JobContext) {
        self.state = state
        self.report = report
        self.job = job
    }

    /// A secret key may do everything; a restricted one is asked permission by permission.
    func begin() -> Intention {
        let isRestricted = state.connection.mode == .secretKey && state.connection.keyKind == "restricted"
        let asked = isRestricted ? KeyPermission.needed.filter { $0.path != nil } : []
        return asked.first.map { probe($0, then: asked.dropFirst()) } ?? taxes()
    }

    private func probe(_ permission: KeyPermission, then rest: ArraySlice<KeyPermission>) -> Intention {
        let call = StripeCall<Probe>.probe(permission.path ?? "", isList: permission.isList)
        return Intention(call, as: .activeKey, seesRefusedKeys: true) { answer, _, tx in
            switch answer {
            case .success:
                tx.send(MarkPermissionProbed(permission, isOK: true))
                if permission.name == "event" { _ = try tx.first(MarkEventsHeard(state.connection.id)) }
            case .failure(let error) where error.status == 401:
                return try refused(error, tx)
            case .failure(let error) where error.status == 403:
                let word = KeyPermission.word(in: error.message) ?? permission.stripeName
                tx.send(MarkPermissionProbed(permission, isOK: false, denied: word, detail: error.message))
            case .failure(let error):
                tx.send(MarkPermissionProbed(permission, isOK: nil, detail: error.message))
            }
            return .next(rest.first.map { probe($0, then: rest.dropFirst()) } ?? taxes())
        }
    }

    private func taxes() -> Intention {
        Intention(.retrieveTaxSettings(), as: .activeKey, seesRefusedKeys: true) { answer, _, tx in
            if case .failure(let error) = answer, error.status == 401 { return try refused(error, tx) }
            if case .success(let settings) = answer {
                let missing = settings.statusDetails?.pending?.missingFields ?? []
                tx.send(MarkTaxSettings(status: settings.status, missing: missing))
            }
            return .next(meters())
        }
    }

    private func meters() -> Intention {
        Intention(.probeMeters(), as: .activeKey, seesRefusedKeys: true) { answer, _, tx in
            if case .success(let page) = answer { tx.send(MarkMetersSeen(page.data?.count ?? 0)) }
            return .next(payouts())
        }
    }

    private func payouts() -> Intention {
        Intention(.listNewestPayout(), as: .activeKey, seesRefusedKeys: true) { answer, facts, tx in
            if case .success(let page) = answer, let payout = page.data.first {
                try tx.apply(payout, seq: facts.fetchSeq, at: job.now)
            }
            tx.send(MarkExamined(driftSeconds: facts.drift?.components.seconds))
            guard state.connection.mode == .secretKey else { return .done("examined", "yes") }
            return .next(MeterHookRegistration(state, report, job).look())
        }
    }

    /// The check that follows a 401 everywhere follows it here too.
    private func refused(_ error: StripeError, _ tx: borrowing Transaction<TenantScope>) throws -> Outcome {
        let refusal = Refusal(error, code: error.code ?? "api_key_invalid")
        if try tx.first(MarkKeyRefused(problem: refusal.json, key: state.key)) != nil {
            tx.announce(of: state.connection.id, "invalid", why: "key_refused", at: job.now)
            try job.scheduleProbe(of: state.connection.id, tx)
        }
        return .refused(refusal)
    }
}
