import HTTPTypes

/// What objects were before a step that may have to be taken back.
struct Journal {
    /// One change: the object as it was, nil when there was none.
    struct Step {
        let id: String
        let before: JSONObject?
    }

    /// How many rehearsals are under way, one inside the other.
    var rehearsals = 0
    private var depth = 0
    private var steps: [Step] = []

    /// Whether changes are to be noted.
    var isOpen: Bool { depth > 0 }

    /// Begins to note; gives the mark to go back to.
    mutating func open() -> Int {
        depth += 1
        return steps.count
    }

    /// Ends noting; the outermost end forgets.
    mutating func close() {
        depth -= 1
        if depth == 0 { steps = [] }
    }

    /// Notes what an object was.
    mutating func note(_ id: String, before: JSONObject?) { steps.append(Step(id: id, before: before)) }

    /// Takes the steps since the mark, newest first.
    mutating func take(to mark: Int) -> [Step] {
        let taken = Array(steps[mark...].reversed())
        steps.removeSubrange(mark...)
        return taken
    }
}
