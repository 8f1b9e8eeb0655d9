-- What the portals need around billing: keys, users, branding, the audit chain, policies of access, erasure.
SET LOCAL ROLE tollgate_owner;

-- ---------------------------------------------------------------------------------------------------------------------
-- Scopes and roles

-- Whether whoever holds these scopes may do this one. 'clients:write' is covered by itself, 'clients:*' and '*'.
CREATE FUNCTION app.scope_covered(p_held text[], p_wanted text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT p_held && CASE WHEN p_wanted = '*' THEN ARRAY['*'] ELSE ARRAY['*', p_wanted, split_part(p_wanted, ':', 1) || ':*'] END
$$;

-- What both may do.
CREATE FUNCTION app.common_scopes(p_one text[], p_other text[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT s ORDER BY s), '{}') FROM unnest(p_one || p_other) s
   WHERE app.scope_covered(p_one, s) AND app.scope_covered(p_other, s)
$$;

-- What a portal user of a role may do, whatever the key behind it may. All set-up is on the agency's side (E13): a client's
-- people read what is theirs and add a card.
CREATE FUNCTION app.role_scopes(p_role text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE p_role
    WHEN 'owner' THEN ARRAY['*']
    WHEN 'admin' THEN ARRAY['*']
    WHEN 'billing' THEN ARRAY['clients:*', 'catalog:*', 'subscriptions:*', 'invoices:*', 'credits:*', 'usage:*', 'access:*',
      'commands:*', 'processor:read', 'reconciliation:*', 'settings:read', 'users:read']
    WHEN 'support' THEN ARRAY['clients:read', 'catalog:read', 'subscriptions:read', 'invoices:read', 'credits:read', 'usage:read',
      'access:read', 'commands:read', 'processor:read', 'reconciliation:read', 'settings:read', 'users:read']
    WHEN 'client_admin' THEN ARRAY['me:*', 'clients:read', 'subscriptions:read', 'invoices:read', 'credits:read', 'usage:read', 'access:read']
    WHEN 'client_member' THEN ARRAY['me:read', 'clients:read', 'subscriptions:read', 'usage:read', 'access:read']
    ELSE ARRAY[]::text[] END
$$;

-- Who may undo whose block: the higher number. 9 is the agency's own key, with no user named.
CREATE FUNCTION app.role_rank(p_role text) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE p_role WHEN 'owner' THEN 9 WHEN 'admin' THEN 7 WHEN 'billing' THEN 5 WHEN 'support' THEN 3
    WHEN 'client_admin' THEN 2 WHEN 'client_member' THEN 1 ELSE 9 END
$$;

-- A person who uses the portal. The agency's own people have no client, a client's people have theirs.
CREATE TABLE app.portal_user (
  tenant_id   bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id          uuid NOT NULL,
  client_id   uuid,
  external_id text,
  role        text NOT NULL CHECK (role IN ('owner', 'admin', 'billing', 'support', 'client_admin', 'client_member')),
  name        text,
  email       text,
  status      text NOT NULL DEFAULT 'active' CHECK (status IN ('invited', 'active', 'disabled')),
  verified_at timestamptz,                                    -- the portal says that the address is the user's
  metadata    jsonb NOT NULL DEFAULT '{}',
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, client_id) REFERENCES app.client (tenant_id, id),
  CONSTRAINT portal_user_external_id_unique UNIQUE (tenant_id, external_id),
  CONSTRAINT portal_user_of_client CHECK ((role IN ('client_admin', 'client_member')) = (client_id IS NOT NULL))
);
CREATE INDEX portal_user_of_client ON app.portal_user (tenant_id, client_id, id DESC);
CALL app.protect('portal_user');
GRANT SELECT, INSERT, UPDATE ON app.portal_user TO tollgate_gateway;
GRANT SELECT, UPDATE ON app.portal_user TO tollgate_worker;     -- erasure
GRANT SELECT ON app.portal_user TO tollgate_entry;

-- ---------------------------------------------------------------------------------------------------------------------
-- API keys over the API

ALTER TABLE app.api_key
  ADD COLUMN created_by text,                                 -- key_… or pu_… that made it; NULL for the operator
  ADD COLUMN role text,                                       -- its maker's, where that was a portal's user: whoever holds it stands no higher
  ADD COLUMN replaces uuid,                                   -- the key whose place it took by a roll
  ADD COLUMN api_version text NOT NULL DEFAULT '2026-11-21';  -- pinned when the key was made
GRANT SELECT (created_by, replaces, api_version) ON app.api_key TO tollgate_gateway;
GRANT INSERT (id, mac, pepper_id, prefix, last4, name, scopes, expires_at, created_by, replaces, api_version),
  UPDATE (revoked_at, expires_at) ON app.api_key TO tollgate_gateway;

-- V10: a key opens the mode its prefix says. Whoever makes a key gives no more than it has; a key that ended does not come back. A
-- key that was rolled goes on for a while, but makes and ends no keys: it may have been rolled because a stranger has it.
CREATE FUNCTION app.guard_api_key() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_live boolean; v_held text := nullif(current_setting('app.scopes', true), '');
  v_maker uuid := nullif(current_setting('app.key_id', true), '')::uuid;
BEGIN
  IF NEW.id <> v_maker AND EXISTS (SELECT 1 FROM app.api_key r WHERE r.tenant_id = NEW.tenant_id AND r.replaces = v_maker) THEN
    RAISE EXCEPTION 'a rolled key makes and ends no keys' USING ERRCODE = '42501', CONSTRAINT = 'api_key_rolled';
  END IF;
  SELECT t.livemode INTO v_live FROM app.tenant t WHERE t.tenant_id = NEW.tenant_id;
  IF NEW.prefix <> (CASE WHEN v_live THEN 'tg_live_' ELSE 'tg_test_' END) THEN
    RAISE EXCEPTION 'the key is of the other mode' USING ERRCODE = '23514', CONSTRAINT = 'api_key_mode';
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF v_held IS NOT NULL AND EXISTS (SELECT 1 FROM unnest(NEW.scopes) s WHERE NOT app.scope_covered(v_held::text[], s)) THEN
      RAISE EXCEPTION 'a key gives no more than it has' USING ERRCODE = '42501', CONSTRAINT = 'api_key_scopes';
    END IF;
    NEW.role := nullif(current_setting('app.role', true), '');
  ELSIF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at
     OR OLD.expires_at IS NOT NULL AND (NEW.expires_at IS NULL OR NEW.expires_at > OLD.expires_at) THEN
    RAISE EXCEPTION 'a key that ends does not come back' USING ERRCODE = '23514', CONSTRAINT = 'api_key_ends';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER api_key_guard BEFORE INSERT OR UPDATE OF prefix, revoked_at, expires_at ON app.api_key
  FOR EACH ROW EXECUTE FUNCTION app.guard_api_key();

-- Begins a tenant's transaction for the holder of an API key, who may act for one of the portal's users. 28000: no such key, or
-- it is expired, revoked or of a suspended tenant (deliberately one answer). 42501: the key lacks the scope (no constraint
-- named), there is no such active user (portal_user), or the user's role lacks the scope (portal_role).
DROP FUNCTION app.enter_by_key(bytea, text);
CREATE FUNCTION app.enter_by_key(p_mac bytea, p_scope text, p_user uuid DEFAULT NULL, p_external text DEFAULT NULL,
  OUT key_id uuid, OUT tenant_public_id uuid, OUT agency_id uuid, OUT scopes text[], OUT livemode boolean,
  OUT user_id uuid, OUT role text, OUT client_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_tenant bigint; v_used timestamptz; v_maker text;
BEGIN
  SELECT k.tenant_id, k.id, t.public_id, t.agency_id, k.scopes, t.livemode, k.last_used_at, k.role
    INTO v_tenant, key_id, tenant_public_id, agency_id, scopes, livemode, v_used, v_maker
    FROM app.api_key k JOIN app.tenant t ON t.tenant_id = k.tenant_id
   WHERE k.mac = p_mac AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now()) AND t.suspended_at IS NULL;
  IF v_tenant IS NULL THEN RAISE EXCEPTION 'unknown API key' USING ERRCODE = '28000'; END IF;
  IF p_scope IS NOT NULL AND NOT app.scope_covered(scopes, p_scope) THEN
    RAISE EXCEPTION 'the API key lacks the scope %', p_scope USING ERRCODE = '42501';
  END IF;
  IF p_user IS NOT NULL OR p_external IS NOT NULL THEN
    SELECT u.id, u.role, u.client_id INTO user_id, role, client_id FROM app.portal_user u
     WHERE u.tenant_id = v_tenant AND (u.id = p_user OR u.external_id = p_external) AND u.status = 'active';
    IF user_id IS NULL THEN RAISE EXCEPTION 'unknown portal user' USING ERRCODE = '42501', CONSTRAINT = 'portal_user'; END IF;
    IF p_scope IS NOT NULL AND NOT app.scope_covered(app.role_scopes(role), p_scope) THEN
      RAISE EXCEPTION 'the role % lacks the scope %', role, p_scope USING ERRCODE = '42501', CONSTRAINT = 'portal_role';
    END IF;
    scopes := app.common_scopes(scopes, app.role_scopes(role));
    IF client_id IS NOT NULL THEN PERFORM pg_catalog.set_config('app.client_id', client_id::text, true); END IF;
  END IF;
  IF app.role_rank(v_maker) < app.role_rank(role) THEN role := v_maker; END IF;   -- an owner's name makes no owner of an admin's key
  IF v_used IS NULL OR v_used < now() - interval '1 min' THEN   -- at most one row version a minute; never waits for another
    UPDATE app.api_key k SET last_used_at = now()
     WHERE (k.tenant_id, k.id) IN (SELECT u.tenant_id, u.id FROM app.api_key u WHERE u.tenant_id = v_tenant AND u.id = key_id
                                     FOR NO KEY UPDATE SKIP LOCKED);
  END IF;
  PERFORM pg_catalog.set_config('app.scopes', scopes::text, true);
  PERFORM pg_catalog.set_config('app.role', coalesce(role, ''), true);
  PERFORM pg_catalog.set_config('app.key_id', key_id::text, true);
  PERFORM pg_catalog.set_config('app.tenant_id', v_tenant::text, true);
END $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- A client's people see their own client only

-- The client whose user acts in this transaction; NULL for the agency itself.
CREATE FUNCTION app.current_client() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.client_id', true), '')::uuid $$;

-- Puts a second, lower wall around a table: rows that belong to a client are that client's, rows of a subscription or an agent
-- are whose they are, and any other table is closed to a client's people unless it is named as open. Safe by default: a table
-- nobody thought of is closed.
CREATE PROCEDURE app.wall_clients(p_table text) LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_table text := regexp_replace(p_table, '^app\.', '');
  v_open text[] := ARRAY['tenant', 'product', 'price', 'idempotency', 'connection', 'branding',
    'credit_pricing', 'plan', 'plan_version', 'plan_price', 'plan_quota',   -- what is theirs was sold by these
    'webhook_endpoint'];                                      -- read by the trigger that delivers events
  v_rule text;
BEGIN
  v_rule := CASE
    WHEN v_table = 'audit_entry' THEN 'false'
    WHEN v_table = 'client' THEN 'id = (SELECT app.current_client())'
    WHEN v_table = 'command' THEN        -- a client's people follow the page they opened to add a card
      'EXISTS (SELECT 1 FROM app.payment_setup p WHERE p.tenant_id = command.tenant_id AND p.id = command.target_id)'
    WHEN app.has_column(v_table, 'client_id') THEN 'client_id = (SELECT app.current_client())'
    WHEN app.has_column(v_table, 'subscription_id') THEN format(
      'EXISTS (SELECT 1 FROM app.subscription s WHERE s.tenant_id = %1$I.tenant_id AND s.id = %1$I.subscription_id)', v_table)
    WHEN app.has_column(v_table, 'agent_id') THEN format(
      'EXISTS (SELECT 1 FROM app.agent a WHERE a.tenant_id = %1$I.tenant_id AND a.id = %1$I.agent_id)', v_table)
    ELSE 'false' END;
  IF v_table = ANY (v_open) THEN RETURN; END IF;
  -- What a client's people do is written down where they cannot read it: only reading is closed then.
  EXECUTE format('CREATE POLICY client_wall ON app.%I AS RESTRICTIVE %s USING ((SELECT app.current_client()) IS NULL OR %s)',
    v_table, CASE WHEN v_rule = 'false' THEN 'FOR SELECT' ELSE '' END, v_rule);
END $$;
CREATE FUNCTION app.has_column(p_table text, p_column text) RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = ('app.' || quote_ident(p_table))::regclass
                    AND a.attname = p_column AND NOT a.attisdropped)
