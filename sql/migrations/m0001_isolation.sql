-- Tenants, their API keys, and the wall between them. Needs sql/roles.sql to have run in this database.
--
-- The database itself decides which tenant a transaction is for: only SECURITY DEFINER entry functions set app.tenant_id,
-- and each demands a credential (an API key's MAC here, a job's lease in m0002). Row-level security does the rest, on
-- every table of schema app, for every role but tollgate_entry.
SET LOCAL ROLE tollgate_owner;

-- The tenant of this transaction, NULL outside an entered one. A reused session holds '' where a fresh one holds NULL.
CREATE FUNCTION app.current_tenant() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.tenant_id', true), '')::bigint $$;

-- Puts a table of schema app behind the wall. Every migration calls it for each table it creates.
-- The restrictive policy can only be narrowed by others; the sub-select becomes an InitPlan, so keys are still used.
CREATE PROCEDURE app.protect(p_table text) LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_table text := regexp_replace(p_table, '^app\.', '');
BEGIN
  EXECUTE format('ALTER TABLE app.%I ENABLE ROW LEVEL SECURITY', v_table);
  EXECUTE format('ALTER TABLE app.%I FORCE ROW LEVEL SECURITY', v_table);
  EXECUTE format('CREATE POLICY tenant_isolation ON app.%I AS RESTRICTIVE USING (tenant_id = (SELECT app.current_tenant()))
                  WITH CHECK (tenant_id = (SELECT app.current_tenant()))', v_table);
  EXECUTE format('CREATE POLICY allow ON app.%I USING (true) WITH CHECK (true)', v_table);
END $$;

-- An agency in one mode: the same agency has a second row for live, so test and live data never meet.
CREATE TABLE app.tenant (
  tenant_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id    uuid NOT NULL,
  agency_id    uuid NOT NULL,                                 -- shared by the test and the live tenant of one agency
  name         text NOT NULL CHECK (name <> ''),
  livemode     boolean NOT NULL DEFAULT false,
  suspended_at timestamptz,                                   -- its API keys open nothing from here on
  features     text[] NOT NULL DEFAULT '{payment_processor}',
  block_on     text NOT NULL DEFAULT 'canceled_for_nonpayment'
    CHECK (block_on IN ('past_due_immediately', 'grace_elapsed', 'unpaid', 'canceled_for_nonpayment')),
  grace_days   int CHECK (grace_days BETWEEN 0 AND 90),       -- asked for by block_on = grace_elapsed
  require_card boolean NOT NULL DEFAULT true,                 -- a client without a card waits with its first subscription
  created_at   timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT tenant_public_id_unique UNIQUE (public_id, tenant_id),
  CONSTRAINT tenant_agency_mode_unique UNIQUE (agency_id, livemode, tenant_id),
  CONSTRAINT tenant_grace_known CHECK (block_on <> 'grace_elapsed' OR grace_days IS NOT NULL)
);
CALL app.protect('tenant');

CREATE TABLE app.api_key (
  tenant_id    bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id           uuid NOT NULL,
  mac          bytea NOT NULL CHECK (octet_length(mac) = 32), -- HMAC-SHA-256(pepper, whole key): the key itself is nowhere
  pepper_id    smallint NOT NULL DEFAULT 1,
  prefix       text NOT NULL,                                 -- tg_test_ or tg_live_
  last4        text NOT NULL,
  name         text NOT NULL DEFAULT '',
  scopes       text[] NOT NULL,                               -- 'clients:write', 'clients:*', '*'
  expires_at   timestamptz,
  revoked_at   timestamptz,
  last_used_at timestamptz,                                   -- to the minute
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX api_key_mac ON app.api_key (mac, tenant_id);
CALL app.protect('api_key');

GRANT SELECT, UPDATE (name, block_on, grace_days, require_card) ON app.tenant TO tollgate_gateway;
GRANT SELECT ON app.tenant TO tollgate_worker;
GRANT SELECT (tenant_id, id, prefix, last4, name, scopes, expires_at, revoked_at, last_used_at, created_at) ON app.api_key
   TO tollgate_gateway;
GRANT SELECT, INSERT, UPDATE ON app.tenant, app.api_key TO tollgate_entry;

-- Begins a tenant's transaction for the holder of an API key. 28000: no such key, or it is expired, revoked or of a
-- suspended tenant (deliberately one answer). 42501: the key lacks the scope asked for; NULL asks for none.
CREATE FUNCTION app.enter_by_key(p_mac bytea, p_scope text,
  OUT key_id uuid, OUT tenant_public_id uuid, OUT agency_id uuid, OUT scopes text[], OUT livemode boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_tenant bigint; v_used timestamptz;
BEGIN
  SELECT k.tenant_id, k.id, t.public_id, t.agency_id, k.scopes, t.livemode, k.last_used_at
    INTO v_tenant, key_id, tenant_public_id, agency_id, scopes, livemode, v_used
    FROM app.api_key k JOIN app.tenant t ON t.tenant_id = k.tenant_id
   WHERE k.mac = p_mac AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now()) AND t.suspended_at IS NULL;
  IF v_tenant IS NULL THEN RAISE EXCEPTION 'unknown API key' USING ERRCODE = '28000'; END IF;
  IF p_scope IS NOT NULL AND NOT (scopes && ARRAY['*', p_scope, split_part(p_scope, ':', 1) || ':*']) THEN
    RAISE EXCEPTION 'the API key lacks the scope %', p_scope USING ERRCODE = '42501';
  END IF;
  IF v_used IS NULL OR v_used < now() - interval '1 min' THEN   -- at most one row version a minute; never waits for another
    UPDATE app.api_key k SET last_used_at = now()
     WHERE (k.tenant_id, k.id) IN (SELECT u.tenant_id, u.id FROM app.api_key u WHERE u.tenant_id = v_tenant AND u.id = key_id
                                     FOR NO KEY UPDATE SKIP LOCKED);
  END IF;
  PERFORM pg_catalog.set_config('app.tenant_id', v_tenant::text, true);
END $$;

-- The operator's program makes tenants and keys; it has no other way to their tables.
CREATE FUNCTION app.add_tenant(p_public_id uuid, p_agency_id uuid, p_name text, p_livemode boolean) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO app.tenant (public_id, agency_id, name, livemode) VALUES (p_public_id, p_agency_id, p_name, p_livemode)
  RETURNING tenant_id
$$;

CREATE FUNCTION app.list_tenants() RETURNS TABLE (
  tenant_id bigint, public_id uuid, agency_id uuid, name text, livemode boolean, suspended_at timestamptz, created_at timestamptz,
  api_keys bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.tenant_id, t.public_id, t.agency_id, t.name, t.livemode, t.suspended_at, t.created_at,
         (SELECT count(*) FROM app.api_key k WHERE k.tenant_id = t.tenant_id AND k.revoked_at IS NULL)
    FROM app.tenant t ORDER BY t.tenant_id
$$;

-- Returns whether there was such a tenant.
CREATE FUNCTION app.suspend_tenant(p_public_id uuid, p_suspended boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE app.tenant t SET suspended_at = CASE WHEN p_suspended THEN coalesce(t.suspended_at, now()) END
   WHERE t.public_id = p_public_id;
  RETURN FOUND;
END $$;

-- Returns whether there was such a tenant.
CREATE FUNCTION app.add_api_key(p_tenant uuid, p_id uuid, p_mac bytea, p_pepper_id smallint, p_prefix text, p_last4 text,
  p_name text, p_scopes text[], p_expires_at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO app.api_key (tenant_id, id, mac, pepper_id, prefix, last4, name, scopes, expires_at)
  SELECT t.tenant_id, p_id, p_mac, p_pepper_id, p_prefix, p_last4, p_name, p_scopes, p_expires_at
    FROM app.tenant t WHERE t.public_id = p_tenant;
  RETURN FOUND;
END $$;

CREATE FUNCTION app.list_api_keys(p_tenant uuid) RETURNS TABLE (
  id uuid, prefix text, last4 text, name text, scopes text[], expires_at timestamptz, revoked_at timestamptz,
  last_used_at timestamptz, created_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT k.id, k.prefix, k.last4, k.name, k.scopes, k.expires_at, k.revoked_at, k.last_used_at, k.created_at
    FROM app.api_key k JOIN app.tenant t ON t.tenant_id = k.tenant_id WHERE t.public_id = p_tenant ORDER BY k.created_at, k.id
$$;

-- Returns whether there was such a key. Revoking twice keeps the first time.
CREATE FUNCTION app.revoke_api_key(p_tenant uuid, p_id uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE app.api_key k SET revoked_at = coalesce(k.revoked_at, now())
    FROM app.tenant t WHERE t.public_id = p_tenant AND k.tenant_id = t.tenant_id AND k.id = p_id;
  RETURN FOUND;
END $$;

DO $$ DECLARE r text[]; BEGIN
  FOREACH r SLICE 1 IN ARRAY ARRAY[
    ['app.enter_by_key(bytea, text)', 'tollgate_gateway'],
    ['app.add_tenant(uuid, uuid, text, boolean)', 'tollgate_admin'],
    ['app.list_tenants()', 'tollgate_admin'],
    ['app.suspend_tenant(uuid, boolean)', 'tollgate_admin'],
    ['app.add_api_key(uuid, uuid, bytea, smallint, text, text, text, text[], timestamptz)', 'tollgate_admin'],
    ['app.list_api_keys(uuid)', 'tollgate_admin'],
    ['app.revoke_api_key(uuid, uuid)', 'tollgate_admin']]
  LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO tollgate_entry', r[1]);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', r[1]);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', r[1], r[2]);
  END LOOP;
END $$;
REVOKE ALL ON PROCEDURE app.protect(text) FROM PUBLIC;

-- The gate: one row per hole in the wall. CI, `tollgate doctor` and the daemons' start demand none.
CREATE VIEW app.isolation_violations WITH (security_invoker = true) AS
WITH t AS (
  SELECT c.oid, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'app' AND c.relkind IN ('r', 'p')
), login AS (
  SELECT oid, rolname, rolsuper, rolbypassrls FROM pg_roles
   WHERE rolname IN ('tollgate_gateway', 'tollgate_worker', 'tollgate_admin', 'tollgate_metrics')
)
SELECT c.relname::text AS object, 'row security not enabled and forced' AS why
  FROM t JOIN pg_class c ON c.oid = t.oid WHERE NOT (c.relrowsecurity AND c.relforcerowsecurity)
UNION ALL
SELECT t.relname, 'no tenant_id bigint NOT NULL column' FROM t WHERE NOT EXISTS (
  SELECT 1 FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped AND a.attnotnull
     AND a.atttypid = 'bigint'::regtype)
UNION ALL
SELECT t.relname, 'no restrictive tenant_isolation policy on the tenant of the transaction' FROM t WHERE NOT EXISTS (
  SELECT 1 FROM pg_policy p WHERE p.polrelid = t.oid AND p.polname = 'tenant_isolation' AND NOT p.polpermissive AND p.polcmd = '*'
     AND p.polroles = '{0}'
     AND pg_get_expr(p.polqual, p.polrelid) = '(tenant_id = ( SELECT app.current_tenant() AS current_tenant))'
     AND pg_get_expr(p.polwithcheck, p.polrelid) = '(tenant_id = ( SELECT app.current_tenant() AS current_tenant))')
UNION ALL
SELECT i.indexrelid::regclass::text, 'unique index without tenant_id (tells that another tenant has the value)'
  FROM pg_index i JOIN t ON t.oid = i.indrelid
 WHERE i.indisunique AND NOT EXISTS (
   SELECT 1 FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attname = 'tenant_id' AND a.attnum = ANY (i.indkey))
UNION ALL
SELECT k.conname, 'foreign key without tenant_id on both sides' FROM pg_constraint k JOIN t ON t.oid = k.conrelid
 WHERE k.contype = 'f' AND NOT EXISTS (
   SELECT 1 FROM unnest(k.conkey, k.confkey) u (a, b)
     JOIN pg_attribute x ON x.attrelid = k.conrelid AND x.attnum = u.a AND x.attname = 'tenant_id'
     JOIN pg_attribute y ON y.attrelid = k.confrelid AND y.attnum = u.b AND y.attname = 'tenant_id')
UNION ALL
SELECT p.oid::regprocedure::text, 'security definer without pinned search_path'
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE n.nspname IN ('app', 'jobq') AND p.prosecdef AND NOT coalesce(p.proconfig::text LIKE '%search_path=%pg_temp%', false)
UNION ALL
SELECT p.oid::regprocedure::text, 'security definer executable by PUBLIC'
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE n.nspname IN ('app', 'jobq') AND p.prosecdef AND has_function_privilege('public', p.oid, 'execute')
UNION ALL
SELECT p.oid::regprocedure::text, 'function of the queue executable by PUBLIC'
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE n.nspname = 'jobq' AND NOT p.prosecdef AND has_function_privilege('public', p.oid, 'execute')
UNION ALL
SELECT p.oid::regprocedure::text, 'security definer not owned by tollgate_entry'
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE n.nspname IN ('app', 'jobq') AND p.prosecdef AND pg_get_userbyid(p.proowner) <> 'tollgate_entry'
UNION ALL
SELECT c.relname, 'view without security_invoker' FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname IN ('app', 'jobq') AND c.relkind = 'v' AND NOT coalesce(c.reloptions::text LIKE '%security_invoker=true%', false)
UNION ALL
SELECT c.relname, 'materialized view (row security does not apply)' FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname IN ('app', 'jobq') AND c.relkind = 'm'
UNION ALL
SELECT c.relname, 'table of the queue open to ' || l.rolname
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN login l
 WHERE n.nspname = 'jobq' AND c.relkind IN ('r', 'p', 'v') AND has_table_privilege(l.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
UNION ALL
SELECT t.relname, l.rolname || ' may TRUNCATE (row security does not apply)'
  FROM t CROSS JOIN login l WHERE has_table_privilege(l.oid, t.oid, 'TRUNCATE')
UNION ALL
SELECT n.nspname, l.rolname || ' may create in the schema'
  FROM pg_namespace n CROSS JOIN login l WHERE n.nspname IN ('app', 'jobq', 'public') AND has_schema_privilege(l.oid, n.oid, 'CREATE')
UNION ALL
SELECT l.rolname, 'login role may bypass row security' FROM login l WHERE l.rolsuper OR l.rolbypassrls
UNION ALL
SELECT l.rolname, 'login role is a member of the owner or the entry role' FROM login l
 WHERE pg_has_role(l.oid, 'tollgate_owner', 'member') OR pg_has_role(l.oid, 'tollgate_entry', 'member')
UNION ALL
SELECT 'pg_catalog.set_config', 'executable by ' || l.rolname FROM login l
 WHERE has_function_privilege(l.oid, 'pg_catalog.set_config(text, text, boolean)', 'execute');
GRANT SELECT ON app.isolation_violations TO tollgate_gateway, tollgate_worker, tollgate_admin, tollgate_metrics;
RESET ROLE;
