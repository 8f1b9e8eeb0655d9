-- Usage: what agents did, what it counts for, what is sent to Stripe's meters, and whether Stripe counted the same.
--
--   usage_event   the portal's facts. Written by the request in one INSERT, never changed; unique for ever by the portal's id.
--   usage_intake  what a request brought and nobody looked at yet: the queue between the request and attribution.
--   usage_entry   what became of an event: one row per meter it counts on, or one that says why it counts on none.
--   usage_batch   what is sent to Stripe: the sum of a customer's entries on a meter within a window that no billing period cuts.
--   usage_drift   where our sums and Stripe's differ.
SET LOCAL ROLE tollgate_owner;

-- What becomes of usage whose period is billed already.
ALTER TABLE app.tenant ADD COLUMN late_usage text NOT NULL DEFAULT 'next_period'
  CHECK (late_usage IN ('next_period', 'one_off_invoice', 'write_off'));
GRANT UPDATE (late_usage) ON app.tenant TO tollgate_gateway;

-- Leads are matched against our mirror of customers (F20), by what people type: case, space and punctuation do not count.
ALTER TABLE app.client
  ADD COLUMN email_key text GENERATED ALWAYS AS (nullif(lower(btrim(admin_email)), '')) STORED,
  ADD COLUMN name_key  text GENERATED ALWAYS AS (nullif(lower(btrim(name)), '')) STORED,
  ADD COLUMN phone_key text GENERATED ALWAYS AS (nullif(ltrim(regexp_replace(phone, '[^0-9]', '', 'g'), '0'), '')) STORED;
CREATE INDEX client_email_key ON app.client (tenant_id, email_key) WHERE email_key IS NOT NULL;
CREATE INDEX client_phone_key ON app.client (tenant_id, phone_key) WHERE phone_key IS NOT NULL;

-- Which meter an agent's usage goes to, what is counted, and who pays (seed 004). A change is a new version, for what comes later.
CREATE TABLE app.metering_rule (
  tenant_id       bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  agent_id        uuid NOT NULL,
  version         int  NOT NULL CHECK (version > 0),
  meter_id        uuid NOT NULL,
  metering_type   text NOT NULL CHECK (metering_type IN ('interactions', 'minutes', 'conversations', 'value_based', 'message_credits', 'messages')),
  customer_mode   text NOT NULL CHECK (customer_mode IN ('static', 'dynamic')),
  identify_by     text NOT NULL DEFAULT 'email' CHECK (identify_by IN ('email', 'name', 'phone')),
  static_value    text,
  static_customer text,                                       -- Stripe's id, cus_…
  analysis_field  text,
  actor           text NOT NULL,
  effective_from  timestamptz NOT NULL DEFAULT now(),
  ended_at        timestamptz CHECK (ended_at >= effective_from),
  PRIMARY KEY (tenant_id, agent_id, version),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES app.agent (tenant_id, id),
  FOREIGN KEY (tenant_id, meter_id) REFERENCES app.meter (tenant_id, id),
  CONSTRAINT metering_rule_static CHECK ((customer_mode = 'static') = (num_nonnulls(static_value, static_customer) = 1)),
  CONSTRAINT metering_rule_field CHECK ((metering_type = 'value_based') = (analysis_field IS NOT NULL))
);
CREATE UNIQUE INDEX metering_rule_current ON app.metering_rule (tenant_id, agent_id) WHERE ended_at IS NULL;
CALL app.protect('metering_rule');

-- No foreign keys: a thousand rows come in one statement, agents are looked up in the same transaction and are never deleted, and a
-- reference costs a query a row. Ids of one request are neighbours (a UUIDv7 whose last two bytes count), so a range finds them.
CREATE TABLE app.usage_event (
  tenant_id       bigint NOT NULL DEFAULT app.current_tenant(),
  id              uuid NOT NULL,
  agent_id        uuid NOT NULL,
  occurred_at     timestamptz NOT NULL,
  received_at     timestamptz NOT NULL DEFAULT now(),
  credits         bigint CHECK (credits >= 0),
  seconds         int CHECK (seconds >= 0),
  messages        int CHECK (messages >= 0),
  is_backfill     boolean NOT NULL DEFAULT false,
  kind            text COLLATE "C" NOT NULL,
  event_id        text COLLATE "C" NOT NULL,                  -- the portal's: the hash of the fact
  conversation_id text COLLATE "C",
  analysis        jsonb,
  lead_email      text,
  lead_name       text,
  lead_phone      text,
  PRIMARY KEY (tenant_id, event_id)
);
CREATE UNIQUE INDEX usage_event_id ON app.usage_event (tenant_id, id);
CREATE INDEX usage_event_of_agent ON app.usage_event (tenant_id, agent_id, id);
CALL app.protect('usage_event');

CREATE TABLE app.usage_intake (
  tenant_id   bigint NOT NULL DEFAULT app.current_tenant(),
  first_id    uuid NOT NULL,
  last_id     uuid NOT NULL,
  events      int  NOT NULL,
  is_backfill boolean NOT NULL DEFAULT false,
  is_again    boolean NOT NULL DEFAULT false,                 -- attributed anew: by the rule of today
  PRIMARY KEY (tenant_id, first_id)
);
CALL app.protect('usage_intake');

-- Added to while pending; frozen when it is first sent. `at` is the time Stripe is told: that of its latest event.
CREATE TABLE app.usage_batch (
  tenant_id        bigint NOT NULL DEFAULT app.current_tenant(),
  id               uuid NOT NULL,
  meter_id         uuid NOT NULL,
  stripe_customer  text NOT NULL,
  client_id        uuid,
  window_start     timestamptz NOT NULL,
  grain            uuid NOT NULL,                             -- the event, where a meter counts events; else nothing
  at               timestamptz NOT NULL,
  value            bigint NOT NULL,
  events           int NOT NULL,
  status           text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'sent', 'confirmed', 'unknown', 'rejected', 'empty')),
  identifier       text COLLATE "C" CHECK (length(identifier) <= 100),
  first_attempt_at timestamptz,
  confirmed_at     timestamptz,
  problem          jsonb,
  created_at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, meter_id) REFERENCES app.meter (tenant_id, id),
  CONSTRAINT usage_batch_frozen CHECK ((status IN ('pending', 'empty')) OR (identifier IS NOT NULL AND first_attempt_at IS NOT NULL) OR status = 'rejected')
) WITH (fillfactor = 60);
CREATE UNIQUE INDEX usage_batch_pending ON app.usage_batch (tenant_id, meter_id, stripe_customer, window_start, grain) WHERE status = 'pending';
CREATE UNIQUE INDEX usage_batch_identifier ON app.usage_batch (tenant_id, identifier) WHERE identifier IS NOT NULL;
CREATE INDEX usage_batch_of_customer ON app.usage_batch (tenant_id, meter_id, stripe_customer, at);
CALL app.protect('usage_batch');

