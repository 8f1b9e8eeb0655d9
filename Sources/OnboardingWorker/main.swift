import Jobs
import Worker

await runWorker(.onboarding, handlers: OnboardingHandlers.all)
