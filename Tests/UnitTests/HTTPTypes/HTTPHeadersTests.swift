import HTTPTypes
import Testing

struct HTTPHeadersTests {
    @Test(arguments: [
        ("X", "a\r\nSet-Cookie: b"), ("X", "a\nb"), ("X", "a\rb"), ("X", "a\u{0}b"), ("X\r\nY", "a"), ("X: a", "b"),
        ("", "a"),
        ("X Y", "a"), ("Xé", "a"), ("X\u{0}", "a"),
    ])
    func `a field that could end a header and start another is left out`(name: String, value: String) {
        var headers = HTTPHeaders()
        let wasAdded = headers.add(name, value)
        let wasSet = headers.set(name, value)
        #expect(!wasAdded && !wasSet)
        headers[name] = value
        #expect(headers.count == 0)
        #expect(HTTPHeaders([(name, value)]).count == 0)
    }

    @Test func `names compare without case and keep their order`() {
        var headers = HTTPHeaders([("Content-Type", "text/plain"), ("X-A", "1"), ("x-a", "2")])
        #expect(headers["content-type"] == "text/plain")
        #expect(headers.all("X-a") == ["1", "2"])
        headers["X-A"] = "3"
        #expect(headers.all("x-a") == ["3"])
        headers["X-A"] = nil
        #expect(headers["x-a"] == nil)
        var order: [String] = []
        headers.add("B", "é")
        headers.forEach { name, _ in order.append(name) }
        #expect(order == ["Content-Type", "B"])
    }
}