CREATE TABLE app.usage_entry (
  tenant_id       bigint NOT NULL DEFAULT app.current_tenant(),
  event_uid       uuid NOT NULL,                              -- app.usage_event.id
  n               smallint NOT NULL,
  status          text COLLATE "C" NOT NULL CHECK (status IN ('metered', 'not_metered', 'late', 'voided')),
  reason          text COLLATE "C",
  meter_id        uuid,
  client_id       uuid,
  stripe_customer text COLLATE "C",
  rule_version    int,
  item_id         uuid,
  value           bigint NOT NULL DEFAULT 0,
  batch_id        uuid,
  charge_id       uuid,                                       -- the late charge it is billed by
  occurred_at     timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, event_uid, n),
  CONSTRAINT usage_entry_charged CHECK (charge_id IS NULL OR status = 'late'),
  CONSTRAINT usage_entry_reason CHECK ((status IN ('not_metered', 'late')) <= (reason IS NOT NULL))
);
CREATE INDEX usage_entry_of_batch ON app.usage_entry (tenant_id, batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX usage_entry_to_charge ON app.usage_entry (tenant_id, client_id) WHERE status = 'late' AND reason = 'one_off_invoice' AND charge_id IS NULL;
CREATE INDEX usage_entry_of_charge ON app.usage_entry (tenant_id, charge_id) WHERE charge_id IS NOT NULL;
CREATE INDEX usage_entry_not_metered ON app.usage_entry (tenant_id, status, event_uid DESC) WHERE status IN ('not_metered', 'late', 'voided');
CREATE INDEX usage_entry_of_reason ON app.usage_entry (tenant_id, status, reason, event_uid DESC) WHERE status IN ('not_metered', 'late', 'voided');
CALL app.protect('usage_entry');

-- A conversation counts once on a meter, for ever; for one analysis field where it is billed by value.
CREATE TABLE app.usage_conversation (
  tenant_id       bigint NOT NULL DEFAULT app.current_tenant(),
  meter_id        uuid NOT NULL,
  agent_id        uuid NOT NULL,
  field           text COLLATE "C" NOT NULL,
  conversation_id text COLLATE "C" NOT NULL,
  event_uid       uuid NOT NULL,                              -- the event it counts by
  PRIMARY KEY (tenant_id, meter_id, agent_id, conversation_id, field)
);
CREATE INDEX usage_conversation_of_event ON app.usage_conversation (tenant_id, event_uid);
CALL app.protect('usage_conversation');

-- Late usage of a billed period, on an invoice of its own: what the period would have cost with it, less what it cost without.
CREATE TABLE app.late_charge (
  tenant_id       bigint NOT NULL DEFAULT app.current_tenant(),
  id              uuid NOT NULL,
  invoice_id      uuid,                                       -- NULL: it changes nothing, or its invoice was not made
  client_id       uuid NOT NULL,
  price_id        uuid NOT NULL,
  period_start    timestamptz NOT NULL,
  period_end      timestamptz NOT NULL,
  billed_before   bigint NOT NULL,                            -- units of that period on earlier invoices
  quantity        bigint NOT NULL CHECK (quantity > 0),
  amount          bigint NOT NULL CHECK (amount >= 0),        -- minor units
  stripe_item     text,
  created_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, invoice_id) REFERENCES app.invoice (tenant_id, id),
  FOREIGN KEY (tenant_id, client_id) REFERENCES app.client (tenant_id, id),
  FOREIGN KEY (tenant_id, price_id) REFERENCES app.price (tenant_id, id)
);
CREATE INDEX late_charge_of_invoice ON app.late_charge (tenant_id, invoice_id);
CREATE INDEX late_charge_of_period ON app.late_charge (tenant_id, client_id, price_id, period_start);
CALL app.protect('late_charge');

-- Where sums differ: events, batches and Stripe's summary of one customer on one meter in one day.
CREATE TABLE app.usage_drift (
  tenant_id       bigint NOT NULL DEFAULT app.current_tenant(),
  id              uuid NOT NULL,
  meter_id        uuid NOT NULL,
  stripe_customer text NOT NULL,
  from_at         timestamptz NOT NULL,
  until_at        timestamptz NOT NULL,
  events_total    bigint NOT NULL,
  batches_total   bigint NOT NULL,
  stripe_total    bigint,                                     -- NULL: Stripe could not say
  first_seen_at   timestamptz NOT NULL DEFAULT now(),
  last_seen_at    timestamptz NOT NULL DEFAULT now(),
  resolved_at     timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, meter_id) REFERENCES app.meter (tenant_id, id)
);
CREATE UNIQUE INDEX usage_drift_open ON app.usage_drift (tenant_id, meter_id, stripe_customer, from_at) WHERE resolved_at IS NULL;
CALL app.protect('usage_drift');

GRANT SELECT, INSERT, UPDATE (ended_at) ON app.metering_rule TO tollgate_gateway;
GRANT SELECT ON app.metering_rule TO tollgate_worker;
GRANT SELECT, INSERT ON app.usage_event, app.usage_intake TO tollgate_gateway;
GRANT SELECT ON app.usage_entry, app.usage_batch, app.usage_drift, app.late_charge TO tollgate_gateway;
GRANT SELECT, INSERT, DELETE, UPDATE (stripe_item) ON app.late_charge TO tollgate_worker;
GRANT SELECT ON app.usage_event TO tollgate_worker;
GRANT SELECT, INSERT, DELETE ON app.usage_intake TO tollgate_worker;
GRANT SELECT, INSERT, UPDATE ON app.usage_batch, app.usage_conversation, app.usage_drift TO tollgate_worker;
GRANT DELETE ON app.usage_conversation TO tollgate_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.usage_entry TO tollgate_worker;

