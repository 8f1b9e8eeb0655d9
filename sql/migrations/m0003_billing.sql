-- What a tenant sells and to whom. Every table is tenant-owned: tenant_id in every key, row-level security forced by app.protect().
-- Money is bigint minor units beside its ISO currency. Stripe's ids are opaque text and unique per tenant (one tenant = one account and mode).
SET LOCAL ROLE tollgate_owner;

-- How a tenant reaches its Stripe account. One per tenant; `secret` names the active sealed key.
CREATE TABLE app.connection (
  tenant_id            bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id                   uuid NOT NULL,
  mode                 text NOT NULL CHECK (mode IN ('secret_key', 'connect')),
  status               text NOT NULL CHECK (status IN ('new', 'validating', 'onboarding', 'restricted', 'connected', 'degraded', 'invalid', 'disconnected')),
  account_id           text,
  account_name         text,
  country              text,
  email                text,
  default_currency     text,
  secret_id            uuid,                                  -- active sealed key (mode secret_key)
  candidate_secret_id  uuid,                                  -- pasted, not proven yet
  key_kind             text CHECK (key_kind IN ('secret', 'restricted')),
  key_last4            text,
  key_ok               boolean NOT NULL DEFAULT false,        -- A11: the green checkmark
  checked_at           timestamptz,
  webhook_status       text NOT NULL DEFAULT 'unregistered' CHECK (webhook_status IN ('unregistered', 'registered', 'missing', 'disabled')),
  webhook_endpoint_id  text,
  webhook_secret_id    uuid,
  webhook_token        uuid NOT NULL,                         -- unguessable part of the URL Stripe calls
  webhook_endpoints_used int,
  last_event_at        timestamptz,
  events_cursor_at     timestamptz,                           -- events up to here have been swept
  charges_enabled      boolean NOT NULL DEFAULT false,
  payouts_enabled      boolean NOT NULL DEFAULT false,
  details_submitted    boolean NOT NULL DEFAULT false,
  requirements         jsonb NOT NULL DEFAULT '{}',           -- currently_due, past_due, disabled_reason, current_deadline
  problem              jsonb,                                 -- last refusal: code, message, stripe request id
  created_at           timestamptz NOT NULL DEFAULT now(),
  updated_at           timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT connection_one_per_tenant UNIQUE (tenant_id)
);
CREATE UNIQUE INDEX connection_webhook_token ON app.connection (webhook_token, tenant_id);
CREATE INDEX connection_account ON app.connection (account_id, tenant_id) WHERE account_id IS NOT NULL;
CALL app.protect('connection');

-- Ciphertexts. The gateway may insert and may read webhook secrets (it holds that private key) but never a Stripe key's ciphertext.
CREATE TABLE app.sealed_secret (
  tenant_id  bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id         uuid NOT NULL,
  purpose    text NOT NULL CHECK (purpose IN ('stripe-api', 'stripe-webhook')),
  version    int NOT NULL DEFAULT 1,
  key_id     bigint NOT NULL,                                 -- of the key it is sealed to
  key_kind   text CHECK (key_kind IN ('secret', 'restricted')), -- of a Stripe key; its last4: all that is ever shown again
  last4      text,
  envelope   bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  retired_at timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CALL app.protect('sealed_secret');

CREATE TABLE app.client (
  tenant_id        bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id               uuid NOT NULL,
  external_id      text,
  name             text NOT NULL,
  admin_email      text,
  phone            text,
  country          text,
  postal_code      text,
  metadata         jsonb NOT NULL DEFAULT '{}',
  stripe_customer  text,
  customer_seq     bigint NOT NULL DEFAULT 0,                 -- fetch order of the newest applied snapshot
  payment_method   text,                                      -- Stripe's default payment method
  card_brand       text,
  card_last4       text,
  card_exp_month   int,
  card_exp_year    int,
  access_state     text NOT NULL DEFAULT 'active' CHECK (access_state IN ('active', 'awaiting_payment', 'past_due', 'blocked', 'closed')),
  access_at        timestamptz NOT NULL DEFAULT now(),
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT client_external_id_unique UNIQUE (tenant_id, external_id),
  CONSTRAINT client_stripe_customer_unique UNIQUE (tenant_id, stripe_customer)
);
CREATE INDEX client_newest ON app.client (tenant_id, id DESC);
CALL app.protect('client');

CREATE TABLE app.product (
  tenant_id      bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id             uuid NOT NULL,
  name           text NOT NULL,
  description    text,
  pricing_model  text NOT NULL CHECK (pricing_model IN ('base_fee', 'usage_based', 'one_time')),
  active         boolean NOT NULL DEFAULT true,
  metadata       jsonb NOT NULL DEFAULT '{}',
  stripe_product text,
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT product_stripe_product_unique UNIQUE (tenant_id, stripe_product)
);
CALL app.protect('product');

-- Terms are immutable (V9): an edit is a new row.
CREATE TABLE app.price (
  tenant_id      bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id             uuid NOT NULL,
  product_id     uuid NOT NULL,
  currency       text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  unit_amount    bigint NOT NULL CHECK (unit_amount >= 0),    -- minor units
  billing_interval text CHECK (billing_interval IN ('day', 'week', 'month', 'year')),   -- NULL = one-time
  interval_count int NOT NULL DEFAULT 1,
  tax_behavior   text NOT NULL DEFAULT 'exclusive' CHECK (tax_behavior IN ('inclusive', 'exclusive')),
  lookup_key     text,
  active         boolean NOT NULL DEFAULT true,
  stripe_price   text,
  created_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, product_id) REFERENCES app.product (tenant_id, id),
  CONSTRAINT price_stripe_price_unique UNIQUE (tenant_id, stripe_price)
);
CREATE UNIQUE INDEX price_lookup_key_unique ON app.price (tenant_id, lookup_key) WHERE active AND lookup_key IS NOT NULL;
CREATE INDEX price_of_product ON app.price (tenant_id, product_id);
CALL app.protect('price');

