-- Prepaid credits: what one costs, who bought how many, and a ledger that only grows. Money is bigint minor units; what a credit
-- costs is exact decimal major units; credits are bigint millionths (micro-credits).
SET LOCAL ROLE tollgate_owner;

-- A tenant's rules about clients without credits. The floor is how far below nothing usage may go.
ALTER TABLE app.tenant
  ADD COLUMN credits_on_exhausted text NOT NULL DEFAULT 'none' CHECK (credits_on_exhausted IN ('block', 'soft', 'none')),
  ADD COLUMN credits_floor bigint NOT NULL DEFAULT 0 CHECK (credits_floor <= 0),
  ADD COLUMN credits_low_at bigint CHECK (credits_low_at > 0);
GRANT UPDATE (credits_on_exhausted, credits_floor, credits_low_at) ON app.tenant TO tollgate_gateway;

-- A client without credits may be let in all the same, and only what costs credits stops (soft).
ALTER TABLE app.access_hold
  DROP CONSTRAINT access_hold_effect_check,
  ADD CONSTRAINT access_hold_effect_check CHECK (effect IN ('awaiting_payment', 'past_due', 'blocked', 'metered'));

-- What the platform takes for a credit of this tenant, under the agency's own cost (L8). None: nothing.
CREATE TABLE app.credit_base_cost (
  tenant_id  bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  currency   text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  cost       numeric(18,9) NOT NULL CHECK (cost >= 0 AND cost <> 'NaN'),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, currency)
);
CALL app.protect('credit_base_cost');

-- One version of what a credit costs. Terms never change (V9): an edit is a new version, and one is current per currency (V8).
CREATE TABLE app.credit_pricing (
  tenant_id      bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id             uuid NOT NULL,
  version        int NOT NULL CHECK (version > 0),
  currency       text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  base_cost      numeric(18,9) NOT NULL CHECK (base_cost >= 0),
  agency_cost    numeric(18,9) NOT NULL CHECK (agency_cost >= 0),
  final_cost     numeric(19,9) GENERATED ALWAYS AS (base_cost + agency_cost) STORED,
  min_purchase   bigint NOT NULL CHECK (min_purchase > 0),
  max_purchase   bigint NOT NULL CHECK (max_purchase > 0),
  packages       bigint[] NOT NULL DEFAULT '{}',
  effective_from timestamptz NOT NULL DEFAULT now(),
  superseded_at  timestamptz,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT credit_pricing_version_unique UNIQUE (tenant_id, currency, version),
  CONSTRAINT credit_pricing_costs_something CHECK (base_cost + agency_cost > 0),
  CONSTRAINT credit_pricing_range CHECK (min_purchase <= max_purchase)
);
CREATE UNIQUE INDEX credit_pricing_current ON app.credit_pricing (tenant_id, currency) WHERE superseded_at IS NULL;
CALL app.protect('credit_pricing');

CREATE FUNCTION app.keep_credit_terms() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.superseded_at IS NOT NULL OR NEW.superseded_at IS NULL
     OR (NEW.id, NEW.version, NEW.currency, NEW.base_cost, NEW.agency_cost, NEW.min_purchase, NEW.max_purchase, NEW.packages, NEW.effective_from)
        IS DISTINCT FROM (OLD.id, OLD.version, OLD.currency, OLD.base_cost, OLD.agency_cost, OLD.min_purchase, OLD.max_purchase, OLD.packages, OLD.effective_from)
  THEN RAISE EXCEPTION 'a version of a credit price never changes' USING ERRCODE = '23514', CONSTRAINT = 'credit_pricing_immutable'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER credit_pricing_immutable BEFORE UPDATE ON app.credit_pricing FOR EACH ROW EXECUTE FUNCTION app.keep_credit_terms();

-- How many credits an amount buys at one version: what was shown is what is granted (V14).
CREATE TABLE app.credit_quote (
  tenant_id  bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id         uuid NOT NULL,
  client_id  uuid NOT NULL,
  pricing_id uuid NOT NULL,
  amount     bigint NOT NULL CHECK (amount > 0),
  currency   text NOT NULL,
  credits    bigint NOT NULL CHECK (credits > 0),             -- micro-credits
  expires_at timestamptz NOT NULL DEFAULT now() + interval '30 min',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, client_id) REFERENCES app.client (tenant_id, id),
  FOREIGN KEY (tenant_id, pricing_id) REFERENCES app.credit_pricing (tenant_id, id)
);
CALL app.protect('credit_quote');

