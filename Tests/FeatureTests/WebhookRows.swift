import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// What portals are told, in the form of Standard Webhooks.
    @Suite(.freshDatabase) struct WebhookRows {
        private func listen(_ portal: APIClient, _ url: String, _ types: JSON = ["*"]) async throws -> Answer {
            try await portal.post("/v1/webhook_endpoints", ["url": .string(url), "event_types": types], wait: nil)
        }

        @Test func `a portal is told at once, signed, and both secrets sign while a rotation overlaps`() async throws {
            try await House.with { house in
                try await PortalListener.with { listener, url in
                    let portal = try await house.newPortal()
                    let endpoint = try await listen(portal, url)
                    let id = endpoint.string("id") ?? "", secret = endpoint.string("secret") ?? ""
                    #expect(endpoint.status == 201 && secret.hasPrefix("whsec_"), "\(endpoint)")
                    let shown = try await portal.get("/v1/webhook_endpoints/\(id)")
                    #expect(shown.status == 200 && shown["secret"] == .null)

                    let test = try await portal.post("/v1/webhook_endpoints/\(id)/test", wait: nil)
                    #expect(test.status == 202, "\(test)")
                    try await eventually("the test arrives") { listener.received.count == 1 }
                    #expect(listener.received[0].isSigned(by: secret))
                    #expect(!listener.received[0].isSigned(by: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
                    #expect(listener.received[0].id == test.string("event"))
                    #expect(listener.received[0].json["subject"] == .string(id))

                    let rotated = try await portal.post("/v1/webhook_endpoints/\(id)/rotate_secret", wait: nil)
                    let newSecret = rotated.string("secret") ?? ""
                    _ = try await portal.post("/v1/webhook_endpoints/\(id)/test", wait: nil)
                    try await eventually("the second test arrives") { listener.received.count == 2 }
                    #expect(listener.received[1].isSigned(by: secret) && listener.received[1].isSigned(by: newSecret))
                    #expect(secret != newSecret)
                }
            }
        }

        @Test func `what is not taken is sent again under the same id, then given up; 410 ends it at once`()
            async throws
        {
            try await House.with { house in
                try await PortalListener.with { listener, url in
                    let portal = try await house.newPortal()
                    let id = try await listen(portal, url).string("id") ?? ""
                    listener.answer(500, 302)
                    _ = try await portal.post("/v1/webhook_endpoints/\(id)/test", wait: nil)
                    let path = "/v1/webhook_endpoints/\(id)/deliveries"
                    let told = try await portal.seen(path, "it is delivered") {
                        $0.json.members.first?.string("status") == "delivered"
                    }
                    #expect(listener.received.count == 3 && Set(listener.received.map(\.id)).count == 1)
                    let tries = told.json.members[0]["attempts"]?.arrayValue ?? []
                    #expect(tries.map { $0["status"]?.integerValue } == [500, 302, 204], "\(told)")

                    // What a portal says of its own pace and doors is nothing that Stripe said.
                    listener.answer(429, 401)
                    _ = try await portal.post("/v1/webhook_endpoints/\(id)/test", wait: nil)
                    try await portal.seen(path, "it is delivered in the end") {
                        $0.json.members.first?["attempts"]?.arrayValue?.count == 3
                            && $0.json.members.first?.string("status") == "delivered"
                    }
                    #expect(try await house.value("SELECT count(*) FROM jobq.bucket WHERE rate < ceiling") == "0")
                    #expect(try await house.value("SELECT count(*) FROM jobq.lane WHERE paused_at IS NOT NULL") == "0")

                    listener.answer(500, 500, 500, 500)
                    let test = try await portal.post("/v1/webhook_endpoints/\(id)/test", wait: nil)
                    try await portal.seen(path, "it is given up") {
                        $0.json.members.first?.string("status") == "exhausted"
                    }
                    // It took nothing since that delivery began, so it is not called any more, until somebody says so.
                    let event = test.string("event") ?? ""
                    let off = try await portal.get("/v1/webhook_endpoints/\(id)")
                    #expect(off.string("status") == "disabled" && off.string("disabled_reason") == "failing", "\(off)")
                    _ = try await portal.patch("/v1/webhook_endpoints/\(id)", ["enabled": true], wait: nil)
                    let again = try await portal.post("/v1/events/\(event)/redeliver", wait: nil)
                    #expect(again["deliveries"] == 1, "\(again)")
                    try await portal.seen(path, "the event is delivered after all") {
                        $0.json.members.first?.string("status") == "delivered"
                    }
                    #expect(listener.received.last?.id == event)

                    listener.answer(410)
                    _ = try await portal.post("/v1/webhook_endpoints/\(id)/test", wait: nil)
                    let gone = try await portal.seen("/v1/webhook_endpoints/\(id)", "the endpoint is off") {
                        $0.string("status") == "disabled"
                    }
                    #expect(gone.string("disabled_reason") == "gone")
                }
            }
        }

        @Test func `an endpoint hears only the types it wants, and only its own tenant's`() async throws {
            try await House.with { house in
                try await PortalListener.with { listener, url in
                    let (portal, other) = (try await house.newPortal(), try await house.newPortal("Other"))
                    for misspelt in ["access.banana", "acess.*", "*.blocked"] {
                        let refused = try await listen(portal, url + "/a", [.string(misspelt)])
                        #expect(refused.status == 400 && refused.string("param") == "event_types", "\(refused)")
                    }
                    _ = try await listen(portal, url + "/a", ["webhook_endpoint.disabled"])
                    let mine = try await listen(portal, url + "/b", ["webhook_endpoint.*"]).string("id") ?? ""
                    let theirs = try await listen(other, url + "/c").string("id") ?? ""
                    _ = try await other.post("/v1/webhook_endpoints/\(theirs)/test", wait: nil)
                    _ = try await portal.post("/v1/webhook_endpoints/\(mine)/test", wait: nil)
                    try await eventually("both tests arrive") { listener.received.count == 2 }
                    let events = try await portal.get("/v1/events")
                    #expect(events.json.members.count == 1)
                    #expect(
                        try await other.get("/v1/events/\(events.json.members[0].string("id") ?? "")").status == 404)
                    #expect(try await other.get("/v1/webhook_endpoints/\(mine)").status == 404)
                    #expect(Set(listener.received.compactMap { $0.json["tenant"]?.stringValue }).count == 2)
                }
            }
        }

        @Test func `a test is sent again to the endpoint it is of, and to no other`() async throws {
            try await House.with { house in
                try await PortalListener.with { listener, url in
                    let portal = try await house.newPortal()
                    _ = try await listen(portal, url + "/a")
                    let id = try await listen(portal, url + "/b", ["access.*"]).string("id") ?? ""
                    let test = try await portal.post("/v1/webhook_endpoints/\(id)/test", wait: nil)
                    let event = test.string("event") ?? ""
                    let again = try await portal.post("/v1/events/\(event)/redeliver", wait: nil)
                    #expect(again.status == 202 && again["deliveries"] == 1, "\(again)")
                    try await eventually("both arrive") { listener.received.count == 2 }
                    let sent = try await portal.get("/v1/webhook_endpoints/\(id)/deliveries")
                    #expect(
                        Set(sent.json.members.compactMap { $0.string("cause") }) == ["test", "redelivery"], "\(sent)")
                }
            }
        }

        @Test func `an address inside is refused when it is connected to, plain http when it is given`() async throws {
            try await House.with { house in
                let portal = try await house.newPortal()
                let plain = try await listen(portal, "http://portal.example/told")
                #expect(plain.status == 400 && plain.text.contains("https://"), "\(plain)")
                // TLS, and a name that leads inside: only the connection can tell.
                let id = try await listen(portal, "https://localhost:1/told").string("id") ?? ""
                _ = try await portal.post("/v1/webhook_endpoints/\(id)/test", wait: nil)
                let seen = try await portal.seen("/v1/webhook_endpoints/\(id)/deliveries", "a try failed") {
                    $0.json.members.first?["attempts"]?.arrayValue?.isEmpty == false
                }
                #expect(seen.text.contains("the host's address is not a public one"), "\(seen)")
            }
        }
    }
}
