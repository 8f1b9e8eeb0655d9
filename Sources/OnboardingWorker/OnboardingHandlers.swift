import Worker

/// Everything that connects a tenant's Stripe account.
enum OnboardingHandlers {
    /// One per kind of job.
    static let all: [any StripeHandler] = [
        VerifyConnectionHandler(),
        CheckConnectionHandler(),
        ExamineConnectionHandler(),
        RepairWebhookHandler(),
        DisconnectConnectionHandler(),
        OnboardAccountHandler(),
        MakeOnboardingLinkHandler(),
        RefreshAccountHandler(),
        MakeDashboardLinkHandler(),
        SwitchAccountHandler(),
        MoveConnectionHandler(),
        ReadImportHandler(),
        ApplyImportHandler(),
    ]
}
