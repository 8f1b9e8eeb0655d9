public import Postgres

/// What a worker may do with the queue before it has a job in hand: claim, finish, maintain.
public enum QueueScope: OpenScope {}

/// The rows of one tenant. Nobody opens it: it is entered, by showing the database an API key, a webhook's token or a
/// job's lease, and the database sets the tenant.
public enum TenantScope {}

/// What belongs to no tenant: the schema's version, depth of the queues, the operator's functions.
public enum PlatformScope: OpenScope {}
