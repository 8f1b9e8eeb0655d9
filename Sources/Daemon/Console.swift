internal import Glibc

/// What a person at a terminal reads, written at once and in one piece. Observations go elsewhere.
public enum Console {
    /// A line on standard output.
    public static func say(_ line: String = "") {
        write(line + "\n", to: 1)
    }

    /// A line on standard error.
    public static func complain(_ line: String) {
        write(line + "\n", to: 2)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                return
            }
            rest = rest.dropFirst(count)
        }
    }
}
