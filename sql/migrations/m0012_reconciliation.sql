-- What differs between our rows and Stripe's, and its repair.
SET LOCAL ROLE tollgate_owner;
RESET ROLE;
