import Jobs
import Worker

await runWorker(.invoices, handlers: InvoicesHandlers.all)
