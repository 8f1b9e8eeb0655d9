import HTTPTypes
import Postgres
import Testing

@testable import API

struct ProblemTests {
    private struct Surprise: Error {}

    @Test(arguments: [
        (PostgresError.unreachable("secret host"), 503, "unavailable"), (.poolExhausted, 503, "unavailable"),
        (.commitUnknown, 503, "unavailable"), (.noRow("X"), 500, "internal_error"),
        (.unexpectedColumn(1, "y"), 500, "internal_error"),
        (.refused(.invalidAuthorization, message: "m", constraint: nil), 401, "invalid_api_key"),
        (.refused(.insufficientPrivilege, message: "m", constraint: nil), 403, "scope_missing"),
        (.refused(.uniqueViolation, message: "m", constraint: "client_external_id_unique"), 409, "client_exists"),
        (.refused(.uniqueViolation, message: "m", constraint: "price_lookup_key_unique"), 409, "lookup_key_taken"),
        (.refused(.uniqueViolation, message: "m", constraint: "another"), 409, "conflict"),
        (.refused(.deadlockDetected, message: "m", constraint: nil), 503, "unavailable"),
        (.refused(.lockNotAvailable, message: "m", constraint: nil), 503, "unavailable"),
        (.refused(.queryCanceled, message: "m", constraint: nil), 503, "unavailable"),
        (.refused(SQLState(rawValue: "53100"), message: "disk full", constraint: nil), 503, "unavailable"),
        (.refused(SQLState(rawValue: "42703"), message: "no such column", constraint: nil), 500, "internal_error"),
    ])
    func `R3, R4, R24, R25: every error of the database has one answer`(error: PostgresError, status: Int, code: String)
    {
        let answer = Problem(error).response(requestID: "req_1", base: "https://api.test")
        #expect(answer.status.rawValue == status)
        let json = try? JSON.parse(answer.body)
        #expect(json?["code"] == .string(code) && json?["type"] == .string("https://api.test/problems/\(code)"))
        #expect(json?["request_id"] == "req_1" && json?["status"] == .integer(Int64(status)))
        #expect((answer.headers["Retry-After"] == "1") == (status == 503))
        #expect(answer.headers["Content-Type"] == "application/problem+json")
        #expect(!String(decoding: answer.body, as: UTF8.self).contains("secret host"))
    }

    @Test func `whatever is in no table is ours, told without its words`() {
        #expect(Problem(Surprise()).code == .internalError)
        #expect(Problem(Problem(.notFound, "x")).code == .notFound)
    }

    @Test func `the lost COMMIT tells to ask again with the same key`() {
        #expect(Problem(PostgresError.commitUnknown).detail.contains("same Idempotency-Key"))
    }
}
