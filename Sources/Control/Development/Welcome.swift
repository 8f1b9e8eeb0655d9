internal import Daemon

/// What `tollgate up` prints once everything is ready.
struct Welcome {
    let plan: StackPlan
    let folder: DevelopmentFolder
    let isRealStripe: Bool

    /// Where everything is, and what to type next.
    func say(key: String, isNew: Bool) {
        let stripe = isRealStripe ? "real Stripe" : "\(plan.standInURL) (a stand-in: no account needed, no money moves)"
        let paste = isRealStripe ? "sk_test_… (your own test key)" : "sk_test_demo0000000000000000"
        let whose = (isNew ? "of the new demo tenant; it stays in " : "of the demo tenant, from ") + folder.demo
        Console.say(
            """

            Tollgate is running.

              API            \(plan.apiURL)/v1
              Contract       \(plan.apiURL)/openapi.yaml
              Admin          \(plan.adminURL)/admin/
              Metrics        \(plan.adminURL)/metrics
              Stripe         \(stripe)
              Logs           \(folder.path)/logs/

              API key        \(key)
                             \(whose)

            Next, in another terminal:

              make story                                   the whole story, step by step
            or by hand:
              curl -s \(plan.apiURL)/v1/payment_processor \\
                -H "Authorization: Bearer \(key)" \\
                -H "Content-Type: application/json" -H "Idempotency-Key: first-key" -H "Prefer: wait=10" \\
                -d '{"secret_key": "\(paste)"}'

            Ctrl-C stops all of it; the data stays.
            """)
    }
}
