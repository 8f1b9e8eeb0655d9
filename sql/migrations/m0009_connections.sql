-- Connections in full: permissions, tax status, payouts, moves, imports.
SET LOCAL ROLE tollgate_owner;
RESET ROLE;