-- ATTRIBUTION -----------------------------------------------------------------------------------------------------------
-- Takes what requests brought (at most about p_max events) and says of each event what it counts for. One statement for all of them:
--   e      the events; void ones have entries already
--   aim    the meters each may count on: by its agent's rule, or else by what the agent's client bought
--   who    whom leads and static values name, in our mirror of customers; two are none
--   judged how much it is, or why it is nothing
--   period what is billed of that customer and meter, and until when
--   conv   a conversation counts by its first event
--   put    the batches, added to while they are pending
-- One transaction of a tenant at a time; who comes meanwhile is told to come again (busy). Returns counts, what to tell the portal, and
-- one new batch to be sent; the others' jobs are accepted here.
--
-- The planner knows nothing of a CTE's rows. Guessed too few, it loops (50,000 events took 214 s): only hashes are allowed. Guessed too
-- many, its hashes are cut into thousands of files (60 s): limits that are never reached bound the guess. An event counts on 20 meters at
-- most (a subscription has no more items), and p_max is 40,000.
CREATE FUNCTION app.attribute_usage(p_backfill boolean, p_max int, p_only uuid DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
SET enable_nestloop = off SET enable_mergejoin = off SET jit = off SET work_mem = '32MB' AS $$
DECLARE
  v_tenant bigint := app.current_tenant();
  v_first uuid[]; v_last uuid[]; v_again boolean[]; v_policy text; v_result jsonb;
  v_new uuid[]; v_meters uuid[]; v_customers text[];
BEGIN
  IF p_only IS NULL AND NOT pg_try_advisory_xact_lock(hashtextextended('usage', v_tenant)) THEN RETURN jsonb_build_object('busy', true); END IF;
  SELECT array_agg(i.first_id), array_agg(i.last_id), array_agg(i.is_again) INTO v_first, v_last, v_again
    FROM (SELECT x.*, sum(x.events) OVER (ORDER BY x.first_id) - x.events AS before
            FROM (SELECT * FROM app.usage_intake u WHERE u.tenant_id = v_tenant AND u.is_backfill = p_backfill
                    AND (p_only IS NULL OR u.first_id = p_only) ORDER BY u.first_id LIMIT 5000) x) i
   WHERE i.before < p_max;
  IF v_first IS NULL THEN RETURN jsonb_build_object('events', 0, 'more', false); END IF;
  SELECT t.late_usage INTO v_policy FROM app.tenant t WHERE t.tenant_id = v_tenant;

  WITH e AS MATERIALIZED (
    SELECT u.id, u.agent_id, a.client_id AS owner, u.occurred_at, u.received_at, u.credits, u.seconds, u.messages, u.conversation_id,
           u.analysis, s.again, nullif(lower(btrim(u.lead_email)), '') AS email, nullif(lower(btrim(u.lead_name)), '') AS name,
           nullif(ltrim(regexp_replace(u.lead_phone, '[^0-9]', '', 'g'), '0'), '') AS phone
      FROM unnest(v_first, v_last, v_again) s (a, b, again)
      CROSS JOIN LATERAL (SELECT * FROM app.usage_event x WHERE x.tenant_id = v_tenant AND x.id BETWEEN s.a AND s.b OFFSET 0) u
      JOIN app.agent a ON a.tenant_id = v_tenant AND a.id = u.agent_id
     WHERE coalesce((SELECT false FROM app.usage_entry x WHERE x.tenant_id = v_tenant AND x.event_uid = u.id LIMIT 1), true)
     LIMIT 100000
  ), agents AS MATERIALIZED (
    SELECT DISTINCT e.agent_id FROM e
  ), rule AS MATERIALIZED (
    -- A version is over when it ends, or when a later one begins: two never count one event.
    SELECT r.*, least(r.ended_at, min(r.effective_from) OVER (PARTITION BY r.agent_id ORDER BY r.version
                                    ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)) AS until
      FROM agents a JOIN app.metering_rule r ON r.tenant_id = v_tenant AND r.agent_id = a.agent_id
  ), ruled AS MATERIALIZED (
    SELECT e.id, r.version, r.meter_id, r.metering_type, r.analysis_field, r.customer_mode, r.identify_by, r.static_value, r.static_customer
      FROM e JOIN rule r ON r.agent_id = e.agent_id
     WHERE CASE WHEN e.again THEN r.ended_at IS NULL
                ELSE r.effective_from <= e.received_at AND (r.until IS NULL OR e.received_at < r.until) END
     LIMIT 100000
  ), sold AS MATERIALIZED (
    SELECT a.agent_id, i.id AS item_id, i.removed_at AS item_removed, sa.removed_at AS agent_removed, p.meter_id, i.analysis_field,
           s.client_id, s.stripe_subscription, s.status, coalesce(s.ended_at, CASE WHEN s.status = 'canceled' THEN s.canceled_at END) AS ended_at
      FROM agents a
      JOIN app.subscription_agent sa ON sa.tenant_id = v_tenant AND sa.agent_id = a.agent_id
      JOIN app.subscription s ON s.tenant_id = v_tenant AND s.id = sa.subscription_id AND s.status <> 'incomplete_expired'
      JOIN app.subscription_item i ON i.tenant_id = v_tenant AND i.subscription_id = s.id
      JOIN app.price p ON p.tenant_id = v_tenant AND p.id = i.price_id AND p.meter_id IS NOT NULL
  ), offered AS MATERIALIZED (
    SELECT DISTINCT ON (e.id, o.meter_id) e.id, o.item_id, o.meter_id, o.analysis_field, o.client_id,
           CASE WHEN o.stripe_subscription IS NULL THEN 'subscription_not_started'
                WHEN o.ended_at <= e.occurred_at THEN 'subscription_ended' END AS obstacle
      FROM e JOIN sold o ON o.agent_id = e.agent_id
     WHERE (o.agent_removed IS NULL OR e.received_at < o.agent_removed) AND (o.item_removed IS NULL OR e.received_at < o.item_removed)
       AND NOT EXISTS (SELECT 1 FROM ruled r WHERE r.id = e.id)
     ORDER BY e.id, o.meter_id, (o.stripe_subscription IS NOT NULL AND (o.ended_at IS NULL OR e.occurred_at < o.ended_at)) DESC, o.item_id DESC
  ), bought AS MATERIALIZED (
    -- Once an event counts by a subscription that runs, one that is over or not begun is no reason any more.
    SELECT b.* FROM (SELECT o.*, bool_or(o.obstacle IS NULL) OVER (PARTITION BY o.id) AS counts FROM offered o) b
     WHERE b.obstacle IS NULL OR NOT b.counts
     LIMIT 1000000
  ), aim AS MATERIALIZED (
    SELECT r.id, r.version AS rule_version, NULL::uuid AS item_id, r.meter_id, r.metering_type, r.analysis_field, NULL::uuid AS client_id,
           NULL::text AS obstacle, r.identify_by, r.static_customer,
           CASE WHEN r.static_customer IS NOT NULL THEN NULL
                WHEN r.customer_mode = 'static' THEN CASE r.identify_by
                  WHEN 'phone' THEN nullif(ltrim(regexp_replace(r.static_value, '[^0-9]', '', 'g'), '0'), '')
                  ELSE nullif(lower(btrim(r.static_value)), '') END
                ELSE CASE r.identify_by WHEN 'phone' THEN e.phone WHEN 'name' THEN e.name ELSE e.email END END AS key
      FROM ruled r JOIN e ON e.id = r.id
    UNION ALL
    SELECT b.id, NULL, b.item_id, b.meter_id, CASE m.metric WHEN 'seconds' THEN 'minutes' ELSE m.metric END, b.analysis_field, b.client_id,
           b.obstacle, NULL, NULL, NULL
      FROM bought b JOIN app.meter m ON m.tenant_id = v_tenant AND m.id = b.meter_id
     LIMIT 1000000
  ), keys AS MATERIALIZED (
    SELECT DISTINCT a.identify_by, a.key FROM aim a WHERE a.key IS NOT NULL
  ), who AS MATERIALIZED (
    SELECT 'email' AS identify_by, k.key, count(*) AS n, min(c.stripe_customer) AS customer, min(c.id::text)::uuid AS client_id
      FROM keys k JOIN app.client c ON c.tenant_id = v_tenant AND c.email_key = k.key AND c.access_state <> 'closed'
     WHERE k.identify_by = 'email' GROUP BY k.key
    UNION ALL
    SELECT 'name', k.key, count(*), min(c.stripe_customer), min(c.id::text)::uuid
      FROM keys k JOIN app.client c ON c.tenant_id = v_tenant AND c.name_key = k.key AND c.access_state <> 'closed'
     WHERE k.identify_by = 'name' GROUP BY k.key
    UNION ALL
    SELECT 'phone', k.key, count(*), min(c.stripe_customer), min(c.id::text)::uuid
      FROM keys k JOIN app.client c ON c.tenant_id = v_tenant AND c.phone_key = k.key AND c.access_state <> 'closed'
     WHERE k.identify_by = 'phone' GROUP BY k.key
  ), counted AS MATERIALIZED (
    SELECT a.*, e.agent_id, e.occurred_at, e.conversation_id, m.formula, m.status AS meter_status,
           CASE a.metering_type
             WHEN 'interactions' THEN e.messages WHEN 'messages' THEN e.messages WHEN 'minutes' THEN e.seconds
             WHEN 'message_credits' THEN e.credits WHEN 'conversations' THEN CASE WHEN e.conversation_id IS NOT NULL THEN 1 END
             WHEN 'value_based' THEN CASE e.analysis -> a.analysis_field WHEN 'true' THEN 1 WHEN 'false' THEN 0 END
           END::bigint AS amount,
           a.metering_type = 'value_based' AND coalesce(jsonb_typeof(e.analysis -> a.analysis_field) <> 'boolean', false) AS is_no_truth
      FROM aim a JOIN e ON e.id = a.id JOIN app.meter m ON m.tenant_id = v_tenant AND m.id = a.meter_id
     LIMIT 1000000
  ), judged AS MATERIALIZED (
    SELECT c.id, c.rule_version, c.item_id, c.meter_id, c.metering_type, c.analysis_field, c.agent_id, c.occurred_at, c.conversation_id,
           c.formula, coalesce(c.amount, 0) AS amount,
           coalesce(c.client_id, w.client_id, f.id) AS client_id,
           CASE WHEN c.item_id IS NOT NULL THEN o.stripe_customer ELSE coalesce(c.static_customer, w.customer) END AS customer,
           CASE WHEN c.obstacle IS NOT NULL THEN c.obstacle
                WHEN c.meter_status <> 'active' THEN 'meter_inactive'
                WHEN c.is_no_truth THEN 'analysis_not_boolean'
                WHEN c.formula = 'last' OR (c.formula = 'count' AND c.amount > 1) THEN 'meter_formula'
                WHEN c.item_id IS NOT NULL THEN CASE WHEN o.stripe_customer IS NULL THEN 'customer_not_at_stripe' END
                WHEN c.static_customer IS NOT NULL THEN NULL
                WHEN c.key IS NULL THEN 'identifier_missing'
                WHEN w.n IS NULL THEN 'customer_not_found'
                WHEN w.n > 1 THEN 'customer_ambiguous'
                WHEN w.customer IS NULL THEN 'customer_not_at_stripe' END AS reason
      FROM counted c
      LEFT JOIN who w ON w.identify_by = c.identify_by AND w.key = c.key AND c.item_id IS NULL
      LEFT JOIN app.client o ON o.tenant_id = v_tenant AND o.id = c.client_id
      LEFT JOIN app.client f ON f.tenant_id = v_tenant AND f.stripe_customer = c.static_customer
     WHERE c.amount IS NOT NULL OR c.is_no_truth
     LIMIT 1000000
  ), payer AS MATERIALIZED (
    SELECT DISTINCT j.client_id, j.meter_id FROM judged j WHERE j.reason IS NULL AND j.client_id IS NOT NULL
  ), period AS MATERIALIZED (
    SELECT DISTINCT ON (k.client_id, k.meter_id) k.client_id, k.meter_id, s.current_period_start AS starts, s.current_period_end AS ends,
           s.cancel_at, coalesce(s.ended_at, CASE WHEN s.status = 'canceled' THEN s.canceled_at END) AS ended_at,
           EXISTS (SELECT 1 FROM app.invoice v WHERE v.tenant_id = v_tenant AND v.subscription_id = s.id AND v.status = 'draft') AS has_draft,
           -- A period that is over by minutes has a draft for an hour (F13), seen or not.
           s.current_period_start > now() - interval '1 hour'
             AND NOT EXISTS (SELECT 1 FROM app.invoice v WHERE v.tenant_id = v_tenant AND v.subscription_id = s.id
                                AND v.period_end = s.current_period_start) AS awaits_draft,
           EXISTS (SELECT 1 FROM app.invoice v WHERE v.tenant_id = v_tenant AND v.subscription_id = s.id AND v.status <> 'draft'
                      AND v.billing_reason = 'subscription_cycle') AS is_billed
      FROM payer k
      JOIN app.subscription s ON s.tenant_id = v_tenant AND s.client_id = k.client_id AND s.stripe_subscription IS NOT NULL
      JOIN app.subscription_item i ON i.tenant_id = v_tenant AND i.subscription_id = s.id
      JOIN app.price p ON p.tenant_id = v_tenant AND p.id = i.price_id AND p.meter_id = k.meter_id
     ORDER BY k.client_id, k.meter_id, (s.ended_at IS NULL AND s.status <> 'canceled') DESC, s.id DESC
  ), timed AS MATERIALIZED (
    -- The first hour before a first period is the portal's clock; what is earlier nobody bought.
    SELECT j.*, p.starts, p.ends, p.cancel_at, p.ended_at,
           CASE WHEN j.reason IS NOT NULL THEN false
                WHEN p.ended_at IS NOT NULL THEN NOT p.has_draft
                ELSE coalesce(j.occurred_at < p.starts AND p.is_billed AND NOT p.has_draft AND NOT p.awaits_draft, false) END AS is_late,
           j.occurred_at < p.starts AND NOT p.is_billed AND NOT p.has_draft AND p.ended_at IS NULL AS is_early
      FROM judged j LEFT JOIN period p ON p.client_id = j.client_id AND p.meter_id = j.meter_id
     LIMIT 1000000
  ), ruling AS MATERIALIZED (
    SELECT t.id, t.rule_version, t.item_id, t.meter_id, t.metering_type, t.analysis_field, t.agent_id, t.occurred_at, t.conversation_id,
           t.formula, t.amount, t.client_id, t.customer, t.starts, t.ends, t.cancel_at, t.ended_at,
           CASE WHEN t.reason IS NOT NULL THEN 'not_metered'
                WHEN t.is_late THEN 'late'
                WHEN t.is_early AND t.occurred_at < t.starts - interval '1 hour' THEN 'not_metered'
                ELSE 'metered' END AS status,
           CASE WHEN t.reason IS NOT NULL THEN t.reason
                WHEN t.is_late THEN CASE WHEN v_policy = 'next_period' AND t.ended_at IS NOT NULL THEN 'subscription_ended' ELSE v_policy END
                WHEN t.is_early AND t.occurred_at < t.starts - interval '1 hour' THEN 'before_subscription' END AS reason,
           CASE WHEN t.is_late OR t.is_early THEN t.starts ELSE t.occurred_at END AS at
      FROM timed t
  ), first_of AS MATERIALIZED (
    SELECT DISTINCT ON (r.meter_id, r.agent_id, coalesce(r.analysis_field, ''), r.conversation_id)
           r.meter_id, r.agent_id, coalesce(r.analysis_field, '') AS field, r.conversation_id, r.id
      FROM ruling r
     WHERE r.status <> 'not_metered' AND r.metering_type IN ('conversations', 'value_based') AND r.amount = 1 AND r.conversation_id IS NOT NULL
     ORDER BY r.meter_id, r.agent_id, coalesce(r.analysis_field, ''), r.conversation_id, r.occurred_at, r.id
  ), conv AS (
    INSERT INTO app.usage_conversation (tenant_id, meter_id, agent_id, field, conversation_id, event_uid)
    SELECT v_tenant, f.meter_id, f.agent_id, f.field, f.conversation_id, f.id FROM first_of f
    ON CONFLICT DO NOTHING
    RETURNING meter_id, event_uid
  ), final AS MATERIALIZED (
    SELECT r.*,
           CASE WHEN r.status <> 'not_metered' AND r.metering_type IN ('conversations', 'value_based') AND r.conversation_id IS NOT NULL
                     AND r.amount = 1 AND c.event_uid IS NULL THEN 0 ELSE r.amount END AS value,
           r.status = 'metered' OR (r.status = 'late' AND r.reason = 'next_period') AS is_sent,
           greatest(
             to_timestamp(floor((extract(epoch FROM r.at) - coalesce(extract(epoch FROM r.starts), 0)::bigint % 3600) / 3600) * 3600
                          + coalesce(extract(epoch FROM r.starts), 0)::bigint % 3600),
             CASE WHEN r.starts <= r.at THEN r.starts END, CASE WHEN r.ends <= r.at THEN r.ends END,
             CASE WHEN r.cancel_at <= r.at THEN r.cancel_at END, CASE WHEN r.ended_at <= r.at THEN r.ended_at END) AS window_start,
           CASE WHEN r.formula = 'count' THEN r.id ELSE '00000000-0000-0000-0000-000000000000'::uuid END AS grain
      FROM ruling r LEFT JOIN conv c ON c.event_uid = r.id AND c.meter_id = r.meter_id
     LIMIT 1000000
  ), put AS (
    INSERT INTO app.usage_batch AS b (tenant_id, id, meter_id, stripe_customer, client_id, window_start, grain, at, value, events)
    SELECT v_tenant, gen_random_uuid(), f.meter_id, f.customer, min(f.client_id::text)::uuid, f.window_start, f.grain, max(f.at), sum(f.value), count(*)
      FROM final f WHERE f.is_sent AND f.value <> 0
     GROUP BY f.meter_id, f.customer, f.window_start, f.grain
     ORDER BY f.meter_id, f.customer, f.window_start, f.grain
    ON CONFLICT (tenant_id, meter_id, stripe_customer, window_start, grain) WHERE status = 'pending' DO UPDATE
       SET value = b.value + excluded.value, events = b.events + excluded.events, at = greatest(b.at, excluded.at)
    RETURNING b.id, b.meter_id, b.stripe_customer, b.window_start, b.grain, b.xmax = 0 AS is_new
  ), rest AS MATERIALIZED (
    SELECT e.id, e.agent_id, e.occurred_at, CASE WHEN a.id IS NULL THEN 'no_meter' ELSE 'nothing_to_count' END AS reason
      FROM e LEFT JOIN (SELECT DISTINCT x.id FROM aim x) a ON a.id = e.id
     WHERE NOT EXISTS (SELECT 1 FROM judged j WHERE j.id = e.id)
  ), written AS (
    INSERT INTO app.usage_entry (tenant_id, event_uid, n, status, reason, meter_id, client_id, stripe_customer, rule_version, item_id, value,
                                 batch_id, occurred_at)
    SELECT v_tenant, f.id, row_number() OVER (PARTITION BY f.id ORDER BY f.meter_id) - 1, f.status, f.reason, f.meter_id, f.client_id, f.customer,
           f.rule_version, f.item_id, f.value, p.id, f.occurred_at
      FROM final f
      LEFT JOIN put p ON f.is_sent AND f.value <> 0 AND p.meter_id = f.meter_id AND p.stripe_customer = f.customer
                     AND p.window_start = f.window_start AND p.grain = f.grain
    UNION ALL
    SELECT v_tenant, r.id, 0, 'not_metered', r.reason, NULL, NULL, NULL, NULL, NULL, 0, NULL, r.occurred_at FROM rest r
  ), noted AS (
    SELECT x.agent_id, x.status, x.reason, count(*) AS events, min(x.id::text) AS event
      FROM (SELECT f.agent_id, f.status, f.reason, f.id FROM final f WHERE f.status <> 'metered'
            UNION ALL SELECT r.agent_id, 'not_metered', r.reason, r.id FROM rest r) x
     GROUP BY 1, 2, 3 ORDER BY 4 DESC LIMIT 100
  )
  SELECT jsonb_build_object(
           'events', (SELECT count(*) FROM e),
           'notes', (SELECT coalesce(jsonb_agg(to_jsonb(n)), '[]') FROM noted n)),
         (SELECT array_agg(p.id) FROM put p WHERE p.is_new), (SELECT array_agg(p.meter_id) FROM put p WHERE p.is_new),
         (SELECT array_agg(p.stripe_customer) FROM put p WHERE p.is_new)
    INTO v_result, v_new, v_meters, v_customers;

  PERFORM (SELECT q.command_id FROM jobq.enqueue(5::smallint, 'usage.send', jsonb_build_object('batch', 'ub_' || replace(b.id::text, '-', ''),
             'meter', 'mt_' || replace(b.meter::text, '-', ''), 'customer', b.customer), gen_random_uuid(),
             'meter:mt_' || replace(b.meter::text, '-', '') || ':' || b.customer) q)
     FROM unnest(v_new, v_meters, v_customers) WITH ORDINALITY b (id, meter, customer, n) WHERE b.n > 1;
  DELETE FROM app.usage_intake i WHERE i.tenant_id = v_tenant AND i.first_id = ANY (v_first);
  RETURN v_result || jsonb_build_object(
    'batches', coalesce(cardinality(v_new), 0), 'batch', v_new[1], 'meter', v_meters[1], 'customer', v_customers[1],
    'more', EXISTS (SELECT 1 FROM app.usage_intake i WHERE i.tenant_id = v_tenant AND i.is_backfill = p_backfill));
END $$;
REVOKE ALL ON FUNCTION app.attribute_usage(boolean, int, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.attribute_usage(boolean, int, uuid) TO tollgate_worker, tollgate_entry;

-- What would become of an event: the very statement that decides it, undone at once.
CREATE FUNCTION app.test_usage(p_agent uuid, p_kind text, p_at bigint, p_credits bigint, p_seconds int, p_messages int, p_conversation text,
  p_analysis jsonb, p_email text, p_name text, p_phone text)
RETURNS TABLE (status text, reason text, meter_id uuid, client_id uuid, customer text, rule_version int, value bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_id uuid := gen_random_uuid(); v_found jsonb;
BEGIN
  IF app.current_tenant() IS NULL THEN RAISE EXCEPTION 'a test needs an entered tenant' USING ERRCODE = '28000'; END IF;
  BEGIN
    INSERT INTO app.usage_event (tenant_id, id, agent_id, occurred_at, credits, seconds, messages, kind, event_id, conversation_id, analysis,
                                 lead_email, lead_name, lead_phone)
    VALUES (app.current_tenant(), v_id, p_agent, to_timestamp(p_at), p_credits, p_seconds, p_messages, p_kind, 'test ' || v_id, p_conversation,
            p_analysis, p_email, p_name, p_phone);
    INSERT INTO app.usage_intake (tenant_id, first_id, last_id, events) VALUES (app.current_tenant(), v_id, v_id, 1);
    PERFORM app.attribute_usage(false, 1, v_id);
    SELECT jsonb_agg(to_jsonb(x) ORDER BY x.n) INTO v_found FROM app.usage_entry x
     WHERE x.tenant_id = app.current_tenant() AND x.event_uid = v_id;
    RAISE EXCEPTION 'undone' USING ERRCODE = 'TG001';
  EXCEPTION WHEN SQLSTATE 'TG001' THEN NULL;
  END;
  RETURN QUERY SELECT x.status, x.reason, x.meter_id, x.client_id, x.stripe_customer, x.rule_version, x.value
    FROM jsonb_to_recordset(v_found) x (status text, reason text, meter_id uuid, client_id uuid, stripe_customer text, rule_version int, value bigint);
END $$;
ALTER FUNCTION app.test_usage(uuid, text, bigint, bigint, int, int, text, jsonb, text, text, text) OWNER TO tollgate_entry;
REVOKE ALL ON FUNCTION app.test_usage(uuid, text, bigint, bigint, int, int, text, jsonb, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.test_usage(uuid, text, bigint, bigint, int, int, text, jsonb, text, text, text) TO tollgate_gateway;
GRANT SELECT ON app.agent, app.client, app.meter, app.metering_rule, app.price, app.subscription, app.subscription_item, app.invoice
   TO tollgate_entry;
GRANT SELECT ON app.subscription_agent TO tollgate_entry;
GRANT SELECT, INSERT ON app.usage_event, app.usage_entry, app.usage_conversation TO tollgate_entry;
GRANT SELECT, INSERT, UPDATE ON app.usage_batch TO tollgate_entry;
GRANT SELECT, INSERT, DELETE ON app.usage_intake TO tollgate_entry;

-- Takes an event back. What it counted for is taken out of its batch while that is pending; what Stripe was told is corrected by a batch
-- of less than nothing in the same window; what is billed already is not touched (a credit note is). A conversation that counts by this
-- event counts by another one of the same conversation, if there is one.
CREATE FUNCTION app.void_usage(p_event uuid) RETURNS jsonb LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_tenant bigint := app.current_tenant(); v_event app.usage_event; x record; b app.usage_batch; v_heir uuid; v_new uuid; v_again boolean := false;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('usage', v_tenant)) THEN RETURN jsonb_build_object('busy', true); END IF;
  SELECT * INTO v_event FROM app.usage_event e WHERE e.tenant_id = v_tenant AND e.id = p_event;
  IF v_event.id IS NULL THEN RETURN jsonb_build_object('outcome', 'missing'); END IF;
  IF EXISTS (SELECT 1 FROM app.usage_entry e WHERE e.tenant_id = v_tenant AND e.event_uid = p_event AND e.status = 'voided') THEN
    RETURN jsonb_build_object('outcome', 'known');
  END IF;
  IF EXISTS (SELECT 1 FROM app.usage_entry e WHERE e.tenant_id = v_tenant AND e.event_uid = p_event AND e.charge_id IS NOT NULL) THEN
    RETURN jsonb_build_object('outcome', 'billed');
  END IF;
  IF EXISTS (
    SELECT 1 FROM app.usage_entry e JOIN app.usage_batch k ON k.tenant_id = v_tenant AND k.id = e.batch_id
      JOIN app.meter m ON m.tenant_id = v_tenant AND m.id = k.meter_id
      LEFT JOIN app.subscription s ON s.tenant_id = v_tenant AND s.client_id = e.client_id AND s.stripe_subscription IS NOT NULL
       AND EXISTS (SELECT 1 FROM app.subscription_item i JOIN app.price p ON p.tenant_id = v_tenant AND p.id = i.price_id
                    WHERE i.tenant_id = v_tenant AND i.subscription_id = s.id AND p.meter_id = e.meter_id)
     WHERE e.tenant_id = v_tenant AND e.event_uid = p_event AND e.value <> 0 AND k.status NOT IN ('pending', 'rejected')
       AND (m.formula <> 'sum' OR k.at < now() - interval '35 days'
            OR ((k.at < s.current_period_start OR k.at < coalesce(s.ended_at, CASE WHEN s.status = 'canceled' THEN s.canceled_at END))
                AND NOT EXISTS (SELECT 1 FROM app.invoice v WHERE v.tenant_id = v_tenant AND v.subscription_id = s.id
                                   AND v.status = 'draft')))) THEN
    RETURN jsonb_build_object('outcome', 'billed');
  END IF;
  IF NOT EXISTS (SELECT 1 FROM app.usage_entry e WHERE e.tenant_id = v_tenant AND e.event_uid = p_event) THEN
    INSERT INTO app.usage_entry (tenant_id, event_uid, n, status, occurred_at) VALUES (v_tenant, p_event, 0, 'voided', v_event.occurred_at);
    RETURN jsonb_build_object('outcome', 'voided');
  END IF;
  FOR x IN SELECT e.* FROM app.usage_entry e WHERE e.tenant_id = v_tenant AND e.event_uid = p_event ORDER BY e.n FOR UPDATE LOOP
    v_heir := NULL;
    IF x.value <> 0 AND x.batch_id IS NOT NULL THEN
      SELECT o.event_uid INTO v_heir
        FROM app.usage_conversation c
        JOIN app.usage_event u ON u.tenant_id = v_tenant AND u.agent_id = c.agent_id AND u.conversation_id = c.conversation_id AND u.id <> p_event
         AND (c.field = '' OR u.analysis -> c.field = 'true')
        JOIN app.usage_entry o ON o.tenant_id = v_tenant AND o.event_uid = u.id AND o.meter_id = c.meter_id AND o.status IN ('metered', 'late')
       WHERE c.tenant_id = v_tenant AND c.event_uid = p_event AND c.meter_id = x.meter_id
       ORDER BY u.occurred_at, u.id LIMIT 1;
      IF v_heir IS NOT NULL THEN
        UPDATE app.usage_conversation c SET event_uid = v_heir WHERE c.tenant_id = v_tenant AND c.event_uid = p_event AND c.meter_id = x.meter_id;
        UPDATE app.usage_entry o SET value = x.value, batch_id = x.batch_id
         WHERE o.tenant_id = v_tenant AND o.event_uid = v_heir AND o.meter_id = x.meter_id;
      ELSE
        DELETE FROM app.usage_conversation c WHERE c.tenant_id = v_tenant AND c.event_uid = p_event AND c.meter_id = x.meter_id;
        UPDATE app.usage_batch k SET value = k.value - x.value, events = k.events - 1
         WHERE k.tenant_id = v_tenant AND k.id = x.batch_id AND k.status = 'pending';
        IF NOT FOUND THEN
          SELECT * INTO b FROM app.usage_batch k WHERE k.tenant_id = v_tenant AND k.id = x.batch_id;
          IF b.status <> 'rejected' THEN
            INSERT INTO app.usage_batch AS k (tenant_id, id, meter_id, stripe_customer, client_id, window_start, grain, at, value, events)
            VALUES (v_tenant, gen_random_uuid(), b.meter_id, b.stripe_customer, b.client_id, b.window_start, b.grain, b.at, -x.value, 1)
            ON CONFLICT (tenant_id, meter_id, stripe_customer, window_start, grain) WHERE status = 'pending' DO UPDATE
               SET value = k.value + excluded.value, events = k.events + 1
            RETURNING k.id, k.xmax = 0 INTO v_new, v_again;
            IF v_again THEN
              PERFORM jobq.enqueue(5::smallint, 'usage.send', jsonb_build_object('batch', 'ub_' || replace(v_new::text, '-', ''),
                'meter', 'mt_' || replace(b.meter_id::text, '-', ''), 'customer', b.stripe_customer), gen_random_uuid(),
                'meter:mt_' || replace(b.meter_id::text, '-', '') || ':' || b.stripe_customer);
            END IF;
          END IF;
        END IF;
      END IF;
    END IF;
    UPDATE app.usage_entry e SET status = 'voided', batch_id = CASE WHEN v_heir IS NULL THEN e.batch_id END
     WHERE e.tenant_id = v_tenant AND e.event_uid = p_event AND e.n = x.n;
  END LOOP;
  RETURN jsonb_build_object('outcome', 'voided');
END $$;

-- Puts events that count nowhere back before attribution: as far back as Stripe takes usage, p_max of them after p_after. Gives how many,
-- and the last one when there may be others.
CREATE FUNCTION app.reopen_usage(p_agent uuid, p_reason text, p_after uuid, p_max int) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_tenant bigint := app.current_tenant(); v_ids uuid[];
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('usage', v_tenant)) THEN RETURN jsonb_build_object('busy', true); END IF;
  SELECT array_agg(x.event_uid ORDER BY x.event_uid) INTO v_ids FROM (
    SELECT DISTINCT e.event_uid
      FROM app.usage_entry e JOIN app.usage_event u ON u.tenant_id = v_tenant AND u.id = e.event_uid
     WHERE e.tenant_id = v_tenant AND e.status = 'not_metered' AND u.occurred_at > now() - interval '35 days'
       AND (p_after IS NULL OR e.event_uid > p_after)
       AND (p_agent IS NULL OR u.agent_id = p_agent) AND (p_reason IS NULL OR e.reason = p_reason)
       AND NOT EXISTS (SELECT 1 FROM app.usage_entry o WHERE o.tenant_id = v_tenant AND o.event_uid = e.event_uid AND o.status <> 'not_metered')
     ORDER BY e.event_uid LIMIT p_max) x;
  IF v_ids IS NULL THEN RETURN jsonb_build_object('events', 0); END IF;
  DELETE FROM app.usage_entry e WHERE e.tenant_id = v_tenant AND e.event_uid = ANY (v_ids);
  DELETE FROM app.usage_conversation c WHERE c.tenant_id = v_tenant AND c.event_uid = ANY (v_ids);
  INSERT INTO app.usage_intake (tenant_id, first_id, last_id, events, is_again)
  SELECT v_tenant, i, i, 1, true FROM unnest(v_ids) i ON CONFLICT DO NOTHING;
  RETURN jsonb_build_object('events', cardinality(v_ids), 'last', CASE WHEN cardinality(v_ids) = p_max THEN v_ids[p_max] END);
END $$;

-- The next customer and meter to compare in a window, with what events and batches say. A batch counts where Stripe was told it is.
CREATE FUNCTION app.next_usage_check(p_from timestamptz, p_until timestamptz, p_meter uuid, p_customer text)
RETURNS TABLE (meter_id uuid, customer text, stripe_meter text, events_total bigint, batches_total bigint)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT k.meter_id, k.stripe_customer, m.stripe_meter,
         (SELECT coalesce(sum(e.value), 0)::bigint FROM app.usage_batch b
            JOIN app.usage_entry e ON e.tenant_id = b.tenant_id AND e.batch_id = b.id AND e.status IN ('metered', 'late')
           WHERE b.tenant_id = k.tenant_id AND b.meter_id = k.meter_id AND b.stripe_customer = k.stripe_customer AND b.at >= p_from AND b.at < p_until
             AND b.status IN ('sent', 'confirmed', 'unknown')),
         (SELECT coalesce(sum(b.value), 0)::bigint FROM app.usage_batch b
           WHERE b.tenant_id = k.tenant_id AND b.meter_id = k.meter_id AND b.stripe_customer = k.stripe_customer AND b.at >= p_from AND b.at < p_until
             AND b.status IN ('sent', 'confirmed', 'unknown'))
    FROM app.usage_batch k JOIN app.meter m ON m.tenant_id = k.tenant_id AND m.id = k.meter_id
   WHERE k.tenant_id = app.current_tenant() AND k.at >= p_from AND k.at < p_until AND k.status IN ('sent', 'confirmed', 'unknown')
     AND m.stripe_meter IS NOT NULL AND (p_meter IS NULL OR (k.meter_id, k.stripe_customer) > (p_meter, p_customer))
   ORDER BY k.meter_id, k.stripe_customer LIMIT 1
$$;

-- When periods of metered subscriptions end within two days, or the subscription itself: usage is flushed before and after.
CREATE FUNCTION app.usage_period_ends() RETURNS TABLE (subscription_id uuid, ends_at timestamptz)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN QUERY
    SELECT DISTINCT s.id, least(s.current_period_end, s.cancel_at)
      FROM app.subscription s
      JOIN app.subscription_item i ON i.tenant_id = s.tenant_id AND i.subscription_id = s.id
      JOIN app.price p ON p.tenant_id = i.tenant_id AND p.id = i.price_id AND p.meter_id IS NOT NULL
     WHERE s.tenant_id = app.current_tenant() AND s.stripe_subscription IS NOT NULL AND s.status <> 'canceled'
       AND least(s.current_period_end, s.cancel_at) BETWEEN now() AND now() + interval '2 days'
     LIMIT 1000;
END $$;
DO $$ DECLARE f text; BEGIN
  FOREACH f IN ARRAY ARRAY['app.usage_period_ends()', 'app.void_usage(uuid)', 'app.reopen_usage(uuid, text, uuid, int)', 'app.next_usage_check(timestamptz, timestamptz, uuid, text)'] LOOP
    EXECUTE 'REVOKE ALL ON FUNCTION ' || f || ' FROM PUBLIC';
    EXECUTE 'GRANT EXECUTE ON FUNCTION ' || f || ' TO tollgate_worker';
  END LOOP;
END $$;

-- What became of an event, in words of the outside. What is not billed is estimated by the newest price on its meter: minor units, exact.
CREATE FUNCTION app.usage_entries(p_event uuid) RETURNS jsonb LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
             'status', e.status, 'reason', e.reason, 'meter', 'mt_' || replace(e.meter_id::text, '-', ''),
             'client', 'cl_' || replace(e.client_id::text, '-', ''), 'customer', e.stripe_customer, 'rule_version', e.rule_version,
             'value', e.value, 'identifier', b.identifier, 'batch_status', b.status, 'batch_value', b.value,
             'estimated_amount', CASE WHEN e.status IN ('not_metered', 'late') THEN trim_scale(e.value * p.unit_amount_decimal)::text END,
             'currency', CASE WHEN e.status IN ('not_metered', 'late') THEN p.currency END) ORDER BY e.n), '[]')
      FROM app.usage_entry e
      LEFT JOIN app.usage_batch b ON b.tenant_id = e.tenant_id AND b.id = e.batch_id
      LEFT JOIN LATERAL (SELECT x.unit_amount_decimal, x.currency FROM app.price x
                          WHERE x.tenant_id = e.tenant_id AND x.meter_id = e.meter_id AND x.active AND x.unit_amount_decimal IS NOT NULL
                          ORDER BY x.id DESC LIMIT 1) p ON true
     WHERE e.tenant_id = app.current_tenant() AND e.event_uid = p_event);
