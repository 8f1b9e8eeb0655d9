import HTTPTypes

/// The parameters of every served operation and the shape of every served object, from the embedded schema files.
struct Schema: Sendable {
    /// Stripe's version the files were made from; calls must name it.
    let version: String
    /// Parameters by operation, `POST /v1/customers` for instance.
    let operations: [String: SchemaNode]
    /// Shared parameter types by name.
    let types: [String: SchemaNode]
    /// Objects as answered when nothing is set, by type name.
    let blanks: [String: JSONObject]

    /// The schema embedded in this program.
    static let embedded: Schema = {
        let limits = JSONLimits(depthMax: 64, nodesMax: 1_000_000)
        guard
            let operations = try? JSON.parse(PackageResources.operations_json, limits: limits).objectValue,
            let objects = try? JSON.parse(PackageResources.objects_json, limits: limits).objectValue
        else { preconditionFailure("the embedded schema files are not JSON: make them again with reduce_schema.py") }
        return Schema(operations: operations, objects: objects)
    }()

    private init(operations file: JSONObject, objects: JSONObject) {
        version = file.text("version") ?? ""
        operations = Schema.nodes(file.object("operations") ?? [:])
        types = Schema.nodes(file.object("types") ?? [:])
        var blanks: [String: JSONObject] = [:]
        for (name, value) in objects { blanks[name] = value.objectValue }
        self.blanks = blanks
    }

    /// A new object of the type, with everything Stripe always answers; metadata is empty instead of null.
    func blank(_ kind: String) -> JSONObject {
        guard var object = blanks[kind] else { preconditionFailure("no shape for objects of type \(kind)") }
        if object["metadata"] != nil { object["metadata"] = .object([:]) }
        return object
    }

    private static func nodes(_ object: JSONObject) -> [String: SchemaNode] {
        var nodes: [String: SchemaNode] = [:]
        for (name, value) in object { nodes[name] = SchemaNode(value) }
        return nodes
    }
}