CREATE TABLE app.credit_purchase (
  tenant_id             bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id                    uuid NOT NULL,
  client_id             uuid NOT NULL,
  quote_id              uuid NOT NULL,
  pricing_id            uuid NOT NULL,
  amount                bigint NOT NULL CHECK (amount > 0),
  currency              text NOT NULL,
  credits               bigint NOT NULL CHECK (credits > 0),  -- micro-credits, as quoted
  origin                text NOT NULL CHECK (origin IN ('portal', 'auto_topup')),
  method                text NOT NULL CHECK (method IN ('card', 'page')),
  status                text NOT NULL DEFAULT 'preparing'
    CHECK (status IN ('preparing', 'processing', 'open', 'needs_action', 'paid', 'failed', 'expired')),
  success_url           text,
  cancel_url            text,
  stripe_payment_intent text,                                 -- of the try whose success counts
  stripe_session        text,
  stripe_charge         text,
  url                   text,                                 -- where the client can pay
  expires_at            timestamptz,                          -- of that page
  amount_refunded       bigint NOT NULL DEFAULT 0 CHECK (amount_refunded >= 0 AND amount_refunded <= amount),
  problem               jsonb,
  paid_at               timestamptz,
  created_at            timestamptz NOT NULL DEFAULT now(),
  updated_at            timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, client_id) REFERENCES app.client (tenant_id, id),
  FOREIGN KEY (tenant_id, quote_id) REFERENCES app.credit_quote (tenant_id, id),
  FOREIGN KEY (tenant_id, pricing_id) REFERENCES app.credit_pricing (tenant_id, id),
  CONSTRAINT credit_purchase_quote_unique UNIQUE (tenant_id, quote_id),
  CONSTRAINT credit_purchase_intent_unique UNIQUE (tenant_id, stripe_payment_intent),
  CONSTRAINT credit_purchase_session_unique UNIQUE (tenant_id, stripe_session),
  CONSTRAINT credit_purchase_paid CHECK ((status = 'paid') = (paid_at IS NOT NULL))
);
CREATE INDEX credit_purchase_of_client ON app.credit_purchase (tenant_id, client_id, id DESC);
-- Auto top-up never runs twice at once.
CREATE UNIQUE INDEX credit_purchase_one_topup ON app.credit_purchase (tenant_id, client_id)
  WHERE origin = 'auto_topup' AND status IN ('preparing', 'processing', 'open', 'needs_action');
CALL app.protect('credit_purchase');

CREATE FUNCTION app.keep_paid() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.status = 'paid' AND NEW.status <> 'paid' THEN
    RAISE EXCEPTION 'what was paid stays paid' USING ERRCODE = '23514', CONSTRAINT = 'credit_purchase_terminal';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER credit_purchase_terminal BEFORE UPDATE OF status ON app.credit_purchase FOR EACH ROW EXECUTE FUNCTION app.keep_paid();

-- Money given back, by us or in Stripe's dashboard.
CREATE TABLE app.credit_refund (
  tenant_id     bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id            uuid NOT NULL,
  purchase_id   uuid NOT NULL,
  client_id     uuid NOT NULL,
  amount        bigint NOT NULL CHECK (amount > 0),
  currency      text NOT NULL,
  reason        text,
  origin        text NOT NULL CHECK (origin IN ('api', 'stripe')),
  status        text NOT NULL CHECK (status IN ('preparing', 'pending', 'requires_action', 'succeeded', 'failed', 'canceled')),
  stripe_refund text,
  snapshot_seq  bigint NOT NULL DEFAULT 0,
  credits       bigint NOT NULL DEFAULT 0 CHECK (credits >= 0),   -- micro-credits taken back for it, while it counts
  problem       jsonb,
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, purchase_id) REFERENCES app.credit_purchase (tenant_id, id),
  CONSTRAINT credit_refund_stripe_unique UNIQUE (tenant_id, stripe_refund)
);
CREATE INDEX credit_refund_of_purchase ON app.credit_refund (tenant_id, purchase_id);
CALL app.protect('credit_refund');