$$;
REVOKE ALL ON PROCEDURE app.wall_clients(text) FROM PUBLIC;

-- As in m0001, and the lower wall with it.
CREATE OR REPLACE PROCEDURE app.protect(p_table text) LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_table text := regexp_replace(p_table, '^app\.', '');
BEGIN
  EXECUTE format('ALTER TABLE app.%I ENABLE ROW LEVEL SECURITY', v_table);
  EXECUTE format('ALTER TABLE app.%I FORCE ROW LEVEL SECURITY', v_table);
  EXECUTE format('CREATE POLICY tenant_isolation ON app.%I AS RESTRICTIVE USING (tenant_id = (SELECT app.current_tenant()))
                  WITH CHECK (tenant_id = (SELECT app.current_tenant()))', v_table);
  EXECUTE format('CREATE POLICY allow ON app.%I USING (true) WITH CHECK (true)', v_table);
  CALL app.wall_clients(v_table);
END $$;
DO $$ DECLARE v_table text; BEGIN
  FOR v_table IN SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                  WHERE n.nspname = 'app' AND c.relkind IN ('r', 'p') LOOP
    CALL app.wall_clients(v_table);
  END LOOP;
END $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- The audit log: rows only grow, each tenant's in one chain of hashes

ALTER TABLE app.audit_entry
  ADD COLUMN key_id uuid,                                     -- the API key behind it
  ADD COLUMN user_id uuid,                                    -- the portal user it acted for
  ADD COLUMN client_id uuid,                                  -- whose data `before` and `after` hold, for erasure
  ADD COLUMN ip text,
  ADD COLUMN request_id text,
  ADD COLUMN salt bytea,
  ADD COLUMN before_digest bytea,                             -- what the chain covers instead of the values: these may be erased
  ADD COLUMN after_digest bytea,
  ADD COLUMN erased_at timestamptz;
CREATE INDEX audit_entry_newest ON app.audit_entry (tenant_id, id DESC);
CREATE INDEX audit_entry_target ON app.audit_entry (tenant_id, target, id DESC);
CREATE INDEX audit_entry_of_client ON app.audit_entry (tenant_id, client_id) WHERE client_id IS NOT NULL;

-- The chain, in the order of commits. The hash of one link covers its entry and the hash before it.
CREATE TABLE app.audit_link (
  tenant_id bigint NOT NULL REFERENCES app.tenant,
  seq       bigint NOT NULL CHECK (seq > 0),
  entry_id  uuid NOT NULL,
  hash      bytea NOT NULL CHECK (octet_length(hash) = 32),
  PRIMARY KEY (tenant_id, seq),
  FOREIGN KEY (tenant_id, entry_id) REFERENCES app.audit_entry (tenant_id, id),
  CONSTRAINT audit_link_once UNIQUE (tenant_id, entry_id)
);
CALL app.protect('audit_link');
GRANT SELECT ON app.audit_link TO tollgate_gateway, tollgate_worker;
GRANT SELECT, INSERT ON app.audit_link TO tollgate_entry;
GRANT SELECT, INSERT, UPDATE (before, after, salt, erased_at) ON app.audit_entry TO tollgate_entry;

CREATE FUNCTION app.audit_digest(p_salt bytea, p_value jsonb) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT sha256(p_salt || convert_to(p_value::text, 'UTF8'))
$$;
-- SHA-256 over the hash before and the entry as a JSON array of texts; whoever has the rows can compute it without us.
CREATE FUNCTION app.audit_hash(p_before bytea, p_seq bigint, e app.audit_entry) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(p_before || convert_to(jsonb_build_array('tollgate-audit-1', p_seq, e.id,
    to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e.actor, e.action, e.target, e.key_id, e.user_id, e.client_id,
    e.ip, e.request_id, encode(e.before_digest, 'hex'), encode(e.after_digest, 'hex'))::text, 'UTF8'))
$$;

CREATE FUNCTION app.digest_audit() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.salt := uuid_send(gen_random_uuid());
  NEW.before_digest := CASE WHEN NEW.before IS NOT NULL THEN app.audit_digest(NEW.salt, NEW.before) END;
  NEW.after_digest := CASE WHEN NEW.after IS NOT NULL THEN app.audit_digest(NEW.salt, NEW.after) END;
  NEW.erased_at := NULL;
  RETURN NEW;
END $$;

-- Appends an entry to its tenant's chain. The lock is one tenant's and taken last, when the transaction commits: writers of a
-- tenant wait for each other's commit and for nothing else, and nobody who waits here holds what another writer needs first.
CREATE FUNCTION app.chain_audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_seq bigint; v_hash bytea; v_entry app.audit_entry;
BEGIN
  PERFORM pg_advisory_xact_lock(7230111, (NEW.tenant_id % 2147483647)::int);
  SELECT l.seq, l.hash INTO v_seq, v_hash FROM app.audit_link l WHERE l.tenant_id = NEW.tenant_id ORDER BY l.seq DESC LIMIT 1;
  SELECT e.* INTO v_entry FROM app.audit_entry e WHERE e.tenant_id = NEW.tenant_id AND e.id = NEW.id;
  v_seq := coalesce(v_seq, 0) + 1;
  INSERT INTO app.audit_link (tenant_id, seq, entry_id, hash)
  VALUES (NEW.tenant_id, v_seq, NEW.id, app.audit_hash(coalesce(v_hash, decode(repeat('00', 32), 'hex')), v_seq, v_entry));
  RETURN NULL;
END $$;

-- What is wrong with a stretch of a tenant's chain: the links after p_after, p_count of them. The link p_after itself is taken
-- as true; 0 begins at the beginning.
CREATE FUNCTION app.audit_faults(p_tenant bigint, p_after bigint, p_count int)
RETURNS TABLE (seq bigint, entry_id uuid, fault text) LANGUAGE sql STABLE AS $$
  WITH l AS (
    SELECT x.seq, x.entry_id, x.hash, lag(x.seq, 1, p_after) OVER w AS seq_before,
           coalesce(lag(x.hash) OVER w, decode(repeat('00', 32), 'hex')) AS hash_before
      FROM app.audit_link x WHERE x.tenant_id = p_tenant AND x.seq BETWEEN p_after AND p_after + p_count
    WINDOW w AS (ORDER BY x.seq)
  ), judged AS (
    SELECT l.seq, l.entry_id, CASE
        WHEN l.seq_before <> l.seq - 1 THEN 'links are missing before it'
        WHEN e.id IS NULL THEN 'the entry is missing'
        WHEN e.erased_at IS NULL AND (e.before IS NULL) <> (e.before_digest IS NULL)
          OR e.erased_at IS NULL AND (e.after IS NULL) <> (e.after_digest IS NULL)
          OR e.before IS NOT NULL AND app.audit_digest(e.salt, e.before) IS DISTINCT FROM e.before_digest
          OR e.after IS NOT NULL AND app.audit_digest(e.salt, e.after) IS DISTINCT FROM e.after_digest
          THEN 'before or after was altered'
        WHEN app.audit_hash(l.hash_before, l.seq, e) <> l.hash THEN 'the entry, or the link before it, was altered' END AS fault
      FROM l LEFT JOIN app.audit_entry e ON e.tenant_id = p_tenant AND e.id = l.entry_id
     WHERE l.seq > p_after
  )
  SELECT j.seq, j.entry_id, j.fault FROM judged j WHERE j.fault IS NOT NULL
  UNION ALL
  SELECT NULL, e.id, 'the entry is not in the chain' FROM app.audit_entry e
   WHERE p_after = 0 AND e.tenant_id = p_tenant
     AND NOT EXISTS (SELECT 1 FROM app.audit_link x WHERE x.tenant_id = e.tenant_id AND x.entry_id = e.id)
  ORDER BY 1 NULLS LAST LIMIT 100
$$;
-- The same for the operator, and the head of the chain.
CREATE FUNCTION app.verify_audit(p_tenant uuid, p_after bigint, p_count int) RETURNS TABLE (seq bigint, entry_id uuid, fault text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT f.seq, f.entry_id, f.fault FROM app.tenant t CROSS JOIN LATERAL app.audit_faults(t.tenant_id, p_after, p_count) f
   WHERE t.public_id = p_tenant
$$;
CREATE FUNCTION app.audit_head(p_tenant uuid) RETURNS TABLE (seq bigint, hash bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT l.seq, l.hash FROM app.audit_link l JOIN app.tenant t ON t.tenant_id = l.tenant_id WHERE t.public_id = p_tenant
   ORDER BY l.seq DESC LIMIT 1
$$;

-- A UUID of version 7, for rows that SQL makes: lists go by it.
CREATE FUNCTION app.uuid7() RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
$$;

-- Entries from before the chain.
GRANT UPDATE (before_digest, after_digest) ON app.audit_entry TO tollgate_entry;
SET LOCAL ROLE tollgate_entry;
DO $$ DECLARE e app.audit_entry; v_seq bigint; v_hash bytea; v_tenant bigint; BEGIN
  FOR v_tenant IN SELECT t.tenant_id FROM app.tenant t LOOP
    v_seq := 0; v_hash := decode(repeat('00', 32), 'hex');
    UPDATE app.audit_entry x SET salt = uuid_send(x.id), before_digest = app.audit_digest(uuid_send(x.id), x.before),
      after_digest = app.audit_digest(uuid_send(x.id), x.after) WHERE x.tenant_id = v_tenant;
    FOR e IN SELECT x.* FROM app.audit_entry x WHERE x.tenant_id = v_tenant ORDER BY x.at, x.id LOOP
      v_seq := v_seq + 1; v_hash := app.audit_hash(v_hash, v_seq, e);
      INSERT INTO app.audit_link (tenant_id, seq, entry_id, hash) VALUES (v_tenant, v_seq, e.id, v_hash);
    END LOOP;
  END LOOP;
END $$;
SET LOCAL ROLE tollgate_owner;
REVOKE UPDATE (before_digest, after_digest) ON app.audit_entry FROM tollgate_entry;

-- Nothing changes an entry, but that erasure may take its values away; their digests stay, and with them the chain.
CREATE FUNCTION app.keep_audit() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'audit_entry' THEN
    IF (to_jsonb(NEW) - '{before,after,salt,erased_at}'::text[]) = (to_jsonb(OLD) - '{before,after,salt,erased_at}'::text[])
       AND NEW.before IS NULL AND NEW.after IS NULL AND NEW.salt IS NULL AND NEW.erased_at IS NOT NULL THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'the audit log only grows' USING ERRCODE = '42501';
END $$;
CREATE TRIGGER audit_entry_digest BEFORE INSERT ON app.audit_entry FOR EACH ROW EXECUTE FUNCTION app.digest_audit();
CREATE CONSTRAINT TRIGGER audit_entry_chain AFTER INSERT ON app.audit_entry DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION app.chain_audit();
CREATE TRIGGER audit_entry_keep BEFORE UPDATE OR DELETE ON app.audit_entry FOR EACH ROW EXECUTE FUNCTION app.keep_audit();
CREATE TRIGGER audit_entry_keep_all BEFORE TRUNCATE ON app.audit_entry EXECUTE FUNCTION app.keep_audit();
CREATE TRIGGER audit_link_keep BEFORE UPDATE OR DELETE ON app.audit_link FOR EACH ROW EXECUTE FUNCTION app.keep_audit();
CREATE TRIGGER audit_link_keep_all BEFORE TRUNCATE ON app.audit_link EXECUTE FUNCTION app.keep_audit();

-- ---------------------------------------------------------------------------------------------------------------------
-- Access: every cause, and the tenant's policies

ALTER TABLE app.tenant
  ADD COLUMN block_scope text NOT NULL DEFAULT 'client' CHECK (block_scope IN ('client', 'subscription')),
  ADD COLUMN no_subscription text NOT NULL DEFAULT 'keep' CHECK (no_subscription IN ('block', 'default_plan', 'keep')),
  ADD COLUMN on_dispute text NOT NULL DEFAULT 'ignore' CHECK (on_dispute IN ('ignore', 'block')),
  ADD COLUMN policy_updated_at timestamptz;
GRANT UPDATE (block_scope, no_subscription, on_dispute, policy_updated_at) ON app.tenant TO tollgate_gateway;

ALTER TABLE app.access_hold
  ADD COLUMN expires_at timestamptz,                          -- a block by hand that ends by itself
  ADD COLUMN opened_role text,                                -- a block by hand is undone by the same or a higher role only
  ADD COLUMN note text,
  ADD COLUMN dispute text,                                    -- Stripe's dp_… or du_…
  DROP CONSTRAINT access_hold_cause_kind_check,
  ADD CONSTRAINT access_hold_cause_kind_check CHECK (cause_kind IN ('event', 'command', 'api_key', 'user', 'operator', 'deadline')),
  DROP CONSTRAINT access_hold_release_kind_check,
  ADD CONSTRAINT access_hold_release_kind_check CHECK (
    release_kind IN ('payment', 'manual', 'subscription', 'superseded', 'expired', 'won', 'platform', 'policy'));

-- Disputes of the tenant's clients, mirrored.
CREATE TABLE app.dispute (
  tenant_id      bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id             uuid NOT NULL,
  client_id      uuid NOT NULL,
  stripe_dispute text NOT NULL,
  stripe_charge  text,
  status         text NOT NULL,                               -- Stripe's words, an open list
  reason         text,
  amount         bigint NOT NULL,
  currency       text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  snapshot_seq   bigint NOT NULL DEFAULT 0,
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, client_id) REFERENCES app.client (tenant_id, id),
  CONSTRAINT dispute_stripe_unique UNIQUE (tenant_id, stripe_dispute)
);
CREATE INDEX dispute_of_client ON app.dispute (tenant_id, client_id);
CALL app.protect('dispute');
GRANT SELECT ON app.dispute TO tollgate_gateway;
GRANT SELECT, INSERT, UPDATE ON app.dispute TO tollgate_worker;

-- ---------------------------------------------------------------------------------------------------------------------
-- Branding: what a client's pages look like. No word of the platform's is in it (L15)

CREATE TABLE app.branding (
  tenant_id     bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  name          text NOT NULL CHECK (name <> ''),
  support_email text,
  logo_url      text,
  logo          bytea CHECK (octet_length(logo) <= 131072),   -- a PNG with nothing but its picture in it
  primary_color text NOT NULL DEFAULT '#1a1a2e' CHECK (primary_color ~ '^#[0-9a-f]{6}$'),
  on_primary_color text NOT NULL DEFAULT '#ffffff' CHECK (on_primary_color ~ '^#[0-9a-f]{6}$'),
  background_color text NOT NULL DEFAULT '#ffffff' CHECK (background_color ~ '^#[0-9a-f]{6}$'),
  text_color    text NOT NULL DEFAULT '#1a1a2e' CHECK (text_color ~ '^#[0-9a-f]{6}$'),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id)
);
CALL app.protect('branding');

CREATE TABLE app.brand_domain (
  tenant_id   bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id          uuid NOT NULL,
  domain      text NOT NULL CHECK (domain = lower(domain)),
  token       text NOT NULL,                                  -- to be found in a TXT record of _tollgate.<domain>
  status      text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'verified', 'failed')),
  checked_at  timestamptz,
  verified_at timestamptz,
  problem     text,
  created_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT brand_domain_once UNIQUE (tenant_id, domain)
);
CREATE INDEX brand_domain_verified ON app.brand_domain (domain) WHERE status = 'verified';
CALL app.protect('brand_domain');
GRANT SELECT, INSERT, UPDATE ON app.branding TO tollgate_gateway;
GRANT SELECT, INSERT (id, domain, token), DELETE ON app.brand_domain TO tollgate_gateway;
GRANT SELECT ON app.branding TO tollgate_entry;
GRANT SELECT, UPDATE (status, checked_at, verified_at, problem) ON app.brand_domain TO tollgate_entry;

