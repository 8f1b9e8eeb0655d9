-- What can be sold: every model of price, plans with their versions and quotas, and what was used of them.
SET LOCAL ROLE tollgate_owner;

-- PRODUCTS AND PRICES -----------------------------------------------------------------------------------------------------

ALTER TABLE app.product
  ADD COLUMN usage_metric       text CHECK (usage_metric IN ('interactions', 'minutes', 'conversations', 'value_based', 'message_credits', 'messages', 'custom')),
  ADD COLUMN usage_limit        bigint CHECK (usage_limit > 0),   -- included in the base fee, in the metric's unit
  ADD COLUMN overage_amount     numeric(24, 12) CHECK (overage_amount >= 0),   -- minor units for one more
  ADD COLUMN origin             text NOT NULL DEFAULT 'tollgate' CHECK (origin IN ('tollgate', 'stripe')),
  -- Our changes are counted, and the count travels in the metadata: a look at Stripe tells which of them it shows, and one that
  -- shows an older one never overwrites a wish that is on its way.
  ADD COLUMN revision           bigint NOT NULL DEFAULT 0,
  ADD COLUMN published_revision bigint NOT NULL DEFAULT 0,
  ADD COLUMN snapshot_seq       bigint NOT NULL DEFAULT 0,        -- fetch order of the newest applied snapshot
  ADD COLUMN problem            jsonb;
CREATE INDEX product_newest ON app.product (tenant_id, id DESC);

ALTER TABLE app.meter
  ADD COLUMN product_id uuid,                                     -- the product it was made for; NULL: any may use it
  ADD FOREIGN KEY (tenant_id, product_id) REFERENCES app.product (tenant_id, id);

ALTER TABLE app.price
  ALTER COLUMN unit_amount DROP NOT NULL,                         -- tiers and amounts with a fraction have none
  ADD COLUMN unit_amount_decimal numeric(24, 12) CHECK (unit_amount_decimal >= 0),   -- the same, exactly
  ADD COLUMN model               text NOT NULL DEFAULT 'flat' CHECK (model IN ('flat', 'per_unit', 'package', 'tiered_volume', 'tiered_graduated')),
  ADD COLUMN usage_type          text NOT NULL DEFAULT 'licensed' CHECK (usage_type IN ('licensed', 'metered')),
  ADD COLUMN tiers               jsonb,
  ADD COLUMN package_size        bigint CHECK (package_size > 0),
  ADD COLUMN package_round       text CHECK (package_round IN ('up', 'down')),
  ADD COLUMN meter_id            uuid,
  ADD COLUMN shown_unit_amount   numeric(24, 12),                 -- for a minute, where the meter counts seconds
  ADD COLUMN shown_tiers         jsonb,
  ADD COLUMN takes_lookup_key    boolean NOT NULL DEFAULT false,  -- from another price, at Stripe
  ADD COLUMN revision            bigint NOT NULL DEFAULT 0,
  ADD COLUMN published_revision  bigint NOT NULL DEFAULT 0,
  ADD COLUMN snapshot_seq        bigint NOT NULL DEFAULT 0,
  ADD COLUMN problem             jsonb,
  ADD COLUMN updated_at          timestamptz NOT NULL DEFAULT now(),
  DROP CONSTRAINT price_tax_behavior_check,
  ADD CHECK (tax_behavior IN ('inclusive', 'exclusive', 'unspecified')),
  ADD FOREIGN KEY (tenant_id, meter_id) REFERENCES app.meter (tenant_id, id),
  ADD CONSTRAINT price_model_terms CHECK (CASE model
    WHEN 'flat' THEN tiers IS NULL AND package_size IS NULL AND usage_type = 'licensed'
    WHEN 'per_unit' THEN tiers IS NULL AND package_size IS NULL AND unit_amount_decimal IS NOT NULL
    WHEN 'package' THEN tiers IS NULL AND package_size IS NOT NULL AND package_round IS NOT NULL AND unit_amount_decimal IS NOT NULL
    ELSE tiers IS NOT NULL AND jsonb_typeof(tiers) = 'array' AND package_size IS NULL AND unit_amount IS NULL AND unit_amount_decimal IS NULL
    END),
  ADD CONSTRAINT price_metered_by CHECK ((usage_type = 'metered') = (meter_id IS NOT NULL) AND (meter_id IS NULL OR billing_interval IS NOT NULL));
