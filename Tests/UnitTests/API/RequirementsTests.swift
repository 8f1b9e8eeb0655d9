import HTTPTypes
import Testing

@testable import API

struct RequirementsTests {
    @Test(arguments: [
        ("external_account", "A bank account for payouts"),
        ("individual.dob.day", "Date of birth of the account's owner"),
        ("person_1Abc.verification.document", "Photo of an identity document of a person of the company"),
        ("business_profile.url", "The website of the business"),
        ("company.something_new", "something new of the company"),
        ("never_heard.of_it", "never heard, of it"),
    ])
    func `C5: Stripe's requirements are told in words`(field: String, words: String) {
        #expect(Requirements.words(for: field) == words)
    }

    @Test func `C5: overdue first, each once, and a rejection is told as such`() {
        let requirements = Requirements(
            #"{"currently_due": ["external_account", "individual.email"], "past_due": ["external_account"], "disabled_reason": "rejected.fraud"}"#
        )
        let entries = requirements.json.arrayValue ?? []
        #expect(entries.compactMap { $0["due"]?.stringValue } == ["past_due", "currently_due"] && entries.count == 3)
        #expect(
            requirements.isRejected && !requirements.isEmpty && Requirements("{}").isEmpty && Requirements("").isEmpty)
    }

    @Test func `pages escape what comes from outside, by type`() {
        let evil = "<script>alert('\"&')</script>"
        let page: HTML = "<p title=\"\(evil)\">\(evil)</p>\(["<b>ok</b>" as HTML])"
        #expect(
            !page.markup.contains("<script") && page.markup.contains("&#39;&quot;&amp;")
                && page.markup.hasSuffix("<b>ok</b>"))
    }
}
