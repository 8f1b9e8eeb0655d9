import HTTPTypes

/// The objects of one type in the order they were made.
struct Shelf: Sendable {
    private var byID: [String: JSONObject] = [:]
    private var order: [String] = []
    /// Ids still in the order whose objects are gone.
    private var gone: Set<String> = []

    /// How many there are.
    var count: Int { byID.count }

    /// The object with this id.
    subscript(id: String) -> JSONObject? { byID[id] }

    /// The objects, newest first.
    var newestFirst: [JSONObject] { order.reversed().compactMap { byID[$0] } }

    /// Adds an object at the end, or replaces it where it is.
    mutating func put(_ object: JSONObject, id: String) {
        if byID.updateValue(object, forKey: id) == nil, !gone.contains(id) { order.append(id) }
        gone.remove(id)
    }

    /// Takes an object away. The order is cleaned when half of it is gone.
    mutating func remove(_ id: String) {
        if byID.removeValue(forKey: id) != nil { gone.insert(id) }
        guard order.count > 64, order.count > 2 * byID.count else { return }
        order.removeAll { byID[$0] == nil }
        gone = []
    }

    /// The oldest ones beyond so many.
    func oldest(beyond limit: Int) -> [String] {
        guard byID.count > limit else { return [] }
        return Array(order.lazy.filter { byID[$0] != nil }.prefix(byID.count - limit))
    }
}
