-- Usage that counts on one meter and not on another is attributed anew for the other; a customer that stayed in an account which
-- the agency left is sent nothing.
SET LOCAL ROLE tollgate_owner;

-- The meters on which one event is looked at again, of an event that counts on others already; NULL: all of it.
ALTER TABLE app.usage_intake ADD COLUMN meters uuid[], ADD CONSTRAINT usage_intake_meters CHECK (meters IS NULL OR first_id = last_id);
GRANT UPDATE (meters) ON app.usage_intake TO tollgate_worker;

-- As in m0007, with three differences: an event may come again for some meters only (`open`), a static customer may be one that was
-- left behind, and what there is to write is gathered before it is written (`outcome`).
CREATE OR REPLACE FUNCTION app.attribute_usage(p_backfill boolean, p_max int, p_only uuid DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
SET enable_nestloop = off SET enable_mergejoin = off SET jit = off SET work_mem = '32MB' AS $$
DECLARE
  v_tenant bigint := app.current_tenant();
  v_first uuid[]; v_last uuid[]; v_again boolean[]; v_open boolean[]; v_policy text; v_result jsonb;
  v_new uuid[]; v_meters uuid[]; v_customers text[];
BEGIN
  IF p_only IS NULL AND NOT pg_try_advisory_xact_lock(hashtextextended('usage', v_tenant)) THEN RETURN jsonb_build_object('busy', true); END IF;
  SELECT array_agg(i.first_id), array_agg(i.last_id), array_agg(i.is_again), array_agg(i.meters IS NOT NULL)
    INTO v_first, v_last, v_again, v_open
    FROM (SELECT x.*, sum(x.events) OVER (ORDER BY x.first_id) - x.events AS before
            FROM (SELECT * FROM app.usage_intake u WHERE u.tenant_id = v_tenant AND u.is_backfill = p_backfill
                    AND (p_only IS NULL OR u.first_id = p_only) ORDER BY u.first_id LIMIT 5000) x) i
   WHERE i.before < p_max;
  IF v_first IS NULL THEN RETURN jsonb_build_object('events', 0, 'more', false); END IF;
  SELECT t.late_usage INTO v_policy FROM app.tenant t WHERE t.tenant_id = v_tenant;

  WITH e AS MATERIALIZED (
    SELECT u.id, u.agent_id, a.client_id AS owner, u.occurred_at, u.received_at, u.credits, u.seconds, u.messages, u.conversation_id,
           u.analysis, s.again, s.open, nullif(lower(btrim(u.lead_email)), '') AS email, nullif(lower(btrim(u.lead_name)), '') AS name,
           nullif(ltrim(regexp_replace(u.lead_phone, '[^0-9]', '', 'g'), '0'), '') AS phone
      FROM unnest(v_first, v_last, v_again, v_open) s (a, b, again, open)
      CROSS JOIN LATERAL (SELECT * FROM app.usage_event x WHERE x.tenant_id = v_tenant AND x.id BETWEEN s.a AND s.b OFFSET 0) u
      JOIN app.agent a ON a.tenant_id = v_tenant AND a.id = u.agent_id
     WHERE coalesce((SELECT bool_and(s.open AND x.status <> 'voided') FROM app.usage_entry x
                      WHERE x.tenant_id = v_tenant AND x.event_uid = u.id), true)
     LIMIT 100000
  ), open AS MATERIALIZED (
    -- What is counted elsewhere already, and the meters it is looked at again for; the places of its other entries stay.
    SELECT i.first_id AS id, m.meter_id,
           (SELECT coalesce(max(x.n) + 1, 0) FROM app.usage_entry x WHERE x.tenant_id = v_tenant AND x.event_uid = i.first_id) AS place
      FROM app.usage_intake i CROSS JOIN LATERAL unnest(i.meters) m (meter_id)
     WHERE i.tenant_id = v_tenant AND i.first_id = ANY (v_first)
       AND NOT EXISTS (SELECT 1 FROM app.usage_entry x
                        WHERE x.tenant_id = v_tenant AND x.event_uid = i.first_id AND x.meter_id = m.meter_id)
  ), left_behind AS MATERIALIZED (
    SELECT DISTINCT o.stripe_id FROM app.orphan o
     WHERE o.tenant_id = v_tenant AND o.kind = 'metering_rule'
       AND o.account_id IS DISTINCT FROM (SELECT k.account_id FROM app.connection k WHERE k.tenant_id = v_tenant)
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
  ), wished AS MATERIALIZED (
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
  ), aim AS MATERIALIZED (
    SELECT w.* FROM wished w JOIN e ON e.id = w.id LEFT JOIN open o ON o.id = w.id AND o.meter_id = w.meter_id
     WHERE NOT e.open OR o.id IS NOT NULL
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
                WHEN c.static_customer IS NOT NULL THEN CASE WHEN l.stripe_id IS NOT NULL THEN 'customer_not_at_stripe' END
                WHEN c.key IS NULL THEN 'identifier_missing'
                WHEN w.n IS NULL THEN 'customer_not_found'
                WHEN w.n > 1 THEN 'customer_ambiguous'
                WHEN w.customer IS NULL THEN 'customer_not_at_stripe' END AS reason
      FROM counted c
      LEFT JOIN who w ON w.identify_by = c.identify_by AND w.key = c.key AND c.item_id IS NULL
      LEFT JOIN app.client o ON o.tenant_id = v_tenant AND o.id = c.client_id
      LEFT JOIN app.client f ON f.tenant_id = v_tenant AND f.stripe_customer = c.static_customer
      LEFT JOIN left_behind l ON l.stripe_id = c.static_customer
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
    SELECT e.id, e.agent_id, e.occurred_at, NULL::uuid AS meter_id, CASE WHEN a.id IS NULL THEN 'no_meter' ELSE 'nothing_to_count' END AS reason
      FROM e LEFT JOIN (SELECT DISTINCT x.id FROM aim x) a ON a.id = e.id
     WHERE NOT e.open AND NOT EXISTS (SELECT 1 FROM judged j WHERE j.id = e.id)
    UNION ALL
    SELECT e.id, e.agent_id, e.occurred_at, o.meter_id, CASE WHEN a.id IS NULL THEN 'no_meter' ELSE 'nothing_to_count' END
      FROM e JOIN open o ON o.id = e.id LEFT JOIN (SELECT DISTINCT x.id, x.meter_id FROM aim x) a ON a.id = o.id AND a.meter_id = o.meter_id
     WHERE NOT EXISTS (SELECT 1 FROM judged j WHERE j.id = o.id AND j.meter_id = o.meter_id)
  ), outcome AS MATERIALIZED (
    SELECT f.id, f.status, f.reason, f.meter_id, f.client_id, f.customer, f.rule_version, f.item_id, f.value, f.is_sent, f.window_start,
           f.grain, f.occurred_at
      FROM final f
    UNION ALL
    SELECT r.id, 'not_metered', r.reason, r.meter_id, NULL, NULL, NULL, NULL, 0, false, NULL, NULL, r.occurred_at FROM rest r
  ), written AS (
    INSERT INTO app.usage_entry (tenant_id, event_uid, n, status, reason, meter_id, client_id, stripe_customer, rule_version, item_id, value,
                                 batch_id, occurred_at)
    SELECT v_tenant, f.id, coalesce(o.place, 0) + row_number() OVER (PARTITION BY f.id ORDER BY f.meter_id) - 1, f.status, f.reason, f.meter_id,
           f.client_id, f.customer, f.rule_version, f.item_id, f.value, p.id, f.occurred_at
      FROM outcome f
      LEFT JOIN (SELECT DISTINCT x.id, x.place FROM open x) o ON o.id = f.id
      LEFT JOIN put p ON f.is_sent AND f.value <> 0 AND p.meter_id = f.meter_id AND p.stripe_customer = f.customer
                     AND p.window_start = f.window_start AND p.grain = f.grain
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

-- Puts what counts nowhere back before attribution: as far back as Stripe takes usage, p_max events after p_after. Of an event that
-- counts on another meter only the rest is put back: an event never counts twice on a meter. Gives how many events, and the last one
-- when there may be others.
CREATE OR REPLACE FUNCTION app.reopen_usage(p_agent uuid, p_reason text, p_after uuid, p_max int) RETURNS jsonb
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
       AND NOT EXISTS (SELECT 1 FROM app.usage_entry o WHERE o.tenant_id = v_tenant AND o.event_uid = e.event_uid AND o.status = 'voided')
     ORDER BY e.event_uid LIMIT p_max) x;
  IF v_ids IS NULL THEN RETURN jsonb_build_object('events', 0); END IF;
  WITH gone AS (
    DELETE FROM app.usage_entry e WHERE e.tenant_id = v_tenant AND e.event_uid = ANY (v_ids) AND e.status = 'not_metered'
    RETURNING e.event_uid, e.meter_id
  ), talk AS (
    -- What it counted for before Stripe refused its batch.
    DELETE FROM app.usage_conversation c USING gone g
     WHERE c.tenant_id = v_tenant AND c.event_uid = g.event_uid AND c.meter_id = g.meter_id
  ), back AS (
    SELECT g.event_uid, array_agg(g.meter_id) FILTER (WHERE g.meter_id IS NOT NULL) AS meters,
           EXISTS (SELECT 1 FROM app.usage_entry o WHERE o.tenant_id = v_tenant AND o.event_uid = g.event_uid AND o.status <> 'not_metered') AS counts
      FROM gone g GROUP BY g.event_uid
  )
  INSERT INTO app.usage_intake AS i (tenant_id, first_id, last_id, events, is_again, meters)
  SELECT v_tenant, b.event_uid, b.event_uid, 1, true, CASE WHEN b.counts THEN coalesce(b.meters, '{}') END FROM back b
  ON CONFLICT (tenant_id, first_id) DO UPDATE SET meters = i.meters || excluded.meters WHERE i.meters IS NOT NULL;
  RETURN jsonb_build_object('events', cardinality(v_ids), 'last', CASE WHEN cardinality(v_ids) = p_max THEN v_ids[p_max] END);
END $$;
RESET ROLE;
