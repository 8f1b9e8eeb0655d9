import HTTPTypes
import Testing

struct PercentEncodingTests {
    @Test(arguments: [
        "%", "%4", "%g0", "%0g", "a%", "%%41", "%00", "a%00b", "%0d", "%0a", "a%0D%0Ab", "%ff", "%c3", "%c0%80",
        "%ed%a0%80", "\r", "\n", "\u{0}", "%+1", "% 1", "%-1",
    ])
    func `a part that does not decode to honest text is refused`(text: String) {
        #expect(PercentEncoding.decode(text) == nil)
        #expect(HTTPQuery("name=" + text) == nil)
        #expect(HTTPQuery(text + "=value") == nil)
    }

    @Test(arguments: [
        ("", ""), ("abc", "abc"), ("%41%7e", "A~"), ("%C3%A9", "é"), ("%c3%a9", "é"), ("a+b", "a+b"), ("%2F%2e", "/."),
        ("%25", "%"), ("%2541", "%41"), ("é", "é"), ("%09", "\t"),
    ])
    func `a part is decoded exactly once`(text: String, decoded: String) {
        #expect(PercentEncoding.decode(text) == decoded)
    }

    @Test(arguments: ["", "plain", "a b+c%d&e=f/g?h#i", "é😀", "-._~", "[a][b]", "\r\n\t", "\"'<>"])
    func `what is encoded decodes to itself`(text: String) {
        let path = PercentEncoding.encodePath(text)
        let form = PercentEncoding.encodeForm(text)
        let harmless: (UInt8) -> Bool = { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x25, 0x2B, 0x2D, 0x2E, 0x5F, 0x7E: true
            default: false
            }
        }
        #expect((path + form).utf8.allSatisfy(harmless))
        if !text.contains("\r\n") { #expect(PercentEncoding.decode(path) == text) }
        #expect(FormFields.pairs(Array("x=\(form)".utf8))?.first?.1 == text)
    }

    @Test func `a path segment cannot leave its place`() {
        #expect(PercentEncoding.encodePath("../../v1/accounts?x") == "..%2F..%2Fv1%2Faccounts%3Fx")
        #expect(PercentEncoding.encodeForm("a b&c=d") == "a+b%26c%3Dd")
    }

    @Test func `a query keeps order, repeated names and empty values`() throws {
        let query = try #require(HTTPQuery("a=1&b=&a=2+3&c&&d=x%3Dy=z"))
        #expect(query["a"] == "1")
        #expect(query.all("a") == ["1", "2 3"])
        #expect(query["b"] == "")
        #expect(query["c"] == "")
        #expect(query["d"] == "x=y=z")
        #expect(query["e"] == nil)
        #expect(query.names == ["a", "b", "a", "c", "d"])
        #expect(query.hasDuplicates)
        #expect(try #require(HTTPQuery("")).names.isEmpty)
        #expect(try !#require(HTTPQuery("a=1&b=1")).hasDuplicates)
    }
}
