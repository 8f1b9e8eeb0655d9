/// Guesses which name a misspelt one was meant to be.
public enum NearestName {
    /// Longer texts are no misspelt names: comparing them would only cost time, and strangers may choose them.
    static let bytesMax = 64

    /// The known name with the fewest edits, when they are few enough to be a slip.
    public static func find(_ name: String, among known: Set<String>) -> String? {
        guard name.utf8.count <= bytesMax else { return nil }
        let letters = Array(name.utf8)
        let candidates = known.sorted().map { (name: $0, distance: distance(letters, Array($0.utf8))) }
        guard let best = candidates.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(2, letters.count / 4) ? best.name : nil
    }

    /// Insertions, deletions and replacements between two words (Levenshtein).
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var previous = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                let replaced = previous[column] + (letter == other ? 0 : 1)
                current.append(min(replaced, previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return previous[right.count]
    }
}
