import Billing
import DNS
import Daemon
import Jobs
import Postgres
import Worker

/// Looks for the record that proves a domain: read, ask, record. No transaction is open while name servers are asked,
/// and what they said is judged by the row as it is then.
struct DomainCheck: Sendable {
    private let database: Database
    private let resolver: Resolver

    init(database: Database, resolver: Resolver) {
        self.database = database
        self.resolver = resolver
    }

    /// Reads whom to ask.
    static func work(_ settings: Settings) -> OtherWork {
        let resolver = Resolver(ResolverSettings(settings))
        return { registry, database in
            let check = DomainCheck(database: database, resolver: resolver)
            registry.register(CheckDomain.self) { work, claim in await check.perform(work, claim) }
        }
    }

    /// Carries out one claimed job. Never throws: what goes wrong on our side is tried again.
    func perform(_ work: CheckDomain, _ claim: ClaimedJob) async -> JobOutcome {
        do {
            guard let domain = try await read(work, claim) else { return .recorded }
            let finding = await ask(domain)
            try await record(finding, work, claim)
            return .recorded
        } catch {
            return .judging(error, of: claim)
        }
    }

    /// What there is to look for; nil when there is nothing any more, and the job ended.
    private func read(_ work: CheckDomain, _ claim: ClaimedJob) async throws -> BrandDomain? {
        try await database.transaction(entering: EnterJob(claim)) { tx in
            guard let found = try tx.first(FindDomainForCheck(work.domain)) else { return finish("gone", claim, tx) }
            guard work.isScheduled else { return found.domain }
            guard found.domain.isDue(at: found.now) else { return finish("not due", claim, tx) }
            try tx.scheduleLookAgain(at: found.domain, after: found.now)
            return found.domain
        }
    }

    private func finish(
        _ word: String, _ claim: ClaimedJob, _ tx: borrowing Transaction<TenantScope>
    ) -> BrandDomain? {
        tx.send(FinishJob(claim, .done(result: #"{"domain":"\#(word)"}"#)))
        return nil
    }

    private func ask(_ domain: BrandDomain) async -> DomainFinding {
        do {
            return DomainFinding(try await resolver.texts(of: domain.recordName), expecting: domain.recordValue)
        } catch {
            switch error {
            case .noSuchName: return .noSuchName
            case .noRecord: return .noRecord
            case .timedOut: return .timedOut
            case .failed(let why): return .unanswered(why)
            }
        }
    }

    private func record(_ finding: DomainFinding, _ work: CheckDomain, _ claim: ClaimedJob) async throws {
        try await database.transaction(entering: EnterJob(claim)) { tx in
            guard let found = try tx.first(FindDomainForCheck(work.domain)) else {
                _ = finish("gone", claim, tx)
                return
            }
            let isFree = try finding != .proven || tx.one(FindDomainFree(found.domain.domain))
            let verdict = DomainVerdict(
                found.domain, finding, isFree: isFree, isScheduled: work.isScheduled, at: found.now)
            tx.send(MarkDomainChecked(work.domain, verdict))
            if let event = PortalEvent.domain(found.domain, verdict) { tx.announce(event, at: found.now) }
            // One chain: a look that is not due any more when its time comes ends by itself.
            if let next = verdict.nextCheckAt, next != found.domain.nextCheckAt {
                try tx.enqueue(CheckDomain(domain: work.domain, isScheduled: true), runAt: next)
            }
            _ = finish(verdict.status.rawValue, claim, tx)
        }
    }
}

extension Transaction where Scope == TenantScope {
    /// A look that dies leaves another one behind. Where it comes to its end that one is not due: it comes an hour
    /// after the earliest that follows, so that never two ask at a time.
    fileprivate func scheduleLookAgain(at domain: BrandDomain, after now: Timestamp) throws {
        let day = now.seconds / 86_400
        try enqueue(
            CheckDomain(domain: domain.id, isScheduled: true), dedupeKey: "domain.check:\(domain.id):\(day)",
            runAt: now + DomainVerdict.pauseAfterFailure + .seconds(3_600))
    }
}

extension BrandDomain {
    /// Whether its weekly look has come.
    fileprivate func isDue(at now: Timestamp) -> Bool {
        guard status == .verified, proof == .dns, let nextCheckAt else { return false }
        return nextCheckAt <= now
    }
}

extension ResolverSettings {
    /// As the environment says.
    init(_ settings: Settings) {
        let name = "TOLLGATE_DNS_SERVERS"
        let list = settings.optionalString(
            name,
            help: "name servers that are asked for the proof of domains, address or address:port, separated by commas; "
                + "without it those of the system")
        let seconds = settings.integer(
            "TOLLGATE_DNS_TIMEOUT_SECONDS", default: 10, in: 1...60, help: "seconds name servers have for an answer")
        self.init(
            servers: (list ?? "").split(separator: ",").map { String($0.filter { $0 != " " }) },
            timeout: .seconds(Int64(seconds)))
        if !Resolver(self).isUsable { settings.reject(name, because: "must be addresses, each with a port or without") }
    }
}
