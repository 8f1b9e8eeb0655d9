-- What the portals are told: endpoints, deliveries, attempts.
SET LOCAL ROLE tollgate_owner;
RESET ROLE;
