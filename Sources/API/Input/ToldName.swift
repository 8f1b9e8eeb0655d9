/// An unknown name as it may be told back: only when it looks like one. A key pasted as a name must not travel on.
enum ToldName {
    /// The name, or a question mark.
    static func of(_ name: String) -> String {
        let isWord = name.utf8.count <= 40 && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F }
        return isWord ? name : "?"
    }
}