CREATE INDEX price_newest ON app.price (tenant_id, id DESC);
CREATE INDEX price_of_meter ON app.price (tenant_id, meter_id) WHERE meter_id IS NOT NULL;

-- V9: no role may change the terms of a price; only how it is called, whether it is sold, and what Stripe says.
REVOKE UPDATE ON app.price FROM tollgate_gateway, tollgate_worker;
GRANT UPDATE (lookup_key, active, takes_lookup_key, revision, updated_at) ON app.price TO tollgate_gateway;
GRANT UPDATE (lookup_key, active, takes_lookup_key, stripe_price, revision, published_revision, snapshot_seq, problem, tax_behavior, updated_at)
   ON app.price TO tollgate_worker;

-- A meter as a look at Stripe showed it: one of ours (by Stripe's id, or by the event name when the answer to its creation was
-- lost) or a new one, made in Stripe's dashboard. An older look changes nothing.
CREATE FUNCTION app.record_meter(p_id uuid, p_stripe text, p_event_name text, p_display_name text, p_formula text,
  p_customer_key text, p_value_key text, p_active boolean, p_seq bigint) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_id uuid; v_status text := CASE WHEN p_active THEN 'active' ELSE 'inactive' END;
BEGIN
  UPDATE app.meter m SET stripe_meter = p_stripe
   WHERE m.event_name = p_event_name AND m.stripe_meter IS NULL AND m.status IN ('publishing', 'failed')
     AND NOT EXISTS (SELECT 1 FROM app.meter x WHERE x.tenant_id = m.tenant_id AND x.stripe_meter = p_stripe);
  INSERT INTO app.meter AS m (id, stripe_meter, event_name, display_name, metric, formula, customer_key, value_key, status, snapshot_seq)
  VALUES (p_id, p_stripe, p_event_name, p_display_name, 'custom', p_formula, p_customer_key, p_value_key, v_status, p_seq)
  ON CONFLICT (tenant_id, stripe_meter) DO UPDATE
    SET display_name = EXCLUDED.display_name, status = EXCLUDED.status, snapshot_seq = EXCLUDED.snapshot_seq,
        customer_key = EXCLUDED.customer_key, value_key = EXCLUDED.value_key, problem = NULL, updated_at = now()
    WHERE m.snapshot_seq <= EXCLUDED.snapshot_seq
  RETURNING m.id INTO v_id;
  IF v_id IS NULL THEN SELECT m.id INTO v_id FROM app.meter m WHERE m.stripe_meter = p_stripe; END IF;
  RETURN v_id;
END $$;

-- A product as a look at Stripe showed it: ours, or a new one made in Stripe's own catalogue (B1). `p_ours` is the id in its metadata,
-- `p_revision` the change of ours it holds.
CREATE FUNCTION app.record_product(p_id uuid, p_ours uuid, p_stripe text, p_name text, p_description text, p_active boolean,
  p_revision bigint, p_seq bigint) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_id uuid;
BEGIN
  UPDATE app.product p SET stripe_product = p_stripe
   WHERE p.id = p_ours AND p.stripe_product IS NULL
     AND NOT EXISTS (SELECT 1 FROM app.product x WHERE x.tenant_id = p.tenant_id AND x.stripe_product = p_stripe);
  INSERT INTO app.product AS p (id, name, description, pricing_model, active, origin, stripe_product, snapshot_seq)
  VALUES (p_id, p_name, p_description, 'base_fee', p_active, 'stripe', p_stripe, p_seq)
  ON CONFLICT (tenant_id, stripe_product) DO UPDATE
    SET name = EXCLUDED.name, description = EXCLUDED.description, active = EXCLUDED.active, snapshot_seq = EXCLUDED.snapshot_seq,
        published_revision = greatest(p.published_revision, p_revision), updated_at = now()
    WHERE p.snapshot_seq <= EXCLUDED.snapshot_seq AND p.revision <= p_revision
  RETURNING p.id INTO v_id;
  IF v_id IS NULL THEN SELECT p.id INTO v_id FROM app.product p WHERE p.stripe_product = p_stripe; END IF;
  RETURN v_id;
END $$;

-- A price as a look at Stripe showed it. Terms are taken once, when it is new to us; afterwards only what Stripe lets change. A lookup
-- key stands at one price only: the one that shows it last, unless a wish of ours for it is on its way.
CREATE FUNCTION app.record_price(p_id uuid, p_ours uuid, p_product uuid, p_stripe text, p_terms jsonb, p_meter uuid, p_tax_behavior text,
  p_lookup_key text, p_active boolean, p_revision bigint, p_seq bigint) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_id uuid; v_key text := p_lookup_key;
