-- What differs between our rows and Stripe's, and its repair; and what is forgotten when its time is over.
SET LOCAL ROLE tollgate_owner;

-- One walk through Stripe's lists. `stage` and `cursor` say how far it is: a page that failed moves neither.
CREATE TABLE app.reconciliation (
  tenant_id   bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id          uuid NOT NULL,
  cause       text NOT NULL CHECK (cause IN ('wish', 'night')),
  status      text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'done', 'failed')),
  account_id  text,                                           -- whose lists they are: another account is another walk
  stage       text NOT NULL DEFAULT 'customers' CHECK (stage IN ('customers', 'products', 'prices', 'coupons', 'subscriptions',
                'invoices', 'open_invoices', 'payments', 'examination')),
  cursor      text,                                           -- Stripe's id that the next page begins after
  compared    jsonb NOT NULL DEFAULT '{}',                    -- objects of Stripe's that were looked at, by kind
  new_items   bigint NOT NULL DEFAULT 0,
  known_items bigint NOT NULL DEFAULT 0,                      -- differences that were known before, and still are there
  gone_items  bigint NOT NULL DEFAULT 0,                      -- differences of earlier walks that are no more
  problem     jsonb,
  created_at  timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT reconciliation_finished CHECK ((status = 'running') = (finished_at IS NULL))
);
CREATE UNIQUE INDEX reconciliation_one_running ON app.reconciliation (tenant_id) WHERE status = 'running';
CALL app.protect('reconciliation');

-- Every question a walk asked: what came, and under which of Stripe's request ids.
CREATE TABLE app.reconciliation_page (
  tenant_id         bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  reconciliation_id uuid NOT NULL,
  number            int NOT NULL,
  stage             text NOT NULL,
  objects           int NOT NULL,
  stripe_request_id text,
  at                timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, reconciliation_id, number),
  FOREIGN KEY (tenant_id, reconciliation_id) REFERENCES app.reconciliation (tenant_id, id)
);
CALL app.protect('reconciliation_page');

-- Which of our objects a walk saw at Stripe: whatever is not in it is missing there. Emptied when the walk ends.
CREATE TABLE app.reconciliation_sight (
  tenant_id         bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  reconciliation_id uuid NOT NULL,
  stripe_id         text NOT NULL,
  PRIMARY KEY (tenant_id, reconciliation_id, stripe_id),
  FOREIGN KEY (tenant_id, reconciliation_id) REFERENCES app.reconciliation (tenant_id, id)
);
CALL app.protect('reconciliation_sight');

-- One field of one object that is not the same here and there. Seen again it is the same item. It begins as a suspicion, which nobody is
-- told of: what is on its way to one of both sides looks like a difference for a moment.
CREATE TABLE app.drift_item (
  tenant_id         bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id                uuid NOT NULL,
  reconciliation_id uuid NOT NULL,                            -- the walk that saw it last
  kind              text NOT NULL CHECK (kind IN ('missing_here', 'missing_at_stripe', 'differs')),
  object_kind       text NOT NULL
    CHECK (object_kind IN ('customer', 'subscription', 'invoice', 'product', 'price', 'coupon', 'credit_purchase')),
  row_id            uuid,                                     -- our row, where there is one
  stripe_id         text NOT NULL,
  field             text NOT NULL,                            -- 'object' where all of it is missing
  ours              text,
  theirs            text,
  amount            bigint,                                   -- minor units at stake, where that can be said
  currency          text CHECK (currency ~ '^[a-z]{3}$'),
  status            text NOT NULL DEFAULT 'suspected' CHECK (status IN ('suspected', 'open', 'repaired', 'gone', 'dismissed')),
  direction         text CHECK (direction IN ('from_stripe', 'to_stripe')),   -- of its repair
  dismissed_by      text,
  dismissed_reason  text,
  first_seen_at     timestamptz NOT NULL DEFAULT now(),
  last_seen_at      timestamptz NOT NULL DEFAULT now(),
  closed_at         timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, reconciliation_id) REFERENCES app.reconciliation (tenant_id, id),
  CONSTRAINT drift_item_amount_has_currency CHECK ((amount IS NULL) = (currency IS NULL)),
  CONSTRAINT drift_item_missing_here_has_row CHECK (kind = 'missing_here' OR row_id IS NOT NULL),
  CONSTRAINT drift_item_closed CHECK ((status IN ('suspected', 'open')) = (closed_at IS NULL)),
  CONSTRAINT drift_item_repaired_somehow CHECK (status <> 'repaired' OR direction IS NOT NULL),
  CONSTRAINT drift_item_dismissed_by CHECK (status <> 'dismissed' OR (dismissed_by IS NOT NULL AND dismissed_reason IS NOT NULL))
);
CREATE UNIQUE INDEX drift_item_once ON app.drift_item (tenant_id, object_kind, stripe_id, field)
  WHERE status IN ('suspected', 'open', 'dismissed');
CREATE INDEX drift_item_newest ON app.drift_item (tenant_id, status, id DESC);
CALL app.protect('drift_item');

GRANT SELECT, INSERT (id, cause, account_id), UPDATE (status, finished_at, problem) ON app.reconciliation TO tollgate_gateway;
GRANT SELECT, INSERT, UPDATE ON app.reconciliation TO tollgate_worker;
GRANT SELECT ON app.reconciliation_page TO tollgate_gateway;
GRANT SELECT, INSERT, DELETE ON app.reconciliation_page, app.reconciliation_sight TO tollgate_worker;
GRANT SELECT, UPDATE (status, dismissed_by, dismissed_reason, closed_at) ON app.drift_item TO tollgate_gateway;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.drift_item TO tollgate_worker;
GRANT UPDATE (ours, theirs) ON app.drift_item TO tollgate_entry;  -- erasure
CREATE POLICY suspicions ON app.drift_item AS RESTRICTIVE FOR DELETE TO tollgate_worker USING (status = 'suspected');

