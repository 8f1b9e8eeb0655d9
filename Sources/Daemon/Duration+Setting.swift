extension Duration {
    /// Reads `250ms`, `30s`, `5m`, `2h`, `1d` or a bare number of seconds; nil for anything else or more than 10 years.
    init?(settingText text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits) else { return nil }
        let unit: Duration
        switch text.dropFirst(digits.count) {
        case "ms": unit = .milliseconds(1)
        case "s", "": unit = .seconds(1)
        case "m": unit = .seconds(60)
        case "h": unit = .seconds(3_600)
        case "d": unit = .seconds(86_400)
        default: return nil
        }
        let tenYears = Duration.seconds(315_360_000)
        guard number <= tenYears.microseconds / unit.microseconds else { return nil }
        self = unit * Int(number)
    }
}
