-- What the portals need around billing: keys, users, branding, the audit chain, policies, erasure.
SET LOCAL ROLE tollgate_owner;
RESET ROLE;
