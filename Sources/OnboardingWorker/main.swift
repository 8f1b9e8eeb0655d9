import Jobs
import Worker

await runWorker(.onboarding, handlers: OnboardingHandlers.all, besides: DomainCheck.work)