BEGIN
  UPDATE app.price p SET stripe_price = p_stripe
   WHERE p.id = p_ours AND p.stripe_price IS NULL
     AND NOT EXISTS (SELECT 1 FROM app.price x WHERE x.tenant_id = p.tenant_id AND x.stripe_price = p_stripe);
  SELECT p.id INTO v_id FROM app.price p WHERE p.stripe_price = p_stripe FOR NO KEY UPDATE;
  IF v_id IS NOT NULL AND EXISTS (SELECT 1 FROM app.price p WHERE p.id = v_id AND (p.snapshot_seq > p_seq OR p.revision > p_revision)) THEN
    RETURN v_id;
  END IF;
  IF v_key IS NOT NULL THEN
    UPDATE app.price p SET lookup_key = NULL, updated_at = now()
     WHERE p.lookup_key = v_key AND p.id IS DISTINCT FROM v_id AND p.snapshot_seq < p_seq
       AND p.stripe_price IS NOT NULL AND p.published_revision = p.revision;
    IF EXISTS (SELECT 1 FROM app.price p WHERE p.lookup_key = v_key AND p.id IS DISTINCT FROM v_id AND p.active) THEN v_key := NULL; END IF;
  END IF;
  IF v_id IS NOT NULL THEN
    UPDATE app.price p SET active = p_active, lookup_key = v_key, tax_behavior = p_tax_behavior, snapshot_seq = p_seq,
           published_revision = greatest(p.published_revision, p_revision), updated_at = now()
     WHERE p.id = v_id;
    RETURN v_id;
  END IF;
  INSERT INTO app.price (id, product_id, currency, model, usage_type, unit_amount, unit_amount_decimal, tiers, package_size, package_round,
    meter_id, billing_interval, interval_count, tax_behavior, lookup_key, active, stripe_price, snapshot_seq)
  VALUES (p_id, p_product, p_terms ->> 'currency', p_terms ->> 'model', p_terms ->> 'usage_type', (p_terms ->> 'unit_amount')::bigint,
    (p_terms ->> 'unit_amount_decimal')::numeric, nullif(p_terms -> 'tiers', 'null'), (p_terms ->> 'package_size')::bigint,
    p_terms ->> 'package_round', p_meter, p_terms ->> 'interval', coalesce((p_terms ->> 'interval_count')::int, 1), p_tax_behavior,
    v_key, p_active, p_stripe, p_seq)
  ON CONFLICT (tenant_id, stripe_price) DO NOTHING RETURNING id INTO v_id;
  IF v_id IS NULL THEN SELECT p.id INTO v_id FROM app.price p WHERE p.stripe_price = p_stripe; END IF;
  -- What a product of Stripe's own catalogue is, its prices say.
  UPDATE app.product d SET updated_at = now(),
         usage_metric = coalesce(d.usage_metric, (SELECT CASE m.metric WHEN 'seconds' THEN 'minutes' ELSE m.metric END
           FROM app.price x JOIN app.meter m ON m.tenant_id = x.tenant_id AND m.id = x.meter_id
          WHERE x.tenant_id = d.tenant_id AND x.product_id = d.id LIMIT 1)),
         pricing_model = (SELECT CASE WHEN bool_or(x.billing_interval IS NOT NULL AND x.meter_id IS NULL) THEN 'base_fee'
                                      WHEN bool_or(x.meter_id IS NOT NULL) THEN 'usage_based' ELSE 'one_time' END
                            FROM app.price x WHERE x.tenant_id = d.tenant_id AND x.product_id = d.id)
   WHERE d.id = p_product AND d.origin = 'stripe';
  RETURN v_id;
END $$;

DO $$ DECLARE f text; BEGIN
  FOREACH f IN ARRAY ARRAY[
    'app.record_meter(uuid,text,text,text,text,text,text,boolean,bigint)',
    'app.record_product(uuid,uuid,text,text,text,boolean,bigint,bigint)',
    'app.record_price(uuid,uuid,uuid,text,jsonb,uuid,text,text,boolean,bigint,bigint)'] LOOP
    EXECUTE 'REVOKE ALL ON FUNCTION ' || f || ' FROM PUBLIC';
    EXECUTE 'GRANT EXECUTE ON FUNCTION ' || f || ' TO tollgate_worker';
  END LOOP;
END $$;

-- PLANS AND QUOTAS --------------------------------------------------------------------------------------------------------

