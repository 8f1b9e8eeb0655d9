internal import Daemon

/// The words after `tollgate`: options are taken by name, the rest by position; what nobody took is an error.
struct Arguments {
    private var words: [String]

    /// The words without the program's own name.
    init(_ words: [String]) {
        // `--name=value` is `--name value`.
        self.words = words.flatMap { word -> [String] in
            guard word.hasPrefix("--"), let equals = word.firstIndex(of: "=") else { return [word] }
            return [String(word[..<equals]), String(word[word.index(after: equals)...])]
        }
    }

    /// Whether `--name` was given.
    mutating func flag(_ name: String) -> Bool {
        guard let index = words.firstIndex(of: name) else { return false }
        words.remove(at: index)
        return true
    }

    /// The value after `--name`; nil when the option is absent.
    mutating func option(_ name: String) throws(ExitError) -> String? {
        guard let index = words.firstIndex(of: name) else { return nil }
        guard index + 1 < words.count, !words[index + 1].hasPrefix("--") else {
            throw .usage("\(name) needs a value")
        }
        let value = words[index + 1]
        words.removeSubrange(index...(index + 1))
        return value
    }

    /// The value after `--name`, which is one of a few words.
    mutating func word(_ name: String, of words: [String]) throws(ExitError) -> String? {
        guard let value = try option(name) else { return nil }
        guard words.contains(value) else { throw .usage("\(name) is one of \(words.joined(separator: ", "))") }
        return value
    }

    /// The value after `--name`, which must be there.
    mutating func required(_ name: String) throws(ExitError) -> String {
        guard let value = try option(name) else { throw .usage("\(name) is missing") }
        return value
    }

    /// The whole number after `--name`.
    mutating func integer(_ name: String, in bounds: ClosedRange<Int>) throws(ExitError) -> Int? {
        guard let text = try option(name) else { return nil }
        guard let number = Int(text), bounds.contains(number) else {
            throw .usage("\(name) must be a whole number from \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        return number
    }

    /// The next word by position; `what` names it in the error.
    mutating func next(_ what: String) throws(ExitError) -> String {
        guard let word = words.first, !word.hasPrefix("--") else { throw .usage("\(what) is missing") }
        words.removeFirst()
        return word
    }

    /// Takes the given words from the front when they are there.
    mutating func take(_ prefix: [String]) -> Bool {
        guard words.starts(with: prefix) else { return false }
        words.removeFirst(prefix.count)
        return true
    }

    /// Throws when a word is left that nobody wanted.
    func finish() throws(ExitError) {
        if let word = words.first { throw .usage("what is '\(word)'?") }
    }

    /// Whether nothing is left.
    var isEmpty: Bool { words.isEmpty }
    /// The first word that is left.
    var first: String? { words.first }
}
