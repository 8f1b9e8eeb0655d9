public import Daemon

/// What a client's pages look like: the agency's brand, and no word of the platform's (L15).
public struct Branding: Equatable, Sendable {
    /// The four colours that pages are made of, `#rrggbb` in small letters.
    public struct Colors: Equatable, Sendable {
        /// Buttons and headings.
        public var primary = "#1a1a2e"
        /// What is written on buttons.
        public var onPrimary = "#ffffff"
        /// The page.
        public var background = "#ffffff"
        /// What is written on the page.
        public var text = "#1a1a2e"

        /// Dark on white, until the agency says otherwise.
        public init() {}
    }

    /// The agency's name as clients know it.
    public var name: String
    /// Where clients write to.
    public var supportEmail: String?
    /// A picture elsewhere.
    public var logoURL: String?
    /// A picture of ours: PNG bytes.
    public var logo: [UInt8]?
    /// The colours.
    public var colors: Colors
    /// When it last changed; nil before the agency said anything.
    public var updatedAt: Timestamp?
    /// A domain that is proven to be the agency's.
    public var domain: String?

    /// States the brand.
    public init(
        name: String, supportEmail: String? = nil, logoURL: String? = nil, logo: [UInt8]? = nil,
        colors: Colors = Colors(), updatedAt: Timestamp? = nil, domain: String? = nil
    ) {
        self.name = name
        self.supportEmail = supportEmail
        self.logoURL = logoURL
        self.logo = logo
        self.colors = colors
        self.updatedAt = updatedAt
        self.domain = domain
    }
}
