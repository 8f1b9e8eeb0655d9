import Daemon

/// One measured figure beside its limit, printed as one line of JSON.
struct FigureLine {
    /// Its name: `queue.drain`.
    let figure: String
    /// What was measured.
    let value: Double
    /// What it is measured against.
    let limit: Double
    /// How `value` stands to `limit`.
    let ratio: Double
    /// The unit of both.
    let unit: String
    /// Whether the figure's bar is met.
    let pass: Bool
    /// The bar and the circumstances in words.
    let note: String

    /// Writes it to standard output.
    func say() {
        let text =
            "{\"figure\":\"\(figure)\",\"value\":\(Self.number(value)),\"limit\":\(Self.number(limit)),"
            + "\"ratio\":\(Self.number(ratio)),\"unit\":\"\(unit)\",\"pass\":\(pass),\"note\":\"\(note)\"}"
        Console.say(text)
    }

    private static func number(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        let scaled = (value * 1_000).rounded() / 1_000
        return scaled == scaled.rounded() ? "\(Int64(scaled))" : "\(scaled)"
    }
}
