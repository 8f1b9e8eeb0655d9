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
RESET ROLE;
