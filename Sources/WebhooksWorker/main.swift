import Jobs
import Worker

await runWorker(.webhooks, handlers: WebhooksHandlers.all)
