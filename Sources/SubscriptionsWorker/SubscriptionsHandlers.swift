import Worker

/// Everything a client needs to be billed again and again.
enum SubscriptionsHandlers {
    /// One per kind of job.
    static let all: [any StripeHandler] = [
        PublishProductHandler(),
        PublishMeterHandler(),
        LinkPlanPricesHandler(),
        ImportCatalogueHandler(),
        PublishClientHandler(),
        OpenPaymentSetupHandler(),
        AdoptPaymentMethodHandler(),
        StartSubscriptionHandler(),
        CancelSubscriptionHandler(),
        ChangeSubscriptionHandler(),
        ReviseSubscriptionHandler(),
        ReleaseScheduleHandler(),
        SteerSubscriptionHandler(),
        SetSubscriptionCouponHandler(),
        SetSubscriptionTaxHandler(),
        PreviewSubscriptionHandler(),
        PublishCouponHandler(),
        DeleteCouponHandler(),
        RepairDriftHandler(),
        CloseClientHandler(),
        EraseClientHandler(),
    ]
}
