import HTTPTypes

/// Every error the API tells, by the word a program tests for. The contract lists the same words; a test compares them.
enum ProblemCode: String, CaseIterable, Sendable {
    // 400: the request itself
    case invalidJSON = "invalid_json"
    case invalidFields = "invalid_fields"
    case parameterMissing = "parameter_missing"
    case unknownField = "unknown_field"
    case invalidField = "invalid_field"
    case invalidQuery = "invalid_query"
    case invalidHeader = "invalid_header"
    case idempotencyKeyMissing = "idempotency_key_missing"
    case invalidSecretKeyPrefix = "invalid_secret_key_prefix"
    case invalidSecretKey = "invalid_secret_key"
    case livemodeMismatch = "livemode_mismatch"
    case invalidCountry = "invalid_country"
    case invalidEmail = "invalid_email"
    case invalidCurrency = "invalid_currency"
    case invalidAmount = "invalid_amount"
    case notAvailableYet = "not_available_yet"
    case priceNotRecurring = "price_not_recurring"
    case priceNotOneTime = "price_not_one_time"
    case priceInactive = "price_inactive"
    case pricesMismatch = "prices_mismatch"
    case noPaymentMethod = "no_payment_method"
    case clientAdminEmailMissing = "client_admin_email_missing"
    case invalidSignature = "invalid_signature"
    case malformedRequest = "malformed_request"
    // 401, 402, 403
    case invalidAPIKey = "invalid_api_key"
    case paymentFailed = "payment_failed"
    case scopeMissing = "scope_missing"
    case featureNotEnabled = "feature_not_enabled"
    // 404, 405, 409, 413, 415
    case notFound = "not_found"
    case methodNotAllowed = "method_not_allowed"
    case paymentProcessorMissing = "payment_processor_missing"
    case paymentProcessorInUse = "payment_processor_in_use"
    case clientExists = "client_exists"
    case clientClosed = "client_closed"
    case clientNotBlocked = "client_not_blocked"
    case lookupKeyTaken = "lookup_key_taken"
    case subscriptionExists = "subscription_exists"
    case subscriptionOver = "subscription_over"
    case commandRunning = "command_running"
    case commandFinished = "command_finished"
    case conflict = "conflict"
    case bodyTooLarge = "body_too_large"
    case targetTooLong = "target_too_long"
    case unsupportedMediaType = "unsupported_media_type"
    // 422
    case invalidCombination = "invalid_combination"
    case momentOutOfRange = "moment_out_of_range"
    case amountNotChargeable = "amount_not_chargeable"
    case idempotencyKeyReused = "idempotency_key_reused"
    case panRejected = "pan_rejected"
    case stripeRefused = "stripe_refused"
    case commandDead = "command_dead"
    case commandCanceled = "command_canceled"
    // ours
    case headersTooLarge = "headers_too_large"
    case internalError = "internal_error"
    case unavailable = "unavailable"
    case httpVersionUnknown = "http_version_unknown"
    // --- catalogue ---
    case invalidInterval = "invalid_interval"
    case tiersOutOfOrder = "tiers_out_of_order"
    case lastTierNotInf = "last_tier_not_inf"
    case tierWithoutAmount = "tier_without_amount"
    case tiersWithPackage = "tiers_with_package"
    case amountWithTiers = "amount_with_tiers"
    case meterInactive = "meter_inactive"
    case meterMismatch = "meter_mismatch"
    case meterExists = "meter_exists"
    case productArchived = "product_archived"
    case invalidPriceID = "invalid_price_id"
    case priceNotFoundInConnectedAccount = "price_not_found_in_connected_account"
    case priceUnsupported = "price_unsupported"
    case planArchived = "plan_archived"
    case planNotSold = "plan_not_sold"
    // --- subscriptions ---
    case couponExpired = "coupon_expired"
    case couponCurrencyMismatch = "coupon_currency_mismatch"
    case couponMissing = "coupon_missing"
    case taxLocationMissing = "tax_location_missing"
    case customerTaxLocationInvalid = "customer_tax_location_invalid"
    case stripeTaxNotConfigured = "stripe_tax_not_configured"
    case analysisFieldMissing = "analysis_field_missing"
    case analysisFieldNotBoolean = "analysis_field_not_boolean"
    case agentNotOfClient = "agent_not_of_client"
    case subscriptionNotRunning = "subscription_not_running"
    case notCanceling = "not_canceling"
    case notPaused = "not_paused"
    case noPendingChange = "no_pending_change"
    case changePending = "change_pending"
    case priceUnpublished = "price_unpublished"
    case invoiceNotOpen = "invoice_not_open"
    case invoiceNotPaid = "invoice_not_paid"
    case amountTooLarge = "amount_too_large"
    // --- usage ---
    case agentExists = "agent_exists"
    case unknownAgent = "unknown_agent"
    case agentArchived = "agent_archived"
    case eventTooOld = "event_too_old"
    case eventTooFarAhead = "event_too_far_ahead"
    case eventIDReused = "event_id_reused"
    case meterCannotCount = "meter_cannot_count"
    case metricNotAvailable = "metric_not_available"
    case analysisFieldNotCountable = "analysis_field_not_countable"
    case usageBilled = "usage_billed"
    // --- credits ---
    case creditPricingMissing = "credit_pricing_missing"
    case purchaseBelowMinimum = "purchase_below_minimum"
    case purchaseAboveMaximum = "purchase_above_maximum"
    case creditQuoteExpired = "credit_quote_expired"
    case creditQuoteUsed = "credit_quote_used"
    case insufficientCredits = "insufficient_credits"
    case creditEventMismatch = "credit_event_mismatch"
    case creditHoldOver = "credit_hold_over"
    case creditPurchaseNotPaid = "credit_purchase_not_paid"
    case refundAboveRemainder = "refund_above_remainder"
    case topupAboveCap = "topup_above_cap"
    // --- connections ---
    case importRunning = "import_running"
    case importNotReady = "import_not_ready"
    case importConflicts = "import_conflicts"
    case accountMismatch = "account_mismatch"
    case sameAccount = "same_account"
    case accountNotConnected = "account_not_connected"
    case accountInUse = "account_in_use"
    case accountChanged = "account_changed"
    case stripeEndpointLimit = "stripe_endpoint_limit"
    // --- portals ---
    case userUnknown = "user_unknown"
    case roleForbids = "role_forbids"
    case scopesBeyondOwn = "scopes_beyond_own"
    case portalUserExists = "portal_user_exists"
    case apiKeyEnded = "api_key_ended"
    case domainExists = "domain_exists"
    case domainLimit = "domain_limit"
    case invalidDomain = "invalid_domain"
    case invalidScope = "invalid_scope"
    case invalidLogo = "invalid_logo"
    case lowContrast = "low_contrast"
    case holdOfHigherRole = "hold_of_higher_role"
    case clientNotClosed = "client_not_closed"
    case accessTokenUnavailable = "access_token_unavailable"
    case preconditionFailed = "precondition_failed"
    case rateLimited = "rate_limited"
    case versionUnknown = "version_unknown"
    // --- webhooks ---
    case webhookEndpointLimit = "webhook_endpoint_limit"
    case webhookEndpointDisabled = "webhook_endpoint_disabled"
    // --- reconciliation ---
    case reconciliationRunning = "reconciliation_running"
    case repairNotPossible = "repair_not_possible"
    case repairWithoutEffect = "repair_without_effect"
    case driftItemClosed = "drift_item_closed"