-- Credits set aside for something that is going on: a long call must not overrun what is left.
CREATE TABLE app.credit_hold (
  tenant_id   bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id          uuid NOT NULL,
  client_id   uuid NOT NULL,
  amount      bigint NOT NULL CHECK (amount > 0),             -- micro-credits
  captured    bigint NOT NULL DEFAULT 0 CHECK (captured >= 0),
  status      text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'captured', 'released', 'expired')),
  reason      text,
  expires_at  timestamptz NOT NULL,
  ended_at    timestamptz,
  created_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, client_id) REFERENCES app.client (tenant_id, id),
  CONSTRAINT credit_hold_ended CHECK ((status = 'open') = (ended_at IS NULL))
);
CREATE INDEX credit_hold_open ON app.credit_hold (tenant_id, client_id) WHERE status = 'open';
CALL app.protect('credit_hold');

CREATE FUNCTION app.keep_ended_credit_hold() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.status <> 'open' THEN
    RAISE EXCEPTION 'a hold ends once' USING ERRCODE = '23514', CONSTRAINT = 'credit_hold_terminal';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER credit_hold_terminal BEFORE UPDATE ON app.credit_hold FOR EACH ROW EXECUTE FUNCTION app.keep_ended_credit_hold();

-- The ledger (V6). The balance is the newest entry's balance_after: there is no other place it could stand. Every cause makes at
-- most one entry, and the entries of a client are numbered without a gap.
CREATE TABLE app.credit_entry (
  tenant_id     bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id            uuid NOT NULL,
  client_id     uuid NOT NULL,
  seq           bigint NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('purchase', 'grant', 'usage', 'hold', 'release', 'refund', 'expiry', 'adjustment', 'transfer')),
  amount        bigint NOT NULL CHECK (amount <> 0),          -- micro-credits
  balance_after bigint NOT NULL,
  source_kind   text NOT NULL,
  source_id     text NOT NULL,
  pricing_id    uuid,                                         -- the version it was sold by
  reason        text,
  metadata      jsonb NOT NULL DEFAULT '{}',
  created_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, client_id) REFERENCES app.client (tenant_id, id),
  FOREIGN KEY (tenant_id, pricing_id) REFERENCES app.credit_pricing (tenant_id, id),
  CONSTRAINT credit_entry_source_unique UNIQUE (tenant_id, source_kind, source_id),
  CONSTRAINT credit_entry_seq_unique UNIQUE (tenant_id, client_id, seq)
);
CREATE INDEX credit_entry_of_client ON app.credit_entry (tenant_id, client_id, id DESC);
CALL app.protect('credit_entry');

-- Numbers an entry and works out the balance under the client's row lock, so that two debits cannot both see the same credits.
-- What is used or set aside stops at the tenant's floor; what was refunded at Stripe or has expired is gone, credits or not.
CREATE FUNCTION app.post_credit_entry() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_seq bigint; v_balance bigint; v_floor bigint;
BEGIN
  PERFORM 1 FROM app.client c WHERE c.tenant_id = NEW.tenant_id AND c.id = NEW.client_id FOR NO KEY UPDATE;
  SELECT e.seq, e.balance_after INTO v_seq, v_balance FROM app.credit_entry e
   WHERE e.tenant_id = NEW.tenant_id AND e.client_id = NEW.client_id ORDER BY e.seq DESC LIMIT 1;
  NEW.seq := coalesce(v_seq, 0) + 1;
  NEW.balance_after := coalesce(v_balance, 0) + NEW.amount;
  -- A cause that made its entry already is told so by the unique constraint, not by what is left now.
  IF EXISTS (SELECT 1 FROM app.credit_entry e
              WHERE e.tenant_id = NEW.tenant_id AND e.source_kind = NEW.source_kind AND e.source_id = NEW.source_id) THEN RETURN NEW; END IF;
  IF NEW.amount < 0 AND NEW.kind IN ('usage', 'hold', 'adjustment', 'transfer') THEN
    SELECT t.credits_floor INTO v_floor FROM app.tenant t WHERE t.tenant_id = NEW.tenant_id;
    IF NEW.balance_after < coalesce(v_floor, 0) THEN
      RAISE EXCEPTION 'not enough credits' USING ERRCODE = '23514', CONSTRAINT = 'credit_floor';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER credit_entry_posted BEFORE INSERT ON app.credit_entry FOR EACH ROW EXECUTE FUNCTION app.post_credit_entry();

