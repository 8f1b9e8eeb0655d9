import Billing
import Daemon
import HTTPTypes
import Testing

@testable import API

struct FieldsTests {
    private func fields(_ text: String) throws -> Fields { try Fields(body: Array(text.utf8)) }

    @Test func `every mistake is told at once, with its path`() throws {
        var fields = try fields(#"{"a": 1, "items": [{"price": 7}, 8, {"prize": "x"}], "zzz": 1}"#)
        _ = fields.required("a", .text(max: 5))
        _ = fields.required("b", .bool)
        _ = fields.list("items", count: 1...5) { $0.required("price", .text(max: 5)) }
        let problem = #expect(throws: Problem.self) { try fields.finish() }
        #expect(
            problem?.errors.map { "\($0.param) \($0.code.rawValue)" } == [
                "a invalid_field", "b parameter_missing", "items[0].price invalid_field", "items[1] invalid_field",
                "items[2].price parameter_missing", "items[2].prize unknown_field", "zzz unknown_field",
            ])
        #expect(problem?.code == .invalidFields)
    }

    @Test func `null is nothing for an optional, missing for a required, and clears in a change`() throws {
        var fields = try fields(#"{"a": null, "b": null, "c": null}"#)
        #expect(fields.optional("a", .bool) == nil)
        if case .clear = fields.change("c", .bool) {} else { Issue.record("null clears") }
        if case .keep = fields.change("d", .bool) {} else { Issue.record("absent keeps") }
        _ = fields.required("b", .bool)
        #expect(throws: Problem.self) { try fields.finish() }
    }

    @Test func `of thousands of unknown names a few are told, and no name of a stranger's length is compared`() throws {
        let names = (0..<9_000).map { "\"unknown_field_of_a_stranger_\($0)\": 1" }.joined(separator: ",")
        let long = String(repeating: "external_id", count: 20_000)
        for (text, told) in [("{\(names)}", Fields.unknownMax), ("{\"\(long)\": 1}", 1)] {
            var fields = try fields(text)
            for name in ["name", "external_id", "admin_email", "phone", "country", "postal_code", "metadata"] {
                _ = fields.optional(name, .text(max: 5))
            }
            let problem = #expect(throws: Problem.self) { try fields.finish() }
            #expect(problem?.errors.count == told)
        }
        // Comparing takes time that grows with both names: the longest a stranger gets compared is a name's length.
        let known: Set<String> = [String(repeating: "a", count: 65)]
        #expect(NearestName.find(String(repeating: "a", count: 64), among: known) != nil)
        #expect(NearestName.find(String(repeating: "a", count: 65), among: known) == nil)
    }

    @Test(arguments: [
        ("4242 4242 4242 4242 12/30 123", true), ("4242424242424242 12/30 cvc 123", true),
        ("4242-4242-4242-4242 12 30", true), ("12 4242424242424242", true), ("card 378282246310005 0127", true),
        ("4242 4242 4242 4242x", false), ("1767225600000", false), ("12 34 56", false), ("+49 30 1234567890 13", false),
        ("12 30 1234567890 5", false),
        (String(repeating: "12 ", count: 50_000), false),
    ])
    func `a card number is found with its month of expiry behind it`(text: String, isCard: Bool) {
        #expect(CardNumbers.occur(in: text) == isCard)
    }

    @Test func `an unknown name that is no plain word is not told back`() throws {
        var fields = try fields(#"{"sk_test_51SECRET": 1}"#)
        let problem = #expect(throws: Problem.self) { try fields.finish() }
        #expect(problem?.errors.first?.param == "?")
    }

    @Test(arguments: ["", " ", "a\u{0}b", "a\u{7}", "a\u{202E}b", String(repeating: "x", count: 11)])
    func `texts are short and plain`(text: String) throws {
        #expect(throws: (any Error).self) { try FieldKind<String>.text(max: 10).read(.string(text)) }
        #expect(throws: (any Error).self) { try FieldKind<String>.line(max: 10).read(.string(text)) }
    }

    @Test func `only a long text breaks its lines`() throws {
        #expect(try FieldKind<String>.text(max: 10).read("a\n\tb") == "a\n\tb")
        #expect(throws: (any Error).self) { try FieldKind<String>.text(max: 10).read("\n\t") }
        for text: JSON in ["a\nb", "a\tb"] {
            #expect(throws: (any Error).self) { try FieldKind<String>.line(max: 10).read(text) }
        }
    }

    @Test(arguments: [
        ("http://[", false), ("http://[::1", false), ("http://[1:2]/", false), ("https://[:::]", false),
        ("https://[1::2::3]", false), ("https://[::01.2.3.4]", false), ("https://a..b", false), ("https://-a.b", false),
        ("https://a:", false), ("https://a:65536/", false), ("https://a:8o/", false), ("https://a\"b/", false),
        ("https://[::1]:8080/x", true), ("https://[1:2:3:4:5:6:7::]", true), ("http://[::ffff:10.0.0.1]?x", true),
        ("http://stripe_stand_in:12111/x[", true),
        ("ftp://a.b", false), ("//a.b", false), ("https://", false), ("https:///x", false), ("https://u:p@a.b", false),
        ("https://a b", false), ("javascript:alert(1)", false), ("http://a\u{0}.b", false),
        ("https://portal.example/ok?x=1#y", true),
        ("http://127.0.0.1:8080/x", true), ("HTTPS://A.B", true),
    ])
    func `addresses are absolute and on the web`(text: String, isGood: Bool) {
        #expect(((try? FieldKind<String>.url.read(.string(text))) != nil) == isGood)
    }

    @Test func `metadata is at most fifty short texts`() throws {
        let kind = FieldKind<String>.metadata
        #expect(try kind.read(["a": "b"]) == #"{"a":"b"}"#)
        for bad: JSON in [
            ["a": 1], ["": "b"], .array([]), ["a": .string(String(repeating: "x", count: 501))], ["a": "\u{0}"],
        ] {
            #expect(throws: (any Error).self) { try kind.read(bad) }
        }
        let many = JSON.object(JSONObject((0..<51).map { ("k\($0)", .string("v")) }))
        #expect(throws: (any Error).self) { try kind.read(many) }
    }

    @Test(arguments: [
        ("4242424242424242", true), ("x 4242 4242-4242 4242.", true), ("378282246310005", true),
        ("5555555555554444", true),
        ("4242424242424241", false), ("cl_4242424242424242abcdefabcdefabcd", false), ("1767225600000", false),
        ("order 20260101-000123", false), ("+49 170 1234567", false), ("42424242 42424242", true),
        ("6011111111111117", true),
        ("4222222222222", true), ("", false), ("42424242424242424242424242", false),
    ])
    func `card numbers are found, ids and times are not`(text: String, isCard: Bool) {
        #expect(CardNumbers.occur(in: text) == isCard)
    }

    @Test func `the same request has the same fingerprint whatever its spaces and order, another one another`() {
        func of(_ text: String, _ path: String = "/v1/x") -> [UInt8] {
            Fingerprint.of(method: .post, path: path, body: Array(text.utf8))
        }
        #expect(of(#"{"a":1,"b":[{"c":2,"d":3}]}"#) == of(#"{ "b": [ {"d":3, "c":2} ], "a": 1 }"#))
        #expect(
            of(#"{"a":1}"#) != of(#"{"a":2}"#) && of(#"{"a":1}"#) != of(#"{"a":1}"#, "/v1/y")
                && of("[1,2]") != of("[2,1]"))
    }
}
