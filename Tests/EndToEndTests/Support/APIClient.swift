import Daemon
import Foundation
import HTTPClient
import HTTPTypes

/// The API, as the portal of one tenant uses it.
struct APIClient: Sendable {
    let url: String
    let key: String
    let transport: Transport

    /// Reads.
    func get(_ path: String) async throws -> Answer { try await send(.get, path, nil, [:]) }

    /// Writes; with a new Idempotency-Key unless one is given, and waiting for the end unless told otherwise.
    func post(
        _ path: String, _ body: JSON = [:], key: String = UUID().uuidString, wait: Int? = 20
    ) async throws -> Answer {
        var headers = ["Idempotency-Key": key, "Content-Type": "application/json"]
        if let wait { headers["Prefer"] = "wait=\(wait)" }
        return try await send(.post, path, body, headers)
    }

    /// Disconnects, archives.
    func delete(_ path: String, wait: Int? = 20) async throws -> Answer {
        var headers = ["Idempotency-Key": UUID().uuidString]
        if let wait { headers["Prefer"] = "wait=\(wait)" }
        return try await send(.delete, path, nil, headers)
    }

    /// Anything.
    func send(_ method: HTTPMethod, _ path: String, _ body: JSON?, _ headers: [String: String]) async throws -> Answer {
        var all = headers.map { ($0.key, $0.value) }
        all.append(("Authorization", "Bearer \(key)"))
        let request = OutgoingRequest(
            method: method, url: url + path, headers: all, body: body.map { $0.serialize() } ?? [])
        let answer = try await transport.send(request)
        return Answer(status: answer.status, headers: answer.headers, body: answer.body)
    }
}
