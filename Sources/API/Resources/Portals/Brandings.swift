import Billing
import Daemon
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/branding`: how a client's pages look; `/v1/public/{tenant}/branding`: the same for the pages themselves.
enum Brandings {
    /// The tenant's brand; its bare name before it said anything.
    static func show(_ call: Call, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        json(try tx.one(FindBranding()), try tx.run(ListBrandDomains()))
    }

    /// The brand, whole: what is not mentioned is not there any more, but the logo, which stays until it is null.
    static func save(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let name = fields.required("name", .line(max: 100))
        let email = fields.optional("support_email", .email)
        let logoURL = fields.optional("logo_url", .secureURL)
        let logo = fields.change("logo_png", .png)
        let colors = fields.nested("colors") { Self.colors(&$0) } ?? Branding.Colors()
        if case .set = logo, logoURL != nil {
            fields.refuse("logo_url", .invalidField, "Send logo_png or logo_url, not both.")
        }
        try fields.finish()
        let title = try name()
        return try await call.write { actor, tx in
            let before = try tx.one(FindBranding())
            let picture = logoURL == nil ? logo.applied(to: before.logo) : nil
            tx.send(
                MarkBranding(
                    Branding(name: title, supportEmail: email?.text, logoURL: logoURL, logo: picture, colors: colors)))
            let domains = try tx.run(ListBrandDomains())
            let after = json(try tx.one(FindBranding()), domains)
            audit(
                actor, tx, "branding.change", actor.entrance.tenant.text, before: json(before, domains), after: after)
            return .finished(.ok, after)
        }
    }

    /// What anybody may see: for a client's pages, before anybody has logged in. No word of the platform's.
    static func showPublic(_ call: Call) async throws -> Response {
        let brand = try await publicBrand(call)
        var response = Response.json(
            .ok,
            .object([
                "object": "branding", "name": .string(brand.name), "support_email": .text(brand.supportEmail),
                "logo_url": logoAddress(of: brand, call), "colors": json(brand.colors), "domain": .text(brand.domain),
            ]))
        response.headers["Cache-Control"] = "public, max-age=60"
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response
    }

    /// The picture itself.
    static func showLogo(_ call: Call) async throws -> Response {
        guard let logo = try await publicBrand(call).logo else { throw Problem.notFound("logo") }
        var response = Response(.ok, body: logo)
        response.headers["Content-Type"] = "image/png"
        response.headers["Cache-Control"] = "public, max-age=300"
        return response
    }

    private static func publicBrand(_ call: Call) async throws -> Branding {
        let tenant: Tenant.ID = try call.id("tenant")
        let found = try await call.gateway.database.transaction(in: PlatformScope.self) { tx in
            try tx.first(FindPublicBranding(tenant))
        }
        guard let found else { throw Problem.notFound("tenant") }
        return found
    }

    private static func logoAddress(of brand: Branding, _ call: Call) -> JSON {
        if let url = brand.logoURL { return .string(url) }
        guard brand.logo != nil else { return .null }
        return .string("\(call.gateway.publicURL)/v1/public/\(call.parameters["tenant"] ?? "")/logo.png")
    }

    private static func colors(_ fields: inout Fields) -> Branding.Colors {
        var colors = Branding.Colors()
        colors.primary = fields.optional("primary", .color) ?? colors.primary
        colors.onPrimary = fields.optional("on_primary", .color) ?? colors.onPrimary
        colors.background = fields.optional("background", .color) ?? colors.background
        colors.text = fields.optional("text", .color) ?? colors.text
        if !Contrast.isReadable(colors.onPrimary, on: colors.primary) {
            fields.refuse("on_primary", .lowContrast, "Cannot be read on primary: the contrast is below 4.5 to 1.")
        }
        if !Contrast.isReadable(colors.text, on: colors.background) {
            fields.refuse("text", .lowContrast, "Cannot be read on background: the contrast is below 4.5 to 1.")
        }
        return colors
    }

    private static func json(_ brand: Branding, _ domains: [BrandDomain]) -> JSON {
        .object([
            "object": "branding", "name": .string(brand.name), "support_email": .text(brand.supportEmail),
            "logo_url": .text(brand.logoURL), "logo_bytes": .number(brand.logo?.count), "colors": json(brand.colors),
            "domains": .array(domains.map(BrandingDomains.json)), "updated": .time(brand.updatedAt),
        ])
    }

    private static func json(_ colors: Branding.Colors) -> JSON {
        [
            "primary": .string(colors.primary), "on_primary": .string(colors.onPrimary),
            "background": .string(colors.background), "text": .string(colors.text),
        ]
    }
}

extension FieldKind where Value == String {
    /// `#rrggbb`.
    static var color: FieldKind {
        FieldKind { json throws(Refusal) in
            let text = json.stringValue?.lowercased() ?? ""
            guard text.utf8.count == 7, text.hasPrefix("#"),
                text.utf8.dropFirst().allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
            else { throw Refusal(detail: "Must be a colour of the form #1a2b3c.") }
            return text
        }
    }

    /// An absolute https address: a page of a client's shows nothing that anybody on the way can change.
    static var secureURL: FieldKind {
        FieldKind { json throws(Refusal) in
            let text = try FieldKind.url.read(json)
            guard WebAddress(text)?.scheme == "https", !text.contains(where: { "\"'<>\\`".contains($0) }) else {
                throw Refusal(detail: "Must be an absolute https:// address.")
            }
            return text
        }
    }
}

extension FieldKind where Value == [UInt8] {
    /// A PNG picture in base 64.
    static var png: FieldKind {
        FieldKind { json throws(Refusal) in
            guard let bytes = json.stringValue.flatMap(LogoPicture.decode(base64:)) else {
                throw Refusal(code: .invalidLogo, detail: "Must be a PNG picture in base 64.")
            }
            do throws(LogoPicture.Refusal) {
                return try LogoPicture(png: bytes).bytes
            } catch {
                throw Refusal(code: .invalidLogo, detail: error.detail)
            }
        }
    }
}
