import HTTPServer
import HTTPTypes

/// The contract, and the words of its errors.
enum Contract {
    /// openapi.yaml as it was built in.
    static func show(_ call: Call) async throws -> Response {
        var response = Response(.ok, body: PackageResources.openapi_yaml)
        response.headers["Content-Type"] = "application/yaml"
        return response
    }

    /// What a problem's `type` leads to.
    static func explain(_ call: Call) async throws -> Response {
        guard let code = call.parameters["code"].flatMap(ProblemCode.init(rawValue:)) else {
            throw Problem.notFound("problem")
        }
        return .text(
            .ok, "\(code.rawValue)\n\nStatus \(code.status.rawValue). \(code.title).\n\n\(code.status.remedy)\n")
    }
}
