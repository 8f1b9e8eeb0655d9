internal import FoundationEssentials

/// Which code performs which kind of job.
public struct Registry: Sendable {
    private var performers: [String: @Sendable (ClaimedJob) async -> JobOutcome] = [:]

    /// Knows nothing yet.
    public init() {}

    /// The kinds it knows, sorted.
    public var kinds: [String] { performers.keys.sorted() }

    /// Lets `perform` carry out jobs of a type. A payload that cannot be read kills its command, loudly: trying again
    /// would read the same bytes.
    public mutating func register<J: Job>(
        _ type: J.Type, _ perform: @escaping @Sendable (J, ClaimedJob) async -> JobOutcome
    ) {
        precondition(performers[J.kind] == nil, "two performers for \(J.kind)")
        performers[J.kind] = { claimed in
            let job: J
            do {
                job = try JSONDecoder().decode(J.self, from: Data(claimed.payload.utf8))
            } catch {
                return .dead(JobFailure(code: "undecodable_payload", message: Self.sentence(for: error, kind: J.kind)))
            }
            return await perform(job, claimed)
        }
    }

    /// Carries out a claimed job.
    public func perform(_ claimed: ClaimedJob) async -> JobOutcome {
        guard let performer = performers[claimed.kind] else {
            return .dead(
                JobFailure(code: "unknown_kind", message: "this worker does not know jobs of kind \(claimed.kind)"))
        }
        return await performer(claimed)
    }

    /// Says where the payload is wrong, never what it holds.
    private static func sentence(for error: any Error, kind: String) -> String {
        let path: [any CodingKey] =
            switch error as? DecodingError {
            case .keyNotFound(let key, let context): context.codingPath + [key]
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                context.codingPath
            default: []
            }
        let place = path.isEmpty ? "" : " at \(path.map(\.stringValue).joined(separator: "."))"
        return "the payload is no \(kind) job\(place)"
    }
}
