/// Where a claimer stands in the ring of active lanes, and whether it has been all round without finding work.
struct ClaimRing {
    /// The last tenant looked at.
    private(set) var cursor: Int64 = 0
    private var walkStart: Int64?
    private var wraps = 0
    /// Whether a lane seen on this walk has work and only waits for its account's next window.
    private(set) var isDry = false

    /// Takes in a claim's answer; returns whether every lane was looked at in vain since work was last found.
    mutating func isExhausted(foundWork: Bool, nextCursor: Int64, isDry: Bool) -> Bool {
        let start = walkStart ?? cursor
        if nextCursor <= cursor { wraps += 1 }
        cursor = nextCursor
        if foundWork {
            rest()
            return false
        }
        walkStart = start
        if isDry { self.isDry = true }
        return wraps >= 2 || (wraps == 1 && nextCursor >= start)
    }

    /// Begins a new walk.
    mutating func rest() {
        walkStart = nil
        wraps = 0
        isDry = false
    }
}