    /// The status it is told with.
    var status: HTTPStatus { row.status }
    /// What it is in general; the detail says what it is here.
    var title: String { row.title }

    private var row: (status: HTTPStatus, title: String) {
        switch self {
        case .invalidJSON: (.badRequest, "The body is not JSON as it should be")
        case .invalidFields: (.badRequest, "Several fields are wrong")
        case .parameterMissing: (.badRequest, "A field is missing")
        case .unknownField: (.badRequest, "There is no such field")
        case .invalidField: (.badRequest, "A field is wrong")
        case .invalidQuery: (.badRequest, "The query is wrong")
        case .invalidHeader: (.badRequest, "A header is wrong")
        case .idempotencyKeyMissing: (.badRequest, "This request needs an Idempotency-Key")
        case .invalidSecretKeyPrefix: (.badRequest, "This is not a Stripe secret key")
        case .invalidSecretKey: (.badRequest, "This is not a whole Stripe secret key")
        case .livemodeMismatch: (.unprocessableContent, "Test and live never mix")
        case .invalidCountry: (.badRequest, "Stripe does not serve this country")
        case .invalidEmail: (.badRequest, "This is not an e-mail address")
        case .invalidCurrency: (.badRequest, "Stripe does not charge in this currency")
        case .invalidAmount: (.badRequest, "This amount cannot be charged")
        case .notAvailableYet: (.unprocessableContent, "This is not available yet")
        case .priceNotRecurring: (.unprocessableContent, "This price is charged once")
        case .priceNotOneTime: (.unprocessableContent, "This price is charged again and again")
        case .priceInactive: (.unprocessableContent, "This price is no longer sold")
        case .pricesMismatch: (.unprocessableContent, "These prices cannot be sold together")
        case .noPaymentMethod: (.badRequest, "The client has no card on file")
        case .clientAdminEmailMissing: (.badRequest, "The client has no e-mail address for bills")
        case .invalidSignature: (.badRequest, "The webhook was not accepted")
        case .malformedRequest: (.badRequest, "This is not a request as HTTP has it")
        case .invalidAPIKey: (.unauthorized, "The API key is not valid")
        case .paymentFailed: (.paymentRequired, "The payment failed")
        case .scopeMissing: (.forbidden, "The API key may not do this")
        case .featureNotEnabled: (.forbidden, "This feature is not enabled for you")
        case .notFound: (.notFound, "There is no such thing")
        case .methodNotAllowed: (.methodNotAllowed, "This address does not know this method")
        case .paymentProcessorMissing: (.conflict, "No Stripe account is connected")
        case .paymentProcessorInUse: (.conflict, "A Stripe account is connected in another way")
        case .clientExists: (.conflict, "There is such a client already")
        case .clientClosed: (.conflict, "The client is closed")
        case .clientNotBlocked: (.conflict, "The client is not blocked")
        case .lookupKeyTaken: (.conflict, "Another price has this lookup key")
        case .subscriptionExists: (.conflict, "The client has such a subscription already")
        case .subscriptionOver: (.conflict, "The subscription is over")
        case .commandRunning: (.conflict, "The command is running")
        case .commandFinished: (.conflict, "The command has ended")
        case .conflict: (.conflict, "Something else was faster")
        case .bodyTooLarge: (.contentTooLarge, "The body is too large")
        case .targetTooLong: (HTTPStatus(rawValue: 414), "The address is too long")
        case .unsupportedMediaType: (.unsupportedMediaType, "The body must be JSON")
        case .invalidCombination: (.unprocessableContent, "Each is right, but together they are not")
        case .momentOutOfRange: (.unprocessableContent, "The moment has passed, or is too far ahead")
        case .amountNotChargeable: (.unprocessableContent, "Stripe does not charge such an amount")
        case .idempotencyKeyReused: (.unprocessableContent, "The Idempotency-Key was used for another request")
        case .panRejected: (.unprocessableContent, "Card numbers are not accepted here")
        case .stripeRefused: (.unprocessableContent, "Stripe refused")
        case .commandDead: (.unprocessableContent, "The command was given up")
        case .commandCanceled: (.unprocessableContent, "The command was canceled")
        case .headersTooLarge: (.requestHeaderFieldsTooLarge, "The headers are too large")
        case .internalError: (.internalServerError, "Something went wrong on our side")
        case .unavailable: (.serviceUnavailable, "The service is not available at the moment")
        case .httpVersionUnknown: (HTTPStatus(rawValue: 505), "Only HTTP/1 is spoken here")
        // --- catalogue ---
        case .invalidInterval: (.unprocessableContent, "Stripe does not bill at this interval")
        case .tiersOutOfOrder: (.unprocessableContent, "The tiers are not in order")
        case .lastTierNotInf: (.unprocessableContent, "The last tier has an end, or another has none")
        case .tierWithoutAmount: (.unprocessableContent, "A tier has no amount")
        case .tiersWithPackage: (.unprocessableContent, "A price has tiers or packages, not both")
        case .amountWithTiers: (.unprocessableContent, "A tiered price has its amounts in its tiers")
        case .meterInactive: (.unprocessableContent, "The meter is switched off")
        case .meterMismatch: (.unprocessableContent, "The meter counts something else")
        case .meterExists: (.conflict, "The event name belongs to another meter")
        case .productArchived: (.conflict, "The product is archived")
        case .invalidPriceID: (.badRequest, "This is not the id of a price")
        case .priceNotFoundInConnectedAccount:
            (.unprocessableContent, "The connected Stripe account has no such price")
        case .priceUnsupported: (.unprocessableContent, "This price of Stripe's cannot be sold here")
        case .planArchived: (.conflict, "The plan is archived")
        case .planNotSold: (.unprocessableContent, "The plan is not sold")
        // --- subscriptions ---
        case .couponExpired: (.unprocessableContent, "The coupon can no longer be given")
        case .couponCurrencyMismatch: (.badRequest, "The coupon is in another currency")
        case .couponMissing: (.conflict, "There is no coupon on it")
        case .taxLocationMissing: (.unprocessableContent, "Stripe must know where the client is taxed")
        case .customerTaxLocationInvalid: (.unprocessableContent, "Stripe does not recognize where the client is taxed")
        case .stripeTaxNotConfigured: (.conflict, "Stripe Tax is not set up")
        case .analysisFieldMissing: (.unprocessableContent, "A value-based price counts a boolean field")
        case .analysisFieldNotBoolean: (.unprocessableContent, "This is not a boolean field of every agent")
        case .agentNotOfClient: (.unprocessableContent, "This is not an agent of the client")
        case .subscriptionNotRunning: (.conflict, "The subscription does not run")
        case .notCanceling: (.conflict, "The subscription is not about to end")
        case .notPaused: (.conflict, "The subscription is not paused")
        case .noPendingChange: (.conflict, "Nothing is planned for the next period")
        case .changePending: (.conflict, "A change waits for the next period")
        case .priceUnpublished: (.conflict, "The price is not at Stripe")
        case .invoiceNotOpen: (.conflict, "The invoice is not open")
        case .invoiceNotPaid: (.conflict, "The invoice is not paid")
        case .amountTooLarge: (.unprocessableContent, "This is more than there is")
        // --- usage ---
        case .agentExists: (.conflict, "There is such an agent already")
        case .unknownAgent: (.unprocessableContent, "There is no such agent")
        case .agentArchived: (.conflict, "The agent is archived")
        case .eventTooOld: (.unprocessableContent, "The event is too old to be billed")
        case .eventTooFarAhead: (.unprocessableContent, "The event lies in the future")
        case .eventIDReused: (.conflict, "The event_id is of another event")
        case .meterCannotCount: (.unprocessableContent, "The meter cannot add this up")
        case .metricNotAvailable: (.unprocessableContent, "Agents of this platform are not counted so")
        case .analysisFieldNotCountable: (.unprocessableContent, "This analysis field is no truth value")
        case .usageBilled: (.conflict, "The usage is billed already")
        // --- credits ---
        case .creditPricingMissing: (.conflict, "No price of a credit is set")
        case .purchaseBelowMinimum: (.unprocessableContent, "The amount is less than can be bought")
        case .purchaseAboveMaximum: (.unprocessableContent, "The amount is more than can be bought at once")
        case .creditQuoteExpired: (.conflict, "The quote's time is over")
        case .creditQuoteUsed: (.conflict, "The quote was bought already")
        case .insufficientCredits: (.paymentRequired, "The client has not enough credits")
        case .creditEventMismatch: (.conflict, "This event was recorded with another amount")
        case .creditHoldOver: (.conflict, "The hold has ended")
        case .creditPurchaseNotPaid: (.conflict, "The purchase is not paid")
        case .refundAboveRemainder: (.unprocessableContent, "More than is left would be given back")
        case .topupAboveCap: (.unprocessableContent, "One top-up is more than a month may cost")
        // --- connections ---
        case .importRunning: (.conflict, "Such an import runs already")
        case .importNotReady: (.conflict, "The import is not ready to be confirmed")
        case .importConflicts: (.conflict, "The import has conflicts to decide about")
        case .accountMismatch: (.conflict, "The key belongs to another Stripe account")
        case .sameAccount: (.conflict, "The key belongs to the connected Stripe account")
        case .accountNotConnected: (.conflict, "The Stripe account is not connected to the platform")
        case .accountInUse: (.conflict, "The Stripe account is connected for another agency")
        case .accountChanged: (.conflict, "Another Stripe account was connected meanwhile")
        case .stripeEndpointLimit: (.conflict, "The Stripe account has no free webhook endpoint")
        // --- portals ---
        case .userUnknown: (.forbidden, "There is no such portal user")
        case .roleForbids: (.forbidden, "The portal user's role does not allow this")
        case .scopesBeyondOwn: (.forbidden, "A key gives no more than its maker has")
        case .portalUserExists: (.conflict, "There is such a portal user already")
        case .apiKeyEnded: (.conflict, "The API key has ended")
        case .domainExists: (.conflict, "The domain is on the list already")
        case .domainLimit: (.conflict, "There are as many domains as there may be")
        case .invalidDomain: (.unprocessableContent, "This is no domain that can be proven")
        case .invalidScope: (.badRequest, "There is no such scope")
        case .invalidLogo: (.unprocessableContent, "This picture cannot be used")
        case .lowContrast: (.unprocessableContent, "These colours cannot be told apart")
        case .holdOfHigherRole: (.forbidden, "Somebody higher blocked the client")
        case .clientNotClosed: (.conflict, "The client is not closed yet")
        case .accessTokenUnavailable: (.conflict, "This installation signs no access tokens")
        case .preconditionFailed: (.preconditionFailed, "It was changed meanwhile")
        case .rateLimited: (.tooManyRequests, "Too many requests")
        case .versionUnknown: (.badRequest, "There is no such version of the API")
        // --- webhooks ---
        case .webhookEndpointLimit: (.conflict, "There are as many webhook endpoints as there may be")
        case .webhookEndpointDisabled: (.conflict, "The webhook endpoint is disabled")
        // --- reconciliation ---
        case .reconciliationRunning: (.conflict, "A reconciliation runs already")
        case .repairNotPossible: (.conflict, "It cannot be repaired in this direction")
        case .repairWithoutEffect: (.conflict, "The repair changed nothing")
        case .driftItemClosed: (.conflict, "Nothing is to be done about it any more")
        }
    }
}
