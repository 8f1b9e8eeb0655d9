-- What can be sold: every model of price, plans with their versions and quotas, and what was used of them.
SET LOCAL ROLE tollgate_owner;
RESET ROLE;
