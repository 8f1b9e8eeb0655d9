import Daemon
import HTTPTypes

/// What a key may reach: accounts, versions, rates, endpoints.
struct Access {
    /// The stand-in.
    let world: World

    /// The account a call acts on: the key's own, or a connected one the key's platform created.
    func account(_ named: String?, caller: Account, key: KeyRecord) throws(Refusal) -> Account {
        guard let named, named != caller.id else { return caller }
        guard let account = world.accounts[named], account.platform == caller.id, !account.document.flag("_rejects")
        else {
            throw Refusal(
                status: 403, code: "account_invalid",
                message:
                    "The provided key '\(key.shown)' does not have access to account '\(named)' (or that account does "
                    + "not exist). Application access may have been revoked.", isStored: false)
        }
        return account
    }

    /// The version must be named, and must be the one the schema is of: an account's default version is nobody's
    /// intention.
    static func checkVersion(_ version: String?, pinned: String) throws(Refusal) {
        guard let version else {
            throw Refusal(
                status: 400,
                message:
                    "stripe-stand-in: the Stripe-Version header is missing. Stripe would use the account's default "
                    + "version; a call that does not name its version is a mistake here. Send Stripe-Version: "
                    + "\(pinned).",
                isStored: false)
        }
        guard version == pinned else {
            throw Refusal(
                status: 400, message: "Invalid Stripe API version: \(version). This stand-in speaks \(pinned).",
                isStored: false)
        }
    }

    /// Counts the call and refuses it when there were too many this second.
    func checkRate(_ endpoint: String, books: Books, isOnBehalf: Bool) throws(Refusal) {
        guard world.policy.limitsRates else { return }
        // Live meter events have a bucket of their own, unless a platform sends them for a connected account.
        if endpoint.hasSuffix("/billing/meter_events"), books.isLive, !isOnBehalf {
            let most = world.policy.meterEventsPerSecond
            let reason = books.usageRates.count(
                endpoint, at: world.wallClock.now().seconds, totalMax: most, endpointMax: most)
            if let reason { throw FaultAnswers.rateLimited(reason: reason) }
            return
        }
        let total = world.policy.testCallsPerSecond * (books.isLive ? 4 : 1)
        let reason = books.rates.count(
            endpoint, at: world.wallClock.now().seconds, totalMax: total,
            endpointMax: world.policy.endpointCallsPerSecond)
        if let reason { throw FaultAnswers.rateLimited(reason: reason) }
    }

    /// The stand-in's memory has an end, and says so before it gets there.
    func checkRoom(_ method: String, books: Books) throws(Refusal) {
        guard method == "POST", books.count >= world.policy.objectsMax else { return }
        throw Refusal(
            status: 500, type: "api_error",
            message:
                "stripe-stand-in is full: it keeps \(world.policy.objectsMax) objects per account and mode. Reset it.",
            isStored: false)
    }

    /// A restricted key needs the endpoint's permission; writing implies reading.
    static func checkPermission(_ operation: Operation, record: KeyRecord, account: String) throws(Refusal) {
        guard let permissions = record.permissions, let needed = operation.permissionNeeded else { return }
        let write = needed.hasSuffix("_read") ? needed.dropLast(5) + "_write" : needed[...]
        guard permissions.contains(needed) || permissions.contains(String(write)) else {
            throw Refusal(
                status: 403,
                message:
                    "The provided key '\(record.shown)' does not have the required permissions for this endpoint on "
                    + "account '\(account)'. Having the '\(needed)' permission would allow this request to continue.",
                isStored: false)
        }
    }
}
