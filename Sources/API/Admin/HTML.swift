/// A piece of a page. Text that comes in by interpolation is escaped, by type: only another piece is taken as it is.
struct HTML: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, Sendable {
    /// The markup.
    let markup: String

    /// Markup written in the program.
    init(stringLiteral value: String) { markup = value }

    /// Markup with values in it.
    init(stringInterpolation interpolation: Interpolation) { markup = interpolation.markup }

    /// Pieces after each other.
    init(_ pieces: [HTML]) { markup = pieces.map(\.markup).joined() }

    /// Collects literal markup and escaped values.
    struct Interpolation: StringInterpolationProtocol {
        fileprivate var markup = ""

        /// Starts empty.
        init(literalCapacity: Int, interpolationCount: Int) { markup.reserveCapacity(literalCapacity) }

        /// Written in the program.
        mutating func appendLiteral(_ literal: String) { markup += literal }

        /// A piece of its own.
        mutating func appendInterpolation(_ piece: HTML) { markup += piece.markup }

        /// Pieces after each other.
        mutating func appendInterpolation(_ pieces: [HTML]) { markup += HTML(pieces).markup }

        /// From outside: escaped, in text and in quoted attributes alike.
        mutating func appendInterpolation(_ text: String) {
            for character in text.unicodeScalars {
                switch character {
                case "&": markup += "&amp;"
                case "<": markup += "&lt;"
                case ">": markup += "&gt;"
                case "\"": markup += "&quot;"
                case "'": markup += "&#39;"
                default: markup.unicodeScalars.append(character)
                }
            }
        }

        /// A number.
        mutating func appendInterpolation(_ number: some BinaryInteger) { markup += String(number) }

        /// A text or a dash.
        mutating func appendInterpolation(_ text: String?) { appendInterpolation(text ?? "–") }
    }
}
