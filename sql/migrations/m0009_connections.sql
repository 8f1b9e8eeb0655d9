-- Connections in full: permissions, tax status, payouts, moves, imports.
SET LOCAL ROLE tollgate_owner;

-- What the connection doctor found out. `account_via` says who can reach `account_id`: an account that only its own key opens
-- is not one the platform may make links to.
ALTER TABLE app.connection
  ADD COLUMN account_via         text CHECK (account_via IN ('secret_key', 'connect')),
  ADD COLUMN examined_at         timestamptz,
  ADD COLUMN tax_status          text,                        -- Stripe's tax.settings.status: active, pending; an open list
  ADD COLUMN tax_missing         text[] NOT NULL DEFAULT '{}',
  ADD COLUMN tax_checked_at      timestamptz,
  ADD COLUMN meters_seen         int,                         -- active meters at Stripe, NULL = not looked yet
  ADD COLUMN last_payout         jsonb,                       -- id, status, amount, currency, arrival_date, failure_code, failure_message
  ADD COLUMN last_payout_seq     bigint NOT NULL DEFAULT 0,
  ADD COLUMN clock_drift_seconds bigint,                      -- ours minus Stripe's Date header
  ADD COLUMN meter_hook_status   text NOT NULL DEFAULT 'unregistered'
    CHECK (meter_hook_status IN ('unregistered', 'registered', 'missing', 'disabled', 'unavailable')),
  ADD COLUMN meter_hook_id       text,                        -- Stripe's v2 event destination, ed_…
  ADD COLUMN meter_hook_secret_id uuid;                       -- its signing secret
UPDATE app.connection SET account_via = mode WHERE account_id IS NOT NULL;

-- Each thing a key must be allowed to do, by Stripe's word for it. NULL: nobody knows. A key's denials go with the key.
CREATE TABLE app.key_permission (
  tenant_id  bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  name       text NOT NULL CHECK (name ~ '^[a-z0-9_]{1,80}$'), -- customer, webhook, …
  needed_for text NOT NULL,
  ok         boolean,
  denied     text,                                            -- the permission Stripe names as missing: rak_customer_write
  detail     text,                                            -- Stripe's sentence
  checked_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, name)
);
CALL app.protect('key_permission');