-- A sellable bundle. What it is made of stands in its versions, which never change: a subscription keeps the one it was sold with.
CREATE TABLE app.plan (
  tenant_id   bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id          uuid NOT NULL,
  name        text NOT NULL,
  description text,
  status      text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'active', 'archived')),
  visibility  text NOT NULL DEFAULT 'public' CHECK (visibility IN ('public', 'hidden')),
  is_default  boolean NOT NULL DEFAULT false,
  is_featured boolean NOT NULL DEFAULT false,
  version     int NOT NULL DEFAULT 1,                             -- the one that is sold now
  metadata    jsonb NOT NULL DEFAULT '{}',
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX plan_one_default ON app.plan (tenant_id) WHERE is_default;
CREATE INDEX plan_newest ON app.plan (tenant_id, id DESC);
CALL app.protect('plan');

CREATE TABLE app.plan_version (
  tenant_id  bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  plan_id    uuid NOT NULL,
  version    int NOT NULL CHECK (version > 0),
  trial_days int NOT NULL DEFAULT 0 CHECK (trial_days BETWEEN 0 AND 730),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, plan_id, version),
  FOREIGN KEY (tenant_id, plan_id) REFERENCES app.plan (tenant_id, id)
);
CALL app.protect('plan_version');

CREATE TABLE app.plan_price (
  tenant_id    bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  plan_id      uuid NOT NULL,
  version      int NOT NULL,
  place        int NOT NULL,
  price_id     uuid,                                              -- NULL while the pasted id is not checked (B21)
  stripe_price text,                                              -- the id as it was pasted
  quantity     bigint NOT NULL DEFAULT 1 CHECK (quantity > 0),
  problem      jsonb,
  PRIMARY KEY (tenant_id, plan_id, version, place),
  FOREIGN KEY (tenant_id, plan_id, version) REFERENCES app.plan_version (tenant_id, plan_id, version),
  FOREIGN KEY (tenant_id, price_id) REFERENCES app.price (tenant_id, id)
);
CALL app.protect('plan_price');

CREATE TABLE app.plan_quota (
  tenant_id   bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  plan_id     uuid NOT NULL,
  version     int NOT NULL,
  feature     text NOT NULL,
  type        text NOT NULL CHECK (type IN ('boolean', 'static', 'metered')),
  quota_limit bigint CHECK (quota_limit >= 0),                    -- NULL: no end
  soft_limit  bigint CHECK (soft_limit >= 0),                     -- from here on the portal is warned
  reset       text NOT NULL DEFAULT 'never' CHECK (reset IN ('never', 'period', 'day')),
  overage     text NOT NULL DEFAULT 'block' CHECK (overage IN ('block', 'allow', 'charge')),
  PRIMARY KEY (tenant_id, plan_id, version, feature),
  FOREIGN KEY (tenant_id, plan_id, version) REFERENCES app.plan_version (tenant_id, plan_id, version),
  CHECK (soft_limit IS NULL OR quota_limit IS NULL OR soft_limit <= quota_limit)
);
CALL app.protect('plan_quota');

-- What a client used of a feature in a period that began then. For features that never begin anew it began in 1970.
CREATE TABLE app.quota_usage (
  tenant_id    bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  client_id    uuid NOT NULL,
  feature      text NOT NULL,
  period_start timestamptz NOT NULL,
  used         bigint NOT NULL DEFAULT 0 CHECK (used >= 0),
  warned_at    timestamptz,                                       -- the portal was told of the soft limit
  exceeded_at  timestamptz,                                       -- and of the hard one
  updated_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, client_id, feature, period_start),
  FOREIGN KEY (tenant_id, client_id) REFERENCES app.client (tenant_id, id)
) WITH (fillfactor = 70);
CALL app.protect('quota_usage');

ALTER TABLE app.subscription
  ADD COLUMN plan_id      uuid,
  ADD COLUMN plan_version int,
  ADD CHECK ((plan_id IS NULL) = (plan_version IS NULL)),
  ADD FOREIGN KEY (tenant_id, plan_id, plan_version) REFERENCES app.plan_version (tenant_id, plan_id, version);
CREATE INDEX subscription_of_plan ON app.subscription (tenant_id, plan_id) WHERE plan_id IS NOT NULL;