CREATE FUNCTION app.keep_credit_entries() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'the ledger only grows' USING ERRCODE = '23514', CONSTRAINT = 'credit_entry_immutable';
END $$;
CREATE TRIGGER credit_entry_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON app.credit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION app.keep_credit_entries();

-- Buys by itself when little is left.
CREATE TABLE app.credit_auto_topup (
  tenant_id   bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  client_id   uuid NOT NULL,
  threshold   bigint NOT NULL CHECK (threshold >= 0),         -- micro-credits
  amount      bigint NOT NULL CHECK (amount > 0),             -- minor units
  currency    text NOT NULL,
  monthly_cap bigint NOT NULL CHECK (monthly_cap > 0),        -- minor units a calendar month (UTC)
  return_url  text,                                           -- where a pay page leads back to
  status      text NOT NULL DEFAULT 'on' CHECK (status IN ('on', 'needs_action', 'backing_off', 'off')),
  failures    int NOT NULL DEFAULT 0 CHECK (failures >= 0),
  next_try_at timestamptz,
  capped_in   text,                                           -- the month whose cap was reached, such as 2026-11
  problem     jsonb,
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, client_id),
  FOREIGN KEY (tenant_id, client_id) REFERENCES app.client (tenant_id, id)
);
CALL app.protect('credit_auto_topup');

-- What moved at Stripe for credits: payments and refunds, with what Stripe took (L16).
CREATE TABLE app.credit_transaction (
  tenant_id           bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id                  uuid NOT NULL,
  client_id           uuid NOT NULL,
  purchase_id         uuid NOT NULL,
  type                text NOT NULL CHECK (type IN ('payment', 'refund')),
  amount              bigint NOT NULL,                        -- minor units; a refund's is negative
  currency            text NOT NULL,
  fee                 bigint,                                 -- minor units of settled_currency, once Stripe tells
  net                 bigint,
  settled_currency    text,
  status              text NOT NULL,                          -- Stripe's word
  stripe_id           text NOT NULL,                          -- pi_… or re_…
  payment_intent      text NOT NULL,
  balance_transaction text,
  created_at          timestamptz NOT NULL DEFAULT now(),
  updated_at          timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, purchase_id) REFERENCES app.credit_purchase (tenant_id, id),
  FOREIGN KEY (tenant_id, client_id) REFERENCES app.client (tenant_id, id),
  CONSTRAINT credit_transaction_stripe_unique UNIQUE (tenant_id, stripe_id)
);
CALL app.protect('credit_transaction');

GRANT SELECT ON app.credit_base_cost, app.credit_transaction, app.credit_refund TO tollgate_gateway, tollgate_worker;
GRANT SELECT, INSERT ON app.credit_pricing, app.credit_quote, app.credit_entry, app.credit_hold TO tollgate_gateway, tollgate_worker;
GRANT SELECT, INSERT (id, client_id, quote_id, pricing_id, amount, currency, credits, origin, method, success_url, cancel_url)
   ON app.credit_purchase TO tollgate_gateway, tollgate_worker;
GRANT UPDATE (superseded_at) ON app.credit_pricing TO tollgate_gateway;
GRANT UPDATE (status, captured, ended_at) ON app.credit_hold TO tollgate_gateway, tollgate_worker;
-- What was paid is the workers' to say.
GRANT UPDATE (status, stripe_payment_intent, stripe_session, stripe_charge, url, expires_at, amount_refunded, problem, paid_at, updated_at)
   ON app.credit_purchase TO tollgate_worker;