-- "Add Payment": one Checkout session in setup mode.
CREATE TABLE app.payment_setup (
  tenant_id      bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id             uuid NOT NULL,
  client_id      uuid NOT NULL,
  status         text NOT NULL DEFAULT 'opening' CHECK (status IN ('opening', 'open', 'complete', 'expired', 'failed')),
  success_url    text NOT NULL,
  cancel_url     text NOT NULL,
  stripe_session text,
  setup_intent   text,
  url            text,
  expires_at     timestamptz,
  problem        jsonb,
  created_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, client_id) REFERENCES app.client (tenant_id, id),
  CONSTRAINT payment_setup_session_unique UNIQUE (tenant_id, stripe_session)
);
CREATE INDEX payment_setup_of_client ON app.payment_setup (tenant_id, client_id, id DESC);
CALL app.protect('payment_setup');

CREATE TABLE app.subscription (
  tenant_id            bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id                   uuid NOT NULL,
  client_id            uuid NOT NULL,
  status               text NOT NULL CHECK (status IN ('draft', 'awaiting_payment', 'scheduled', 'starting',
                         'incomplete', 'incomplete_expired', 'trialing', 'active', 'past_due', 'canceled', 'unpaid', 'paused')),
  start_at             timestamptz NOT NULL DEFAULT now(),
  metadata             jsonb NOT NULL DEFAULT '{}',
  stripe_subscription  text,
  snapshot_seq         bigint NOT NULL DEFAULT 0,             -- fetch order of the newest applied snapshot
  current_period_start timestamptz,
  current_period_end   timestamptz,
  cancel_at_period_end boolean NOT NULL DEFAULT false,
  cancellation_reason  text,                                  -- Stripe's cancellation_details.reason (F15)
  latest_invoice       text,
  canceled_at          timestamptz,
  ended_at             timestamptz,
  started_at           timestamptz,                           -- first seen running, by our clock
  problem              jsonb,                                 -- why it did not start
  created_at           timestamptz NOT NULL DEFAULT now(),
  updated_at           timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, client_id) REFERENCES app.client (tenant_id, id),
  CONSTRAINT subscription_stripe_unique UNIQUE (tenant_id, stripe_subscription)
);
CREATE INDEX subscription_of_client ON app.subscription (tenant_id, client_id, id DESC);
CALL app.protect('subscription');

CREATE TABLE app.subscription_item (
  tenant_id       bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id              uuid NOT NULL,
  subscription_id uuid NOT NULL,
  price_id        uuid NOT NULL,
  quantity        bigint NOT NULL DEFAULT 1 CHECK (quantity > 0),
  stripe_item     text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, subscription_id) REFERENCES app.subscription (tenant_id, id),
  FOREIGN KEY (tenant_id, price_id) REFERENCES app.price (tenant_id, id),
  CONSTRAINT subscription_item_price_unique UNIQUE (tenant_id, subscription_id, price_id)
);
CALL app.protect('subscription_item');

