import Daemon
import HTTPTypes
import Postgres

/// The one table from errors to answers. Whatever is not in it is ours to explain: 500, and a line in the log.
extension Problem {
    /// What the caller is told about any error.
    init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as PostgresError: self.init(database: error)
        case let error as JSONError: self.init(.invalidJSON, "The body is not JSON as it should be: \(error).")
        default: self = .ours(error)
        }
    }

    private init(database error: PostgresError) {
        switch error {
        case .unreachable, .poolExhausted, .commitUnknown:
            self = .unavailable(error)
        case .refused(let state, _, let constraint):
            self.init(state, constraint, error)
        case .unexpectedColumn, .noRow:
            self = .ours(error)
        }
    }

    private init(_ state: SQLState, _ constraint: String?, _ error: PostgresError) {
        switch (state, constraint) {
        case (.invalidAuthorization, _):
            self = .invalidKey
        case (.insufficientPrivilege, "portal_user"):
            self.init(.userUnknown, "There is no such active portal user.", param: "Tollgate-User")
        case (.insufficientPrivilege, "portal_role"):
            self.init(.roleForbids, "The portal user's role does not allow this.", param: "Tollgate-User")
        case (.insufficientPrivilege, "api_key_scopes"):
            self.init(.scopesBeyondOwn, "A key gives no more than its maker has.", param: "scopes")
        case (.insufficientPrivilege, "api_key_rolled"):
            self.init(.apiKeyEnded, "This key was rolled: its successor makes and ends keys.", param: "Authorization")
        case (.uniqueViolation, "portal_user_external_id_unique"):
            self.init(.portalUserExists, "Another portal user has this external_id.", param: "external_id")
        case (.uniqueViolation, "brand_domain_once"):
            self.init(.domainExists, "This domain is on the list already.", param: "domain")
        case (.checkViolation, "brand_domain_cap"):
            self.init(.domainLimit, "A tenant has at most 20 domains: take one away first.", param: "domain")
        case (.insufficientPrivilege, _):
            self.init(.scopeMissing, "The API key lacks the scope for this request.")
        case (.uniqueViolation, "client_external_id_unique"):
            self.init(.clientExists, "Another client has this external_id.", param: "external_id")
        case (.uniqueViolation, "agent_external_id_unique"):
            self.init(.agentExists, "Another agent has this external_id.", param: "external_id")
        case (.uniqueViolation, "price_lookup_key_unique"):
            self.init(
                .lookupKeyTaken, "Another active price has this lookup_key: send transfer_lookup_key to take it over.",
                param: "lookup_key")
        case (.checkViolation, "credit_floor"):
            self.init(.insufficientCredits, "The client has not so many credits left.", param: "credits")
        case (.uniqueViolation, "meter_event_name_unique"):
            self.init(.meterExists, "Another meter has this event_name.", param: "event_name")
        case (.uniqueViolation, "import_one_open"):
            self.init(.importRunning, "An import of the same kind is being read or carried out; wait for it.")
        case (.uniqueViolation, _), (.checkViolation, _), (.foreignKeyViolation, _):
            observe(RequestTrouble(error))
            self.init(.conflict, "Something else changed this at the same time. Read it again, then decide.")
        default:
            // Locks that were not given in time, victims of a deadlock, a full disk, a server that is going down.
            self = error.isTransient || state == .queryCanceled ? .unavailable(error) : .ours(error)
        }
    }

    /// The one answer for a key that is unknown, expired, revoked or of a suspended tenant.
    static var invalidKey: Problem {
        var problem = Problem(
            .invalidAPIKey, "Send a valid API key: Authorization: Bearer tg_test_… or tg_live_….",
            param: "Authorization")
        problem.headers = [("WWW-Authenticate", "Bearer")]
        return problem
    }

    private static func unavailable(_ error: PostgresError) -> Problem {
        observe(RequestTrouble(error))
        var problem = Problem(
            .unavailable,
            error == .commitUnknown
                ? "It is not known whether this was done. Ask again with the same Idempotency-Key: it is done once."
                : "The database does not answer. Nothing was done; ask again in a moment.")
        problem.retryAfter = 1
        return problem
    }

    private static func ours(_ error: any Error) -> Problem {
        observe(RequestTrouble(error))
        return Problem(.internalError, "Something went wrong on our side. The request_id leads to it.")
    }
}

/// An error that was told in fewer words than operators need.
struct RequestTrouble: Observation {
    let event = "request_trouble"
    let level = LogLevel.error
    /// What happened; errors never hold parameter values.
    let fields: [ObservationField]

    /// Names the error.
    init(_ error: any Error) { fields = [.text("error", "\(error)")] }
}
