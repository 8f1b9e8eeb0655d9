import Jobs
import Worker

await runWorker(.subscriptions, handlers: SubscriptionsHandlers.all)
