import HTTPServer
import HTTPTypes
import Synchronization
import Testing

/// Requests that two programs could read differently. Each is sent as it stands to a real server.
@Suite struct HygieneTests {
    struct Attack: CustomTestStringConvertible, Sendable {
        let name: String
        let bytes: String
        var status = 400
        var testDescription: String { name }
    }

    static let attacks: [Attack] = [
        Attack(
            name: "length and chunks",
            bytes:
                "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET "
                + "/smuggled"
                + " HTTP/1.1\r\nHost: x\r\n\r\n"),
        Attack(
            name: "two lengths",
            bytes: "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhelloo"),
        Attack(
            name: "the same length twice",
            bytes: "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
        Attack(name: "a list of lengths", bytes: "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 5\r\n\r\nhello"),
        Attack(name: "a signed length", bytes: "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello"),
        Attack(name: "a negative length", bytes: "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\nhello"),
        Attack(
            name: "unknown encoding and length",
            bytes: "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\nContent-Length: 3\r\n\r\nabc"),
        Attack(
            name: "unknown encoding", bytes: "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\nabc"),
        Attack(
            name: "two encodings",
            bytes:
                "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
                + "identity\r\n\r\n0\r\n\r\n"
        ),
        Attack(
            name: "a list of encodings",
            bytes: "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
        Attack(name: "space before the colon", bytes: "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length : 3\r\n\r\nabc"),
        Attack(name: "no host", bytes: "GET /a HTTP/1.1\r\n\r\n"),
        Attack(name: "empty host", bytes: "GET /a HTTP/1.1\r\nHost:\r\n\r\n"),
        Attack(name: "two hosts", bytes: "GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        Attack(name: "a host with a path", bytes: "GET /a HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        Attack(name: "NUL in the path", bytes: "GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n"),
        Attack(name: "line end in the path", bytes: "GET /a%0d%0ab HTTP/1.1\r\nHost: x\r\n\r\n"),
        Attack(name: "line end in the query", bytes: "GET /a?b=%0d%0ac HTTP/1.1\r\nHost: x\r\n\r\n"),
        Attack(name: "broken escape", bytes: "GET /a%zz HTTP/1.1\r\nHost: x\r\n\r\n"),
        Attack(name: "not UTF-8", bytes: "GET /a%ff HTTP/1.1\r\nHost: x\r\n\r\n"),
        Attack(name: "absolute form", bytes: "GET http://evil.example/a HTTP/1.1\r\nHost: x\r\n\r\n"),
        Attack(name: "authority form", bytes: "CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n"),
        Attack(name: "asterisk form", bytes: "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"),
        Attack(name: "two slashes", bytes: "GET //evil.example/a HTTP/1.1\r\nHost: x\r\n\r\n"),
        Attack(name: "dot segments", bytes: "GET /a/../admin HTTP/1.1\r\nHost: x\r\n\r\n"),
        Attack(name: "hidden dot segments", bytes: "GET /a/%2e%2e/admin HTTP/1.1\r\nHost: x\r\n\r\n"),
        Attack(name: "backslash", bytes: "GET /a\\b HTTP/1.1\r\nHost: x\r\n\r\n"),
        Attack(name: "fragment", bytes: "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n"),
        Attack(name: "control character in a header", bytes: "GET /a HTTP/1.1\r\nHost: x\r\nX-A: a\u{1}b\r\n\r\n"),
        Attack(
            name: "a chunk longer than memory",
            bytes: "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\nabc",
            status: 413),
        Attack(
            name: "a target too long",
            bytes: "GET /" + String(repeating: "a", count: 9_000) + " HTTP/1.1\r\nHost: x\r\n\r\n", status: 414),
        Attack(
            name: "headers too large",
            bytes: "GET /a HTTP/1.1\r\nHost: x\r\nX-A: " + String(repeating: "a", count: 33_000) + "\r\n\r\n",
            status: 431),
        Attack(
            name: "headers much too large",
            bytes: "GET /a HTTP/1.1\r\nHost: x\r\nX-A: " + String(repeating: "a", count: 100_000) + "\r\n\r\n",
            status: 431),
        Attack(
            name: "too many headers",
            bytes: "GET /a HTTP/1.1\r\nHost: x\r\n" + String(repeating: "X-A: a\r\n", count: 200) + "\r\n",
            status: 431),
    ]

    @Test(arguments: attacks)
    func `S3: an ambiguous request is refused and its connection closed`(_ attack: Attack) async throws {
        let seen = Mutex<[String]>([])
        let server = try Server.start(port: 0) { request in
            seen.withLock { $0.append(request.path) }
            return .text(.ok, "handled")
        }
        let port = server.port
        let answer = try await onThread {
            let connection = try RawConnection(port: port)
            connection.send(attack.bytes)
            return connection.receiveAll()
        }
        // libmicrohttpd 0.9.75 writes its own refusal of a malformed length with the head twice.
        #expect(Set(answer.statuses) == [attack.status])
        #expect(answer.isClosed)
        #expect(seen.withLock { $0 }.isEmpty)
        await server.stop()
    }

    @Test func `an honest request arrives as it was meant`() async throws {
        let seen = Mutex<Request?>(nil)
        let server = try Server.start(port: 0) { request in
            seen.withLock { $0 = request }
            return .text(.ok, "handled")
        }
        let port = server.port
        let answer = try await onThread {
            let connection = try RawConnection(port: port)
            connection.send(
                "POST /v1/clients/a%2Fb%20c?limit=10&q=%C3%A9+x HTTP/1.1\r\nHost: localhost:8080\r\nX-Two: 1\r\n"
                    + "Content-Length: 5\r\nx-two: 2\r\nConnection: close\r\n\r\nhello")
            return connection.receiveAll()
        }
        #expect(answer.statuses == [200])
        let request = try #require(seen.withLock { $0 })
        #expect(request.method == .post)
        #expect(request.rawPath == "/v1/clients/a%2Fb%20c")
        #expect(request.path == "/v1/clients/a/b c")
        #expect(request.query["limit"] == "10")
        #expect(request.query["q"] == "é x")
        #expect(request.headers.all("X-TWO") == ["1", "2"])
        #expect(request.body == Array("hello".utf8))
        #expect(request.remoteAddress == "127.0.0.1")
        #expect(answer.text.contains("Request-Id: \(request.id)"))
        await server.stop()
    }

    @Test func `an answer names its request once`() async throws {
        let server = try Server.start(port: 0) { request in
            var response = Response.text(.ok, "handled")
            response.headers["Request-Id"] = request.id
            return response
        }
        let port = server.port
        let answer = try await onThread {
            let connection = try RawConnection(port: port)
            connection.send("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return connection.receiveAll()
        }
        #expect(answer.text.components(separatedBy: "Request-Id: ").count == 2, "\(answer.text)")
        await server.stop()
    }

    @Test func `chunks are put together`() async throws {
        let server = try Server.start(port: 0) { .text(.ok, "got \(String(decoding: $0.body, as: UTF8.self))") }
        let port = server.port
        let answer = try await onThread {
            let connection = try RawConnection(port: port)
            connection.send("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
            connection.send("2\r\nde\r\n0\r\n\r\n")
            return connection.receive(until: "got abcde")
        }
        #expect(answer.text.contains("got abcde"))
        await server.stop()
    }

    @Test func `every answer carries the security headers unless the handler chose its own`() async throws {
        let server = try Server.start(port: 0) { request in
            var response = Response.text(.ok, "handled")
            if request.path == "/own" { response.headers["Cache-Control"] = "max-age=60" }
            return response
        }
        let port = server.port
        let (standard, own, refused) = try await onThread {
            let (a, b, c) = (
                try RawConnection(port: port), try RawConnection(port: port), try RawConnection(port: port)
            )
            a.send("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            b.send("GET /own HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            c.send("GET /a%00 HTTP/1.1\r\nHost: x\r\n\r\n")
            return (a.receiveAll().text, b.receiveAll().text, c.receiveAll().text)
        }
        for (name, value) in SecurityHeaders.api.headers {
            #expect(standard.contains("\(name): \(value)\r\n"))
            #expect(refused.contains("\(name): \(value)\r\n"))
        }
        #expect(own.contains("Cache-Control: max-age=60\r\n"))
        #expect(!own.contains("no-store"))
        #expect(refused.contains("application/problem+json"))
        // The same members as every problem of the API has.
        #expect(refused.contains(#""code":"malformed_request""#) && refused.contains(#""request_id":"req_"#))
        await server.stop()
    }
}
