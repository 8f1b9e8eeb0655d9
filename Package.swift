// swift-tools-version: 6.2
import PackageDescription

/// The same strictness everywhere: what the compiler can hold, nobody has to remember.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// Tests are strict too, but may use Foundation and need not mark what their fixtures do with C.
let relaxed: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func program(_ name: String, _ dependencies: [Target.Dependency], texts: [String] = []) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, exclude: texts, swiftSettings: strict,
        plugins: texts.isEmpty ? [] : ["EmbeddedText"])
}

let worker: [Target.Dependency] = ["Worker", "Billing", "Jobs", "Stripe", "Postgres", "Daemon"]

let package = Package(
    name: "tollgate",
    products: [
        .executable(name: "tollgate-api", targets: ["API"]),
        .executable(name: "tollgate-onboarding-worker", targets: ["OnboardingWorker"]),
        .executable(name: "tollgate-subscriptions-worker", targets: ["SubscriptionsWorker"]),
        .executable(name: "tollgate-invoices-worker", targets: ["InvoicesWorker"]),
        .executable(name: "tollgate-access-worker", targets: ["AccessWorker"]),
        .executable(name: "tollgate-metering-worker", targets: ["MeteringWorker"]),
        .executable(name: "tollgate-webhooks-worker", targets: ["WebhooksWorker"]),
        .executable(name: "tollgate", targets: ["Control"]),
        .executable(name: "stripe-stand-in", targets: ["StripeStandIn"]),
        .executable(name: "tollgate-bench", targets: ["Bench"]),
    ],
    targets: [
        // Layer 0: the C libraries, one Swift module each may import it.
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CMicrohttpd", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
        .systemLibrary(name: "CAres", pkgConfig: "libcares", providers: [.apt(["libc-ares-dev"])]),
        .systemLibrary(name: "CIDN2", pkgConfig: "libidn2", providers: [.apt(["libidn2-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

        // Layer 1: mechanisms without a business word.
        module("Daemon", ["CLinux"]),
        module("HTTPTypes"),
        module("Crypto", ["COpenSSL", "Daemon"]),
        module("Postgres", ["CPostgres", "Daemon"]),
        module("HTTPServer", ["CMicrohttpd", "HTTPTypes", "Daemon"]),
        module("HTTPClient", ["CCurl", "HTTPTypes", "Daemon"]),
        module("DomainNames", ["CIDN2"]),
        module("DNS", ["CAres", "Daemon"]),

        // Layer 2: the queue, Stripe, our schema, our nouns.
        module("Jobs", ["Postgres", "Daemon"]),
        module("Stripe", ["HTTPClient", "HTTPTypes", "Daemon"]),
        .target(
            name: "Schema", path: "sql", exclude: ["schema.sql", "roles.sql", "migrations"], swiftSettings: strict,
            plugins: ["EmbeddedText"]),
        module("Billing", ["Jobs", "Postgres", "Crypto", "DomainNames", "Daemon"]),

        // Layer 3: what the workers share.
        module(
            "Worker",
            [
                "Billing", "Jobs", "Stripe", "Postgres", "Crypto", "HTTPServer", "HTTPClient", "HTTPTypes", "Schema",
                "Daemon",
            ]),

        // Layer 4: one folder per process.
        program(
            "API",
            ["Billing", "Jobs", "Postgres", "Crypto", "HTTPServer", "HTTPTypes", "DomainNames", "Schema", "Daemon"],
            texts: ["openapi.yaml", "docs"]),
        program("OnboardingWorker", worker + ["DNS"]),
        program("SubscriptionsWorker", worker),
        program("InvoicesWorker", worker),
        program("AccessWorker", worker),
        program("MeteringWorker", worker),
        program(
            "WebhooksWorker", ["Worker", "Billing", "Jobs", "Postgres", "Crypto", "HTTPClient", "HTTPTypes", "Daemon"]),
        program(
            "Control",
            ["Schema", "Billing", "Jobs", "Postgres", "Crypto", "HTTPClient", "HTTPTypes", "DomainNames", "Daemon"]),
        program(
            "StripeStandIn", ["HTTPServer", "HTTPClient", "HTTPTypes", "Crypto", "Daemon"], texts: ["schema"]),

        // Figures beside their limits; not shipped.
        program(
            "Bench",
            ["Schema", "Billing", "Jobs", "Postgres", "Crypto", "HTTPServer", "HTTPClient", "HTTPTypes", "Daemon"]),

        // Texts as string literals: see Plugins/EmbedText/main.swift for why.
        .executableTarget(name: "EmbedText", path: "Plugins/EmbedText"),
        .plugin(
            name: "EmbeddedText", capability: .buildTool(), dependencies: ["EmbedText"], path: "Plugins/EmbeddedText"),

        // Tests.
        .target(
            name: "TestSupport",
            dependencies: ["Schema", "Jobs", "Billing", "Postgres", "Crypto", "HTTPTypes", "HTTPClient", "Daemon"],
            path: "Tests/TestSupport", swiftSettings: relaxed),
        .testTarget(
            name: "UnitTests",
            dependencies: [
                "TestSupport", "Daemon", "HTTPTypes", "Crypto", "HTTPServer", "HTTPClient", "DNS", "DomainNames",
                "Stripe", "Jobs", "Billing", "Worker", "API", "StripeStandIn",
            ],
            exclude: ["Stripe/fixtures"], swiftSettings: relaxed),
        .testTarget(
            name: "DatabaseTests",
            dependencies: [
                "TestSupport", "Daemon", "HTTPTypes", "HTTPServer", "Schema", "Postgres", "Jobs", "Billing", "Crypto",
                "Stripe", "Worker", "API", "DNS", "OnboardingWorker",
                "SubscriptionsWorker", "InvoicesWorker", "AccessWorker", "MeteringWorker", "WebhooksWorker", "Control",
            ],
            swiftSettings: relaxed),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "TestSupport", "HTTPTypes", "HTTPClient", "Crypto", "Postgres", "Jobs", "Billing", "Daemon", "API",
                "OnboardingWorker",
                "SubscriptionsWorker", "InvoicesWorker", "AccessWorker", "MeteringWorker", "WebhooksWorker", "Control",
                "StripeStandIn",
            ],
            swiftSettings: relaxed),
        // One process, everything real in it: what each row of FEATURES says, on the stand-in's clock.
        .testTarget(
            name: "FeatureTests",
            dependencies: [
                "TestSupport", "HTTPTypes", "HTTPServer", "HTTPClient", "Crypto", "Postgres", "Jobs", "Billing",
                "Daemon",
                "Stripe", "Worker", "API", "OnboardingWorker", "SubscriptionsWorker", "InvoicesWorker", "AccessWorker",
                "MeteringWorker", "WebhooksWorker", "StripeStandIn",
            ],
            swiftSettings: relaxed),
    ]
)
