public import Billing
public import Stripe

/// A kind of Stripe's objects that is compared with ours.
public protocol Comparand: Decodable, Identifiable, Sendable where ID == String {
    /// What it is.
    static var kind: DriftItem.ObjectKind { get }
    /// How one is looked at.
    static func look(at id: String) -> StripeCall<Self>
    /// Only a name is left of it.
    var isDeleted: Bool { get }
    /// What is compared of it.
    func seen(by job: JobContext) -> SeenObject
}

extension Comparand {
    /// Most kinds vanish, or stay for ever.
    public var isDeleted: Bool { false }
}

extension JobContext {
    /// Begins with what metadata says.
    func seen<Entity: Identified>(_ id: String, _ metadata: [String: String]?, as noun: Entity.Type) -> SeenObject {
        let ours: Identifier<Entity>? = ours(metadata)
        return SeenObject(id: id, ours: ours?.rawValue)
    }
}