END $$;

-- Usage by meter and customer in a window, from the batches: what they hold is what is billed. p_max rows, of customers after p_after.
CREATE FUNCTION app.sum_usage(p_client uuid, p_meter uuid, p_from timestamptz, p_until timestamptz, p_after text, p_max int)
RETURNS TABLE (meter_id uuid, display_name text, metric text, stripe_meter text, stripe_customer text, value bigint, events bigint,
               confirmed bigint, pending bigint, minutes text, last_at timestamptz, identifiers text[])
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT m.id, m.display_name, m.metric, m.stripe_meter, b.stripe_customer, sum(b.value)::bigint, sum(b.events)::bigint,
         coalesce(sum(b.value) FILTER (WHERE b.status = 'confirmed'), 0)::bigint,
         coalesce(sum(b.value) FILTER (WHERE b.status IN ('pending', 'sent')), 0)::bigint,
         CASE WHEN m.metric = 'seconds' THEN trim_scale(round(sum(b.value) / 60.0, 2))::text END, max(b.confirmed_at),
         coalesce((array_agg(b.identifier ORDER BY b.at DESC) FILTER (WHERE b.identifier IS NOT NULL))[1:20], '{}')
    FROM app.usage_batch b JOIN app.meter m ON m.tenant_id = b.tenant_id AND m.id = b.meter_id
   WHERE b.tenant_id = app.current_tenant() AND b.at >= p_from AND b.at < p_until AND b.status NOT IN ('rejected', 'empty')
     AND (p_meter IS NULL OR b.meter_id = p_meter)
     AND (p_client IS NULL OR b.stripe_customer = (SELECT c.stripe_customer FROM app.client c WHERE c.tenant_id = b.tenant_id AND c.id = p_client))
     AND (p_after IS NULL OR b.stripe_customer > p_after)
   GROUP BY m.id, m.display_name, m.metric, m.stripe_meter, b.stripe_customer
   ORDER BY m.display_name, m.id, b.stripe_customer LIMIT p_max
