-- Prepaid credits: prices, quotes, purchases, the ledger, holds, top-ups.
SET LOCAL ROLE tollgate_owner;
RESET ROLE;
