import HTTPTypes

/// Finds card numbers in what callers send: they must never enter (PCI), not even by mistake into a note.
enum CardNumbers {
    /// Names of fields in which Stripe takes card data.
    private static let forbiddenNames: Set<String> = [
        "number", "cvc", "cvv", "card[number]", "card[cvc]", "card_number",
    ]

    /// Whether a card number is anywhere in the value.
    static func occur(in json: JSON) -> Bool {
        switch json {
        case .object(let object):
            object.contains {
                forbiddenNames.contains($0.key.lowercased()) || occur(in: .string($0.key)) || occur(in: $0.value)
            }
        case .array(let elements): elements.contains(where: occur(in:))
        case .string(let text): occur(in: text)
        case .decimal(let text): occur(in: text)
        case .integer(let number): occur(in: String(number))
        case .null, .bool: false
        }
    }

    /// Whether a text holds 13 to 19 digits, spaces or dashes between them allowed, that pass the check of Luhn.
    ///
    /// Digits that touch a letter belong to an identifier. A first digit outside 2…6 is no card's (ISO/IEC 7812 gives
    /// these to payment cards) but very often a time in milliseconds, of which every tenth would pass the check by
    /// chance.
    static func occur(in text: String) -> Bool {
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            guard isDigit(bytes[start]), start == 0 || !isWordCharacter(bytes[start - 1]) else {
                start += 1
                continue
            }
            var groups: [[UInt8]] = [[]]
            var end = start
            while end < bytes.count, isDigit(bytes[end]) || isSeparator(bytes, at: end) {
                if isDigit(bytes[end]) {
                    groups[groups.count - 1].append(bytes[end] - 0x30)
                } else {
                    groups.append([])
                }
                end += 1
            }
            if end < bytes.count, isWordCharacter(bytes[end]) { groups.removeLast() }
            if holdsCard(groups) { return true }
            start = end
        }
        return false
    }

    /// How the groups of a card number are written on cards, the longest first.
    private static let patterns = [[4, 4, 4, 4, 3], [4, 4, 4, 4], [4, 6, 5], [4, 6, 4]]

    /// Whether groups of digits are a card number: all of them together, or some beside others that are written as on
    /// a card, since people put its month of expiry behind it. Any neighbours whatever would be too many telephone
    /// numbers.
    private static func holdsCard(_ groups: [[UInt8]]) -> Bool {
        if groups.count <= 19, looksLikeCard(groups.flatMap(\.self)) { return true }
        return groups.indices.contains { first in
            looksLikeCard(groups[first])
                || patterns.contains { pattern in
                    let few = groups[first...].prefix(pattern.count)
                    return few.map(\.count) == pattern && looksLikeCard(few.flatMap(\.self))
                }
        }
    }

    private static func looksLikeCard(_ digits: [UInt8]) -> Bool {
        guard (13...19).contains(digits.count), (2...6).contains(digits[0]) else { return false }
        var sum = 0
        for (index, digit) in digits.reversed().enumerated() {
            let value = Int(digit) * (index % 2 == 0 ? 1 : 2)
            sum += value > 9 ? value - 9 : value
        }
        return sum % 10 == 0
    }

    /// One space or dash between two digits.
    private static func isSeparator(_ bytes: [UInt8], at index: Int) -> Bool {
        (bytes[index] == 0x20 || bytes[index] == 0x2D) && index + 1 < bytes.count && isDigit(bytes[index + 1])
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isWordCharacter(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte >= 0x80 || byte == 0x5F
    }
}
