import HTTPTypes

/// One call of Stripe's API while it is being answered: who asks, in which books, for what.
struct Call {
    /// The whole stand-in.
    let world: World
    /// The account the call acts on: the key's own, or the connected one named by `Stripe-Account`.
    let account: Account
    /// The account the key belongs to.
    let caller: Account
    /// The books of the account in the key's mode.
    let books: Books
    /// Typed parameters of query or body.
    let params: JSONObject
    /// Ids in the path, in order.
    let path: [String]
    /// The path as asked: a list names it as its `url`.
    var url = ""

    /// The first id in the path.
    var id: String { path.first ?? "" }

    /// Whether the call was made by a platform on behalf of a connected account.
    var isOnBehalf: Bool { caller.id != account.id }

    /// The same caller with another path and other parameters: a call made of a call.
    func acting(on path: [String], with params: JSONObject) -> Call {
        Call(world: world, account: account, caller: caller, books: books, params: params, path: path)
    }

    /// The customer a parameter names, or Stripe's complaint.
    func customer(_ param: String = "customer") throws(Refusal) -> JSONObject {
        guard let id = params.text(param) else { throw .missing(param) }
        return try books.require("customer", id, param: param)
    }
}
