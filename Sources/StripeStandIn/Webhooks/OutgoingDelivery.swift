/// A delivery ready to be sent: address, body and signature of this try.
struct OutgoingDelivery: Sendable {
    /// What is delivered.
    let delivery: Delivery
    /// `Stripe-Signature` for the moment of this try.
    let signature: String
}
