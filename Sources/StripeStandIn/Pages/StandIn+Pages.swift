import HTTPServer
import HTTPTypes

/// The pages a browser sees.
extension StandIn {
    /// A control request.
    func control(_ request: Request) -> Response {
        let response = Control(world: world).answer(request)
        passTime()
        return response
    }

    /// A page, or 404.
    func page(_ request: Request) -> Response {
        let path = request.path.split(separator: "/").map(String.init)
        world.cause = .clock
        world.isDirty = world.isDirty || request.method == .post
        switch (path.first, path.count) {
        case (nil, _): return Home(world: world).page()
        case ("pay", 2): return CheckoutPage(world: world, session: path[1]).answer(request)
        case ("pay", 3) where path[1] == "authenticate":
            return AuthenticationPage(world: world, intent: path[2]).answer(request)
        case ("portal", 2): return PortalPage(world: world, session: path[1]).answer(request)
        case ("connect", 3) where path[1] == "onboarding":
            return OnboardingPage(world: world, token: path[2]).answer(request)
        case ("connect", 3):
            return Page.html(title: "Dashboard of \(path[2])", body: "<p>An Express dashboard would be here.</p>")
        case ("invoice", 3), ("invoice", 4): return HostedInvoice(world: world, name: path[2]).answer(request)
        default: return Page.html(.notFound, title: "Nothing here", body: "<p>There is no page at this address.</p>")
        }
    }
}
