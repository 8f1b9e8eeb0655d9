import HTTPTypes
import Testing

struct JSONTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        let bytes: [UInt8]
        let reason: JSONError.Reason
        let offset: Int

        init(_ text: String, _ reason: JSONError.Reason, _ offset: Int) {
            self.init(Array(text.utf8), reason, offset)
        }

        init(_ bytes: [UInt8], _ reason: JSONError.Reason, _ offset: Int) {
            self.bytes = bytes
            self.reason = reason
            self.offset = offset
        }

        var testDescription: String { String(decoding: bytes.prefix(24), as: UTF8.self) }
    }

    static let refusals: [Refusal] = [
        Refusal("", .truncated, 0), Refusal("  ", .truncated, 2), Refusal("{", .truncated, 1),
        Refusal("[", .truncated, 1),
        Refusal("[1", .truncated, 2), Refusal("[1,", .truncated, 3), Refusal("{\"a\"", .truncated, 4),
        Refusal("{\"a\":", .truncated, 5), Refusal("{\"a\":1", .truncated, 6), Refusal("\"abc", .truncated, 4),
        Refusal("\"a\\", .truncated, 3), Refusal("tru", .truncated, 0), Refusal("{\"a\":1,", .truncated, 7),
        Refusal("[1]]", .trailing, 3), Refusal("1 2", .trailing, 2), Refusal("{}x", .trailing, 2),
        Refusal("[1,]", .unexpected, 3), Refusal("[,1]", .unexpected, 1), Refusal("[1 2]", .unexpected, 3),
        Refusal("{\"a\":1,}", .unexpected, 7), Refusal("{a:1}", .unexpected, 1), Refusal("{1:1}", .unexpected, 1),
        Refusal("{\"a\" 1}", .unexpected, 5), Refusal("{\"a\":}", .unexpected, 5), Refusal("nulL", .unexpected, 0),
        Refusal("True", .unexpected, 0), Refusal("NaN", .unexpected, 0), Refusal("Infinity", .unexpected, 0),
        Refusal("'a'", .unexpected, 0), Refusal("// c\n1", .unexpected, 0), Refusal("\u{FEFF}1", .unexpected, 0),
        Refusal("\"a\nb\"", .unexpected, 2), Refusal("\"a\\n\u{1}\"", .unexpected, 4), Refusal("+1", .unexpected, 0),
        Refusal(".5", .unexpected, 0), Refusal("\u{B}1", .unexpected, 0),
        Refusal("01", .badNumber, 0), Refusal("-", .badNumber, 0), Refusal("-01", .badNumber, 0),
        Refusal("1.", .badNumber, 0), Refusal("[1.e5]", .badNumber, 1), Refusal("1e", .badNumber, 0),
        Refusal("1e+", .badNumber, 0), Refusal(String(repeating: "9", count: 65), .badNumber, 0),
        Refusal("{\"a\":1,\"a\":2}", .duplicateName, 7), Refusal("{\"a\":1,\"\\u0061\":2}", .duplicateName, 7),
        Refusal("\"\\x\"", .badEscape, 1), Refusal("\"\\ud800\"", .badEscape, 1),
        Refusal("\"\\ud800\\n\"", .badEscape, 1), Refusal("\"\\udc00\"", .badEscape, 1),
        Refusal("\"\\ud800\\ud800\"", .badEscape, 1),
        Refusal([0x22, 0xFF, 0x22], .notUTF8, 1), Refusal([0x22, 0xC0, 0x80, 0x22], .notUTF8, 1),
        Refusal([0x22, 0xED, 0xA0, 0x80, 0x22], .notUTF8, 1),
        Refusal([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], .notUTF8, 1),
        Refusal([0x22, 0x5C, 0x6E, 0xE2, 0x82, 0x22], .notUTF8, 1), Refusal([0xFF], .unexpected, 0),
        Refusal(String(repeating: "[", count: 33), .tooDeep, 32),
        Refusal(String(repeating: "{\"a\":", count: 33), .tooDeep, 160),
    ]

    @Test func `a whole number may have a fraction of zeros, as JSON Schema has it`() throws {
        let list = try JSON.parse(Array("[5, 5.0, -7.00, 5.5, 1e2, 9223372036854775808.0]".utf8))
        #expect(list.arrayValue?.map(\.integerValue) == [5, 5, -7, nil, nil, nil])
        // It keeps its digits all the same.
        #expect(list[1] == .decimal("5.0"))
    }

    @Test(arguments: refusals) func `a document that is not JSON is refused with reason and place`(refusal: Refusal) {
        let error = #expect(throws: JSONError.self) { try JSON.parse(refusal.bytes) }
        #expect(error?.reason == refusal.reason)
        #expect(error?.offset == refusal.offset)
    }

    @Test func `a broken unicode escape is refused`() {
        for text in ["\"\\u12\"", "\"\\u12g4\"", "\"\\u\"", "\"\\uD83D\\uDE\"", "\"\\u１234\""] {
            let error = #expect(throws: JSONError.self) { try JSON.parse(Array(text.utf8)) }
            #expect(error?.reason == .badEscape || error?.reason == .truncated)
        }
    }

    @Test func `more values than allowed are refused, as many as allowed are read`() throws {
        let limits = JSONLimits(depthMax: 2, nodesMax: 4)
        #expect(try JSON.parse(Array("[1,[2]]".utf8), limits: limits) == [1, [2]])
        let tooMany = #expect(throws: JSONError.self) { try JSON.parse(Array("[1,[2,3]]".utf8), limits: limits) }
        #expect(tooMany?.reason == .tooMany)
        let tooDeep = #expect(throws: JSONError.self) { try JSON.parse(Array("[[[]]]".utf8), limits: limits) }
        #expect(tooDeep?.reason == .tooDeep)
        #expect(throws: JSONError.self) { try JSON.parse([0x5B] + Array(repeating: 0x5B, count: 1_000_000)) }
    }

    @Test func `values are read as what they are`() throws {
        let text =
            #" {"a" : [ 1 , -2, 9223372036854775807, -9223372036854775808, 9223372036854775808, 1.50, -0, 1e5, 0 ],"#
            + #""b":{"c":null,"d":true,"e":false,"f":""}, "g":"\"\\\/\b\f\n\r\t\u00e9\ud83d\uDE00é😀"}"# + "\n"
        let json = try JSON.parse(Array(text.utf8))
        #expect(
            json["a"] == [
                1, -2, .integer(.max), .integer(.min), .decimal("9223372036854775808"), .decimal("1.50"),
                .decimal("-0"),
                .decimal("1e5"), 0,
            ])
        #expect(json["b"] == ["c": nil, "d": true, "e": false, "f": ""])
        #expect(json["g"]?.stringValue == "\"\\/\u{8}\u{C}\n\r\té😀é😀")
        #expect(json["a"]?[1]?.integerValue == -2)
        #expect(json["a"]?[99] == nil)
        #expect(json["b"]?["c"]?.isNull == true)
        #expect(json["b"]?["d"]?.boolValue == true)
        #expect(json["nothing"] == nil)
        #expect(json.objectValue?.keys == ["a", "b", "g"])
    }

    @Test func `what is written is read back as the same value, in the same order`() throws {
        let json: JSON = [
            "z": [1, .decimal("0.10"), nil, true, "a\"b\\c\n\r\t\u{1}\u{7F}\u{0}é\u{2028}😀"], "a": ["nested": [:]],
            "e": [],
        ]
        #expect(try JSON.parse(json.serialize()) == json)
        #expect(json.text.hasPrefix(#"{"z":[1,0.10,null,true,"a\"b\\c\n\r\t\u0001\u007f\u0000é"#))
        #expect(json.text.hasSuffix(#""a":{"nested":{}},"e":[]}"#))
    }

    @Test func `every cut of a document is refused, never misread`() {
        let whole = Array(#"{"a":[1.5e3,true,"x\u00e9\n"],"b":{"c":null}}"#.utf8)
        for count in 0..<whole.count {
            #expect(throws: JSONError.self) { try JSON.parse(Array(whole[..<count])) }
        }
    }

    @Test func `no change of a byte brings the parser down`() {
        let whole = Array(#"{"a":[1.5e3,true,"x\u00e9\n"],"b":{"c":null}}"#.utf8)
        for index in whole.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = whole
                changed[index] = byte
                guard let json = try? JSON.parse(changed) else { continue }
                if (try? JSON.parse(json.serialize())) != json { Issue.record("byte \(index) as \(byte)") }
            }
        }
    }

    /// What took time in the square of the length would not end within the minute.
    @Test(.timeLimit(.minutes(1))) func `a long document takes time in proportion`() throws {
        let element = #"{"id":"cus_0123456789","amount":1200,"note":"a \"quoted\" é"}"#
        let text = "[" + Array(repeating: element, count: 100_000).joined(separator: ",") + "]"
        let json = try JSON.parse(Array(text.utf8), limits: JSONLimits(depthMax: 8, nodesMax: 1_000_000))
        #expect(json.arrayValue?.count == 100_000)
    }

    @Test func `an object keeps the order of its names and one value a name`() {
        var object: JSONObject = ["b": 1, "a": 2, "b": 3]
        #expect(object.keys == ["b", "a"])
        #expect(object["b"] == 3)
        object["b"] = nil
        #expect(object.keys == ["a"])
        object["b"] = .null
        #expect(object.count == 2)
        #expect(object == ["b": nil, "a": 2])
        #expect(JSON.object(object).text == #"{"a":2,"b":null}"#)
    }
}
