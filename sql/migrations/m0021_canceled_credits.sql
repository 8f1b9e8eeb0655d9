-- A canceled command leaves no purchase of credits and no refund of one behind that waits for it: who cancels says so.
SET LOCAL ROLE tollgate_owner;
GRANT UPDATE (status, problem, updated_at) ON app.credit_purchase, app.credit_refund TO tollgate_gateway;
RESET ROLE;
