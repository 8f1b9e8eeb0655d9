internal import Billing
internal import Daemon
internal import Jobs

/// How a tenant's Stripe account is reached: the connection's row with its ciphertext.
struct Route: Sendable {
    /// A Stripe key as the API sealed it.
    struct Sealed: Sendable {
        let id: SealedSecret.ID
        let version: Int32
        let envelope: [UInt8]
    }

    /// Why no call can be made now.
    enum Obstacle: Error {
        /// Commands wait for a connection that comes back.
        case wait(Duration, JobFailure)
        /// Waiting does not help.
        case refuse(Refusal)
    }

    /// Whose key a call goes out with.
    enum Key: Sendable {
        case tenant(Sealed)
        case platform

        /// Whether it is ours, for every connected account.
        var isPlatform: Bool { if case .platform = self { true } else { false } }
    }

    let tenant: Int64
    let livemode: Bool
    let connection: Connection.ID?
    let mode: Connection.Mode?
    let status: ConnectionStatus?
    let account: String?
    let sealed: Sealed?

    /// The key and the `Stripe-Account` header of a call.
    func resolve(_ credential: Credential) throws(Obstacle) -> (key: Key, header: String?) {
        switch credential {
        case .platform:
            return (.platform, nil)
        case .candidate:
            guard let sealed else { throw .refuse(Refusal("key_replaced", "A newer key was pasted meanwhile.")) }
            return (.tenant(sealed), nil)
        case .activeKey:
            return try active()
        case .connection:
            switch status {
            case nil: throw waiting("not_connected", "the tenant has no connection to Stripe", .seconds(60))
            case .invalid: throw waiting("connection_invalid", "Stripe refuses the tenant's key", .seconds(60))
            case .disconnected: throw waiting("disconnected", "the tenant is disconnected from Stripe", .seconds(300))
            default: return try active()
            }
        }
    }

    private func active() throws(Obstacle) -> (key: Key, header: String?) {
        switch mode {
        case .connect:
            guard let account else {
                throw waiting("not_connected", "the connected account is not made yet", .seconds(10))
            }
            return (.platform, account)
        case .secretKey, nil:
            guard let sealed else { throw waiting("not_connected", "no Stripe key is proven yet", .seconds(10)) }
            return (.tenant(sealed), nil)
        }
    }

    private func waiting(_ code: String, _ message: String, _ pause: Duration) -> Obstacle {
        .wait(pause, JobFailure(code: code, message: message))
    }
}