GRANT SELECT, INSERT ON app.plan, app.plan_version, app.plan_price, app.plan_quota, app.quota_usage TO tollgate_gateway;
GRANT UPDATE (name, description, status, visibility, is_default, is_featured, version, metadata, updated_at) ON app.plan TO tollgate_gateway;
GRANT UPDATE (used, warned_at, exceeded_at, updated_at) ON app.quota_usage TO tollgate_gateway;
GRANT SELECT ON app.plan, app.plan_version, app.plan_price, app.plan_quota, app.quota_usage TO tollgate_worker;
GRANT UPDATE (status, updated_at) ON app.plan TO tollgate_worker;
GRANT UPDATE (price_id, problem) ON app.plan_price TO tollgate_worker;

-- What a client may use of a feature: of the plan it has bought (the most generous one, if several grant it), else of the tenant's
-- default plan when that one is free. One row, also when nothing grants it. The period is half open, and Stripe's own.
CREATE FUNCTION app.entitlement(p_client uuid, p_feature text) RETURNS TABLE (
  access_state text, plan_id uuid, plan_version int, subscription_id uuid, type text, quota_limit bigint, soft_limit bigint, reset text,
  overage text, period_start timestamptz, period_end timestamptz)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  WITH holder AS (
    SELECT s.plan_id, s.plan_version, s.id AS subscription_id, s.current_period_start AS since, s.current_period_end AS till, 0 AS rank
      FROM app.subscription s
     WHERE s.client_id = p_client AND s.plan_id IS NOT NULL AND s.status IN ('active', 'trialing', 'past_due')
    UNION ALL
    SELECT p.id, p.version, NULL, NULL, NULL, 1 FROM app.plan p
     WHERE p.is_default AND p.status = 'active'
       AND NOT EXISTS (SELECT 1 FROM app.plan_price x WHERE x.tenant_id = p.tenant_id AND x.plan_id = p.id AND x.version = p.version)
  ), best AS (
    SELECT h.*, q.feature, q.type, q.quota_limit, q.soft_limit, q.reset, q.overage
      FROM holder h LEFT JOIN app.plan_quota q ON q.plan_id = h.plan_id AND q.version = h.plan_version AND q.feature = p_feature
     WHERE h.rank = (SELECT min(rank) FROM holder)
     ORDER BY q.feature IS NULL, q.quota_limit DESC NULLS FIRST, h.subscription_id LIMIT 1
  )
  SELECT c.access_state, b.plan_id, b.plan_version, b.subscription_id, b.type, b.quota_limit, b.soft_limit, b.reset, b.overage,
         CASE b.reset WHEN 'day' THEN date_trunc('day', now(), 'UTC')
                      WHEN 'period' THEN coalesce(b.since, date_trunc('month', now(), 'UTC'))
                      ELSE 'epoch'::timestamptz END,
         CASE b.reset WHEN 'day' THEN date_trunc('day', now(), 'UTC') + interval '1 day'
                      WHEN 'period' THEN coalesce(b.till, date_trunc('month', now(), 'UTC') + interval '1 month') END
    FROM app.client c LEFT JOIN best b ON true WHERE c.id = p_client
$$;

-- Takes (or gives back, below zero) so much of a quota, in one statement that concurrent callers queue up behind: never more than the
-- limit where it is hard. `taken` false: there was not enough. `warned`, `exceeded`, `recovered`: this very call crossed the line.
CREATE FUNCTION app.consume_quota(p_client uuid, p_feature text, p_period_start timestamptz, p_amount bigint, p_limit bigint,
  p_soft bigint, p_is_hard boolean)
RETURNS TABLE (taken boolean, used bigint, warned boolean, exceeded boolean, recovered boolean)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE r app.quota_usage;
BEGIN
  INSERT INTO app.quota_usage (client_id, feature, period_start) VALUES (p_client, p_feature, p_period_start) ON CONFLICT DO NOTHING;
  SELECT * INTO r FROM app.quota_usage q WHERE q.client_id = p_client AND q.feature = p_feature AND q.period_start = p_period_start
     FOR NO KEY UPDATE;
  taken := p_amount <= 0 OR NOT p_is_hard OR p_limit IS NULL OR r.used + p_amount <= p_limit;
  used := CASE WHEN taken THEN greatest(r.used + p_amount, 0) ELSE r.used END;
  warned := p_soft IS NOT NULL AND used >= p_soft AND r.warned_at IS NULL;
  exceeded := p_limit IS NOT NULL AND r.exceeded_at IS NULL AND (NOT taken OR used > p_limit);
  recovered := r.warned_at IS NOT NULL AND p_soft IS NOT NULL AND used < p_soft;
  UPDATE app.quota_usage q SET used = consume_quota.used, updated_at = now(),
         warned_at = CASE WHEN warned THEN now() WHEN recovered THEN NULL ELSE q.warned_at END,
         exceeded_at = CASE WHEN exceeded THEN now() WHEN p_limit IS NULL OR consume_quota.used < p_limit THEN NULL ELSE q.exceeded_at END
   WHERE q.client_id = p_client AND q.feature = p_feature AND q.period_start = p_period_start;
  RETURN NEXT;
