-- How long what ended is kept, and how long a difference is left alone, are the tenant's to say; the bounds stand as CHECKs.
SET LOCAL ROLE tollgate_owner;
GRANT UPDATE (retention_days, settle_seconds) ON app.tenant TO tollgate_gateway;
RESET ROLE;
