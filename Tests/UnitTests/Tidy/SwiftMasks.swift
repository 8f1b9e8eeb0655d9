/// A Swift file taken apart: the same bytes three times, with everything blank that is not code, not text or not a
/// comment. Line ends stay, so that places are the same in all of them.
struct SwiftMasks: Sendable {
    private(set) var code: [UInt8]
    private(set) var texts: [UInt8]
    private(set) var comments: [UInt8]

    private enum Mask {
        case code, texts, comments
    }

    init(_ bytes: [UInt8]) {
        let blank = bytes.map { $0 == newline ? newline : space }
        code = blank
        texts = blank
        comments = blank
        var position = 0
        while position < bytes.count { readCode(bytes, &position, untilParenthesis: false) }
    }

    /// Reads code up to the end, or up to the parenthesis that closes an interpolation.
    private mutating func readCode(_ bytes: [UInt8], _ position: inout Int, untilParenthesis: Bool) {
        var depth = 0
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case slash where at(bytes, position + 1) == slash:
                while position < bytes.count, bytes[position] != newline { take(bytes, &position, into: .comments) }
            case slash where at(bytes, position + 1) == star:
                readBlockComment(bytes, &position)
            case quote,
                hash where startsText(bytes, position):
                readText(bytes, &position)
            default:
                if byte == open { depth += 1 }
                if byte == close {
                    if untilParenthesis && depth == 0 { return }
                    depth -= 1
                }
                take(bytes, &position, into: .code)
            }
        }
    }

    private mutating func readBlockComment(_ bytes: [UInt8], _ position: inout Int) {
        var depth = 0
        repeat {
            if bytes[position] == slash, at(bytes, position + 1) == star {
                depth += 1
                take(bytes, &position, into: .comments)
            } else if bytes[position] == star, at(bytes, position + 1) == slash {
                depth -= 1
                take(bytes, &position, into: .comments)
            }
            take(bytes, &position, into: .comments)
        } while depth > 0 && position < bytes.count
    }

    private mutating func readText(_ bytes: [UInt8], _ position: inout Int) {
        var hashes = 0
        while at(bytes, position) == hash {
            hashes += 1
            position += 1
        }
        let quotes = at(bytes, position + 1) == quote && at(bytes, position + 2) == quote ? 3 : 1
        position += quotes
        while position < bytes.count {
            let byte = bytes[position]
            if byte == quote, ends(bytes, position, quotes, hashes) {
                position += quotes + hashes
                return
            }
            if byte == backslash, (1...(hashes + 1)).allSatisfy({ $0 > hashes || at(bytes, position + $0) == hash }) {
                position += 1 + hashes
                if at(bytes, position) == open {
                    position += 1
                    readCode(bytes, &position, untilParenthesis: true)
                }
                position += 1
                continue
            }
            take(bytes, &position, into: .texts)
        }
    }

    private func startsText(_ bytes: [UInt8], _ position: Int) -> Bool {
        var index = position
        while at(bytes, index) == hash { index += 1 }
        return at(bytes, index) == quote
    }

    private func ends(_ bytes: [UInt8], _ position: Int, _ quotes: Int, _ hashes: Int) -> Bool {
        for offset in 0..<quotes where at(bytes, position + offset) != quote { return false }
        for offset in 0..<hashes where at(bytes, position + quotes + offset) != hash { return false }
        return true
    }

    private mutating func take(_ bytes: [UInt8], _ position: inout Int, into mask: Mask) {
        guard position < bytes.count else { return }
        switch mask {
        case .code: code[position] = bytes[position]
        case .texts: texts[position] = bytes[position]
        case .comments: comments[position] = bytes[position]
        }
        position += 1
    }

    private func at(_ bytes: [UInt8], _ index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }
}

private let newline = UInt8(ascii: "\n")
private let space = UInt8(ascii: " ")
private let slash = UInt8(ascii: "/")
private let star = UInt8(ascii: "*")
private let quote = UInt8(ascii: "\"")
private let hash = UInt8(ascii: "#")
private let backslash = UInt8(ascii: "\\")
private let open = UInt8(ascii: "(")
private let close = UInt8(ascii: ")")
