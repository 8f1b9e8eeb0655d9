import Foundation
import HTTPClient
import HTTPTypes
import TestSupport
import Testing

@testable import API

extension FeatureRows {
    /// What a portal's developer, or a machine, reads first.
    @Suite(.freshDatabase) struct DocumentationRows {
        private func fetch(_ house: House, _ path: String) async throws -> Answer {
            let request = OutgoingRequest(method: .get, url: house.plan.apiURL + path, headers: [], body: [])
            let answer = try await house.transport.send(request)
            return Answer(status: answer.status, headers: answer.headers, body: answer.body)
        }

        @Test func `A5 A15: llms.txt lists every page, each is there, and one names the four steps to a secret key`()
            async throws
        {
            try await House.with { house in
                let index = try await fetch(house, "/llms.txt")
                #expect(index.status == 200)
                let files = try FileManager.default.contentsOfDirectory(
                    atPath: SourceTree.root.appendingPathComponent("Sources/API/docs").path)
                #expect(Set(files) == Set(Documentation.pages.map(\.name)), "every page of the source is served")
                for page in files {
                    #expect(index.text.contains("\(house.plan.apiURL)/docs/\(page)"), "\(page) is in the index")
                    #expect(try await fetch(house, "/docs/\(page)").text.hasPrefix("# "))
                }
                let steps = try await fetch(house, "/docs/connecting-stripe.md").text
                let words = [
                    "**Developers**", "**API keys**", "https://dashboard.stripe.com/apikeys", "**Standard keys**",
                    "**Secret key**", "**Reveal**",
                ]
                let places = words.compactMap { steps.range(of: $0)?.lowerBound }
                #expect(places.count == words.count && places == places.sorted(), "every step is named, in order")
                #expect(try await fetch(house, "/docs/../openapi.yaml").status != 500)
                #expect(try await fetch(house, "/docs/nothing.md").status == 404)
            }
        }
    }
}