$$;
REVOKE ALL ON FUNCTION app.usage_entries(uuid), app.sum_usage(uuid, uuid, timestamptz, timestamptz, text, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.usage_entries(uuid), app.sum_usage(uuid, uuid, timestamptz, timestamptz, text, int) TO tollgate_gateway, tollgate_worker;

-- PROOF -----------------------------------------------------------------------------------------------------------------
-- The metered lines of an invoice, and the late charges on it, each with what batches and events of its period add up to. A graduated price has a line for each tier:
-- together they are one. What an invoice shows of the period that only begins is no bill of usage.
CREATE FUNCTION app.usage_proof(p_invoice uuid)
RETURNS TABLE (charge_id uuid, price_id uuid, meter_id uuid, metric text, stripe_customer text, period_start timestamptz, period_end timestamptz,
               quantity bigint, amount bigint, batches_total bigint, events_total bigint, lines text[])
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT NULL::uuid, p.id, m.id, m.metric, c.stripe_customer, l.starts, l.ends, l.quantity, l.amount,
         coalesce(b.value, 0), coalesce(b.events_value, 0), l.ids
    FROM app.invoice i
    JOIN app.client c ON c.tenant_id = i.tenant_id AND c.id = i.client_id
    CROSS JOIN LATERAL (
      SELECT x ->> 'price_stripe_id' AS price, to_timestamp((x ->> 'period_start')::bigint) AS starts,
             to_timestamp((x ->> 'period_end')::bigint) AS ends, coalesce(sum((x ->> 'quantity')::bigint), 0)::bigint AS quantity,
             sum((x ->> 'amount')::bigint)::bigint AS amount, array_agg(x ->> 'stripe_id') AS ids
        FROM jsonb_array_elements(i.lines) x GROUP BY 1, 2, 3) l
    JOIN app.price p ON p.tenant_id = i.tenant_id AND p.stripe_price = l.price
    JOIN app.meter m ON m.tenant_id = i.tenant_id AND m.id = p.meter_id
    LEFT JOIN LATERAL (
      SELECT sum(k.value)::bigint AS value,
             sum((SELECT coalesce(sum(e.value), 0) FROM app.usage_entry e
                   WHERE e.tenant_id = k.tenant_id AND e.batch_id = k.id AND e.status IN ('metered', 'late')))::bigint AS events_value
        FROM app.usage_batch k
       WHERE k.tenant_id = i.tenant_id AND k.meter_id = m.id AND k.stripe_customer = c.stripe_customer
         AND k.at >= l.starts AND k.at < l.ends AND k.status IN ('sent', 'confirmed', 'unknown')) b ON true
   WHERE i.tenant_id = app.current_tenant() AND i.id = p_invoice
     AND (l.quantity <> 0 OR i.period_end IS NULL OR l.ends <= i.period_end)
  UNION ALL
  SELECT h.id, h.price_id, m.id, m.metric, c.stripe_customer, h.period_start, h.period_end, h.quantity, h.amount, NULL,
         (SELECT coalesce(sum(e.value), 0)::bigint FROM app.usage_entry e WHERE e.tenant_id = h.tenant_id AND e.charge_id = h.id), '{}'
    FROM app.late_charge h
    JOIN app.client c ON c.tenant_id = h.tenant_id AND c.id = h.client_id
    JOIN app.price p ON p.tenant_id = h.tenant_id AND p.id = h.price_id
    JOIN app.meter m ON m.tenant_id = h.tenant_id AND m.id = p.meter_id
   WHERE h.tenant_id = app.current_tenant() AND h.invoice_id = p_invoice
   ORDER BY 6, 2
$$;

-- What so much of a price costs: minor units, exact.
CREATE FUNCTION app.cost_of(p app.price, q bigint) RETURNS numeric LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE
    WHEN q <= 0 THEN 0
    WHEN p.model = 'package' THEN p.unit_amount_decimal * CASE p.package_round WHEN 'down' THEN q / p.package_size
                                                           ELSE (q + p.package_size - 1) / p.package_size END
    WHEN p.model IN ('tiered_volume', 'tiered_graduated') THEN (
      SELECT coalesce(sum(CASE p.model
               WHEN 'tiered_graduated' THEN (least(q, coalesce(t.upto, q)) - t.below) * t.unit + t.flat
               ELSE CASE WHEN q <= coalesce(t.upto, q) THEN q * t.unit + t.flat ELSE 0 END END), 0)
        FROM (SELECT (x ->> 'up_to')::bigint AS upto, coalesce((x ->> 'unit_amount_decimal')::numeric, 0) AS unit,
                     coalesce((x ->> 'flat_amount_decimal')::numeric, 0) AS flat,
                     coalesce(lag((x ->> 'up_to')::bigint) OVER (ORDER BY n), 0) AS below
                FROM jsonb_array_elements(p.tiers) WITH ORDINALITY e (x, n)) t
       WHERE t.below < q)
    ELSE p.unit_amount_decimal * q END
$$;

-- Puts the late usage of one client on an invoice of its own, which a worker then makes at Stripe. One period and price is one charge: the
-- cost of all its units less the cost of those billed before. Clients who can neither be charged nor written to are left alone. Gives the
-- invoice, or nothing, and whether there may be more.
CREATE FUNCTION app.charge_late_usage(p_invoice uuid, p_after uuid) RETURNS jsonb LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_tenant bigint := app.current_tenant(); v_client app.client; v_currency text; v_total bigint; v_charges uuid[];
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('usage', v_tenant)) THEN RETURN jsonb_build_object('busy', true); END IF;
  SELECT c.* INTO v_client FROM app.client c
   WHERE c.tenant_id = v_tenant AND (p_after IS NULL OR c.id > p_after) AND c.stripe_customer IS NOT NULL AND c.access_state <> 'closed'
     AND (c.payment_method IS NOT NULL OR c.admin_email IS NOT NULL)
     AND EXISTS (SELECT 1 FROM app.usage_entry e WHERE e.tenant_id = v_tenant AND e.client_id = c.id AND e.status = 'late'
                    AND e.reason = 'one_off_invoice' AND e.charge_id IS NULL AND e.value > 0)
   ORDER BY c.id LIMIT 1 FOR UPDATE;
  IF v_client.id IS NULL THEN RETURN jsonb_build_object('more', false); END IF;

  WITH due AS MATERIALIZED (
    SELECT e.event_uid, e.n, e.value, s.price, s.starts, s.ends, s.billed
      FROM app.usage_entry e
      CROSS JOIN LATERAL (
        SELECT p AS price, l.starts, l.ends, l.billed
          FROM app.subscription b
          JOIN app.subscription_item i ON i.tenant_id = v_tenant AND i.subscription_id = b.id
          JOIN app.price p ON p.tenant_id = v_tenant AND p.id = i.price_id AND p.meter_id = e.meter_id
          LEFT JOIN LATERAL (
            SELECT to_timestamp((x ->> 'period_start')::bigint) AS starts, to_timestamp((x ->> 'period_end')::bigint) AS ends,
                   sum((x ->> 'quantity')::bigint) AS billed
              FROM app.invoice v, jsonb_array_elements(v.lines) x
             WHERE v.tenant_id = v_tenant AND v.subscription_id = b.id AND v.status NOT IN ('draft', 'void')
               AND x ->> 'price_stripe_id' = p.stripe_price
               AND (x ->> 'period_start')::bigint <= extract(epoch FROM e.occurred_at)
               AND (x ->> 'period_end')::bigint > extract(epoch FROM e.occurred_at)
             GROUP BY 1, 2 ORDER BY 2 LIMIT 1) l ON true
         WHERE b.tenant_id = v_tenant AND b.client_id = v_client.id AND b.stripe_subscription IS NOT NULL
         ORDER BY l.starts IS NULL, (i.id = e.item_id) DESC NULLS LAST, b.id DESC LIMIT 1) s
     WHERE e.tenant_id = v_tenant AND e.client_id = v_client.id AND e.status = 'late' AND e.reason = 'one_off_invoice'
       AND e.charge_id IS NULL AND e.value > 0
     ORDER BY e.event_uid LIMIT 10000
  ), summed AS (
    -- Without a line nothing of that time was billed: the day stands for the period.
    SELECT d.price, coalesce(d.starts, date_trunc('day', e.occurred_at, 'UTC')) AS starts,
           coalesce(d.ends, date_trunc('day', e.occurred_at, 'UTC') + interval '1 day') AS ends, max(coalesce(d.billed, 0)) AS billed,
           sum(d.value)::bigint AS quantity, array_agg(d.event_uid) AS events, array_agg(d.n) AS places
      FROM due d JOIN app.usage_entry e ON e.tenant_id = v_tenant AND e.event_uid = d.event_uid AND e.n = d.n
     GROUP BY 1, 2, 3
  ), priced AS (
    SELECT s.*, gen_random_uuid() AS id, s.billed + before.quantity AS base
      FROM summed s
      CROSS JOIN LATERAL (SELECT coalesce(sum(c.quantity), 0) AS quantity FROM app.late_charge c
                           WHERE c.tenant_id = v_tenant AND c.client_id = v_client.id AND c.price_id = (s.price).id
                             AND c.period_start = s.starts) before
     WHERE (s.price).currency = (SELECT min((x.price).currency) FROM summed x)
  ), charged AS (
    SELECT p.*, greatest(0, round(app.cost_of(p.price, (p.base + p.quantity)::bigint)) - round(app.cost_of(p.price, p.base::bigint)))::bigint AS amount
      FROM priced p
  ), bill AS (
    INSERT INTO app.invoice (tenant_id, id, client_id, collection, days_until_due, status, currency, amount_due, billing_reason)
    SELECT v_tenant, p_invoice, v_client.id, CASE WHEN v_client.payment_method IS NULL THEN 'request_payment' ELSE 'auto_charge' END,
           CASE WHEN v_client.payment_method IS NULL THEN 30 END, 'preparing', min((c.price).currency), sum(c.amount), 'late_usage'
      FROM charged c HAVING sum(c.amount) > 0
    RETURNING id
  ), put AS (
    INSERT INTO app.late_charge (tenant_id, id, invoice_id, client_id, price_id, period_start, period_end, billed_before, quantity, amount)
    SELECT v_tenant, c.id, CASE WHEN c.amount > 0 THEN (SELECT b.id FROM bill b) END, v_client.id, (c.price).id, c.starts, c.ends, c.base,
           c.quantity, c.amount
      FROM charged c
    RETURNING id, amount
  ), marked AS (
    UPDATE app.usage_entry e SET charge_id = x.id
      FROM (SELECT c.id, unnest(c.events) AS event, unnest(c.places) AS n FROM charged c) x
     WHERE e.tenant_id = v_tenant AND e.event_uid = x.event AND e.n = x.n
  )
  SELECT sum(p.amount)::bigint, array_agg(p.id) INTO v_total, v_charges FROM put p;
  RETURN jsonb_build_object('more', true, 'client', v_client.id, 'invoice', CASE WHEN v_total > 0 THEN p_invoice END,
                            'stuck', v_charges IS NULL);
END $$;

-- An invoice that was never made bills nothing: its usage may be charged anew.
CREATE FUNCTION app.release_late_charges(p_invoice uuid) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE app.usage_entry e SET charge_id = NULL FROM app.late_charge c
   WHERE c.tenant_id = app.current_tenant() AND c.invoice_id = p_invoice AND e.tenant_id = c.tenant_id AND e.charge_id = c.id;
  DELETE FROM app.late_charge c WHERE c.tenant_id = app.current_tenant() AND c.invoice_id = p_invoice;
END $$;
REVOKE ALL ON FUNCTION app.usage_proof(uuid), app.cost_of(app.price, bigint), app.charge_late_usage(uuid, uuid), app.release_late_charges(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.usage_proof(uuid) TO tollgate_gateway;
GRANT EXECUTE ON FUNCTION app.cost_of(app.price, bigint), app.charge_late_usage(uuid, uuid), app.release_late_charges(uuid) TO tollgate_worker;
CREATE INDEX usage_batch_by_customer ON app.usage_batch (tenant_id, stripe_customer, at);
RESET ROLE;
