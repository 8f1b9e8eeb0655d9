-- Subscriptions in full: agents, coupons, tax, schedules; invoices with their lines.
SET LOCAL ROLE tollgate_owner;
RESET ROLE;
