import HTTPServer
import HTTPTypes

/// Where Stripe sends the owner of an account when the portal named no pages of its own.
enum ConnectPages {
    /// Back from onboarding; whether it succeeded is Stripe's to say, so the portal asks.
    static func back(_ call: Call) async throws -> Response {
        .text(.ok, "Thank you. You can close this page: your portal shows how your Stripe account stands.\n")
    }

    /// The link was used up. A new one needs the portal, which knows who asks.
    static func again(_ call: Call) async throws -> Response {
        .text(.ok, "This link was good once. Go back to your portal: it makes a new one.\n")
    }
}