-- What Stripe should have: whatever is not over, not archived and still to be paid.
CREATE VIEW app.kept_at_stripe WITH (security_invoker = true) AS
SELECT tenant_id, 'customer' AS kind, id, stripe_customer AS stripe_id, updated_at, NULL::bigint AS amount, NULL::text AS currency
  FROM app.client WHERE stripe_customer IS NOT NULL AND access_state <> 'closed'
UNION ALL
SELECT tenant_id, 'subscription', id, stripe_subscription, updated_at, NULL, NULL
  FROM app.subscription WHERE stripe_subscription IS NOT NULL AND status NOT IN ('canceled', 'incomplete_expired')
UNION ALL
SELECT tenant_id, 'invoice', id, stripe_invoice, updated_at, amount_due, currency
  FROM app.invoice WHERE stripe_invoice IS NOT NULL AND status IN ('draft', 'open')
UNION ALL
SELECT tenant_id, 'product', id, stripe_product, updated_at, NULL, NULL FROM app.product WHERE stripe_product IS NOT NULL AND active
UNION ALL
SELECT tenant_id, 'price', id, stripe_price, updated_at, NULL, NULL FROM app.price WHERE stripe_price IS NOT NULL AND active
UNION ALL
SELECT tenant_id, 'coupon', id, stripe_coupon, updated_at, NULL, NULL
  FROM app.coupon WHERE stripe_coupon IS NOT NULL AND status = 'active';
GRANT SELECT ON app.kept_at_stripe TO tollgate_worker;

-- What one period of a subscription comes to, in minor units: what is bought in a fixed quantity at a whole amount. Usage cannot
-- be told ahead, so it is not in it. No row: nothing can be said.
CREATE FUNCTION app.subscription_worth(p_subscription uuid) RETURNS TABLE (amount bigint, currency text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT sum(p.unit_amount * i.quantity)::bigint, min(p.currency)
    FROM app.subscription_item i JOIN app.price p ON p.tenant_id = i.tenant_id AND p.id = i.price_id
   WHERE i.tenant_id = app.current_tenant() AND i.subscription_id = p_subscription AND i.removed_at IS NULL
     AND p.usage_type = 'licensed' AND p.model IN ('flat', 'per_unit') AND p.unit_amount IS NOT NULL
  HAVING count(*) > 0 AND count(DISTINCT p.currency) = 1
$$;

-- Whether an object may be judged: its row was not changed since a moment, no command about it or its owner is alive, and no event
-- about it waits to be applied. A difference that is on its way out is none.
CREATE FUNCTION app.is_settled(p_rows uuid[], p_stripe text, p_changed timestamptz, p_moment timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(p_changed < p_moment, true)
     AND NOT EXISTS (SELECT 1 FROM app.command c
                      WHERE c.tenant_id = app.current_tenant() AND c.target_id = ANY (p_rows) AND c.outcome IS NULL)
     AND NOT EXISTS (SELECT 1 FROM app.stripe_event e
                      WHERE e.tenant_id = app.current_tenant() AND e.object_id = p_stripe AND e.status = 'received')
$$;
DO $$ DECLARE f text; BEGIN
  FOREACH f IN ARRAY ARRAY['app.subscription_worth(uuid)', 'app.is_settled(uuid[],text,timestamptz,timestamptz)'] LOOP
    EXECUTE 'REVOKE ALL ON FUNCTION ' || f || ' FROM PUBLIC';
    EXECUTE 'GRANT EXECUTE ON FUNCTION ' || f || ' TO tollgate_worker';
  END LOOP;
END $$;

ALTER TABLE app.tenant
  -- How long ended commands and their like are kept; what touched money is kept for ever.
  ADD COLUMN retention_days int NOT NULL DEFAULT 180 CHECK (retention_days BETWEEN 30 AND 3650),
  -- How much later a difference is looked at again before anybody is told: webhooks need a moment.
  ADD COLUMN settle_seconds int NOT NULL DEFAULT 60 CHECK (settle_seconds BETWEEN 0 AND 3600);

-- The worker may delete, and the wall says what: a wrong statement deletes nothing else. What wrote to Stripe is no row of these.
GRANT SELECT (tenant_id, key, created_at) ON app.idempotency TO tollgate_worker;
GRANT DELETE ON app.command, app.attempt, app.webhook_attempt, app.webhook_delivery, app.credit_quote TO tollgate_worker;
CREATE POLICY retention ON app.idempotency AS RESTRICTIVE FOR DELETE TO tollgate_worker
  USING (created_at < now() - interval '30 days');
CREATE POLICY retention ON app.command AS RESTRICTIVE FOR DELETE TO tollgate_worker
  USING (outcome IN ('done', 'failed', 'cancelled') AND finished_at < now() - interval '30 days'
    AND NOT EXISTS (SELECT 1 FROM app.stripe_call s WHERE s.tenant_id = command.tenant_id AND s.command_id = command.id));
CREATE POLICY retention ON app.attempt AS RESTRICTIVE FOR DELETE TO tollgate_worker USING (at < now() - interval '30 days');
CREATE POLICY retention ON app.webhook_attempt AS RESTRICTIVE FOR DELETE TO tollgate_worker USING (at < now() - interval '30 days');
CREATE POLICY retention ON app.webhook_delivery AS RESTRICTIVE FOR DELETE TO tollgate_worker
  USING (ended_at < now() - interval '30 days');
CREATE POLICY retention ON app.credit_quote AS RESTRICTIVE FOR DELETE TO tollgate_worker
  USING (expires_at < now() - interval '30 days');
RESET ROLE;
