internal import FoundationEssentials

/// The last line a program wrote: what it said before it ended is what the operator wants to read first.
enum LastLine {
    private static let longest = 600

    /// The last line with something in it; nil when the file cannot be read or is empty.
    static func of(_ file: String) -> String? {
        guard let whole = try? String(contentsOf: URL(filePath: file), encoding: .utf8) else { return nil }
        return whole.split(separator: "\n").last.map { String($0.prefix(longest)) }
    }
}