-- Ours (one-time, made by POST /v1/invoices) and mirrors of Stripe's (subscription invoices). Ours have a price_id.
CREATE TABLE app.invoice (
  tenant_id           bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id                  uuid NOT NULL,
  client_id           uuid NOT NULL,
  subscription_id     uuid,
  price_id            uuid,
  quantity            bigint NOT NULL DEFAULT 1 CHECK (quantity > 0),
  collection          text NOT NULL CHECK (collection IN ('auto_charge', 'request_payment')),
  days_until_due      int,
  status              text NOT NULL CHECK (status IN ('preparing', 'draft', 'open', 'paid', 'void', 'uncollectible', 'failed')),
  currency            text NOT NULL,
  amount_due          bigint NOT NULL DEFAULT 0,
  amount_paid         bigint NOT NULL DEFAULT 0,
  number              text,
  stripe_invoice      text,
  stripe_item         text,
  snapshot_seq        bigint NOT NULL DEFAULT 0,
  billing_reason      text,
  attempt_count       int NOT NULL DEFAULT 0,
  next_payment_attempt timestamptz,
  first_failed_at     timestamptz,
  hosted_invoice_url  text,
  invoice_pdf         text,
  due_at              timestamptz,
  sent_at             timestamptz,
  paid_at             timestamptz,
  problem             jsonb,
  metadata            jsonb NOT NULL DEFAULT '{}',
  created_at          timestamptz NOT NULL DEFAULT now(),
  updated_at          timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, client_id) REFERENCES app.client (tenant_id, id),
  FOREIGN KEY (tenant_id, subscription_id) REFERENCES app.subscription (tenant_id, id),
  FOREIGN KEY (tenant_id, price_id) REFERENCES app.price (tenant_id, id),
  CONSTRAINT invoice_stripe_unique UNIQUE (tenant_id, stripe_invoice)
);
CREATE INDEX invoice_of_client ON app.invoice (tenant_id, client_id, id DESC);
CREATE INDEX invoice_of_subscription ON app.invoice (tenant_id, subscription_id) WHERE subscription_id IS NOT NULL;
CALL app.protect('invoice');

-- Why a client may not get in (DOMAIN: access is a function of open holds). Open = released_at IS NULL.
CREATE TABLE app.access_hold (
  tenant_id       bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id              uuid NOT NULL,
  client_id       uuid NOT NULL,
  reason          text NOT NULL CHECK (reason IN ('awaiting_payment', 'payment_failed', 'no_subscription', 'credits_exhausted', 'dispute', 'manual', 'tenant')),
  effect          text NOT NULL CHECK (effect IN ('awaiting_payment', 'past_due', 'blocked')),
  policy          text,                                       -- block_on value that made it
  subscription_id uuid,
  invoice_id      uuid,
  cause_kind      text NOT NULL CHECK (cause_kind IN ('event', 'command', 'api_key', 'deadline')),
  cause_id        text NOT NULL,
  deadline_at     timestamptz,
  opened_at       timestamptz NOT NULL DEFAULT now(),
  released_at     timestamptz,
  release_kind    text CHECK (release_kind IN ('payment', 'manual', 'subscription', 'superseded')),
  released_by     text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, client_id) REFERENCES app.client (tenant_id, id)
);
CREATE INDEX access_hold_open ON app.access_hold (tenant_id, client_id) WHERE released_at IS NULL;
CREATE UNIQUE INDEX access_hold_one_open ON app.access_hold (tenant_id, client_id, reason, effect, coalesce(subscription_id, '00000000-0000-0000-0000-000000000000')) WHERE released_at IS NULL;
CALL app.protect('access_hold');

CREATE TABLE app.access_transition (
  tenant_id  bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id         uuid NOT NULL,
  client_id  uuid NOT NULL,
  from_state text NOT NULL,
  to_state   text NOT NULL,
  hold_id    uuid,
  cause_kind text NOT NULL,
  cause_id   text NOT NULL,
  at         timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, client_id) REFERENCES app.client (tenant_id, id)
);
CREATE INDEX access_transition_of_client ON app.access_transition (tenant_id, client_id, id DESC);
CALL app.protect('access_transition');

