import DomainNames
import Testing

@Suite struct DomainNameTests {
    @Test(arguments: [
        ("portal.example.com", "portal.example.com"), ("Portal.EXAMPLE.com.", "portal.example.com"),
        ("Bücher.Example", "xn--bcher-kva.example"), ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("bu\u{308}cher.example", "xn--bcher-kva.example"), ("faß.example", "xn--fa-hia.example"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"), ("ｐｏｒｔａｌ.example.com", "portal.example.com"),
        ("1.example.com", "1.example.com"), ("a-b.co", "a-b.co"),
    ]) func `a name has one form, however it is written`(written: String, text: String) throws {
        #expect(try DomainName(written).text == text)
    }

    @Test(arguments: [
        ("*.example.com", DomainNameError.wildcard), ("portal.*.com", .wildcard), ("localhost", .singleLabel),
        ("com.", .singleLabel), ("127.0.0.1", .address), ("10.1", .address), ("[::1]", .notAName), ("::1", .notAName),
        ("", .notAName), (".", .notAName), ("a..example.com", .notAName), (".example.com", .notAName),
        ("example.com..", .notAName), ("-a.example.com", .notAName), ("a-.example.com", .notAName),
        ("a_b.example.com", .notAName), ("a b.example.com", .notAName), ("https://example.com", .notAName),
        ("example.com/path", .notAName), ("example.com:443", .notAName), ("user@example.com", .notAName),
        ("xn--a.example.com", .notAName), ("a\u{0}b.example.com", .notAName), ("a\nb.example.com", .notAName),
        (String(repeating: "a", count: 64) + ".example.com", .notAName),
        (String(repeating: "a.", count: 130) + "com", .tooLong),
    ]) func `what is no name that can be proven is refused`(written: String, error: DomainNameError) {
        let refusal = #expect(throws: DomainNameError.self) { try DomainName(written) }
        // Too long for the library is as good as too long for us.
        #expect(refusal == error || (error == .tooLong && refusal == .notAName), "\(String(describing: refusal))")
    }
}