-- What anybody may see of a tenant: its brand. NULL columns: the tenant has not said anything yet.
CREATE FUNCTION app.public_branding(p_tenant uuid) RETURNS TABLE (name text, support_email text, logo_url text, logo bytea,
  primary_color text, on_primary_color text, background_color text, text_color text, updated_at timestamptz, domain text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(b.name, t.name), b.support_email, b.logo_url, b.logo, b.primary_color, b.on_primary_color, b.background_color,
         b.text_color, b.updated_at,
         (SELECT d.domain FROM app.brand_domain d WHERE d.tenant_id = t.tenant_id AND d.status = 'verified' ORDER BY d.id LIMIT 1)
    FROM app.tenant t LEFT JOIN app.branding b ON b.tenant_id = t.tenant_id WHERE t.public_id = p_tenant
$$;
-- The operator has seen the token in the domain's TXT record, or not. A domain is verified for one tenant at a time.
CREATE FUNCTION app.judge_domain(p_tenant uuid, p_domain text, p_proven boolean, p_problem text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_tenant bigint;
BEGIN
  SELECT t.tenant_id INTO v_tenant FROM app.tenant t WHERE t.public_id = p_tenant;
  PERFORM pg_advisory_xact_lock(7230112, hashtext(p_domain));
  IF p_proven AND EXISTS (SELECT 1 FROM app.brand_domain d WHERE d.domain = p_domain AND d.status = 'verified' AND d.tenant_id <> v_tenant) THEN
    RETURN 'taken';
  END IF;
  UPDATE app.brand_domain d SET status = CASE WHEN p_proven THEN 'verified' ELSE 'failed' END, checked_at = now(),
    verified_at = CASE WHEN p_proven THEN now() END, problem = CASE WHEN NOT p_proven THEN p_problem END
   WHERE d.tenant_id = v_tenant AND d.domain = p_domain;
  IF NOT FOUND THEN RETURN 'unknown'; END IF;
  INSERT INTO app.audit_entry (tenant_id, id, actor, action, target, after)
  VALUES (v_tenant, app.uuid7(), 'operator', CASE WHEN p_proven THEN 'domain.verify' ELSE 'domain.fail' END, p_domain,
    jsonb_build_object('status', CASE WHEN p_proven THEN 'verified' ELSE 'failed' END));
  RETURN CASE WHEN p_proven THEN 'verified' ELSE 'failed' END;
END $$;
CREATE FUNCTION app.list_domains() RETURNS TABLE (tenant uuid, domain text, token text, status text, checked_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.public_id, d.domain, d.token, d.status, d.checked_at FROM app.brand_domain d JOIN app.tenant t ON t.tenant_id = d.tenant_id
   ORDER BY d.status, d.domain
$$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Ids in other words: ext:<the portal's own id>, stripe:<Stripe's id>

CREATE FUNCTION app.resolve_id(p_noun text, p_form text, p_value text) RETURNS uuid LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_id uuid;
BEGIN
  CASE p_form || ':' || p_noun
    WHEN 'ext:client' THEN SELECT x.id INTO v_id FROM app.client x WHERE x.external_id = p_value;
    WHEN 'ext:agent' THEN SELECT x.id INTO v_id FROM app.agent x WHERE x.external_id = p_value;
    WHEN 'ext:portal_user' THEN SELECT x.id INTO v_id FROM app.portal_user x WHERE x.external_id = p_value;
    WHEN 'stripe:client' THEN SELECT x.id INTO v_id FROM app.client x WHERE x.stripe_customer = p_value;
    WHEN 'stripe:product' THEN SELECT x.id INTO v_id FROM app.product x WHERE x.stripe_product = p_value;
    WHEN 'stripe:price' THEN SELECT x.id INTO v_id FROM app.price x WHERE x.stripe_price = p_value;
    WHEN 'stripe:subscription' THEN SELECT x.id INTO v_id FROM app.subscription x WHERE x.stripe_subscription = p_value;
    WHEN 'stripe:invoice' THEN SELECT x.id INTO v_id FROM app.invoice x WHERE x.stripe_invoice = p_value;
    WHEN 'stripe:meter' THEN SELECT x.id INTO v_id FROM app.meter x WHERE x.stripe_meter = p_value;
    ELSE NULL;
  END CASE;
  RETURN v_id;
END $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Everything held about a client, and taking it away

-- How a row x of a table is told to be a client's ($2, of the tenant $1; $3 are the public names of the client and of what is
-- its own): by itself, by its subscription, its invoice, its agent, by what it is about. NULL: such rows are no client's.
CREATE FUNCTION app.client_rule(p_table text) RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE
    WHEN p_table = 'client' THEN 'x.id = $2'
    WHEN p_table = 'portal_event' THEN 'x.subject = ANY ($3)'
    WHEN p_table = 'drift_item' THEN 'x.row_id = $2'
    WHEN app.has_column(p_table, 'client_id') THEN 'x.client_id = $2'
    WHEN app.has_column(p_table, 'subscription_id') THEN
      'x.subscription_id IN (SELECT s.id FROM app.subscription s WHERE s.tenant_id = $1 AND s.client_id = $2)'
    WHEN app.has_column(p_table, 'invoice_id') THEN
      'x.invoice_id IN (SELECT i.id FROM app.invoice i WHERE i.tenant_id = $1 AND i.client_id = $2)'
    WHEN app.has_column(p_table, 'agent_id') THEN
      'x.agent_id IN (SELECT a.id FROM app.agent a WHERE a.tenant_id = $1 AND a.client_id = $2)' END
$$;

-- The public names of a client and of what is its own: what audit entries and events are about.
CREATE FUNCTION app.client_names(p_tenant bigint, p_client uuid) RETURNS text[] LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT array_agg(n.prefix || '_' || replace(n.id::text, '-', '')) FROM (
    SELECT 'cl' AS prefix, p_client AS id
    UNION ALL SELECT 'pu', u.id FROM app.portal_user u WHERE u.tenant_id = p_tenant AND u.client_id = p_client
    UNION ALL SELECT 'ag', a.id FROM app.agent a WHERE a.tenant_id = p_tenant AND a.client_id = p_client
    UNION ALL SELECT 'sb', s.id FROM app.subscription s WHERE s.tenant_id = p_tenant AND s.client_id = p_client
    UNION ALL SELECT 'iv', i.id FROM app.invoice i WHERE i.tenant_id = p_tenant AND i.client_id = p_client
    UNION ALL SELECT 'ps', p.id FROM app.payment_setup p WHERE p.tenant_id = p_tenant AND p.client_id = p_client
    UNION ALL SELECT 'cpu', c.id FROM app.credit_purchase c WHERE c.tenant_id = p_tenant AND c.client_id = p_client) n
$$;

-- Rows of every table that holds a client's, however new the table is; of each the newest, at most p_rows, and of all together
-- at most about p_bytes of text: what one answer can carry. `row_count` says how many there are.
CREATE FUNCTION app.export_client(p_client uuid, p_rows int, p_bytes bigint)
RETURNS TABLE (name text, row_count bigint, content jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_tenant bigint := app.current_tenant(); v_names text[]; v_rule text; v_left bigint := p_bytes; v_taken bigint;
BEGIN
  IF app.current_client() IS NOT NULL AND app.current_client() <> p_client THEN RETURN; END IF;
  v_names := app.client_names(v_tenant, p_client);
  -- The client's own row first, then small tables before usage, which may be millions of rows.
  FOR name, v_rule IN SELECT c.relname, app.client_rule(c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = 'app' AND c.relkind = 'r' AND app.client_rule(c.relname) IS NOT NULL
               ORDER BY c.relname <> 'client', c.relname LIKE 'usage%', c.relname LOOP
    EXECUTE format('SELECT count(*) FROM app.%I x WHERE x.tenant_id = $1 AND ' || v_rule, name)
       INTO row_count USING v_tenant, p_client, v_names;
    EXECUTE format($q$
      SELECT coalesce(jsonb_agg(z.j ORDER BY z.n), '[]'), coalesce(max(z.total), 0) FROM (
        SELECT y.j, y.n, sum(octet_length(y.j::text) + 2) OVER (ORDER BY y.n) AS total FROM (
          SELECT to_jsonb(r) - '{tenant_id,salt,before_digest,after_digest,snapshot_seq,customer_seq,mac}'::text[] AS j,
                 row_number() OVER () AS n
            FROM (SELECT * FROM app.%I x WHERE x.tenant_id = $1 AND $q$ || v_rule || $q$ ORDER BY x.ctid DESC LIMIT $4) r) y) z
       WHERE z.total <= $5 $q$, name)
       INTO content, v_taken USING v_tenant, p_client, v_names, p_rows, v_left;
    v_left := v_left - v_taken;
    RETURN NEXT;
  END LOOP;
END $$;
GRANT SELECT ON ALL TABLES IN SCHEMA app TO tollgate_entry;
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO tollgate_entry;

-- Takes a person's data out of our rows: what was billed stays, whose it was does not. The audit log keeps its digests, and with
-- them its chain. What was sent to Stripe and answered goes too, as far as nobody needs it any more: the bytes of ended commands.
CREATE FUNCTION app.erase_client(p_client uuid, p_public text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_tenant bigint := app.current_tenant(); v_now timestamptz := now(); v_names text[]; v_ids uuid[]; v_commands bigint[];
  v_client app.client;
BEGIN
  v_names := app.client_names(v_tenant, p_client);
  SELECT array_agg(right(n, 32)::uuid) INTO v_ids FROM unnest(v_names) n;
  SELECT c.* INTO v_client FROM app.client c WHERE c.tenant_id = v_tenant AND c.id = p_client FOR UPDATE;
  -- Rules of other agents may name the client too, and nobody else, by its address.
  UPDATE app.metering_rule r SET static_value = 'erased'
   WHERE r.tenant_id = v_tenant AND r.static_value IS NOT NULL
     AND (r.agent_id IN (SELECT a.id FROM app.agent a WHERE a.tenant_id = v_tenant AND a.client_id = p_client)
       OR r.identify_by = 'email' AND lower(btrim(r.static_value)) = v_client.email_key AND NOT EXISTS (
            SELECT 1 FROM app.client o WHERE o.tenant_id = v_tenant AND o.email_key = v_client.email_key AND o.id <> p_client));
  UPDATE app.client c SET name = 'Erased client', external_id = NULL, admin_email = NULL, phone = NULL, country = NULL,
    postal_code = NULL, metadata = '{}', payment_method = NULL, card_brand = NULL, card_last4 = NULL, card_exp_month = NULL,
    card_exp_year = NULL, erased_at = coalesce(c.erased_at, v_now), updated_at = v_now
   WHERE c.tenant_id = v_tenant AND c.id = p_client;
  UPDATE app.portal_user u SET name = NULL, email = NULL, external_id = NULL, metadata = '{}', status = 'disabled', updated_at = v_now
   WHERE u.tenant_id = v_tenant AND u.client_id = p_client;
  UPDATE app.agent a SET name = 'Erased agent', external_id = NULL, metadata = '{}', status = 'archived', updated_at = v_now
   WHERE a.tenant_id = v_tenant AND a.client_id = p_client;
  UPDATE app.subscription s SET metadata = '{}' WHERE s.tenant_id = v_tenant AND s.client_id = p_client;
  UPDATE app.invoice i SET metadata = '{}' WHERE i.tenant_id = v_tenant AND i.client_id = p_client;
  UPDATE app.credit_note n SET memo = NULL WHERE n.tenant_id = v_tenant AND n.memo IS NOT NULL
     AND n.invoice_id IN (SELECT i.id FROM app.invoice i WHERE i.tenant_id = v_tenant AND i.client_id = p_client);
  UPDATE app.access_hold h SET note = NULL WHERE h.tenant_id = v_tenant AND h.client_id = p_client AND h.note IS NOT NULL;
  UPDATE app.payment_setup p SET url = NULL WHERE p.tenant_id = v_tenant AND p.client_id = p_client AND p.url IS NOT NULL;
  UPDATE app.import_item i SET facts = '{}' WHERE i.tenant_id = v_tenant AND (i.row_id = p_client OR i.stripe_id = v_client.stripe_customer);
  UPDATE app.drift_item d SET ours = NULL, theirs = NULL WHERE d.tenant_id = v_tenant AND d.row_id = p_client;
  UPDATE app.portal_event e SET data = '{}' WHERE e.tenant_id = v_tenant AND e.subject = ANY (v_names);
  UPDATE app.audit_entry e SET before = NULL, after = NULL, salt = NULL, erased_at = v_now
   WHERE e.tenant_id = v_tenant AND (e.client_id = p_client OR e.target = ANY (v_names)) AND e.erased_at IS NULL;
  DELETE FROM app.idempotency i WHERE i.tenant_id = v_tenant AND position(convert_to(p_public, 'UTF8') IN i.body) > 0;
  SELECT array_agg(c.id) INTO v_commands FROM app.command c
   WHERE c.tenant_id = v_tenant AND c.target_id = ANY (v_ids) AND c.outcome IN ('done', 'failed', 'cancelled');
  UPDATE app.stripe_call s SET body = '', response = NULL
   WHERE s.tenant_id = v_tenant AND s.command_id = ANY (v_commands) AND s.outcome IS NOT NULL;
  UPDATE app.attempt a SET error = NULL WHERE a.tenant_id = v_tenant AND a.command_id = ANY (v_commands) AND a.error IS NOT NULL;
  UPDATE app.command c SET problem = c.problem - 'detail', result = NULL
   WHERE c.tenant_id = v_tenant AND c.id = ANY (v_commands) AND (c.problem ? 'detail' OR c.result IS NOT NULL);
END $$;

-- The same for usage, at most p_max events at once, since there may be millions; gives how many it was. Amounts stay: they were
-- billed. What was said in a conversation, who was called, and the portal's name of the conversation go. Another client's agent may
-- have talked to this one: then the lead is taken out, and its conversation stays.
CREATE FUNCTION app.erase_usage(p_client uuid, p_max int) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_tenant bigint := app.current_tenant(); v_agents uuid[]; v_count bigint;
BEGIN
  SELECT coalesce(array_agg(a.id), '{}') INTO v_agents FROM app.agent a WHERE a.tenant_id = v_tenant AND a.client_id = p_client;
  DELETE FROM app.usage_conversation c WHERE c.tenant_id = v_tenant AND c.agent_id = ANY (v_agents);
  UPDATE app.usage_event u SET lead_email = NULL, lead_name = NULL, lead_phone = NULL, analysis = NULL,
         conversation_id = CASE WHEN u.agent_id = ANY (v_agents) THEN NULL ELSE u.conversation_id END
   WHERE u.tenant_id = v_tenant AND u.id IN (
     SELECT x.id FROM app.usage_event x WHERE x.tenant_id = v_tenant AND x.agent_id = ANY (v_agents)
        AND num_nonnulls(x.lead_email, x.lead_name, x.lead_phone, x.analysis, x.conversation_id) > 0
     UNION
     SELECT x.id FROM app.usage_entry e JOIN app.usage_event x ON x.tenant_id = v_tenant AND x.id = e.event_uid
      WHERE e.tenant_id = v_tenant AND e.client_id = p_client
        AND num_nonnulls(x.lead_email, x.lead_name, x.lead_phone, x.analysis) > 0
      LIMIT p_max);
  GET DIAGNOSTICS v_count = ROW_COUNT;
  RETURN v_count;
END $$;
ALTER TABLE app.client ADD COLUMN closed_at timestamptz, ADD COLUMN erased_at timestamptz;
GRANT UPDATE ON app.client, app.portal_user, app.agent, app.access_hold TO tollgate_entry;
GRANT UPDATE (metadata) ON app.subscription, app.invoice TO tollgate_entry;
GRANT UPDATE (memo) ON app.credit_note TO tollgate_entry;
GRANT UPDATE (static_value) ON app.metering_rule TO tollgate_entry;
GRANT UPDATE (url) ON app.payment_setup TO tollgate_entry;
GRANT UPDATE (facts) ON app.import_item TO tollgate_entry;
GRANT UPDATE (data) ON app.portal_event TO tollgate_entry;
GRANT UPDATE (body, response) ON app.stripe_call TO tollgate_entry;
GRANT UPDATE (error) ON app.attempt TO tollgate_entry;
GRANT UPDATE (lead_email, lead_name, lead_phone, analysis, conversation_id) ON app.usage_event TO tollgate_entry;
GRANT DELETE ON app.usage_conversation TO tollgate_entry;
GRANT SELECT, DELETE ON app.idempotency TO tollgate_entry;

-- ---------------------------------------------------------------------------------------------------------------------
-- The operator's doings leave entries too

GRANT INSERT ON app.access_hold, app.access_transition, app.portal_event TO tollgate_entry;

-- A suspended agency's clients are blocked, for a reason only the platform takes away again.
CREATE OR REPLACE FUNCTION app.suspend_tenant(p_public_id uuid, p_suspended boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_tenant bigint; v_was timestamptz;
BEGIN
  SELECT t.tenant_id, t.suspended_at INTO v_tenant, v_was FROM app.tenant t WHERE t.public_id = p_public_id FOR NO KEY UPDATE;
  IF v_tenant IS NULL THEN RETURN false; END IF;
  IF p_suspended = (v_was IS NOT NULL) THEN RETURN true; END IF;
  PERFORM pg_catalog.set_config('app.tenant_id', v_tenant::text, true);      -- for what the events set off
  UPDATE app.tenant t SET suspended_at = CASE WHEN p_suspended THEN now() END WHERE t.tenant_id = v_tenant;
  PERFORM 1 FROM app.client c WHERE c.tenant_id = v_tenant AND c.access_state <> 'closed' ORDER BY c.id FOR NO KEY UPDATE;
  IF p_suspended THEN
    INSERT INTO app.access_hold (tenant_id, id, client_id, reason, effect, cause_kind, cause_id)
    SELECT v_tenant, app.uuid7(), c.id, 'tenant', 'blocked', 'operator', 'operator' FROM app.client c
     WHERE c.tenant_id = v_tenant AND c.access_state <> 'closed' ON CONFLICT DO NOTHING;
  ELSE
    UPDATE app.access_hold h SET released_at = now(), release_kind = 'platform', released_by = 'operator'
     WHERE h.tenant_id = v_tenant AND h.reason = 'tenant' AND h.released_at IS NULL;
  END IF;
  WITH wanted AS (
    SELECT c.id, c.access_state AS before, coalesce(
        (SELECT e.effect FROM (
           -- As AccessProjection.state has it: under block_scope = subscription a failed one warns while another runs.
           SELECT CASE WHEN t.block_scope = 'subscription' AND h.reason = 'payment_failed' AND EXISTS (
                    SELECT 1 FROM app.subscription s WHERE s.tenant_id = c.tenant_id AND s.client_id = c.id
                       AND s.id IS DISTINCT FROM h.subscription_id AND s.status IN ('active', 'trialing'))
                  THEN 'past_due' ELSE h.effect END AS effect
             FROM app.access_hold h WHERE h.tenant_id = c.tenant_id AND h.client_id = c.id AND h.released_at IS NULL AND h.effect <> 'metered') e
          ORDER BY array_position(ARRAY['blocked', 'awaiting_payment', 'past_due'], e.effect) LIMIT 1), 'active') AS state
      FROM app.client c JOIN app.tenant t ON t.tenant_id = c.tenant_id WHERE c.tenant_id = v_tenant AND c.access_state <> 'closed'
  ), changed AS (
    UPDATE app.client c SET access_state = w.state, access_at = now() FROM wanted w
     WHERE c.tenant_id = v_tenant AND c.id = w.id AND w.before <> w.state RETURNING c.id, w.before, w.state
  ), told AS (
    INSERT INTO app.portal_event (tenant_id, id, type, subject, data)
    SELECT v_tenant, app.uuid7(), CASE WHEN p_suspended THEN 'access.blocked' ELSE 'access.reactivated' END,
           'cl_' || replace(c.id::text, '-', ''), jsonb_build_object('from', c.before, 'to', c.state, 'reason', 'tenant') FROM changed c
  )
  INSERT INTO app.access_transition (tenant_id, id, client_id, from_state, to_state, hold_id, cause_kind, cause_id)
  SELECT v_tenant, app.uuid7(), c.id, c.before, c.state,
         (SELECT h.id FROM app.access_hold h WHERE h.tenant_id = v_tenant AND h.client_id = c.id AND h.reason = 'tenant' ORDER BY h.id DESC LIMIT 1),
         'operator', 'operator' FROM changed c;
  INSERT INTO app.audit_entry (tenant_id, id, actor, action, target, before, after)
  VALUES (v_tenant, app.uuid7(), 'operator', CASE WHEN p_suspended THEN 'tenant.suspend' ELSE 'tenant.resume' END,
    'tn_' || replace(p_public_id::text, '-', ''), jsonb_build_object('suspended', NOT p_suspended), jsonb_build_object('suspended', p_suspended));
  PERFORM pg_catalog.set_config('app.tenant_id', '', true);
  RETURN true;
END $$;

CREATE OR REPLACE FUNCTION app.add_api_key(p_tenant uuid, p_id uuid, p_mac bytea, p_pepper_id smallint, p_prefix text, p_last4 text,
  p_name text, p_scopes text[], p_expires_at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_tenant bigint;
BEGIN
  INSERT INTO app.api_key (tenant_id, id, mac, pepper_id, prefix, last4, name, scopes, expires_at)
  SELECT t.tenant_id, p_id, p_mac, p_pepper_id, p_prefix, p_last4, p_name, p_scopes, p_expires_at
    FROM app.tenant t WHERE t.public_id = p_tenant RETURNING tenant_id INTO v_tenant;
  IF v_tenant IS NULL THEN RETURN false; END IF;
  INSERT INTO app.audit_entry (tenant_id, id, actor, action, target, after)
  VALUES (v_tenant, app.uuid7(), 'operator', 'api_key.create', 'key_' || replace(p_id::text, '-', ''),
    jsonb_build_object('name', p_name, 'last4', p_last4, 'scopes', p_scopes));
  RETURN true;
END $$;

CREATE OR REPLACE FUNCTION app.revoke_api_key(p_tenant uuid, p_id uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_tenant bigint; v_was timestamptz;
BEGIN
  SELECT k.tenant_id, k.revoked_at INTO v_tenant, v_was FROM app.api_key k JOIN app.tenant t ON t.tenant_id = k.tenant_id
   WHERE t.public_id = p_tenant AND k.id = p_id FOR UPDATE OF k;
  IF v_tenant IS NULL THEN RETURN false; END IF;
  IF v_was IS NOT NULL THEN RETURN true; END IF;
  UPDATE app.api_key k SET revoked_at = now() WHERE k.tenant_id = v_tenant AND k.id = p_id;
  INSERT INTO app.audit_entry (tenant_id, id, actor, action, target, before, after)
  VALUES (v_tenant, app.uuid7(), 'operator', 'api_key.revoke', 'key_' || replace(p_id::text, '-', ''),
    jsonb_build_object('revoked', false), jsonb_build_object('revoked', true));
  RETURN true;
END $$;

DO $$ DECLARE r text[]; BEGIN
  FOREACH r SLICE 1 IN ARRAY ARRAY[
    ['app.enter_by_key(bytea, text, uuid, text)', 'tollgate_gateway'], ['app.chain_audit()', ''],
    ['app.verify_audit(uuid, bigint, int)', 'tollgate_admin'], ['app.audit_head(uuid)', 'tollgate_admin'],
    ['app.public_branding(uuid)', 'tollgate_gateway'], ['app.judge_domain(uuid, text, boolean, text)', 'tollgate_admin'],
    ['app.list_domains()', 'tollgate_admin'], ['app.export_client(uuid, int, bigint)', 'tollgate_gateway'],
    ['app.erase_client(uuid, text)', 'tollgate_worker'], ['app.erase_usage(uuid, int)', 'tollgate_worker']]
  LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO tollgate_entry', r[1]);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', r[1]);
    IF r[2] <> '' THEN EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', r[1], r[2]); END IF;
  END LOOP;
END $$;
RESET ROLE;
