/// One endpoint of Stripe's API: its name in the schema, the permission a restricted key needs, and the work.
struct Operation: Sendable {
    /// Method and path template as in the schema, `POST /v1/customers/{customer}` for instance.
    let name: String
    /// What a restricted key must be allowed, without `_read` or `_write`; nil when every key may.
    let permission: String?
    /// The work; synchronous, so that a call is done or not done.
    let perform: @Sendable (Call) throws(Refusal) -> Answer

    init(_ name: String, _ permission: String?, _ perform: @escaping @Sendable (Call) throws(Refusal) -> Answer) {
        self.name = name
        self.permission = permission
        self.perform = perform
    }

    /// The whole permission: reading suffices for GET.
    var permissionNeeded: String? { permission.map { "rak_\($0)_" + (name.hasPrefix("GET") ? "read" : "write") } }
}