-- Events received from Stripe: a hint to look, never a source of state. Kept for ever as the dedupe (F2).
CREATE TABLE app.stripe_event (
  tenant_id    bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  event_id     text NOT NULL,
  type         text NOT NULL,
  object_kind  text,
  object_id    text,
  customer     text,                                          -- orders the applying of one customer's events
  api_version  text,
  source       text NOT NULL CHECK (source IN ('webhook', 'sweep')),
  status       text NOT NULL DEFAULT 'received' CHECK (status IN ('received', 'applied', 'ignored', 'parked')),
  created      timestamptz NOT NULL,                          -- Stripe's clock
  received_at  timestamptz NOT NULL DEFAULT now(),
  applied_at   timestamptz,
  PRIMARY KEY (tenant_id, event_id)
);
CREATE INDEX stripe_event_pending ON app.stripe_event (tenant_id, object_id) WHERE status = 'received';
CALL app.protect('stripe_event');
CREATE SEQUENCE app.fetch_seq;                                -- order in which snapshots were fetched (taken before the GET)
-- A write's answer is a snapshot too, as old as its first sending: a replayed answer must not overwrite what was fetched since.
-- `sent_to` is the account that answered for the connection then: an unanswered call is never sent to another one (R22).
ALTER TABLE app.stripe_call ADD COLUMN fetch_seq bigint NOT NULL DEFAULT nextval('app.fetch_seq'), ADD COLUMN sent_to text;

-- Answers given under an Idempotency-Key, kept 30 days.
CREATE TABLE app.idempotency (
  tenant_id    bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  key          text NOT NULL,
  fingerprint  bytea NOT NULL,                                -- SHA-256 of method, path and body
  status       int NOT NULL,
  headers      jsonb NOT NULL DEFAULT '{}',
  body         bytea NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, key)
);
CALL app.protect('idempotency');