-- What a switch to another account leaves behind: rows of ours keep living, their Stripe objects stay in the old account.
CREATE TABLE app.orphan (
  tenant_id  bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id         uuid NOT NULL,
  kind       text NOT NULL CHECK (kind IN ('customer', 'product', 'price', 'meter', 'coupon', 'subscription', 'invoice')),
  row_id     uuid NOT NULL,
  account_id text NOT NULL,
  stripe_id  text NOT NULL,
  command_id uuid NOT NULL,
  at         timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX orphan_of_account ON app.orphan (tenant_id, account_id, kind);
CALL app.protect('orphan');

-- Objects that exist at Stripe and not here. Nothing of theirs enters our tables before the import is confirmed.
CREATE TABLE app.import (
  tenant_id    bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id           uuid NOT NULL,
  what         text NOT NULL CHECK (what IN ('customers', 'products', 'subscriptions')),
  status       text NOT NULL DEFAULT 'reading' CHECK (status IN ('reading', 'ready', 'applying', 'done', 'failed')),
  account_id   text,                                          -- the account that was read
  cursor       text,                                          -- the last Stripe id read
  problem      jsonb,
  created_at   timestamptz NOT NULL DEFAULT now(),
  read_at      timestamptz,
  confirmed_at timestamptz,
  finished_at  timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX import_one_open ON app.import (tenant_id, what) WHERE status IN ('reading', 'applying');
CREATE INDEX import_newest ON app.import (tenant_id, id DESC);
CALL app.protect('import');

CREATE TABLE app.import_item (
  tenant_id  bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  import_id  uuid NOT NULL,
  id         uuid NOT NULL,
  stripe_id  text NOT NULL,
  facts      jsonb NOT NULL DEFAULT '{}',                     -- what Stripe says of it: name, email, …
  verdict    text CHECK (verdict IN ('known', 'match', 'conflict', 'new')),  -- NULL until all is read
  reason     text,                                            -- of a conflict, in a word
  row_id     uuid,                                            -- ours that it is, or will be
  candidates uuid[] NOT NULL DEFAULT '{}',                    -- ours that it may be
  decision   text CHECK (decision IN ('link', 'create', 'skip')),
  outcome    text CHECK (outcome IN ('linked', 'created', 'skipped', 'failed')),
  problem    jsonb,
  PRIMARY KEY (tenant_id, import_id, id),
  FOREIGN KEY (tenant_id, import_id) REFERENCES app.import (tenant_id, id),
  CONSTRAINT import_item_once UNIQUE (tenant_id, import_id, stripe_id),
  CONSTRAINT import_item_link CHECK (decision IS DISTINCT FROM 'link' OR row_id IS NOT NULL)
);
CREATE INDEX import_item_open ON app.import_item (tenant_id, import_id, id) WHERE outcome IS NULL;
CALL app.protect('import_item');
CREATE INDEX client_mail ON app.client (tenant_id, lower(admin_email)) WHERE admin_email IS NOT NULL;

GRANT UPDATE (sent_to) ON app.stripe_call TO tollgate_worker;
GRANT SELECT ON app.key_permission, app.orphan TO tollgate_gateway;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.key_permission TO tollgate_worker;
GRANT SELECT, INSERT ON app.orphan TO tollgate_worker;
GRANT SELECT, INSERT (id, what, account_id), UPDATE (status, confirmed_at) ON app.import TO tollgate_gateway;
GRANT SELECT, UPDATE (decision, row_id) ON app.import_item TO tollgate_gateway;
GRANT SELECT, UPDATE ON app.import TO tollgate_worker;
GRANT SELECT, INSERT, UPDATE ON app.import_item TO tollgate_worker;

-- What a tenant's plan includes is the platform's to say (A3, M2). Returns whether there was such a tenant.
CREATE FUNCTION app.set_tenant_features(p_public_id uuid, p_features text[]) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_tenant bigint; v_before text[];
BEGIN
  SELECT t.tenant_id, t.features INTO v_tenant, v_before FROM app.tenant t WHERE t.public_id = p_public_id FOR NO KEY UPDATE;
  IF v_tenant IS NULL THEN RETURN false; END IF;
  UPDATE app.tenant t SET features = p_features WHERE t.tenant_id = v_tenant;
  INSERT INTO app.audit_entry (tenant_id, id, actor, action, target, before, after)
  VALUES (v_tenant, app.uuid7(), 'operator', 'tenant.features', 'tn_' || replace(p_public_id::text, '-', ''),
    jsonb_build_object('features', v_before), jsonb_build_object('features', p_features));
  RETURN true;
END $$;
CREATE FUNCTION app.tenant_features(p_public_id uuid) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.features FROM app.tenant t WHERE t.public_id = p_public_id
$$;

-- Whether another tenant of the same mode reaches an account through the platform. What the platform may do with an account its
-- owner allowed for that tenant: to know the account's name, or to have held its key once, opens nothing to this one. Who asks
-- is next, or waits: of two tenants that take one account at the same moment, the second sees the first.
CREATE FUNCTION app.account_is_taken(p_account text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7230113, hashtext(p_account));
  RETURN EXISTS (
    SELECT 1 FROM app.connection c JOIN app.tenant t ON t.tenant_id = c.tenant_id
      JOIN app.tenant mine ON mine.tenant_id = app.current_tenant()
     WHERE c.account_id = p_account AND c.mode = 'connect' AND c.status <> 'disconnected' AND c.tenant_id <> mine.tenant_id
       AND t.livemode = mine.livemode);
END $$;
ALTER FUNCTION app.account_is_taken(text) OWNER TO tollgate_entry;
REVOKE ALL ON FUNCTION app.account_is_taken(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.account_is_taken(text) TO tollgate_worker;

-- As in m0003; of two connections that ever had the account, the one that has it now is told.
CREATE OR REPLACE FUNCTION app.receive_connect_event(p_account text, p_livemode boolean, p_event text, p_type text, p_object_kind text,
  p_object text, p_customer text, p_api_version text, p_created timestamptz, p_command uuid)
RETURNS TABLE (command_id bigint, public_id uuid, created boolean, tenant bigint, queue_id smallint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_tenant bigint;
BEGIN
  SELECT c.tenant_id INTO v_tenant
    FROM app.connection c JOIN app.tenant t ON t.tenant_id = c.tenant_id
   WHERE c.account_id = p_account AND c.mode = 'connect' AND t.livemode = p_livemode
   ORDER BY c.status = 'disconnected', c.updated_at DESC LIMIT 1;
  IF v_tenant IS NULL THEN RAISE EXCEPTION 'unknown connected account' USING ERRCODE = '28000'; END IF;
  INSERT INTO app.stripe_event (tenant_id, event_id, type, object_kind, object_id, customer, api_version, source, created)
  VALUES (v_tenant, p_event, p_type, p_object_kind, p_object, p_customer, p_api_version, 'webhook', p_created)
  ON CONFLICT (tenant_id, event_id) DO NOTHING;
  IF NOT FOUND THEN RETURN; END IF;
  PERFORM pg_catalog.set_config('app.tenant_id', v_tenant::text, true);
  RETURN QUERY SELECT e.command_id, e.public_id, e.created, e.tenant, e.queue_id FROM jobq.enqueue(
    4::smallint, 'event.apply', jsonb_strip_nulls(jsonb_build_object('event', p_event, 'customer', p_customer, 'object', p_object)),
    p_command, coalesce('customer:' || p_customer, 'object:' || p_object), p_prio => 0::smallint, p_on_dead => 'skip') e;
  PERFORM pg_catalog.set_config('app.tenant_id', '', true);
END $$;

DO $$ DECLARE f text; BEGIN
  FOREACH f IN ARRAY ARRAY['app.set_tenant_features(uuid, text[])', 'app.tenant_features(uuid)'] LOOP
    EXECUTE 'ALTER FUNCTION ' || f || ' OWNER TO tollgate_entry';
    EXECUTE 'REVOKE ALL ON FUNCTION ' || f || ' FROM PUBLIC';
    EXECUTE 'GRANT EXECUTE ON FUNCTION ' || f || ' TO tollgate_admin';
  END LOOP;
END $$;
RESET ROLE;
