internal import HTTPTypes

/// What doctor found about one thing.
struct Finding: Sendable {
    /// How bad it is.
    enum Grade: String, Sendable {
        /// As it should be.
        case good = "ok"
        /// Works, but somebody should know.
        case notable = "note"
        /// Must be mended.
        case bad = "BAD"
    }

    let grade: Grade
    let about: String
    let text: String

    /// As it should be.
    static func good(_ about: String, _ text: String) -> Finding { Finding(grade: .good, about: about, text: text) }
    /// Somebody should know.
    static func notable(_ about: String, _ text: String) -> Finding {
        Finding(grade: .notable, about: about, text: text)
    }
    /// Must be mended; the text says how.
    static func bad(_ about: String, _ text: String) -> Finding { Finding(grade: .bad, about: about, text: text) }

    /// For machines.
    var json: JSON {
        ["about": .string(about), "grade": .string(grade.rawValue.lowercased()), "text": .string(text)]
    }
}
