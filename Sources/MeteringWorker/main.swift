import Jobs
import Worker

await runWorker(.metering, handlers: MeteringHandlers.all)
