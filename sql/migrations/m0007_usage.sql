-- Usage: rules, events, batches to Stripe, and what could not be attributed.
SET LOCAL ROLE tollgate_owner;
RESET ROLE;
