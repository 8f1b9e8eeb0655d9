import HTTPServer
import HTTPTypes
import Testing

@Suite struct RouterTests {
    static let router: Router<String> = {
        var router = Router<String>()
        router.add(.get, "/v1/clients", "list")
        router.add(.post, "/v1/clients", "create")
        router.add(.get, "/v1/clients/{client}", "read")
        router.add(.patch, "/v1/clients/{client}", "change")
        router.add(.get, "/v1/clients/{client}/access", "access")
        router.add(.post, "/v1/clients/{client}/access/block", "block")
        router.add(.get, "/v1/clients/search", "search")
        router.add(.get, "/v1/{thing}/search/deep", "deep")
        router.add(.get, "/", "root")
        return router
    }()

    private func find(_ method: HTTPMethod, _ path: String) -> (String, [String: String], String)? {
        guard case .found(let handler, let parameters, let pattern) = Self.router.match(method, rawPath: path) else {
            return nil
        }
        return (handler, parameters, pattern)
    }

    @Test(arguments: [
        "/v1", "/v1/", "/v1/clients/", "/v1/clients//access", "/v2/clients", "/v1/clients/cl_1/access/", "",
        "v1/clients",
        "/v1/clients/%zz", "/V1/clients", "/v1/clients/a/b/c/d",
    ])
    func `a path without a route is not found`(_ path: String) {
        guard case .notFound = Self.router.match(.get, rawPath: path) else {
            Issue.record("\(path) was found")
            return
        }
    }

    @Test func `another method of a known path is told which there are`() throws {
        guard case .methodNotAllowed(let methods) = Self.router.match(.delete, rawPath: "/v1/clients") else {
            Issue.record("not refused")
            return
        }
        #expect(methods == [.get, .post, .head])
    }

    @Test func `parameters are decoded one by one`() throws {
        let (handler, parameters, pattern) = try #require(find(.get, "/v1/clients/a%2Fb%2520/access"))
        #expect(handler == "access")
        #expect(parameters == ["client": "a/b%20"])
        #expect(pattern == "/v1/clients/{client}/access")
    }

    @Test func `a literal wins over a parameter, and a wrong turn is taken back`() throws {
        #expect(try #require(find(.get, "/v1/clients/search")).0 == "search")
        #expect(try #require(find(.get, "/v1/clients/search/deep")).0 == "deep")
        #expect(try #require(find(.get, "/v1/clients/search/access")).1 == ["client": "search"])
    }

    @Test func `HEAD is answered by GET's handler`() throws {
        #expect(try #require(find(.head, "/v1/clients/cl_1")).0 == "read")
        #expect(find(.head, "/v1/clients/cl_1/access/block") == nil)
    }

    @Test func `the root is a path`() throws {
        #expect(try #require(find(.get, "/")).0 == "root")
    }
}
