import Daemon
import Foundation
package import HTTPClient
package import HTTPTypes

/// The API, as the portal of one tenant uses it.
package struct APIClient: Sendable {
    package let url: String
    package let key: String
    package let transport: Transport

    /// Speaks as the holder of a key.
    package init(url: String, key: String, transport: Transport) {
        self.url = url
        self.key = key
        self.transport = transport
    }

    /// Reads.
    package func get(_ path: String) async throws -> Answer { try await send(.get, path, nil, [:]) }

    /// Writes; with a new Idempotency-Key unless one is given, and waiting for the end unless told otherwise.
    package func post(
        _ path: String, _ body: JSON = [:], key: String = UUID().uuidString, wait: Int? = 20
    ) async throws -> Answer {
        var headers = ["Idempotency-Key": key, "Content-Type": "application/json"]
        if let wait { headers["Prefer"] = "wait=\(wait)" }
        return try await send(.post, path, body, headers)
    }

    /// Disconnects, archives.
    package func delete(_ path: String, wait: Int? = 20) async throws -> Answer {
        var headers = ["Idempotency-Key": UUID().uuidString]
        if let wait { headers["Prefer"] = "wait=\(wait)" }
        return try await send(.delete, path, nil, headers)
    }

    /// Changes.
    package func patch(_ path: String, _ body: JSON, wait: Int? = 20) async throws -> Answer {
        try await write(.patch, path, body, wait)
    }

    /// Replaces.
    package func put(_ path: String, _ body: JSON, wait: Int? = 20) async throws -> Answer {
        try await write(.put, path, body, wait)
    }

    private func write(_ method: HTTPMethod, _ path: String, _ body: JSON, _ wait: Int?) async throws -> Answer {
        var headers = ["Idempotency-Key": UUID().uuidString, "Content-Type": "application/json"]
        if let wait { headers["Prefer"] = "wait=\(wait)" }
        return try await send(method, path, body, headers)
    }

    /// Anything.
    package func send(_ method: HTTPMethod, _ path: String, _ body: JSON?, _ headers: [String: String]) async throws
        -> Answer
    {
        var all = headers.map { ($0.key, $0.value) }
        all.append(("Authorization", "Bearer \(key)"))
        let request = OutgoingRequest(
            method: method, url: url + path, headers: all, body: body.map { $0.serialize() } ?? [])
        let answer = try await transport.send(request)
        AnswerRecord.keep(method, path, answer.status, answer.headers, answer.body)
        return Answer(status: answer.status, headers: answer.headers, body: answer.body)
    }
}
