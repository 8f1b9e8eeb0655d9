import Jobs
import Worker

await runWorker(.access, handlers: AccessHandlers.all)
