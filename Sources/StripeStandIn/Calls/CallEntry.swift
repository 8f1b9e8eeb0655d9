import HTTPServer
import HTTPTypes

/// One line of the request log: what was asked, by whom, and how it ended. Never a key.
struct CallEntry {
    /// Name of the fault that hit the call.
    var fault: String?
    /// Id of the object that was answered.
    var object: String?
    /// Code or type of the error that was answered.
    var error: String?
    /// Whether the answer was a stored one.
    var isReplay = false
    /// Parameters as sent.
    var params: JSONObject = [:]
    private var entry: JSONObject

    init(_ request: Request, now: Int64) {
        entry = [
            "at": .integer(now), "request": .string(request.id), "method": .string(request.method.rawValue),
            "path": .string(request.path), "idempotency_key": .of(request.headers["Idempotency-Key"]),
            "version": .of(request.headers["Stripe-Version"]),
        ]
    }

    /// Notes whose call it is.
    mutating func identify(_ key: KeyRecord, account: String) {
        entry["account"] = .string(account)
        entry["key"] = .string(String(key.hash.prefix(16)))
        entry["livemode"] = .bool(key.isLive)
    }

    /// Notes how it ended.
    mutating func finish(_ response: Response) {
        entry["status"] = .integer(Int64(response.status.rawValue))
        entry["replayed"] = .bool(isReplay)
        entry["fault"] = .of(fault)
        entry["params"] = .object(params)
        entry["error"] = .of(error)
        entry["object"] = .of(object)
    }

    /// The line.
    var json: JSONObject { entry }
}