CREATE TABLE app.audit_entry (
  tenant_id  bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id         uuid NOT NULL,
  actor      text NOT NULL,                                   -- api key id, 'stripe', 'operator:<name>'
  action     text NOT NULL,
  target     text NOT NULL,
  before     jsonb,
  after      jsonb,
  at         timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CALL app.protect('audit_entry');

-- Terminal states never change (V13).
CREATE FUNCTION app.keep_terminal() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_TABLE_NAME = 'subscription' AND OLD.status = 'canceled' AND NEW.status <> 'canceled' THEN
    RAISE EXCEPTION 'a canceled subscription never changes' USING ERRCODE = '23514', CONSTRAINT = 'subscription_terminal';
  END IF;
  IF TG_TABLE_NAME = 'invoice' AND OLD.status = 'void' AND NEW.status <> 'void' THEN
    RAISE EXCEPTION 'a void invoice never changes' USING ERRCODE = '23514', CONSTRAINT = 'invoice_terminal';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER subscription_terminal BEFORE UPDATE OF status ON app.subscription FOR EACH ROW EXECUTE FUNCTION app.keep_terminal();
CREATE TRIGGER invoice_terminal BEFORE UPDATE OF status ON app.invoice FOR EACH ROW EXECUTE FUNCTION app.keep_terminal();

-- Webhook intake: the token in the URL names the tenant; only its own secrets are tried. Returns what the checks need.
CREATE FUNCTION app.enter_by_hook(p_token uuid) RETURNS TABLE (connection_id uuid, tenant bigint, livemode boolean, account_id text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  SELECT c.id, c.tenant_id, t.livemode, c.account_id INTO connection_id, tenant, livemode, account_id
    FROM app.connection c JOIN app.tenant t ON t.tenant_id = c.tenant_id WHERE c.webhook_token = p_token;
  IF tenant IS NULL THEN RAISE EXCEPTION 'unknown webhook token' USING ERRCODE = '28000'; END IF;
  PERFORM pg_catalog.set_config('app.tenant_id', tenant::text, true);
  RETURN NEXT;
END $$;

-- Connect webhooks: called after the platform's signature was verified; the account names the tenant. An account's name is
-- no secret, so it opens nothing: the event is kept, its command accepted, and the tenant is left again. No row: known already.
CREATE FUNCTION app.receive_connect_event(p_account text, p_livemode boolean, p_event text, p_type text, p_object_kind text,
  p_object text, p_customer text, p_api_version text, p_created timestamptz, p_command uuid)
RETURNS TABLE (command_id bigint, public_id uuid, created boolean, tenant bigint, queue_id smallint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_tenant bigint;
BEGIN
  SELECT c.tenant_id INTO v_tenant
    FROM app.connection c JOIN app.tenant t ON t.tenant_id = c.tenant_id
   WHERE c.account_id = p_account AND c.mode = 'connect' AND t.livemode = p_livemode;
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
  FOREACH f IN ARRAY ARRAY['app.enter_by_hook(uuid)', 'app.receive_connect_event(text,boolean,text,text,text,text,text,text,timestamptz,uuid)'] LOOP
    EXECUTE 'ALTER FUNCTION ' || f || ' OWNER TO tollgate_entry';
    EXECUTE 'REVOKE ALL ON FUNCTION ' || f || ' FROM PUBLIC';
    EXECUTE 'GRANT EXECUTE ON FUNCTION ' || f || ' TO tollgate_gateway';
  END LOOP;
END $$;
GRANT SELECT ON app.connection, app.tenant TO tollgate_entry;
GRANT SELECT, INSERT ON app.stripe_event TO tollgate_entry;

-- What says whose Stripe account is meant, and by which key, is proven by workers: the internet-facing role cannot write it.
GRANT SELECT, INSERT (id, mode, status, candidate_secret_id, key_kind, key_last4, country, email, webhook_token),
  UPDATE (mode, status, candidate_secret_id, key_ok, key_kind, key_last4, country, email, updated_at) ON app.connection TO tollgate_gateway;
GRANT SELECT, INSERT, UPDATE ON app.connection TO tollgate_worker;
GRANT SELECT, INSERT, UPDATE ON app.client, app.product, app.price, app.payment_setup, app.subscription, app.invoice, app.access_hold TO tollgate_gateway, tollgate_worker;
GRANT SELECT, INSERT ON app.subscription_item, app.access_transition, app.stripe_event, app.audit_entry TO tollgate_gateway, tollgate_worker;
GRANT UPDATE ON app.subscription_item, app.stripe_event TO tollgate_worker;
GRANT SELECT, INSERT ON app.idempotency TO tollgate_gateway;
GRANT DELETE ON app.idempotency TO tollgate_worker;                                  -- retention
GRANT SELECT, INSERT, UPDATE ON app.sealed_secret TO tollgate_worker;
-- Write-only for Stripe keys: the internet-facing role cannot read their ciphertext, whatever it runs.
GRANT INSERT ON app.sealed_secret TO tollgate_gateway;
GRANT SELECT (tenant_id, id, purpose, version, key_id, key_kind, last4, created_at, retired_at) ON app.sealed_secret TO tollgate_gateway;
GRANT UPDATE (retired_at) ON app.sealed_secret TO tollgate_gateway;
GRANT USAGE ON SEQUENCE app.fetch_seq TO tollgate_worker;

-- The one ciphertext the gateway may fetch: the entered tenant's webhook signing secrets, for the signature check.
CREATE FUNCTION app.webhook_secrets() RETURNS TABLE (id uuid, version int, envelope bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.id, s.version, s.envelope FROM app.sealed_secret s
   WHERE s.tenant_id = app.current_tenant() AND s.purpose = 'stripe-webhook'
     AND (s.retired_at IS NULL OR s.retired_at > now())
$$;
ALTER FUNCTION app.webhook_secrets() OWNER TO tollgate_entry;
REVOKE ALL ON FUNCTION app.webhook_secrets() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.webhook_secrets() TO tollgate_gateway;
GRANT SELECT ON app.sealed_secret TO tollgate_entry;

-- The answer given under an Idempotency-Key, if there is one. Requests with the same key come one after the other: the lock is
-- held until the transaction ends, and the look-up behind it sees what the one before committed.
CREATE FUNCTION app.begin_idempotent(p_key text) RETURNS TABLE (fingerprint bytea, status int, headers jsonb, body bytea)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(p_key, app.current_tenant()));
  RETURN QUERY SELECT i.fingerprint, i.status, i.headers, i.body FROM app.idempotency i
    WHERE i.tenant_id = app.current_tenant() AND i.key = p_key;
END $$;
REVOKE ALL ON FUNCTION app.begin_idempotent(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.begin_idempotent(text) TO tollgate_gateway;

-- Why one of the entered tenant's commands waits, in one sentence.
CREATE FUNCTION app.why(p_command uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jobq.why_one(c.tenant_id, c.id) FROM app.command c
   WHERE c.tenant_id = app.current_tenant() AND c.public_id = p_command
$$;
ALTER FUNCTION app.why(uuid) OWNER TO tollgate_entry;
REVOKE ALL ON FUNCTION app.why(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.why(uuid) TO tollgate_gateway;
RESET ROLE;