END $$;

-- The price list anybody may see: what is public of an agency's active plans. Deliberately without an entrance: it opens nothing else.
CREATE FUNCTION app.public_pricing(p_tenant uuid) RETURNS TABLE (
  id uuid, name text, description text, is_default boolean, is_featured boolean, version int, trial_days int, prices jsonb, quotas jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT p.id, p.name, p.description, p.is_default, p.is_featured, p.version, v.trial_days,
         coalesce((SELECT jsonb_agg(jsonb_build_object('price', x.price_id, 'quantity', x.quantity) ORDER BY x.place) FROM app.plan_price x
                    WHERE x.tenant_id = p.tenant_id AND x.plan_id = p.id AND x.version = p.version), '[]'),
         coalesce((SELECT jsonb_agg(jsonb_build_object('feature', q.feature, 'type', q.type, 'limit', q.quota_limit, 'reset', q.reset,
                                                       'overage', q.overage) ORDER BY q.feature) FROM app.plan_quota q
                    WHERE q.tenant_id = p.tenant_id AND q.plan_id = p.id AND q.version = p.version), '[]')
    FROM app.plan p
    JOIN app.tenant t ON t.tenant_id = p.tenant_id
    JOIN app.plan_version v ON v.tenant_id = p.tenant_id AND v.plan_id = p.id AND v.version = p.version
   WHERE t.public_id = p_tenant AND t.suspended_at IS NULL AND p.status = 'active' AND p.visibility = 'public'
   ORDER BY p.is_featured DESC, p.id
$$;
CREATE FUNCTION app.public_prices(p_tenant uuid) RETURNS TABLE (
  id uuid, product uuid, name text, description text, currency text, model text, usage_type text, unit_amount bigint,
  unit_amount_decimal text, tiers jsonb, package_size bigint, package_round text, metric text, billing_interval text, interval_count int,
  tax_behavior text, shown_unit_amount text, shown_tiers jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT DISTINCT x.id, x.product_id, d.name, d.description, x.currency, x.model, x.usage_type, x.unit_amount, x.unit_amount_decimal::text,
         x.tiers, x.package_size, x.package_round, m.metric, x.billing_interval, x.interval_count, x.tax_behavior,
         x.shown_unit_amount::text, x.shown_tiers
    FROM app.plan p
    JOIN app.tenant t ON t.tenant_id = p.tenant_id
    JOIN app.plan_price l ON l.tenant_id = p.tenant_id AND l.plan_id = p.id AND l.version = p.version
    JOIN app.price x ON x.tenant_id = l.tenant_id AND x.id = l.price_id
    JOIN app.product d ON d.tenant_id = x.tenant_id AND d.id = x.product_id
    LEFT JOIN app.meter m ON m.tenant_id = x.tenant_id AND m.id = x.meter_id
   WHERE t.public_id = p_tenant AND t.suspended_at IS NULL AND p.status = 'active' AND p.visibility = 'public'
$$;
GRANT SELECT ON app.plan, app.plan_version, app.plan_price, app.plan_quota, app.price, app.product, app.meter TO tollgate_entry;
DO $$ DECLARE f text; BEGIN
  FOREACH f IN ARRAY ARRAY['app.public_pricing(uuid)', 'app.public_prices(uuid)'] LOOP
    EXECUTE 'ALTER FUNCTION ' || f || ' OWNER TO tollgate_entry';
  END LOOP;
  FOREACH f IN ARRAY ARRAY['app.public_pricing(uuid)', 'app.public_prices(uuid)', 'app.entitlement(uuid,text)',
    'app.consume_quota(uuid,text,timestamptz,bigint,bigint,bigint,boolean)'] LOOP
    EXECUTE 'REVOKE ALL ON FUNCTION ' || f || ' FROM PUBLIC';
    EXECUTE 'GRANT EXECUTE ON FUNCTION ' || f || ' TO tollgate_gateway';
  END LOOP;
END $$;
RESET ROLE;
