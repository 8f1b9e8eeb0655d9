/// Ids like Stripe's: a prefix that tells the type and random letters and digits.
enum Identifier {
    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// A new id, `cus_` and 14 random characters for instance.
    static func make(_ prefix: String, length: Int = 24) -> String { prefix + "_" + random(length) }

    /// So many random letters and digits.
    static func random(_ length: Int) -> String {
        String(decoding: (0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] }, as: UTF8.self)
    }

    /// Letters and digits that are always the same for the same bytes.
    static func derived(_ bytes: [UInt8], length: Int) -> String {
        String(decoding: bytes.prefix(length).map { alphabet[Int($0) % alphabet.count] }, as: UTF8.self)
    }
}