GRANT INSERT ON app.credit_refund TO tollgate_gateway;
GRANT INSERT, UPDATE ON app.credit_refund, app.credit_transaction TO tollgate_worker;
GRANT SELECT, INSERT, DELETE ON app.credit_auto_topup TO tollgate_gateway;
GRANT UPDATE ON app.credit_auto_topup TO tollgate_gateway, tollgate_worker;
GRANT SELECT ON app.credit_auto_topup TO tollgate_worker;

-- A new id that sorts by its time, for rows the database makes by itself (RFC 9562, version 7).
CREATE FUNCTION app.new_uuid() RETURNS uuid LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
  SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
           PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
$$;

-- The platform sets what it takes for a credit of a tenant. Counts at once: the current price gets a new version.
-- Returns whether there was such a tenant.
CREATE FUNCTION app.set_credit_base_cost(p_tenant uuid, p_currency text, p_cost numeric) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_tenant bigint; v_before numeric; v_old app.credit_pricing;
BEGIN
  SELECT t.tenant_id INTO v_tenant FROM app.tenant t WHERE t.public_id = p_tenant;
  IF v_tenant IS NULL THEN RETURN false; END IF;
  PERFORM pg_advisory_xact_lock(7230113, (v_tenant % 2147483647)::int);       -- as LockCreditPricing does
  SELECT b.cost INTO v_before FROM app.credit_base_cost b WHERE b.tenant_id = v_tenant AND b.currency = p_currency;
  INSERT INTO app.credit_base_cost AS b (tenant_id, currency, cost) VALUES (v_tenant, p_currency, p_cost)
  ON CONFLICT (tenant_id, currency) DO UPDATE SET cost = EXCLUDED.cost, updated_at = now();
  UPDATE app.credit_pricing p SET superseded_at = now()
   WHERE p.tenant_id = v_tenant AND p.currency = p_currency AND p.superseded_at IS NULL AND p.base_cost <> p_cost
  RETURNING p.* INTO v_old;
  IF v_old.id IS NOT NULL THEN
    INSERT INTO app.credit_pricing (tenant_id, id, version, currency, base_cost, agency_cost, min_purchase, max_purchase, packages)
    VALUES (v_tenant, app.new_uuid(), v_old.version + 1, p_currency, p_cost, v_old.agency_cost, v_old.min_purchase, v_old.max_purchase,
            v_old.packages);
  END IF;
  IF v_before IS DISTINCT FROM p_cost THEN
    INSERT INTO app.audit_entry (tenant_id, id, actor, action, target, before, after)
    VALUES (v_tenant, app.new_uuid(), 'operator', 'credits.base_cost', p_currency,
            CASE WHEN v_before IS NOT NULL THEN jsonb_build_object('cost', trim_scale(v_before)::text) END,
            jsonb_build_object('cost', trim_scale(p_cost)::text));
  END IF;
  RETURN true;
END $$;
-- What it takes, by currency; one row without a currency: it takes nothing; no row: there is no such tenant.
CREATE FUNCTION app.list_credit_base_costs(p_tenant uuid) RETURNS TABLE (currency text, cost text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT b.currency, trim_scale(b.cost)::text FROM app.tenant t LEFT JOIN app.credit_base_cost b ON b.tenant_id = t.tenant_id
   WHERE t.public_id = p_tenant ORDER BY b.currency
$$;
ALTER FUNCTION app.set_credit_base_cost(uuid, text, numeric) OWNER TO tollgate_entry;
REVOKE ALL ON FUNCTION app.set_credit_base_cost(uuid, text, numeric) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.set_credit_base_cost(uuid, text, numeric) TO tollgate_admin;
ALTER FUNCTION app.list_credit_base_costs(uuid) OWNER TO tollgate_entry;
REVOKE ALL ON FUNCTION app.list_credit_base_costs(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.list_credit_base_costs(uuid) TO tollgate_admin;
REVOKE ALL ON FUNCTION app.new_uuid() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.new_uuid() TO tollgate_entry;
GRANT SELECT, INSERT, UPDATE ON app.credit_base_cost, app.credit_pricing TO tollgate_entry;
RESET ROLE;
