--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: app; Type: SCHEMA; Schema: -; Owner: tollgate_owner
--

CREATE SCHEMA app;

ALTER SCHEMA app OWNER TO tollgate_owner;

--
-- Name: jobq; Type: SCHEMA; Schema: -; Owner: tollgate_entry
--

CREATE SCHEMA jobq;

ALTER SCHEMA jobq OWNER TO tollgate_entry;

--
-- Name: account_is_taken(text); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.account_is_taken(p_account text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7230113, hashtext(p_account));
  RETURN EXISTS (
    SELECT 1 FROM app.connection c JOIN app.tenant t ON t.tenant_id = c.tenant_id
      JOIN app.tenant mine ON mine.tenant_id = app.current_tenant()
     WHERE c.account_id = p_account AND c.mode = 'connect' AND c.status <> 'disconnected' AND c.tenant_id <> mine.tenant_id
       AND t.livemode = mine.livemode);
END $$;

ALTER FUNCTION app.account_is_taken(p_account text) OWNER TO tollgate_entry;

--
-- Name: add_api_key(uuid, uuid, bytea, smallint, text, text, text, text[], timestamp with time zone); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.add_api_key(p_tenant uuid, p_id uuid, p_mac bytea, p_pepper_id smallint, p_prefix text, p_last4 text, p_name text, p_scopes text[], p_expires_at timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.add_api_key(p_tenant uuid, p_id uuid, p_mac bytea, p_pepper_id smallint, p_prefix text, p_last4 text, p_name text, p_scopes text[], p_expires_at timestamp with time zone) OWNER TO tollgate_entry;

--
-- Name: add_tenant(uuid, uuid, text, boolean); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.add_tenant(p_public_id uuid, p_agency_id uuid, p_name text, p_livemode boolean) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  INSERT INTO app.tenant (public_id, agency_id, name, livemode) VALUES (p_public_id, p_agency_id, p_name, p_livemode)
  RETURNING tenant_id
$$;

ALTER FUNCTION app.add_tenant(p_public_id uuid, p_agency_id uuid, p_name text, p_livemode boolean) OWNER TO tollgate_entry;

--
-- Name: attribute_usage(boolean, integer, uuid); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.attribute_usage(p_backfill boolean, p_max integer, p_only uuid DEFAULT NULL::uuid) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_nestloop TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off'
    SET work_mem TO '32MB'
    AS $$
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

ALTER FUNCTION app.attribute_usage(p_backfill boolean, p_max integer, p_only uuid) OWNER TO tollgate_owner;

--
-- Name: audit_digest(bytea, jsonb); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.audit_digest(p_salt bytea, p_value jsonb) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  SELECT sha256(p_salt || convert_to(p_value::text, 'UTF8'))
$$;

ALTER FUNCTION app.audit_digest(p_salt bytea, p_value jsonb) OWNER TO tollgate_owner;

--
-- Name: audit_faults(bigint, bigint, integer); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.audit_faults(p_tenant bigint, p_after bigint, p_count integer) RETURNS TABLE(seq bigint, entry_id uuid, fault text)
    LANGUAGE sql STABLE
    AS $$
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

ALTER FUNCTION app.audit_faults(p_tenant bigint, p_after bigint, p_count integer) OWNER TO tollgate_owner;

--
-- Name: current_tenant(); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.current_tenant() RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('app.tenant_id', true), '')::bigint $$;

ALTER FUNCTION app.current_tenant() OWNER TO tollgate_owner;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: audit_entry; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.audit_entry (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    target text NOT NULL,
    before jsonb,
    after jsonb,
    at timestamp with time zone DEFAULT now() NOT NULL,
    key_id uuid,
    user_id uuid,
    client_id uuid,
    ip text,
    request_id text,
    salt bytea,
    before_digest bytea,
    after_digest bytea,
    erased_at timestamp with time zone
);

ALTER TABLE ONLY app.audit_entry FORCE ROW LEVEL SECURITY;

ALTER TABLE app.audit_entry OWNER TO tollgate_owner;

--
-- Name: audit_hash(bytea, bigint, app.audit_entry); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.audit_hash(p_before bytea, p_seq bigint, e app.audit_entry) RETURNS bytea
    LANGUAGE sql STABLE
    AS $$
  SELECT sha256(p_before || convert_to(jsonb_build_array('tollgate-audit-1', p_seq, e.id,
    to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e.actor, e.action, e.target, e.key_id, e.user_id, e.client_id,
    e.ip, e.request_id, encode(e.before_digest, 'hex'), encode(e.after_digest, 'hex'))::text, 'UTF8'))
$$;

ALTER FUNCTION app.audit_hash(p_before bytea, p_seq bigint, e app.audit_entry) OWNER TO tollgate_owner;

--
-- Name: audit_head(uuid); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.audit_head(p_tenant uuid) RETURNS TABLE(seq bigint, hash bytea)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT l.seq, l.hash FROM app.audit_link l JOIN app.tenant t ON t.tenant_id = l.tenant_id WHERE t.public_id = p_tenant
   ORDER BY l.seq DESC LIMIT 1
$$;

ALTER FUNCTION app.audit_head(p_tenant uuid) OWNER TO tollgate_entry;

--
-- Name: begin_idempotent(text); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.begin_idempotent(p_key text) RETURNS TABLE(fingerprint bytea, status integer, headers jsonb, body bytea)
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(p_key, app.current_tenant()));
  RETURN QUERY SELECT i.fingerprint, i.status, i.headers, i.body FROM app.idempotency i
    WHERE i.tenant_id = app.current_tenant() AND i.key = p_key;
END $$;

ALTER FUNCTION app.begin_idempotent(p_key text) OWNER TO tollgate_owner;

--
-- Name: cap_domains(); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.cap_domains() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7230125, (NEW.tenant_id % 2147483647)::int);
  IF (SELECT count(*) FROM app.brand_domain d WHERE d.tenant_id = NEW.tenant_id) >= 20 THEN
    RAISE EXCEPTION 'too many domains' USING ERRCODE = '23514', CONSTRAINT = 'brand_domain_cap';
  END IF;
  RETURN NEW;
END $$;

ALTER FUNCTION app.cap_domains() OWNER TO tollgate_owner;

--
-- Name: chain_audit(); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.chain_audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.chain_audit() OWNER TO tollgate_entry;

--
-- Name: charge_late_usage(uuid, uuid); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.charge_late_usage(p_invoice uuid, p_after uuid) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.charge_late_usage(p_invoice uuid, p_after uuid) OWNER TO tollgate_owner;

--
-- Name: client_names(bigint, uuid); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.client_names(p_tenant bigint, p_client uuid) RETURNS text[]
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT array_agg(n.prefix || '_' || replace(n.id::text, '-', '')) FROM (
    SELECT 'cl' AS prefix, p_client AS id
    UNION ALL SELECT 'pu', u.id FROM app.portal_user u WHERE u.tenant_id = p_tenant AND u.client_id = p_client
    UNION ALL SELECT 'ag', a.id FROM app.agent a WHERE a.tenant_id = p_tenant AND a.client_id = p_client
    UNION ALL SELECT 'sb', s.id FROM app.subscription s WHERE s.tenant_id = p_tenant AND s.client_id = p_client
    UNION ALL SELECT 'iv', i.id FROM app.invoice i WHERE i.tenant_id = p_tenant AND i.client_id = p_client
    UNION ALL SELECT 'ps', p.id FROM app.payment_setup p WHERE p.tenant_id = p_tenant AND p.client_id = p_client
    UNION ALL SELECT 'cpu', c.id FROM app.credit_purchase c WHERE c.tenant_id = p_tenant AND c.client_id = p_client) n
$$;

ALTER FUNCTION app.client_names(p_tenant bigint, p_client uuid) OWNER TO tollgate_owner;

--
-- Name: client_rule(text); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.client_rule(p_table text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
$_$;

ALTER FUNCTION app.client_rule(p_table text) OWNER TO tollgate_owner;

--
-- Name: common_scopes(text[], text[]); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.common_scopes(p_one text[], p_other text[]) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  SELECT coalesce(array_agg(DISTINCT s ORDER BY s), '{}') FROM unnest(p_one || p_other) s
   WHERE app.scope_covered(p_one, s) AND app.scope_covered(p_other, s)
$$;

ALTER FUNCTION app.common_scopes(p_one text[], p_other text[]) OWNER TO tollgate_owner;

--
-- Name: consume_quota(uuid, text, timestamp with time zone, bigint, bigint, bigint, boolean); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.consume_quota(p_client uuid, p_feature text, p_period_start timestamp with time zone, p_amount bigint, p_limit bigint, p_soft bigint, p_is_hard boolean) RETURNS TABLE(taken boolean, used bigint, warned boolean, exceeded boolean, recovered boolean)
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.consume_quota(p_client uuid, p_feature text, p_period_start timestamp with time zone, p_amount bigint, p_limit bigint, p_soft bigint, p_is_hard boolean) OWNER TO tollgate_owner;

--
-- Name: price; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.price (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    product_id uuid NOT NULL,
    currency text NOT NULL,
    unit_amount bigint,
    billing_interval text,
    interval_count integer DEFAULT 1 NOT NULL,
    tax_behavior text DEFAULT 'exclusive'::text NOT NULL,
    lookup_key text,
    active boolean DEFAULT true NOT NULL,
    stripe_price text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    unit_amount_decimal numeric(24,12),
    model text DEFAULT 'flat'::text NOT NULL,
    usage_type text DEFAULT 'licensed'::text NOT NULL,
    tiers jsonb,
    package_size bigint,
    package_round text,
    meter_id uuid,
    shown_unit_amount numeric(24,12),
    shown_tiers jsonb,
    takes_lookup_key boolean DEFAULT false NOT NULL,
    revision bigint DEFAULT 0 NOT NULL,
    published_revision bigint DEFAULT 0 NOT NULL,
    snapshot_seq bigint DEFAULT 0 NOT NULL,
    problem jsonb,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT price_billing_interval_check CHECK ((billing_interval = ANY (ARRAY['day'::text, 'week'::text, 'month'::text, 'year'::text]))),
    CONSTRAINT price_currency_check CHECK ((currency ~ '^[a-z]{3}$'::text)),
    CONSTRAINT price_metered_by CHECK ((((usage_type = 'metered'::text) = (meter_id IS NOT NULL)) AND ((meter_id IS NULL) OR (billing_interval IS NOT NULL)))),
    CONSTRAINT price_model_check CHECK ((model = ANY (ARRAY['flat'::text, 'per_unit'::text, 'package'::text, 'tiered_volume'::text, 'tiered_graduated'::text]))),
    CONSTRAINT price_model_terms CHECK (
CASE model
    WHEN 'flat'::text THEN ((tiers IS NULL) AND (package_size IS NULL) AND (usage_type = 'licensed'::text))
    WHEN 'per_unit'::text THEN ((tiers IS NULL) AND (package_size IS NULL) AND (unit_amount_decimal IS NOT NULL))
    WHEN 'package'::text THEN ((tiers IS NULL) AND (package_size IS NOT NULL) AND (package_round IS NOT NULL) AND (unit_amount_decimal IS NOT NULL))
    ELSE ((tiers IS NOT NULL) AND (jsonb_typeof(tiers) = 'array'::text) AND (package_size IS NULL) AND (unit_amount IS NULL) AND (unit_amount_decimal IS NULL))
END),
    CONSTRAINT price_package_round_check CHECK ((package_round = ANY (ARRAY['up'::text, 'down'::text]))),
    CONSTRAINT price_package_size_check CHECK ((package_size > 0)),
    CONSTRAINT price_tax_behavior_check CHECK ((tax_behavior = ANY (ARRAY['inclusive'::text, 'exclusive'::text, 'unspecified'::text]))),
    CONSTRAINT price_unit_amount_check CHECK ((unit_amount >= 0)),
    CONSTRAINT price_unit_amount_decimal_check CHECK ((unit_amount_decimal >= (0)::numeric)),
    CONSTRAINT price_usage_type_check CHECK ((usage_type = ANY (ARRAY['licensed'::text, 'metered'::text])))
);

ALTER TABLE ONLY app.price FORCE ROW LEVEL SECURITY;

ALTER TABLE app.price OWNER TO tollgate_owner;

--
-- Name: cost_of(app.price, bigint); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.cost_of(p app.price, q bigint) RETURNS numeric
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.cost_of(p app.price, q bigint) OWNER TO tollgate_owner;

--
-- Name: current_client(); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.current_client() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('app.client_id', true), '')::uuid $$;

ALTER FUNCTION app.current_client() OWNER TO tollgate_owner;

--
-- Name: deliver_event(); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.deliver_event() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM app.make_delivery(w.id, NEW.id, 'event') FROM app.webhook_endpoint w
    WHERE w.tenant_id = NEW.tenant_id AND w.status = 'enabled'
      AND w.event_types && ARRAY['*', NEW.type, split_part(NEW.type, '.', 1) || '.*'];
  RETURN NULL;
END $$;

ALTER FUNCTION app.deliver_event() OWNER TO tollgate_owner;

--
-- Name: digest_audit(); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.digest_audit() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  NEW.salt := uuid_send(gen_random_uuid());
  NEW.before_digest := CASE WHEN NEW.before IS NOT NULL THEN app.audit_digest(NEW.salt, NEW.before) END;
  NEW.after_digest := CASE WHEN NEW.after IS NOT NULL THEN app.audit_digest(NEW.salt, NEW.after) END;
  NEW.erased_at := NULL;
  RETURN NEW;
END $$;

ALTER FUNCTION app.digest_audit() OWNER TO tollgate_owner;

--
-- Name: domain_is_free(text, bigint); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.domain_is_free(p_domain text, p_tenant bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7230112, hashtext(p_domain));
  RETURN NOT EXISTS (
    SELECT 1 FROM app.brand_domain d JOIN app.tenant o ON o.tenant_id = d.tenant_id
     WHERE d.domain = p_domain AND d.status = 'verified'
       AND o.agency_id <> (SELECT t.agency_id FROM app.tenant t WHERE t.tenant_id = p_tenant));
END $$;

ALTER FUNCTION app.domain_is_free(p_domain text, p_tenant bigint) OWNER TO tollgate_entry;

--
-- Name: enter_by_hook(uuid); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.enter_by_hook(p_token uuid) RETURNS TABLE(connection_id uuid, tenant bigint, livemode boolean, account_id text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  SELECT c.id, c.tenant_id, t.livemode, c.account_id INTO connection_id, tenant, livemode, account_id
    FROM app.connection c JOIN app.tenant t ON t.tenant_id = c.tenant_id WHERE c.webhook_token = p_token;
  IF tenant IS NULL THEN RAISE EXCEPTION 'unknown webhook token' USING ERRCODE = '28000'; END IF;
  PERFORM pg_catalog.set_config('app.tenant_id', tenant::text, true);
  RETURN NEXT;
END $$;

ALTER FUNCTION app.enter_by_hook(p_token uuid) OWNER TO tollgate_entry;

--
-- Name: enter_by_key(bytea, text, uuid, text); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.enter_by_key(p_mac bytea, p_scope text, p_user uuid DEFAULT NULL::uuid, p_external text DEFAULT NULL::text, OUT key_id uuid, OUT tenant_public_id uuid, OUT agency_id uuid, OUT scopes text[], OUT livemode boolean, OUT user_id uuid, OUT role text, OUT client_id uuid) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.enter_by_key(p_mac bytea, p_scope text, p_user uuid, p_external text, OUT key_id uuid, OUT tenant_public_id uuid, OUT agency_id uuid, OUT scopes text[], OUT livemode boolean, OUT user_id uuid, OUT role text, OUT client_id uuid) OWNER TO tollgate_entry;

--
-- Name: enter_job(bigint, bigint, bigint); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.enter_job(p_tenant bigint, p_job bigint, p_lease bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    AS $$
BEGIN
  PERFORM 1 FROM jobq.job j WHERE j.id = p_job AND j.lease = p_lease AND j.tenant_id = p_tenant FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'lease lost' USING ERRCODE = '55000'; END IF;
  PERFORM pg_catalog.set_config('app.tenant_id', p_tenant::text, true);
END $$;

ALTER FUNCTION app.enter_job(p_tenant bigint, p_job bigint, p_lease bigint) OWNER TO tollgate_entry;

--
-- Name: entitlement(uuid, text); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.entitlement(p_client uuid, p_feature text) RETURNS TABLE(access_state text, plan_id uuid, plan_version integer, subscription_id uuid, type text, quota_limit bigint, soft_limit bigint, reset text, overage text, period_start timestamp with time zone, period_end timestamp with time zone)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.entitlement(p_client uuid, p_feature text) OWNER TO tollgate_owner;

--
-- Name: erase_client(uuid, text); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.erase_client(p_client uuid, p_public text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.erase_client(p_client uuid, p_public text) OWNER TO tollgate_entry;

--
-- Name: erase_usage(uuid, integer); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.erase_usage(p_client uuid, p_max integer) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  v_tenant bigint := app.current_tenant(); v_agent record; v_ids uuid[]; v_count bigint := 0;
  v_first constant uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
  FOR v_agent IN SELECT a.id, a.usage_erased_to FROM app.agent a WHERE a.tenant_id = v_tenant AND a.client_id = p_client ORDER BY a.id LOOP
    SELECT array_agg(x.id ORDER BY x.id) INTO v_ids FROM (
      SELECT u.id FROM app.usage_event u
       WHERE u.tenant_id = v_tenant AND u.agent_id = v_agent.id AND u.id > coalesce(v_agent.usage_erased_to, v_first)
       ORDER BY u.id LIMIT p_max - v_count) x;
    CONTINUE WHEN v_ids IS NULL;
    UPDATE app.usage_event u SET lead_email = NULL, lead_name = NULL, lead_phone = NULL, analysis = NULL, conversation_id = NULL
     WHERE u.tenant_id = v_tenant AND u.id = ANY (v_ids)
       AND num_nonnulls(u.lead_email, u.lead_name, u.lead_phone, u.analysis, u.conversation_id) > 0;
    DELETE FROM app.usage_conversation c WHERE c.tenant_id = v_tenant AND c.event_uid = ANY (v_ids);
    UPDATE app.agent a SET usage_erased_to = v_ids[cardinality(v_ids)] WHERE a.tenant_id = v_tenant AND a.id = v_agent.id;
    v_count := v_count + cardinality(v_ids);
    IF v_count >= p_max THEN RETURN v_count; END IF;
  END LOOP;
  -- Another client's agent may have talked to this one: then the lead is taken out, and its conversation stays.
  SELECT array_agg(DISTINCT x.event_uid ORDER BY x.event_uid) INTO v_ids FROM (
    SELECT e.event_uid FROM app.usage_entry e
     WHERE e.tenant_id = v_tenant AND e.client_id = p_client AND e.item_id IS NULL
       AND e.event_uid > coalesce((SELECT c.usage_erased_to FROM app.client c WHERE c.tenant_id = v_tenant AND c.id = p_client), v_first)
     ORDER BY e.event_uid LIMIT p_max - v_count) x;
  IF v_ids IS NULL THEN RETURN v_count; END IF;
  UPDATE app.usage_event u SET lead_email = NULL, lead_name = NULL, lead_phone = NULL, analysis = NULL
   WHERE u.tenant_id = v_tenant AND u.id = ANY (v_ids) AND num_nonnulls(u.lead_email, u.lead_name, u.lead_phone, u.analysis) > 0;
  UPDATE app.client c SET usage_erased_to = v_ids[cardinality(v_ids)] WHERE c.tenant_id = v_tenant AND c.id = p_client;
  RETURN v_count + cardinality(v_ids);
END $$;

ALTER FUNCTION app.erase_usage(p_client uuid, p_max integer) OWNER TO tollgate_entry;

--
-- Name: export_client(uuid, integer, bigint); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.export_client(p_client uuid, p_rows integer, p_bytes bigint) RETURNS TABLE(name text, row_count bigint, content jsonb)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
END $_$;

ALTER FUNCTION app.export_client(p_client uuid, p_rows integer, p_bytes bigint) OWNER TO tollgate_entry;

--
-- Name: guard_api_key(); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.guard_api_key() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.guard_api_key() OWNER TO tollgate_owner;

--
-- Name: has_column(text, text); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.has_column(p_table text, p_column text) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = ('app.' || quote_ident(p_table))::regclass
                    AND a.attname = p_column AND NOT a.attisdropped)
$$;

ALTER FUNCTION app.has_column(p_table text, p_column text) OWNER TO tollgate_owner;

--
-- Name: is_settled(uuid[], text, timestamp with time zone, timestamp with time zone); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.is_settled(p_rows uuid[], p_stripe text, p_changed timestamp with time zone, p_moment timestamp with time zone) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT coalesce(p_changed < p_moment, true)
     AND NOT EXISTS (SELECT 1 FROM app.command c
                      WHERE c.tenant_id = app.current_tenant() AND c.target_id = ANY (p_rows) AND c.outcome IS NULL)
     AND NOT EXISTS (SELECT 1 FROM app.stripe_event e
                      WHERE e.tenant_id = app.current_tenant() AND e.object_id = p_stripe AND e.status = 'received')
$$;

ALTER FUNCTION app.is_settled(p_rows uuid[], p_stripe text, p_changed timestamp with time zone, p_moment timestamp with time zone) OWNER TO tollgate_owner;

--
-- Name: judge_domain(uuid, text, boolean, text); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.judge_domain(p_tenant uuid, p_domain text, p_proven boolean, p_problem text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE v_tenant bigint; v_id uuid; v_before text; v_after text; v_event text;
BEGIN
  SELECT t.tenant_id INTO v_tenant FROM app.tenant t WHERE t.public_id = p_tenant;
  IF p_proven AND NOT app.domain_is_free(p_domain, v_tenant) THEN RETURN 'taken'; END IF;
  SELECT d.id, d.status INTO v_id, v_before FROM app.brand_domain d
   WHERE d.tenant_id = v_tenant AND d.domain = p_domain FOR NO KEY UPDATE;
  IF v_id IS NULL THEN RETURN 'unknown'; END IF;
  v_after := CASE WHEN p_proven THEN 'verified' WHEN v_before = 'verified' THEN 'lost' ELSE v_before END;
  v_event := CASE WHEN v_after = v_before THEN NULL WHEN p_proven THEN 'domain.verified' ELSE 'domain.lost' END;
  UPDATE app.brand_domain d SET status = v_after, checked_at = now(), failures = 0, next_check_at = NULL,
    proof = CASE WHEN p_proven THEN 'operator' END, reason = CASE WHEN NOT p_proven THEN 'operator' END,
    verified_at = CASE WHEN NOT p_proven THEN d.verified_at WHEN v_before = 'verified' THEN d.verified_at ELSE now() END,
    problem = CASE WHEN NOT p_proven THEN p_problem END
   WHERE d.tenant_id = v_tenant AND d.id = v_id;
  INSERT INTO app.audit_entry (tenant_id, id, actor, action, target, before, after)
  VALUES (v_tenant, app.uuid7(), 'operator', CASE WHEN p_proven THEN 'domain.verify' ELSE 'domain.fail' END, p_domain,
    jsonb_build_object('status', v_before), jsonb_build_object('status', v_after));
  IF v_event IS NOT NULL THEN
    PERFORM pg_catalog.set_config('app.tenant_id', v_tenant::text, true);      -- for what the event sets off
    INSERT INTO app.portal_event (tenant_id, id, type, subject, data)
    VALUES (v_tenant, app.uuid7(), v_event, 'dm_' || replace(v_id::text, '-', ''),
      jsonb_strip_nulls(jsonb_build_object('domain', p_domain, 'status', v_after, 'reason', CASE WHEN NOT p_proven THEN 'operator' END)));
    PERFORM pg_catalog.set_config('app.tenant_id', '', true);
  END IF;
  RETURN v_after;
END $$;

ALTER FUNCTION app.judge_domain(p_tenant uuid, p_domain text, p_proven boolean, p_problem text) OWNER TO tollgate_entry;

--
-- Name: keep_audit(); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.keep_audit() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'audit_entry' THEN
    IF (to_jsonb(NEW) - '{before,after,salt,erased_at}'::text[]) = (to_jsonb(OLD) - '{before,after,salt,erased_at}'::text[])
       AND NEW.before IS NULL AND NEW.after IS NULL AND NEW.salt IS NULL AND NEW.erased_at IS NOT NULL THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'the audit log only grows' USING ERRCODE = '42501';
END $$;

ALTER FUNCTION app.keep_audit() OWNER TO tollgate_owner;

--
-- Name: keep_credit_entries(); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.keep_credit_entries() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RAISE EXCEPTION 'the ledger only grows' USING ERRCODE = '23514', CONSTRAINT = 'credit_entry_immutable';
END $$;

ALTER FUNCTION app.keep_credit_entries() OWNER TO tollgate_owner;

--
-- Name: keep_credit_terms(); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.keep_credit_terms() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF OLD.superseded_at IS NOT NULL OR NEW.superseded_at IS NULL
     OR (NEW.id, NEW.version, NEW.currency, NEW.base_cost, NEW.agency_cost, NEW.min_purchase, NEW.max_purchase, NEW.packages, NEW.effective_from)
        IS DISTINCT FROM (OLD.id, OLD.version, OLD.currency, OLD.base_cost, OLD.agency_cost, OLD.min_purchase, OLD.max_purchase, OLD.packages, OLD.effective_from)
  THEN RAISE EXCEPTION 'a version of a credit price never changes' USING ERRCODE = '23514', CONSTRAINT = 'credit_pricing_immutable'; END IF;
  RETURN NEW;
END $$;

ALTER FUNCTION app.keep_credit_terms() OWNER TO tollgate_owner;

--
-- Name: keep_ended_credit_hold(); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.keep_ended_credit_hold() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF OLD.status <> 'open' THEN
    RAISE EXCEPTION 'a hold ends once' USING ERRCODE = '23514', CONSTRAINT = 'credit_hold_terminal';
  END IF;
  RETURN NEW;
END $$;

ALTER FUNCTION app.keep_ended_credit_hold() OWNER TO tollgate_owner;

--
-- Name: keep_paid(); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.keep_paid() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF OLD.status = 'paid' AND NEW.status <> 'paid' THEN
    RAISE EXCEPTION 'what was paid stays paid' USING ERRCODE = '23514', CONSTRAINT = 'credit_purchase_terminal';
  END IF;
  RETURN NEW;
END $$;

ALTER FUNCTION app.keep_paid() OWNER TO tollgate_owner;

--
-- Name: keep_terminal(); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.keep_terminal() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF TG_TABLE_NAME = 'subscription' AND OLD.status = 'canceled' AND NEW.status <> 'canceled' THEN
    RAISE EXCEPTION 'a canceled subscription never changes' USING ERRCODE = '23514', CONSTRAINT = 'subscription_terminal';
  END IF;
  IF TG_TABLE_NAME = 'invoice' AND OLD.status = 'void' AND NEW.status <> 'void' THEN
    RAISE EXCEPTION 'a void invoice never changes' USING ERRCODE = '23514', CONSTRAINT = 'invoice_terminal';
  END IF;
  RETURN NEW;
END $$;

ALTER FUNCTION app.keep_terminal() OWNER TO tollgate_owner;

--
-- Name: left_account(text); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.left_account(p_stripe text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT o.account_id FROM app.orphan o
   WHERE o.tenant_id = app.current_tenant() AND o.stripe_id = p_stripe
     AND o.account_id IS DISTINCT FROM (SELECT k.account_id FROM app.connection k WHERE k.tenant_id = o.tenant_id)
   ORDER BY o.at DESC LIMIT 1
$$;

ALTER FUNCTION app.left_account(p_stripe text) OWNER TO tollgate_owner;

--
-- Name: list_api_keys(uuid); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.list_api_keys(p_tenant uuid) RETURNS TABLE(id uuid, prefix text, last4 text, name text, scopes text[], expires_at timestamp with time zone, revoked_at timestamp with time zone, last_used_at timestamp with time zone, created_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT k.id, k.prefix, k.last4, k.name, k.scopes, k.expires_at, k.revoked_at, k.last_used_at, k.created_at
    FROM app.api_key k JOIN app.tenant t ON t.tenant_id = k.tenant_id WHERE t.public_id = p_tenant ORDER BY k.created_at, k.id
$$;

ALTER FUNCTION app.list_api_keys(p_tenant uuid) OWNER TO tollgate_entry;

--
-- Name: list_credit_base_costs(uuid); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.list_credit_base_costs(p_tenant uuid) RETURNS TABLE(currency text, cost text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT b.currency, trim_scale(b.cost)::text FROM app.tenant t LEFT JOIN app.credit_base_cost b ON b.tenant_id = t.tenant_id
   WHERE t.public_id = p_tenant ORDER BY b.currency
$$;

ALTER FUNCTION app.list_credit_base_costs(p_tenant uuid) OWNER TO tollgate_entry;

--
-- Name: list_domains(); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.list_domains() RETURNS TABLE(tenant uuid, domain text, token text, status text, checked_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT t.public_id, d.domain, d.token, d.status, d.checked_at FROM app.brand_domain d JOIN app.tenant t ON t.tenant_id = d.tenant_id
   ORDER BY d.status, d.domain
$$;

ALTER FUNCTION app.list_domains() OWNER TO tollgate_entry;

--
-- Name: list_tenants(); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.list_tenants() RETURNS TABLE(tenant_id bigint, public_id uuid, agency_id uuid, name text, livemode boolean, suspended_at timestamp with time zone, created_at timestamp with time zone, api_keys bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT t.tenant_id, t.public_id, t.agency_id, t.name, t.livemode, t.suspended_at, t.created_at,
         (SELECT count(*) FROM app.api_key k WHERE k.tenant_id = t.tenant_id AND k.revoked_at IS NULL)
    FROM app.tenant t ORDER BY t.tenant_id
$$;

ALTER FUNCTION app.list_tenants() OWNER TO tollgate_entry;

--
-- Name: make_delivery(uuid, uuid, text); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.make_delivery(p_endpoint uuid, p_event uuid, p_cause text) RETURNS uuid
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE v_id uuid := app.uuid_v7();
BEGIN
  INSERT INTO app.webhook_delivery (id, endpoint_id, event_id, cause) VALUES (v_id, p_endpoint, p_event, p_cause);
  PERFORM jobq.enqueue(6::smallint, 'webhook.deliver', jsonb_build_object('delivery', 'dl_' || replace(v_id::text, '-', '')),
    app.uuid_v7(), p_run_at => clock_timestamp() + interval '1 ms', p_max_failures => 100::smallint, p_on_dead => 'skip',
    p_target_kind => 'webhook_delivery', p_target_id => v_id);
  RETURN v_id;
END $$;

ALTER FUNCTION app.make_delivery(p_endpoint uuid, p_event uuid, p_cause text) OWNER TO tollgate_owner;

--
-- Name: new_uuid(); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.new_uuid() RETURNS uuid
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
           PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
$$;

ALTER FUNCTION app.new_uuid() OWNER TO tollgate_owner;

--
-- Name: next_usage_check(timestamp with time zone, timestamp with time zone, uuid, text); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.next_usage_check(p_from timestamp with time zone, p_until timestamp with time zone, p_meter uuid, p_customer text) RETURNS TABLE(meter_id uuid, customer text, stripe_meter text, events_total bigint, batches_total bigint)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.next_usage_check(p_from timestamp with time zone, p_until timestamp with time zone, p_meter uuid, p_customer text) OWNER TO tollgate_owner;

--
-- Name: own_domain_is_free(text); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.own_domain_is_free(p_domain text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT app.domain_is_free(p_domain, app.current_tenant())
$$;

ALTER FUNCTION app.own_domain_is_free(p_domain text) OWNER TO tollgate_entry;

--
-- Name: own_key(); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.own_key() RETURNS TABLE(id uuid, name text, prefix text, last4 text, expires_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT k.id, k.name, k.prefix, k.last4, k.expires_at FROM app.api_key k
   WHERE k.tenant_id = app.current_tenant() AND k.id = nullif(current_setting('app.key_id', true), '')::uuid
$$;

ALTER FUNCTION app.own_key() OWNER TO tollgate_entry;

--
-- Name: post_credit_entry(); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.post_credit_entry() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.post_credit_entry() OWNER TO tollgate_owner;

--
-- Name: protect(text); Type: PROCEDURE; Schema: app; Owner: tollgate_owner
--

CREATE PROCEDURE app.protect(IN p_table text)
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE v_table text := regexp_replace(p_table, '^app\.', '');
BEGIN
  EXECUTE format('ALTER TABLE app.%I ENABLE ROW LEVEL SECURITY', v_table);
  EXECUTE format('ALTER TABLE app.%I FORCE ROW LEVEL SECURITY', v_table);
  EXECUTE format('CREATE POLICY tenant_isolation ON app.%I AS RESTRICTIVE USING (tenant_id = (SELECT app.current_tenant()))
                  WITH CHECK (tenant_id = (SELECT app.current_tenant()))', v_table);
  EXECUTE format('CREATE POLICY allow ON app.%I USING (true) WITH CHECK (true)', v_table);
  CALL app.wall_clients(v_table);
END $$;

ALTER PROCEDURE app.protect(IN p_table text) OWNER TO tollgate_owner;

--
-- Name: public_branding(uuid); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.public_branding(p_tenant uuid) RETURNS TABLE(name text, support_email text, logo_url text, logo bytea, primary_color text, on_primary_color text, background_color text, text_color text, updated_at timestamp with time zone, domain text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT coalesce(b.name, t.name), b.support_email, b.logo_url, b.logo, b.primary_color, b.on_primary_color, b.background_color,
         b.text_color, b.updated_at,
         (SELECT d.domain FROM app.brand_domain d WHERE d.tenant_id = t.tenant_id AND d.status = 'verified' ORDER BY d.id LIMIT 1)
    FROM app.tenant t LEFT JOIN app.branding b ON b.tenant_id = t.tenant_id WHERE t.public_id = p_tenant
$$;

ALTER FUNCTION app.public_branding(p_tenant uuid) OWNER TO tollgate_entry;

--
-- Name: public_domain(text); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.public_domain(p_domain text) RETURNS TABLE(tenant uuid, livemode boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT t.public_id, t.livemode FROM app.brand_domain d JOIN app.tenant t ON t.tenant_id = d.tenant_id
   WHERE d.domain = p_domain AND d.status = 'verified' AND t.suspended_at IS NULL
   ORDER BY t.livemode DESC, d.verified_at LIMIT 1
$$;

ALTER FUNCTION app.public_domain(p_domain text) OWNER TO tollgate_entry;

--
-- Name: public_prices(uuid); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.public_prices(p_tenant uuid) RETURNS TABLE(id uuid, product uuid, name text, description text, currency text, model text, usage_type text, unit_amount bigint, unit_amount_decimal text, tiers jsonb, package_size bigint, package_round text, metric text, billing_interval text, interval_count integer, tax_behavior text, shown_unit_amount text, shown_tiers jsonb)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.public_prices(p_tenant uuid) OWNER TO tollgate_entry;

--
-- Name: public_pricing(uuid); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.public_pricing(p_tenant uuid) RETURNS TABLE(id uuid, name text, description text, is_default boolean, is_featured boolean, version integer, trial_days integer, prices jsonb, quotas jsonb)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT p.id, p.name, p.description, p.is_default, p.is_featured, p.version, v.trial_days,
         coalesce((SELECT jsonb_agg(jsonb_build_object('price', x.price_id, 'quantity', x.quantity) ORDER BY x.place) FROM app.plan_price x
                    WHERE x.tenant_id = p.tenant_id AND x.plan_id = p.id AND x.version = p.version), '[]'),
         coalesce((SELECT jsonb_agg(jsonb_build_object('feature', q.feature, 'type', q.type, 'limit', q.quota_limit, 'reset', q.reset,
                                                       'overage', q.overage) ORDER BY q.feature) FROM app.plan_quota q
                    WHERE q.tenant_id = p.tenant_id AND q.plan_id = p.id AND q.version = p.version), '[]')
    FROM app.plan p
    JOIN app.tenant t ON t.tenant_id = p.tenant_id
    JOIN app.plan_version v ON v.tenant_id = p.tenant_id AND v.plan_id = p.id AND v.version = p.version
   CROSS JOIN LATERAL (
         SELECT coalesce(bool_and(coalesce(x.active AND d.active AND x.billing_interval IS NOT NULL, false)), true) AS all_sold,
                count(DISTINCT (x.currency, x.billing_interval, x.interval_count)) <= 1
                  AND count(x.meter_id) = count(DISTINCT x.meter_id) AS one_bill
           FROM app.plan_price l
           LEFT JOIN app.price x ON x.tenant_id = l.tenant_id AND x.id = l.price_id
           LEFT JOIN app.product d ON d.tenant_id = x.tenant_id AND d.id = x.product_id
          WHERE l.tenant_id = p.tenant_id AND l.plan_id = p.id AND l.version = p.version) s
   WHERE t.public_id = p_tenant AND t.suspended_at IS NULL AND p.status = 'active' AND p.visibility = 'public'
     AND s.all_sold AND s.one_bill
   ORDER BY p.is_featured DESC, p.id
$$;

ALTER FUNCTION app.public_pricing(p_tenant uuid) OWNER TO tollgate_entry;

--
-- Name: receive_connect_event(text, boolean, text, text, text, text, text, text, timestamp with time zone, uuid); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.receive_connect_event(p_account text, p_livemode boolean, p_event text, p_type text, p_object_kind text, p_object text, p_customer text, p_api_version text, p_created timestamp with time zone, p_command uuid) RETURNS TABLE(command_id bigint, public_id uuid, created boolean, tenant bigint, queue_id smallint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.receive_connect_event(p_account text, p_livemode boolean, p_event text, p_type text, p_object_kind text, p_object text, p_customer text, p_api_version text, p_created timestamp with time zone, p_command uuid) OWNER TO tollgate_entry;

--
-- Name: record_meter(uuid, text, text, text, text, text, text, boolean, bigint); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.record_meter(p_id uuid, p_stripe text, p_event_name text, p_display_name text, p_formula text, p_customer_key text, p_value_key text, p_active boolean, p_seq bigint) RETURNS uuid
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE v_id uuid; v_status text := CASE WHEN p_active THEN 'active' ELSE 'inactive' END;
BEGIN
  UPDATE app.meter m SET stripe_meter = p_stripe
   WHERE m.id = (SELECT o.id FROM app.meter o
                  WHERE o.event_name = p_event_name AND o.stripe_meter IS NULL AND o.status IN ('publishing', 'failed')
                  ORDER BY o.status = 'publishing' DESC, o.id DESC LIMIT 1)
     AND NOT EXISTS (SELECT 1 FROM app.meter x WHERE x.tenant_id = m.tenant_id AND x.stripe_meter = p_stripe);
  INSERT INTO app.meter AS m (id, stripe_meter, event_name, display_name, metric, formula, customer_key, value_key, status, snapshot_seq)
  VALUES (p_id, p_stripe, p_event_name, p_display_name, 'custom', p_formula, p_customer_key, p_value_key, v_status, p_seq)
  ON CONFLICT (tenant_id, stripe_meter) DO UPDATE
    SET display_name = EXCLUDED.display_name, status = EXCLUDED.status, snapshot_seq = EXCLUDED.snapshot_seq,
        formula = EXCLUDED.formula, customer_key = EXCLUDED.customer_key, value_key = EXCLUDED.value_key, problem = NULL,
        updated_at = now()
    WHERE m.snapshot_seq <= EXCLUDED.snapshot_seq
  RETURNING m.id INTO v_id;
  IF v_id IS NULL THEN SELECT m.id INTO v_id FROM app.meter m WHERE m.stripe_meter = p_stripe; END IF;
  RETURN v_id;
END $$;

ALTER FUNCTION app.record_meter(p_id uuid, p_stripe text, p_event_name text, p_display_name text, p_formula text, p_customer_key text, p_value_key text, p_active boolean, p_seq bigint) OWNER TO tollgate_owner;

--
-- Name: record_price(uuid, uuid, uuid, text, jsonb, uuid, text, text, boolean, bigint, bigint); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.record_price(p_id uuid, p_ours uuid, p_product uuid, p_stripe text, p_terms jsonb, p_meter uuid, p_tax_behavior text, p_lookup_key text, p_active boolean, p_revision bigint, p_seq bigint) RETURNS uuid
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.record_price(p_id uuid, p_ours uuid, p_product uuid, p_stripe text, p_terms jsonb, p_meter uuid, p_tax_behavior text, p_lookup_key text, p_active boolean, p_revision bigint, p_seq bigint) OWNER TO tollgate_owner;

--
-- Name: record_product(uuid, uuid, text, text, text, boolean, bigint, bigint); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.record_product(p_id uuid, p_ours uuid, p_stripe text, p_name text, p_description text, p_active boolean, p_revision bigint, p_seq bigint) RETURNS uuid
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.record_product(p_id uuid, p_ours uuid, p_stripe text, p_name text, p_description text, p_active boolean, p_revision bigint, p_seq bigint) OWNER TO tollgate_owner;

--
-- Name: release_late_charges(uuid); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.release_late_charges(p_invoice uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  UPDATE app.usage_entry e SET charge_id = NULL FROM app.late_charge c
   WHERE c.tenant_id = app.current_tenant() AND c.invoice_id = p_invoice AND e.tenant_id = c.tenant_id AND e.charge_id = c.id;
  DELETE FROM app.late_charge c WHERE c.tenant_id = app.current_tenant() AND c.invoice_id = p_invoice;
END $$;

ALTER FUNCTION app.release_late_charges(p_invoice uuid) OWNER TO tollgate_owner;

--
-- Name: reopen_usage(uuid, text, uuid, integer); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.reopen_usage(p_agent uuid, p_reason text, p_after uuid, p_max integer) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.reopen_usage(p_agent uuid, p_reason text, p_after uuid, p_max integer) OWNER TO tollgate_owner;

--
-- Name: resolve_id(text, text, text); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.resolve_id(p_noun text, p_form text, p_value text) RETURNS uuid
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.resolve_id(p_noun text, p_form text, p_value text) OWNER TO tollgate_owner;

--
-- Name: revoke_api_key(uuid, uuid); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.revoke_api_key(p_tenant uuid, p_id uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.revoke_api_key(p_tenant uuid, p_id uuid) OWNER TO tollgate_entry;

--
-- Name: role_rank(text); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.role_rank(p_role text) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  SELECT CASE p_role WHEN 'owner' THEN 9 WHEN 'admin' THEN 7 WHEN 'billing' THEN 5 WHEN 'support' THEN 3
    WHEN 'client_admin' THEN 2 WHEN 'client_member' THEN 1 ELSE 9 END
$$;

ALTER FUNCTION app.role_rank(p_role text) OWNER TO tollgate_owner;

--
-- Name: role_scopes(text); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.role_scopes(p_role text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  SELECT CASE p_role
    WHEN 'owner' THEN ARRAY['*']
    WHEN 'admin' THEN ARRAY['*']
    WHEN 'billing' THEN ARRAY['clients:*', 'catalog:*', 'subscriptions:*', 'invoices:*', 'credits:*', 'usage:*', 'access:*',
      'commands:*', 'processor:read', 'reconciliation:*', 'settings:read', 'users:read']
    WHEN 'support' THEN ARRAY['clients:read', 'catalog:read', 'subscriptions:read', 'invoices:read', 'credits:read', 'usage:read',
      'access:read', 'commands:read', 'processor:read', 'reconciliation:read', 'settings:read', 'users:read']
    WHEN 'client_admin' THEN ARRAY['me:*', 'clients:read', 'clients:add_card', 'subscriptions:read', 'invoices:read', 'credits:read',
      'usage:read', 'access:read']
    WHEN 'client_member' THEN ARRAY['me:read', 'clients:read', 'subscriptions:read', 'usage:read', 'access:read']
    ELSE ARRAY[]::text[] END
$$;

ALTER FUNCTION app.role_scopes(p_role text) OWNER TO tollgate_owner;

--
-- Name: scope_covered(text[], text); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.scope_covered(p_held text[], p_wanted text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  SELECT p_held && CASE p_wanted WHEN '*' THEN ARRAY['*'] WHEN 'clients:add_card' THEN ARRAY['*', 'clients:*', 'clients:write', p_wanted]
                                 ELSE ARRAY['*', p_wanted, split_part(p_wanted, ':', 1) || ':*'] END
$$;

ALTER FUNCTION app.scope_covered(p_held text[], p_wanted text) OWNER TO tollgate_owner;

--
-- Name: set_credit_base_cost(uuid, text, numeric); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.set_credit_base_cost(p_tenant uuid, p_currency text, p_cost numeric) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.set_credit_base_cost(p_tenant uuid, p_currency text, p_cost numeric) OWNER TO tollgate_entry;

--
-- Name: set_tenant_features(uuid, text[]); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.set_tenant_features(p_public_id uuid, p_features text[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.set_tenant_features(p_public_id uuid, p_features text[]) OWNER TO tollgate_entry;

--
-- Name: subscription_worth(uuid); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.subscription_worth(p_subscription uuid) RETURNS TABLE(amount bigint, currency text)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT sum(p.unit_amount * i.quantity)::bigint, min(p.currency)
    FROM app.subscription_item i JOIN app.price p ON p.tenant_id = i.tenant_id AND p.id = i.price_id
   WHERE i.tenant_id = app.current_tenant() AND i.subscription_id = p_subscription AND i.removed_at IS NULL
     AND p.usage_type = 'licensed' AND p.model IN ('flat', 'per_unit') AND p.unit_amount IS NOT NULL
  HAVING count(*) > 0 AND count(DISTINCT p.currency) = 1
$$;

ALTER FUNCTION app.subscription_worth(p_subscription uuid) OWNER TO tollgate_owner;

--
-- Name: sum_usage(uuid, uuid, timestamp with time zone, timestamp with time zone, text, integer); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.sum_usage(p_client uuid, p_meter uuid, p_from timestamp with time zone, p_until timestamp with time zone, p_after text, p_max integer) RETURNS TABLE(meter_id uuid, display_name text, metric text, stripe_meter text, stripe_customer text, value bigint, events bigint, confirmed bigint, pending bigint, minutes text, last_at timestamp with time zone, identifiers text[])
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.sum_usage(p_client uuid, p_meter uuid, p_from timestamp with time zone, p_until timestamp with time zone, p_after text, p_max integer) OWNER TO tollgate_owner;

--
-- Name: suspend_tenant(uuid, boolean); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.suspend_tenant(p_public_id uuid, p_suspended boolean) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
    UPDATE app.client c SET access_state = w.state, access_at = now(), updated_at = now() FROM wanted w
     WHERE c.tenant_id = v_tenant AND c.id = w.id AND w.before <> w.state RETURNING c.id, w.before, w.state
  ), told AS (
    INSERT INTO app.portal_event (tenant_id, id, type, subject, data)
    SELECT v_tenant, app.uuid7(),
           CASE WHEN c.state = 'awaiting_payment' THEN 'access.awaiting_payment' WHEN c.state = 'past_due' THEN 'access.grace_started'
                WHEN c.state = 'blocked' THEN 'access.blocked' WHEN c.before = 'awaiting_payment' THEN 'access.activated'
                ELSE 'access.reactivated' END,
           n.name, jsonb_build_object('client', n.name, 'from', c.before, 'to', c.state, 'allowed', c.state IN ('active', 'past_due'),
             'reasons', o.reasons, 'deadline', o.deadline, 'cause', jsonb_build_object('kind', 'operator', 'id', 'operator'))
      FROM changed c
      CROSS JOIN LATERAL (SELECT 'cl_' || replace(c.id::text, '-', '') AS name) n
      CROSS JOIN LATERAL (SELECT coalesce(jsonb_agg(h.reason ORDER BY h.id), '[]') AS reasons,
                                 floor(extract(epoch FROM min(h.deadline_at)))::bigint AS deadline
                            FROM app.access_hold h WHERE h.tenant_id = v_tenant AND h.client_id = c.id AND h.released_at IS NULL) o
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

ALTER FUNCTION app.suspend_tenant(p_public_id uuid, p_suspended boolean) OWNER TO tollgate_entry;

--
-- Name: tenant_features(uuid); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.tenant_features(p_public_id uuid) RETURNS text[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT t.features FROM app.tenant t WHERE t.public_id = p_public_id
$$;

ALTER FUNCTION app.tenant_features(p_public_id uuid) OWNER TO tollgate_entry;

--
-- Name: test_usage(uuid, text, bigint, bigint, integer, integer, text, jsonb, text, text, text); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.test_usage(p_agent uuid, p_kind text, p_at bigint, p_credits bigint, p_seconds integer, p_messages integer, p_conversation text, p_analysis jsonb, p_email text, p_name text, p_phone text) RETURNS TABLE(status text, reason text, meter_id uuid, client_id uuid, customer text, rule_version integer, value bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.test_usage(p_agent uuid, p_kind text, p_at bigint, p_credits bigint, p_seconds integer, p_messages integer, p_conversation text, p_analysis jsonb, p_email text, p_name text, p_phone text) OWNER TO tollgate_entry;

--
-- Name: usage_entries(uuid); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.usage_entries(p_event uuid) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.usage_entries(p_event uuid) OWNER TO tollgate_owner;

--
-- Name: usage_period_ends(); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.usage_period_ends() RETURNS TABLE(subscription_id uuid, ends_at timestamp with time zone)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.usage_period_ends() OWNER TO tollgate_owner;

--
-- Name: usage_proof(uuid); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.usage_proof(p_invoice uuid) RETURNS TABLE(charge_id uuid, price_id uuid, meter_id uuid, metric text, stripe_customer text, period_start timestamp with time zone, period_end timestamp with time zone, quantity bigint, amount bigint, batches_total bigint, events_total bigint, lines text[])
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.usage_proof(p_invoice uuid) OWNER TO tollgate_owner;

--
-- Name: uuid7(); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.uuid7() RETURNS uuid
    LANGUAGE sql
    AS $$
  SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
$$;

ALTER FUNCTION app.uuid7() OWNER TO tollgate_owner;

--
-- Name: uuid_v7(); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.uuid_v7() RETURNS uuid
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
$$;

ALTER FUNCTION app.uuid_v7() OWNER TO tollgate_owner;

--
-- Name: verify_audit(uuid, bigint, integer); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.verify_audit(p_tenant uuid, p_after bigint, p_count integer) RETURNS TABLE(seq bigint, entry_id uuid, fault text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT f.seq, f.entry_id, f.fault FROM app.tenant t CROSS JOIN LATERAL app.audit_faults(t.tenant_id, p_after, p_count) f
   WHERE t.public_id = p_tenant
$$;

ALTER FUNCTION app.verify_audit(p_tenant uuid, p_after bigint, p_count integer) OWNER TO tollgate_entry;

--
-- Name: void_usage(uuid); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.void_usage(p_event uuid) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.void_usage(p_event uuid) OWNER TO tollgate_owner;

--
-- Name: wall_clients(text); Type: PROCEDURE; Schema: app; Owner: tollgate_owner
--

CREATE PROCEDURE app.wall_clients(IN p_table text)
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
END $_$;

ALTER PROCEDURE app.wall_clients(IN p_table text) OWNER TO tollgate_owner;

--
-- Name: webhook_secrets(); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.webhook_secrets() RETURNS TABLE(id uuid, version integer, envelope bytea)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT s.id, s.version, s.envelope FROM app.sealed_secret s
   WHERE s.tenant_id = app.current_tenant() AND s.purpose = 'stripe-webhook'
     AND (s.retired_at IS NULL OR s.retired_at > now())
$$;

ALTER FUNCTION app.webhook_secrets() OWNER TO tollgate_entry;

--
-- Name: why(uuid); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.why(p_command uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT jobq.why_one(c.tenant_id, c.id) FROM app.command c
   WHERE c.tenant_id = app.current_tenant() AND c.public_id = p_command
$$;

ALTER FUNCTION app.why(p_command uuid) OWNER TO tollgate_entry;

--
-- Name: beat(bigint, boolean); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.beat(p_worker bigint, p_draining boolean DEFAULT false) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
BEGIN
  UPDATE worker SET beat_at = now(), draining = p_draining WHERE id = p_worker;
  RETURN FOUND;
END $$;

ALTER FUNCTION jobq.beat(p_worker bigint, p_draining boolean) OWNER TO tollgate_entry;

--
-- Name: job; Type: TABLE; Schema: jobq; Owner: tollgate_entry
--

CREATE TABLE jobq.job (
    id bigint NOT NULL,
    tenant_id bigint NOT NULL,
    pos bigint NOT NULL,
    key_id bigint,
    key_seq integer,
    lease bigint,
    worker_id bigint,
    run_at timestamp with time zone,
    deadline_at timestamp with time zone,
    queue_id smallint NOT NULL,
    state smallint NOT NULL,
    prio smallint DEFAULT 1 NOT NULL,
    attempt smallint DEFAULT 0 NOT NULL,
    failures smallint DEFAULT 0 NOT NULL,
    crashes smallint DEFAULT 0 NOT NULL,
    CONSTRAINT job_prio_check CHECK (((prio >= 0) AND (prio <= 2)))
)
WITH (fillfactor='80', autovacuum_vacuum_scale_factor='0.01', autovacuum_vacuum_threshold='2000', autovacuum_vacuum_cost_delay='0', autovacuum_analyze_scale_factor='0.05', autovacuum_vacuum_insert_scale_factor='0.05');

ALTER TABLE jobq.job OWNER TO tollgate_entry;

--
-- Name: bury(jobq.job, jsonb); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.bury(j jobq.job, p_problem jsonb) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'jobq', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE c record;
BEGIN
  DELETE FROM job WHERE id = j.id;
  UPDATE app.command u SET outcome = 'dead', finished_at = now(), problem = p_problem WHERE u.id = j.id AND u.tenant_id = j.tenant_id
  RETURNING u.on_dead, u.waited INTO c;
  INSERT INTO dead_letter (command_id, tenant_id, queue_id) VALUES (j.id, j.tenant_id, j.queue_id);
  IF j.key_id IS NOT NULL THEN
    IF c.on_dead = 'hold' THEN
      UPDATE job_key SET held_by = j.id WHERE id = j.key_id;      -- successors stay blocked until an operator decides
    ELSE
      UPDATE job_key SET depth = depth - 1 WHERE id = j.key_id;
      PERFORM promote(j.key_id, j.key_seq, j.queue_id);
    END IF;
  END IF;
  IF c.waited THEN PERFORM pg_notify('command_done', j.id::text); END IF;
END $$;

ALTER FUNCTION jobq.bury(j jobq.job, p_problem jsonb) OWNER TO tollgate_entry;

--
-- Name: cancel(uuid, text); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.cancel(p_public uuid, p_by text) RETURNS text
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
  SELECT jobq.cancel_one(app.current_tenant(), (SELECT c.id FROM app.command c WHERE c.tenant_id = app.current_tenant() AND c.public_id = p_public), p_by)
$$;

ALTER FUNCTION jobq.cancel(p_public uuid, p_by text) OWNER TO tollgate_entry;

--
-- Name: cancel_one(bigint, bigint, text); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.cancel_one(p_tenant bigint, p_id bigint, p_by text) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
DECLARE c record; j job; v_waited boolean;
BEGIN
  SELECT u.ordering_key, u.outcome INTO c FROM app.command u WHERE u.id = p_id AND u.tenant_id = p_tenant;
  IF NOT FOUND THEN RETURN 'unknown'; END IF;
  IF c.outcome = 'dead' THEN
    IF EXISTS (SELECT 1 FROM app.stripe_call s WHERE s.tenant_id = p_tenant AND s.command_id = p_id AND s.answered_at IS NULL AND s.outcome IS NULL) THEN
      RETURN 'sent';
    END IF;
    RETURN CASE resolve_one(p_tenant, p_id, 'skip', p_by) WHEN 'skipped' THEN 'canceled' ELSE 'finished' END;
  END IF;
  IF c.outcome IS NOT NULL THEN RETURN 'finished'; END IF;
  IF c.ordering_key IS NOT NULL THEN
    PERFORM 1 FROM job_key k WHERE k.tenant_id = p_tenant AND k.okey = c.ordering_key FOR UPDATE;
  END IF;
  SELECT * INTO j FROM job WHERE id = p_id FOR UPDATE SKIP LOCKED;   -- locked: being claimed or in its handler's transaction
  IF NOT FOUND OR j.state = 1 THEN
    RETURN CASE WHEN EXISTS (SELECT 1 FROM job o WHERE o.id = p_id) THEN 'running' ELSE 'finished' END;
  END IF;
  IF EXISTS (SELECT 1 FROM app.stripe_call s WHERE s.tenant_id = p_tenant AND s.command_id = p_id AND s.answered_at IS NULL AND s.outcome IS NULL) THEN
    RETURN 'sent';
  END IF;
  DELETE FROM job WHERE id = p_id;
  UPDATE app.command u SET outcome = 'cancelled', finished_at = now() WHERE u.id = p_id AND u.tenant_id = p_tenant RETURNING u.waited INTO v_waited;
  INSERT INTO app.attempt (command_id, tenant_id, n, verdict, error) VALUES (p_id, p_tenant, j.attempt, 'cancel', p_by);
  IF j.key_id IS NOT NULL THEN
    UPDATE job_key SET depth = depth - 1 WHERE id = j.key_id;
    IF j.state <> 3 THEN PERFORM promote(j.key_id, j.key_seq, j.queue_id); END IF;
  END IF;
  IF v_waited THEN PERFORM pg_notify('command_done', p_id::text); END IF;
  RETURN 'canceled';
END $$;

ALTER FUNCTION jobq.cancel_one(p_tenant bigint, p_id bigint, p_by text) OWNER TO tollgate_entry;

--
-- Name: claim(smallint, bigint, integer, bigint, bigint[], integer); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.claim(p_queue smallint, p_worker bigint, p_want integer, p_cursor bigint DEFAULT 0, p_hints bigint[] DEFAULT '{}'::bigint[], p_max_lanes integer DEFAULT 64) RETURNS TABLE(o_id bigint, o_tenant bigint, o_lease bigint, o_attempt smallint, o_failures smallint, o_deadline timestamp with time zone, o_kind text, o_payload jsonb, o_trace text, o_key_seq integer, o_waited_ms integer, o_next_cursor bigint, o_dry boolean)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE v_ten bigint[]; v_seg int[]; v_buckets bigint[]; v_last bigint; v_safe bigint; v_ms bigint;
BEGIN
  -- 1. lock the lanes to serve: hinted tenants first, then round-robin after the cursor; lanes another worker holds are skipped
  WITH cand AS MATERIALIZED (
    SELECT u.tenant_id, min(u.seg) AS seg FROM (
      SELECT t AS tenant_id, 0 AS seg FROM unnest(p_hints) t
      UNION ALL
      (SELECT l.tenant_id, 1 FROM lane l WHERE l.queue_id = p_queue AND l.active AND l.tenant_id > p_cursor ORDER BY l.tenant_id LIMIT p_max_lanes)
      UNION ALL                                    -- the ring closes
      (SELECT l.tenant_id, 2 FROM lane l WHERE l.queue_id = p_queue AND l.active AND l.tenant_id <= p_cursor ORDER BY l.tenant_id LIMIT p_max_lanes)
    ) u GROUP BY 1 ORDER BY 2, 1 LIMIT p_max_lanes
  ), locked AS MATERIALIZED (
    SELECT l.tenant_id, c.seg, l.bucket_id
      FROM cand c JOIN lane l ON l.queue_id = p_queue AND l.tenant_id = c.tenant_id
     WHERE l.paused_at IS NULL AND l.not_before <= now()
       AND EXISTS (SELECT 1 FROM queue q WHERE q.id = p_queue AND q.paused_at IS NULL)
     ORDER BY c.seg, c.tenant_id
       FOR UPDATE OF l SKIP LOCKED
  )
  SELECT (SELECT array_agg(tenant_id ORDER BY seg, tenant_id) FROM locked), (SELECT array_agg(seg ORDER BY seg, tenant_id) FROM locked),
         (SELECT array_agg(DISTINCT bucket_id) FROM locked), (SELECT tenant_id FROM cand WHERE seg > 0 ORDER BY seg DESC, tenant_id DESC LIMIT 1)
    INTO v_ten, v_seg, v_buckets, v_last;
  PERFORM 1 FROM bucket b WHERE b.id = ANY(v_buckets) ORDER BY b.id FOR UPDATE;
  v_ms := floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint;       -- the window, read after the account lock
  SELECT last_value INTO v_safe FROM mark_pos_safe;

  -- 2. fresh snapshot under those locks: count in-flight, share out, take
  RETURN QUERY
  WITH open AS MATERIALIZED (
    SELECT u.ord, u.seg, l.tenant_id, l.bucket_id, l.weight, l.cap - r.n AS room, l.floor0, l.floor1, l.floor2, l.run_floor, l.floors_at, r.lo,
           floor((b.rate * w.ms / 1000 - COALESCE(s.used, 0)) / q.op_cost)::int AS tokens, v_ms / w.ms * w.ms AS slot, q.op_cost, q.run_seconds
      FROM unnest(v_ten, v_seg) WITH ORDINALITY u(tenant_id, seg, ord)
      JOIN lane   l ON l.queue_id = p_queue AND l.tenant_id = u.tenant_id
      JOIN bucket b ON b.id = l.bucket_id
      JOIN queue  q ON q.id = p_queue
     -- a window holds at least the 4 calls of the dearest job, or an account slowed below 16/s would never run one
     CROSS JOIN LATERAL (SELECT GREATEST(b.slot_ms, ceil(4000 / b.rate))::bigint AS ms) w
     CROSS JOIN LATERAL (SELECT count(*)::int AS n, min(z.lease) AS lo FROM (
              SELECT j.lease FROM job j WHERE j.queue_id = p_queue AND j.tenant_id = u.tenant_id AND j.state = 1 AND j.lease > l.run_floor
               ORDER BY j.lease LIMIT l.cap) z) r
      LEFT JOIN spend s ON s.bucket_id = b.id AND s.slot = v_ms / w.ms * w.ms
     WHERE r.n < l.cap AND b.blocked_until <= now()
  ), fair AS (                                     -- equal share x weight, never above the lane's free slots
    SELECT *, LEAST(room, GREATEST(1, ceil(p_want::numeric / count(*) OVER ()))::int * weight) AS share FROM open
  ), paid AS (                                     -- split what is left of a Stripe account's window over its lanes
    SELECT *, LEAST(share, GREATEST(0, tokens - (sum(share) OVER (PARTITION BY bucket_id ORDER BY ord) - share)))::int AS aff FROM fair
  ), grants AS MATERIALIZED (                      -- and stop at p_want
    SELECT *, LEAST(aff, GREATEST(0, p_want - (sum(aff) OVER (ORDER BY ord) - aff)))::int AS n FROM paid
  ), pick AS MATERIALIZED (                        -- per lane: strict priority, FIFO inside it, starting above the floor
    SELECT g.tenant_id, g.bucket_id, g.op_cost, g.run_seconds, j.id, j.prio, j.pos, j.run_at
      FROM grants g CROSS JOIN LATERAL (
        SELECT p.* FROM (VALUES (0::smallint, g.floor0), (1::smallint, g.floor1), (2::smallint, g.floor2)) f(prio, floor)
         CROSS JOIN LATERAL (
           SELECT r.id, r.prio, r.pos, r.run_at FROM job r
            WHERE r.queue_id = p_queue AND r.tenant_id = g.tenant_id AND r.state = 0 AND r.prio = f.prio AND r.pos > f.floor
            ORDER BY r.pos LIMIT g.n FOR UPDATE SKIP LOCKED) p
         LIMIT g.n) j
     WHERE g.n > 0
  ), took AS (
    UPDATE job j SET state = 1, attempt = LEAST(j.attempt + 1, 32000), worker_id = p_worker, lease = nextval('jobq.lease_seq'),
           run_at = NULL, deadline_at = now() + make_interval(secs => p.run_seconds)
      FROM pick p WHERE j.id = p.id
    RETURNING j.id, j.tenant_id, j.lease, j.attempt, j.failures, j.deadline_at, j.key_seq, p.run_at AS ready_at
  ), spent AS (
    INSERT INTO spend AS sp SELECT g.bucket_id, g.slot, sum(p.op_cost) FROM pick p JOIN grants g USING (tenant_id, bucket_id) GROUP BY 1, 2
    ON CONFLICT (bucket_id, slot) DO UPDATE SET used = sp.used + EXCLUDED.used
  ), floors AS (                                   -- at most one version of a lane row per 2 s
    UPDATE lane l SET floors_at = now(),
           floor0 = CASE WHEN x.f0 IS NULL THEN l.floor0 ELSE GREATEST(l.floor0, LEAST(x.f0, v_safe)) END,
           floor1 = CASE WHEN x.f1 IS NULL THEN l.floor1 ELSE GREATEST(l.floor1, LEAST(x.f1, v_safe)) END,
           floor2 = CASE WHEN x.f2 IS NULL THEN l.floor2 ELSE GREATEST(l.floor2, LEAST(x.f2, v_safe)) END,
           run_floor = GREATEST(l.run_floor, COALESCE(x.lo - 1, l.run_floor))
      FROM (SELECT g.tenant_id, min(p.pos) FILTER (WHERE p.prio = 0) - 1 AS f0, min(p.pos) FILTER (WHERE p.prio = 1) - 1 AS f1,
                   min(p.pos) FILTER (WHERE p.prio = 2) - 1 AS f2, COALESCE(min(g.lo), (SELECT min(t.lease) FROM took t WHERE t.tenant_id = g.tenant_id)) AS lo
              FROM pick p JOIN grants g USING (tenant_id) WHERE g.floors_at < now() - interval '2 s' GROUP BY 1) x
     WHERE l.queue_id = p_queue AND l.tenant_id = x.tenant_id
  ), cur AS (            -- after the last lane served; never past a lane that only missed out because a SHARED account ran dry
    SELECT COALESCE(CASE WHEN sum(g.n) >= p_want OR (sum(g.n) > 0 AND count(*) FILTER (WHERE g.n < g.share) > 0)
                          THEN COALESCE((array_agg(g.tenant_id ORDER BY g.ord DESC) FILTER (WHERE g.n > 0 AND g.seg > 0))[1], p_cursor)
                     WHEN count(*) FILTER (WHERE g.n < g.share) > 1 AND count(DISTINCT g.bucket_id) FILTER (WHERE g.n < g.share) = 1 THEN p_cursor
                     ELSE v_last END, p_cursor) AS c, COALESCE(bool_or(g.n = 0 AND g.share > 0 AND jobq.has_ready(l)), false) AS dry
      FROM grants g LEFT JOIN lane l ON g.n = 0 AND l.queue_id = p_queue AND l.tenant_id = g.tenant_id
  )
  SELECT t.id, t.tenant_id, t.lease, t.attempt, t.failures, t.deadline_at, c.kind, c.payload, c.trace_parent, t.key_seq,
         (extract(epoch FROM clock_timestamp() - t.ready_at) * 1000)::int, cur.c, cur.dry
    FROM cur LEFT JOIN (took t JOIN app.command c ON c.id = t.id AND c.tenant_id = t.tenant_id) ON true;
END $$;

ALTER FUNCTION jobq.claim(p_queue smallint, p_worker bigint, p_want integer, p_cursor bigint, p_hints bigint[], p_max_lanes integer) OWNER TO tollgate_entry;

--
-- Name: command_name(uuid); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.command_name(p uuid) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'jobq', 'pg_temp'
    AS $$ SELECT 'cmd_' || replace(p::text, '-', '') $$;

ALTER FUNCTION jobq.command_name(p uuid) OWNER TO tollgate_entry;

--
-- Name: depth(); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.depth() RETURNS TABLE(queue text, state text, jobs bigint, oldest_seconds double precision, paused boolean, lanes_paused bigint, sampled_at timestamp with time zone)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM depth_sample d WHERE d.sampled_at > clock_timestamp() - interval '5 s')
     AND pg_try_advisory_xact_lock(7230116) THEN
    DELETE FROM depth_sample;
    INSERT INTO depth_sample (queue_id, state, jobs, oldest_at)
    SELECT q.id, s.state, COALESCE(n.jobs, 0), n.oldest_at
      FROM queue q CROSS JOIN unnest(ARRAY['ready', 'running', 'scheduled', 'retrying', 'blocked', 'dead']) s (state)
      LEFT JOIN (
        SELECT j.queue_id, CASE j.state WHEN 0 THEN 'ready' WHEN 1 THEN 'running' WHEN 3 THEN 'blocked'
                                        ELSE CASE WHEN j.attempt > 0 THEN 'retrying' ELSE 'scheduled' END END AS state,
               count(*) AS jobs, min(j.run_at) FILTER (WHERE j.state IN (0, 3)) AS oldest_at
          FROM job j GROUP BY 1, 2
        UNION ALL
        SELECT d.queue_id, 'dead', count(*), min(d.at) FROM dead_letter d GROUP BY 1
      ) n ON n.queue_id = q.id AND n.state = s.state;
  END IF;
  RETURN QUERY
  SELECT q.name, d.state, d.jobs, GREATEST(extract(epoch FROM clock_timestamp() - d.oldest_at), 0)::double precision, q.paused_at IS NOT NULL,
         (SELECT count(*) FROM lane l WHERE l.queue_id = q.id AND l.paused_at IS NOT NULL), d.sampled_at
    FROM depth_sample d JOIN queue q ON q.id = d.queue_id
   ORDER BY q.id, array_position(ARRAY['ready', 'running', 'scheduled', 'retrying', 'blocked', 'dead'], d.state);
END $$;

ALTER FUNCTION jobq.depth() OWNER TO tollgate_entry;

--
-- Name: disown(bigint, smallint, bigint[]); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.disown(p_worker bigint, p_queue smallint, p_keep bigint[]) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE v_n int; v_tenants bigint[];
BEGIN
  PERFORM pg_current_xact_id();                       -- xid before nextval: what tick() relies on
  WITH u AS (
    UPDATE job SET state = 0, pos = nextval('jobq.pos_seq'), run_at = now(), lease = NULL, worker_id = NULL, deadline_at = NULL
     WHERE id IN (SELECT j.id FROM job j WHERE j.queue_id = p_queue AND j.state = 1 AND j.worker_id = p_worker AND NOT (j.lease = ANY (p_keep))
                     FOR UPDATE SKIP LOCKED)
    RETURNING tenant_id
  )
  SELECT count(*), array_agg(DISTINCT u.tenant_id) INTO v_n, v_tenants FROM u;
  IF v_n > 0 THEN PERFORM wake(array_fill(p_queue, ARRAY[cardinality(v_tenants)]), v_tenants); END IF;
  RETURN v_n;
END $$;

ALTER FUNCTION jobq.disown(p_worker bigint, p_queue smallint, p_keep bigint[]) OWNER TO tollgate_entry;

--
-- Name: due(integer); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.due(p_max integer DEFAULT 500) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE v_n int; v_queues smallint[]; v_tenants bigint[];
BEGIN
  IF NOT EXISTS (SELECT 1 FROM job j WHERE j.state = 2 AND j.run_at <= now()) THEN RETURN 0; END IF;   -- the normal case: no xid
  PERFORM pg_current_xact_id();                       -- xid before nextval: what tick() relies on
  WITH d AS (SELECT j.id FROM job j WHERE j.state = 2 AND j.run_at <= now() ORDER BY j.run_at LIMIT p_max FOR UPDATE SKIP LOCKED),
       u AS (UPDATE job j SET state = 0, pos = nextval('jobq.pos_seq') FROM d WHERE j.id = d.id RETURNING j.queue_id, j.tenant_id),
       l AS (SELECT u.queue_id, u.tenant_id, count(*) AS n FROM u GROUP BY 1, 2)
  SELECT sum(l.n), array_agg(l.queue_id), array_agg(l.tenant_id) INTO v_n, v_queues, v_tenants FROM l;
  IF v_n > 0 THEN PERFORM wake(v_queues, v_tenants); END IF;
  RETURN COALESCE(v_n, 0);
END $$;

ALTER FUNCTION jobq.due(p_max integer) OWNER TO tollgate_entry;

--
-- Name: enqueue(smallint, text, jsonb, uuid, text, text, smallint, timestamp with time zone, smallint, text, text, boolean, text, uuid); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.enqueue(p_queue smallint, p_kind text, p_payload jsonb, p_public uuid, p_okey text DEFAULT NULL::text, p_dedupe text DEFAULT NULL::text, p_prio smallint DEFAULT 1, p_run_at timestamp with time zone DEFAULT NULL::timestamp with time zone, p_max_failures smallint DEFAULT 12, p_on_dead text DEFAULT 'hold'::text, p_trace text DEFAULT NULL::text, p_waited boolean DEFAULT false, p_target_kind text DEFAULT NULL::text, p_target_id uuid DEFAULT NULL::uuid, OUT command_id bigint, OUT public_id uuid, OUT created boolean, OUT tenant bigint, OUT queue_id smallint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
DECLARE v_key bigint; v_depth int := 1; v_held bigint; v_seq int;
BEGIN
  tenant := app.current_tenant();
  IF tenant IS NULL THEN RAISE EXCEPTION 'a command needs an entered tenant' USING ERRCODE = '28000'; END IF;
  PERFORM pg_current_xact_id();                       -- xid before nextval: what tick() relies on
  INSERT INTO app.command AS c (tenant_id, public_id, queue_id, kind, ordering_key, dedupe_key, payload, max_failures, on_dead,
                                trace_parent, waited, target_kind, target_id)
  VALUES (tenant, p_public, p_queue, p_kind, p_okey, p_dedupe, p_payload, p_max_failures, p_on_dead, p_trace, p_waited,
          p_target_kind, p_target_id)
  ON CONFLICT (tenant_id, dedupe_key) WHERE dedupe_key IS NOT NULL DO NOTHING
  RETURNING c.id, c.public_id, c.queue_id INTO command_id, public_id, queue_id;
  created := command_id IS NOT NULL;
  IF NOT created THEN
    SELECT c.id, c.public_id, c.queue_id INTO command_id, public_id, queue_id FROM app.command c
     WHERE c.tenant_id = tenant AND c.dedupe_key = p_dedupe;
    RETURN;
  END IF;
  IF p_okey IS NOT NULL THEN
    INSERT INTO job_key AS k (tenant_id, okey, depth) VALUES (tenant, p_okey, 1)
    ON CONFLICT (tenant_id, okey) DO UPDATE SET depth = k.depth + 1, seq = k.seq + 1
    RETURNING k.id, k.depth, k.seq, k.held_by INTO v_key, v_depth, v_seq, v_held;
  END IF;
  INSERT INTO job (id, tenant_id, queue_id, prio, key_id, key_seq, run_at, state, pos)
  VALUES (command_id, tenant, p_queue, p_prio, v_key, v_seq, coalesce(p_run_at, now()),
          CASE WHEN v_depth > 1 OR v_held IS NOT NULL THEN 3 WHEN p_run_at > now() THEN 2 ELSE 0 END, nextval('jobq.pos_seq'));
END $$;

ALTER FUNCTION jobq.enqueue(p_queue smallint, p_kind text, p_payload jsonb, p_public uuid, p_okey text, p_dedupe text, p_prio smallint, p_run_at timestamp with time zone, p_max_failures smallint, p_on_dead text, p_trace text, p_waited boolean, p_target_kind text, p_target_id uuid, OUT command_id bigint, OUT public_id uuid, OUT created boolean, OUT tenant bigint, OUT queue_id smallint) OWNER TO tollgate_entry;

--
-- Name: enroll(smallint, text, integer, text); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.enroll(p_queue smallint, p_host text, p_pid integer, p_version text) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
  INSERT INTO worker (queue_id, host, pid, version) VALUES (p_queue, p_host, p_pid, p_version) RETURNING id
$$;

ALTER FUNCTION jobq.enroll(p_queue smallint, p_host text, p_pid integer, p_version text) OWNER TO tollgate_entry;

--
-- Name: fail(bigint, bigint, text, real, integer, text, text, text, integer); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.fail(p_id bigint, p_lease bigint, p_verdict text, p_after real DEFAULT NULL::real, p_status integer DEFAULT NULL::integer, p_code text DEFAULT NULL::text, p_req text DEFAULT NULL::text, p_error text DEFAULT NULL::text, p_ms integer DEFAULT NULL::integer) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE j job; v_max smallint; v_verdict text := p_verdict; v_delay double precision; v_next timestamptz;
BEGIN
  IF p_verdict NOT IN ('retry', 'snooze', 'dead') THEN RAISE EXCEPTION 'no such verdict: %', p_verdict USING ERRCODE = '22023'; END IF;
  SELECT * INTO j FROM job WHERE id = p_id AND lease = p_lease;
  IF NOT FOUND THEN RETURN 'lease_lost'; END IF;
  IF j.key_id IS NOT NULL THEN PERFORM 1 FROM job_key WHERE id = j.key_id FOR UPDATE; END IF;
  SELECT * INTO j FROM job WHERE id = p_id AND lease = p_lease FOR UPDATE;
  IF NOT FOUND THEN RETURN 'lease_lost'; END IF;
  SELECT c.max_failures INTO v_max FROM app.command c WHERE c.id = p_id AND c.tenant_id = j.tenant_id;
  IF v_verdict = 'retry' AND j.failures + 1 >= v_max THEN v_verdict := 'dead'; END IF;

  IF v_verdict IN ('retry', 'snooze') THEN
    -- equal jitter: half fixed, half random; 2 s, 4 s, 8 s ... capped at 1 h; never earlier than Retry-After
    v_delay := CASE WHEN v_verdict = 'retry' THEN LEAST(3600, 2 * 2 ^ LEAST(j.failures, 12)) WHEN p_after IS NULL THEN 1 ELSE 0 END;
    v_delay := v_delay * (0.5 + random() * 0.5);
    IF p_after IS NOT NULL THEN v_delay := GREATEST(v_delay, p_after * (1 + random() * 0.1)); END IF;
    v_next := now() + make_interval(secs => v_delay);
    UPDATE job SET state = CASE WHEN v_delay > 0 THEN 2 ELSE 0 END, pos = CASE WHEN v_delay > 0 THEN pos ELSE nextval('jobq.pos_seq') END,
                   run_at = v_next, lease = NULL, worker_id = NULL, deadline_at = NULL,
                   failures = failures + (v_verdict = 'retry')::int WHERE id = p_id;
    IF v_delay = 0 THEN PERFORM wake(ARRAY[j.queue_id], ARRAY[j.tenant_id]); END IF;
  ELSE
    PERFORM bury(j, jsonb_strip_nulls(jsonb_build_object('code', COALESCE(p_code, 'dead'), 'detail', p_error, 'status', p_status, 'request_id', p_req)));
  END IF;
  -- account-wide 429: stop every queue of that Stripe account, halve its rate
  IF p_status = 429 AND p_code IS DISTINCT FROM 'lock_timeout' THEN
    UPDATE bucket b SET blocked_until = GREATEST(b.blocked_until, now() + make_interval(secs => COALESCE(p_after, 1 + random()))),
                        rate = GREATEST(1, b.rate / 2)
     WHERE b.id = (SELECT l.bucket_id FROM lane l WHERE l.queue_id = j.queue_id AND l.tenant_id = j.tenant_id);
  END IF;
  -- a refused key is the tenant's problem, not 10,000 dead letters: stop its lanes until the connection is verified again.
  -- Not if it was meanwhile: nobody would let them run on.
  IF p_status IN (401, 403) THEN
    UPDATE lane SET paused_at = now(), pause_by = 'credentials', pause_why = concat_ws(' ', 'Stripe refused the key:', p_status, p_code)
     WHERE (queue_id, tenant_id) IN (
       SELECT l.queue_id, l.tenant_id FROM lane l JOIN queue q ON q.id = l.queue_id
        WHERE l.tenant_id = j.tenant_id AND l.paused_at IS NULL AND q.stops_on_refused_key
          AND NOT EXISTS (SELECT 1 FROM app.connection n WHERE n.tenant_id = j.tenant_id AND n.status <> 'invalid')
        ORDER BY l.queue_id FOR UPDATE OF l);
  END IF;
  INSERT INTO app.attempt (command_id, tenant_id, n, ms, worker_id, verdict, http_status, stripe_code, stripe_request_id, error, next_at)
  VALUES (p_id, j.tenant_id, j.attempt, p_ms, j.worker_id, v_verdict, p_status, p_code, p_req, p_error, v_next);
  RETURN v_verdict;
END $$;

ALTER FUNCTION jobq.fail(p_id bigint, p_lease bigint, p_verdict text, p_after real, p_status integer, p_code text, p_req text, p_error text, p_ms integer) OWNER TO tollgate_entry;

--
-- Name: find(uuid); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.find(p_public uuid, OUT tenant bigint, OUT id bigint) RETURNS record
    LANGUAGE sql STABLE
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
  SELECT t.tenant_id, c.id FROM app.tenant t
   CROSS JOIN LATERAL (SELECT c.id FROM app.command c WHERE c.tenant_id = t.tenant_id AND c.public_id = p_public LIMIT 1) c LIMIT 1
$$;

ALTER FUNCTION jobq.find(p_public uuid, OUT tenant bigint, OUT id bigint) OWNER TO tollgate_entry;

--
-- Name: finish(bigint[], bigint[], text[], jsonb[], jsonb[]); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.finish(p_ids bigint[], p_leases bigint[], p_outcomes text[] DEFAULT NULL::text[], p_results jsonb[] DEFAULT NULL::jsonb[], p_problems jsonb[] DEFAULT NULL::jsonb[]) RETURNS bigint[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE v_keys bigint[]; v_done bigint[]; v_pk bigint[]; v_ps int[]; v_pq smallint[]; v_waited bigint[]; v_wq smallint[]; v_wt bigint[];
  v_run interval;
BEGIN
  SELECT make_interval(secs => q.run_seconds) INTO v_run FROM queue q      -- a batch is one worker's, so of one queue
   WHERE q.id = (SELECT j.queue_id FROM job j WHERE j.id = ANY(p_ids) LIMIT 1);
  SELECT array_agg(s.id) INTO v_keys FROM (
    SELECT k.id FROM job_key k
     WHERE k.id IN (SELECT j.key_id FROM job j WHERE j.id = ANY(p_ids) AND j.key_id IS NOT NULL)
     ORDER BY k.id FOR UPDATE SKIP LOCKED) s;            -- never waits for a slow API transaction
  WITH d AS (
    DELETE FROM job j USING unnest(p_ids, p_leases) x(id, lease)
     WHERE j.id = x.id AND j.lease = x.lease             -- fencing token; no state predicate: the plan must be a PK lookup
       AND (j.key_id IS NULL OR j.key_id = ANY(v_keys))
    RETURNING j.id, j.tenant_id, j.key_id, j.key_seq, j.queue_id, j.deadline_at
  ), c AS (
    UPDATE app.command c SET outcome = COALESCE(r.outcome, 'done'), finished_at = now(), result = NULLIF(r.result, 'null'),
           problem = NULLIF(r.problem, 'null'), begun_at = d.deadline_at - v_run
      FROM d LEFT JOIN unnest(p_ids, p_outcomes, p_results, p_problems) r(id, outcome, result, problem) ON r.id = d.id
     WHERE c.id = d.id AND c.tenant_id = d.tenant_id
    RETURNING c.id, c.waited
  ), k AS (
    UPDATE job_key k SET depth = k.depth - 1 FROM d WHERE k.id = d.key_id RETURNING k.id, k.depth, d.key_seq, d.queue_id
  )
  SELECT (SELECT array_agg(id) FROM d), (SELECT array_agg(id ORDER BY id) FROM k WHERE depth > 0),
         (SELECT array_agg(key_seq ORDER BY id) FROM k WHERE depth > 0), (SELECT array_agg(queue_id ORDER BY id) FROM k WHERE depth > 0),
         (SELECT array_agg(id) FROM c WHERE waited)
    INTO v_done, v_pk, v_ps, v_pq, v_waited;
  IF v_pk IS NOT NULL THEN                              -- new statement = new snapshot: sees every committed successor
    WITH n AS (
      UPDATE job j SET state = CASE WHEN j.run_at > now() THEN 2 ELSE 0 END, run_at = GREATEST(j.run_at, now()), pos = nextval('jobq.pos_seq')
        FROM (SELECT s.id, k.queue_id FROM unnest(v_pk, v_ps, v_pq) k(id, seq, queue_id)
               CROSS JOIN LATERAL (SELECT b.id FROM job b WHERE b.key_id = k.id AND b.state = 3 AND b.key_seq > k.seq ORDER BY b.key_seq LIMIT 1) s) n
       WHERE j.id = n.id
      RETURNING j.queue_id, j.tenant_id, j.state, n.queue_id AS from_queue
    )
    SELECT array_agg(n.queue_id), array_agg(n.tenant_id) INTO v_wq, v_wt
      FROM n JOIN lane l ON l.queue_id = n.queue_id AND l.tenant_id = n.tenant_id
     WHERE n.state = 0 AND (n.queue_id <> n.from_queue OR NOT l.active);
    IF v_wq IS NOT NULL THEN PERFORM wake(v_wq, v_wt); END IF;
  END IF;
  IF v_waited IS NOT NULL THEN PERFORM pg_notify('command_done', w::text) FROM unnest(v_waited) w; END IF;
  RETURN COALESCE(v_done, '{}');
END $$;

ALTER FUNCTION jobq.finish(p_ids bigint[], p_leases bigint[], p_outcomes text[], p_results jsonb[], p_problems jsonb[]) OWNER TO tollgate_entry;

--
-- Name: finish_job(bigint, bigint, text, jsonb, jsonb); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.finish_job(p_job bigint, p_lease bigint, p_outcome text, p_result jsonb DEFAULT NULL::jsonb, p_problem jsonb DEFAULT NULL::jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE j record; v_waited boolean; v_depth int;
BEGIN
  IF p_outcome NOT IN ('done', 'failed', 'cancelled') THEN
    RAISE EXCEPTION 'a handler cannot end its job as %', p_outcome USING ERRCODE = '22023';
  END IF;
  DELETE FROM job d WHERE d.id = p_job AND d.lease = p_lease AND d.tenant_id = app.current_tenant()
  RETURNING d.tenant_id, d.key_id, d.key_seq, d.queue_id, d.deadline_at INTO j;
  IF NOT FOUND THEN RAISE EXCEPTION 'lease lost' USING ERRCODE = '55000'; END IF;
  UPDATE app.command c SET outcome = p_outcome, finished_at = now(), result = p_result, problem = p_problem,
         begun_at = j.deadline_at - make_interval(secs => (SELECT q.run_seconds FROM queue q WHERE q.id = j.queue_id))
   WHERE c.id = p_job AND c.tenant_id = j.tenant_id RETURNING c.waited INTO v_waited;
  IF j.key_id IS NOT NULL THEN
    UPDATE job_key k SET depth = k.depth - 1 WHERE k.id = j.key_id RETURNING k.depth INTO v_depth;
    IF v_depth > 0 THEN PERFORM promote(j.key_id, j.key_seq, j.queue_id); END IF;
  END IF;
  IF v_waited THEN PERFORM pg_notify('command_done', p_job::text); END IF;
END $$;

ALTER FUNCTION jobq.finish_job(p_job bigint, p_lease bigint, p_outcome text, p_result jsonb, p_problem jsonb) OWNER TO tollgate_entry;

--
-- Name: lane; Type: TABLE; Schema: jobq; Owner: tollgate_entry
--

CREATE TABLE jobq.lane (
    queue_id smallint NOT NULL,
    tenant_id bigint NOT NULL,
    bucket_id bigint NOT NULL,
    cap integer DEFAULT 8 NOT NULL,
    weight smallint DEFAULT 1 NOT NULL,
    active boolean DEFAULT false NOT NULL,
    active_at timestamp with time zone DEFAULT now() NOT NULL,
    paused_at timestamp with time zone,
    pause_by text,
    pause_why text,
    not_before timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    floor0 bigint DEFAULT 0 NOT NULL,
    floor1 bigint DEFAULT 0 NOT NULL,
    floor2 bigint DEFAULT 0 NOT NULL,
    run_floor bigint DEFAULT 0 NOT NULL,
    floors_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    CONSTRAINT lane_cap_check CHECK ((cap > 0)),
    CONSTRAINT lane_pause_by_check CHECK ((pause_by = ANY (ARRAY['credentials'::text, 'operator'::text]))),
    CONSTRAINT lane_weight_check CHECK ((weight > 0))
)
WITH (fillfactor='50', autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='500', autovacuum_vacuum_cost_delay='0');

ALTER TABLE jobq.lane OWNER TO tollgate_entry;

--
-- Name: has_ready(jobq.lane); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.has_ready(l jobq.lane) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  SELECT EXISTS (SELECT 1 FROM jobq.job j WHERE j.queue_id = l.queue_id AND j.tenant_id = l.tenant_id AND j.state = 0 AND j.prio = 0 AND j.pos > l.floor0)
      OR EXISTS (SELECT 1 FROM jobq.job j WHERE j.queue_id = l.queue_id AND j.tenant_id = l.tenant_id AND j.state = 0 AND j.prio = 1 AND j.pos > l.floor1)
      OR EXISTS (SELECT 1 FROM jobq.job j WHERE j.queue_id = l.queue_id AND j.tenant_id = l.tenant_id AND j.state = 0 AND j.prio = 2 AND j.pos > l.floor2)
$$;

ALTER FUNCTION jobq.has_ready(l jobq.lane) OWNER TO tollgate_entry;

--
-- Name: held(bigint[], bigint[]); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.held(p_ids bigint[], p_leases bigint[]) RETURNS bigint[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
  SELECT coalesce(array_agg(j.id), '{}') FROM unnest(p_ids, p_leases) x (id, lease) JOIN jobq.job j ON j.id = x.id AND j.lease = x.lease
$$;

ALTER FUNCTION jobq.held(p_ids bigint[], p_leases bigint[]) OWNER TO tollgate_entry;

--
-- Name: history(uuid); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.history(p_public uuid) RETURNS TABLE(at timestamp with time zone, what text, n smallint, ms integer, http_status integer, code text, request_id text, detail text, next_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
  SELECT x.at, x.what, x.n, x.ms, x.http_status, x.code, x.request_id, x.detail, x.next_at FROM (
    SELECT coalesce(t.ended_at, t.began_at) AS at, t.what, least(t.n, 32000)::smallint AS n, t.ms, t.http_status, t.code, t.request_id,
           t.message AS detail, t.next_at, t.place
      FROM find(p_public) f CROSS JOIN LATERAL tries(f.tenant, f.id) t
    UNION ALL
    SELECT s.first_sent_at, 'call:' || COALESCE(s.outcome, 'unanswered'), s.step,
           (extract(epoch FROM s.answered_at - s.first_sent_at) * 1000)::int, s.http_status, NULL, s.stripe_request_id,
           s.method || ' ' || s.path || COALESCE(' -> ' || s.object_id, ''), NULL, 0
      FROM find(p_public) f JOIN app.stripe_call s ON s.tenant_id = f.tenant AND s.command_id = f.id
  ) x ORDER BY x.at, x.place
$$;

ALTER FUNCTION jobq.history(p_public uuid) OWNER TO tollgate_entry;

--
-- Name: kick(smallint, bigint[]); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.kick(p_queue smallint, p_tenants bigint[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
  UPDATE lane SET active = true, active_at = now()
   WHERE (queue_id, tenant_id) IN (SELECT l.queue_id, l.tenant_id FROM lane l WHERE l.queue_id = p_queue AND l.tenant_id = ANY (p_tenants)
                                      AND NOT l.active AND l.paused_at IS NULL ORDER BY l.tenant_id FOR UPDATE);
  SELECT pg_notify('jobq_' || p_queue, array_to_string(p_tenants[1:200], ','));
$$;

ALTER FUNCTION jobq.kick(p_queue smallint, p_tenants bigint[]) OWNER TO tollgate_entry;

--
-- Name: leave(bigint); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.leave(p_worker bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
BEGIN
  UPDATE worker SET beat_at = '-infinity', draining = true WHERE id = p_worker;
  DELETE FROM worker w WHERE w.id = p_worker AND NOT EXISTS (SELECT 1 FROM job j WHERE j.state = 1 AND j.worker_id = w.id);
END $$;

ALTER FUNCTION jobq.leave(p_worker bigint) OWNER TO tollgate_entry;

--
-- Name: list_jobs(text, text, uuid, integer, bigint); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.list_jobs(p_queue text DEFAULT NULL::text, p_state text DEFAULT NULL::text, p_tenant uuid DEFAULT NULL::uuid, p_limit integer DEFAULT 50, p_before bigint DEFAULT NULL::bigint) RETURNS TABLE(command_id bigint, public_id uuid, tenant_public_id uuid, tenant_name text, queue text, kind text, state text, ordering_key text, attempt smallint, failures smallint, created_at timestamp with time zone, next_at timestamp with time zone, http_status integer, code text, request_id text, message text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
  WITH picked AS (
    SELECT j.id, j.tenant_id, j.queue_id, j.attempt, j.failures, j.run_at,
           CASE j.state WHEN 0 THEN 'ready' WHEN 1 THEN 'running' WHEN 3 THEN 'blocked'
                        ELSE CASE WHEN j.attempt > 0 THEN 'retrying' ELSE 'scheduled' END END AS state
      FROM jobq.job j
    UNION ALL
    SELECT d.command_id, d.tenant_id, d.queue_id, 0::smallint, 0::smallint, NULL, 'dead' FROM jobq.dead_letter d
  ), few AS (
    SELECT p.* FROM picked p
     WHERE (p_state IS NULL OR p.state = p_state) AND (p_before IS NULL OR p.id < p_before)
       AND (p_queue IS NULL OR p.queue_id = (SELECT q.id FROM jobq.queue q WHERE q.name = p_queue))
       AND (p_tenant IS NULL OR p.tenant_id = (SELECT t.tenant_id FROM app.tenant t WHERE t.public_id = p_tenant))
     ORDER BY p.id DESC LIMIT LEAST(GREATEST(p_limit, 1), 500)
  )
  SELECT f.id, c.public_id, t.public_id, t.name, q.name, c.kind, f.state, c.ordering_key,
         GREATEST(f.attempt, COALESCE(a.n, 0::smallint)), f.failures, c.created_at, f.run_at, a.http_status,
         COALESCE(a.stripe_code, c.problem ->> 'code'), a.stripe_request_id, COALESCE(a.error, c.problem ->> 'detail')
    FROM few f JOIN app.command c ON c.id = f.id AND c.tenant_id = f.tenant_id JOIN app.tenant t ON t.tenant_id = f.tenant_id
    JOIN jobq.queue q ON q.id = f.queue_id
    LEFT JOIN LATERAL (SELECT x.n, x.http_status, x.stripe_code, x.stripe_request_id, x.error FROM app.attempt x
                        WHERE x.tenant_id = f.tenant_id AND x.command_id = f.id ORDER BY x.id DESC LIMIT 1) a ON true
   ORDER BY f.id DESC
$$;

ALTER FUNCTION jobq.list_jobs(p_queue text, p_state text, p_tenant uuid, p_limit integer, p_before bigint) OWNER TO tollgate_entry;

--
-- Name: make_lanes(); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.make_lanes() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
BEGIN
  INSERT INTO bucket (id, rate, ceiling)
  SELECT NEW.tenant_id, r, r FROM (SELECT CASE WHEN NEW.livemode THEN 80 ELSE 20 END AS r) x;
  INSERT INTO lane (queue_id, tenant_id, bucket_id) SELECT q.id, NEW.tenant_id, NEW.tenant_id FROM queue q;
  RETURN NULL;
END $$;

ALTER FUNCTION jobq.make_lanes() OWNER TO tollgate_entry;

--
-- Name: own_tries(bigint, integer); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.own_tries(p_id bigint, p_max integer) RETURNS TABLE(n integer, what text, began_at timestamp with time zone, ended_at timestamp with time zone, ms integer, http_status integer, code text, request_id text, message text, next_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
  SELECT x.n, x.what, x.began_at, x.ended_at, x.ms, x.http_status, x.code, x.request_id, x.message, x.next_at
    FROM (SELECT * FROM tries(app.current_tenant(), p_id) t ORDER BY t.place DESC LIMIT p_max) x ORDER BY x.place
$$;

ALTER FUNCTION jobq.own_tries(p_id bigint, p_max integer) OWNER TO tollgate_entry;

--
-- Name: pause_lane(text, uuid, text); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.pause_lane(p_queue text, p_tenant uuid, p_why text) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
DECLARE n int;
BEGIN
  UPDATE lane SET paused_at = COALESCE(paused_at, now()), pause_by = 'operator', pause_why = p_why
   WHERE (queue_id, tenant_id) IN (
     SELECT l.queue_id, l.tenant_id FROM lane l JOIN queue q ON q.id = l.queue_id JOIN app.tenant t ON t.tenant_id = l.tenant_id
      WHERE t.public_id = p_tenant AND (p_queue IS NULL OR q.name = p_queue) ORDER BY l.queue_id FOR UPDATE OF l);
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n;
END $$;

ALTER FUNCTION jobq.pause_lane(p_queue text, p_tenant uuid, p_why text) OWNER TO tollgate_entry;

--
-- Name: pause_queue(text, text); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.pause_queue(p_queue text, p_why text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
BEGIN
  UPDATE queue SET paused_at = now(), pause_why = p_why WHERE name = p_queue;
  RETURN FOUND;
END $$;

ALTER FUNCTION jobq.pause_queue(p_queue text, p_why text) OWNER TO tollgate_entry;

--
-- Name: paused_lanes(); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.paused_lanes() RETURNS TABLE(queue text, tenant_public_id uuid, tenant_name text, paused_at timestamp with time zone, pause_by text, pause_why text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
  SELECT q.name, t.public_id, t.name, l.paused_at, l.pause_by, l.pause_why
    FROM jobq.lane l JOIN jobq.queue q ON q.id = l.queue_id JOIN app.tenant t ON t.tenant_id = l.tenant_id
   WHERE l.paused_at IS NOT NULL ORDER BY l.paused_at
$$;

ALTER FUNCTION jobq.paused_lanes() OWNER TO tollgate_entry;

--
-- Name: paused_queues(); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.paused_queues() RETURNS TABLE(queue text, paused_at timestamp with time zone, pause_why text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
  SELECT q.name, q.paused_at, q.pause_why FROM queue q WHERE q.paused_at IS NOT NULL ORDER BY q.id
$$;

ALTER FUNCTION jobq.paused_queues() OWNER TO tollgate_entry;

--
-- Name: progress(bigint[]); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.progress(p_ids bigint[]) RETURNS TABLE(command_id bigint, state text, attempt smallint, failures smallint, next_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
  SELECT c.id, jobq.state_word(c.outcome, j.state, j.attempt), COALESCE(j.attempt, 0::smallint), COALESCE(j.failures, 0::smallint),
         CASE WHEN j.state = 2 THEN j.run_at END
    FROM app.command c LEFT JOIN jobq.job j ON j.id = c.id
   WHERE c.id = ANY (p_ids) AND c.tenant_id = app.current_tenant()
$$;

ALTER FUNCTION jobq.progress(p_ids bigint[]) OWNER TO tollgate_entry;

--
-- Name: promote(bigint, integer, smallint); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.promote(p_key bigint, p_after integer, p_queue smallint) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'jobq', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE n record;
BEGIN
  UPDATE job j SET state = CASE WHEN j.run_at > now() THEN 2 ELSE 0 END, run_at = GREATEST(j.run_at, now()), pos = nextval('jobq.pos_seq')
   WHERE j.id = (SELECT b.id FROM job b WHERE b.key_id = p_key AND b.state = 3 AND b.key_seq > p_after ORDER BY b.key_seq LIMIT 1)
  RETURNING j.queue_id, j.tenant_id, j.state INTO n;
  IF n.state = 0 AND (n.queue_id <> p_queue
       OR EXISTS (SELECT 1 FROM lane l WHERE l.queue_id = n.queue_id AND l.tenant_id = n.tenant_id AND NOT l.active)) THEN
    PERFORM wake(ARRAY[n.queue_id], ARRAY[n.tenant_id]);
  END IF;
END $$;

ALTER FUNCTION jobq.promote(p_key bigint, p_after integer, p_queue smallint) OWNER TO tollgate_entry;

--
-- Name: repair(); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.repair() RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
  UPDATE lane SET floor0 = 0, floor1 = 0, floor2 = 0, run_floor = 0
   WHERE (queue_id, tenant_id) IN (SELECT l.queue_id, l.tenant_id FROM lane l ORDER BY 1, 2 FOR UPDATE)
$$;

ALTER FUNCTION jobq.repair() OWNER TO tollgate_entry;

--
-- Name: rescue(interval, integer); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.rescue(p_ttl interval DEFAULT '00:00:15'::interval, p_max integer DEFAULT 500) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE r record; j job; n int := 0; v_dead boolean;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM worker w WHERE w.beat_at < now() - p_ttl) THEN RETURN 0; END IF;   -- the normal case: one tiny read
  FOR r IN
    SELECT o.id, o.lease, o.key_id FROM job o
     WHERE o.state = 1 AND (o.worker_id IN (SELECT w.id FROM worker w WHERE w.beat_at < now() - p_ttl)
                         OR NOT EXISTS (SELECT 1 FROM worker w WHERE w.id = o.worker_id))
     LIMIT p_max
  LOOP
    IF r.key_id IS NOT NULL THEN
      PERFORM 1 FROM job_key WHERE id = r.key_id FOR UPDATE SKIP LOCKED;
      CONTINUE WHEN NOT FOUND;
    END IF;
    SELECT * INTO j FROM job WHERE id = r.id AND lease = r.lease FOR UPDATE SKIP LOCKED;
    CONTINUE WHEN NOT FOUND;
    v_dead := j.crashes >= 4;
    IF v_dead THEN
      PERFORM bury(j, jsonb_build_object('code', 'worker_lost', 'detail', 'five workers were lost while they ran this job'));
    ELSE
      UPDATE job SET state = 0, crashes = crashes + 1, pos = nextval('jobq.pos_seq'), run_at = now(), lease = NULL, worker_id = NULL,
                     deadline_at = NULL WHERE id = r.id;
      PERFORM wake(ARRAY[j.queue_id], ARRAY[j.tenant_id]);
    END IF;
    INSERT INTO app.attempt (command_id, tenant_id, n, worker_id, verdict, stripe_code, error)
    VALUES (r.id, j.tenant_id, j.attempt, j.worker_id, CASE WHEN v_dead THEN 'dead' ELSE 'lost' END, 'worker_lost', 'its worker stopped beating');
    n := n + 1;
  END LOOP;
  DELETE FROM worker w WHERE w.beat_at < now() - p_ttl * 4 AND NOT EXISTS (SELECT 1 FROM job o WHERE o.state = 1 AND o.worker_id = w.id);
  RETURN n;
END $$;

ALTER FUNCTION jobq.rescue(p_ttl interval, p_max integer) OWNER TO tollgate_entry;

--
-- Name: resolve(uuid, text, text); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.resolve(p_public uuid, p_action text, p_by text) RETURNS text
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
  SELECT CASE WHEN p_action = 'cancel' THEN jobq.cancel_one(f.tenant, f.id, p_by) ELSE jobq.resolve_one(f.tenant, f.id, p_action, p_by) END
    FROM jobq.find(p_public) f
$$;

ALTER FUNCTION jobq.resolve(p_public uuid, p_action text, p_by text) OWNER TO tollgate_entry;

--
-- Name: resolve_one(bigint, bigint, text, text); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.resolve_one(p_tenant bigint, p_id bigint, p_action text, p_by text) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
DECLARE c record; k job_key; v_seq int; v_state smallint := 0;
BEGIN
  SELECT u.* INTO c FROM app.command u WHERE u.id = p_id AND u.tenant_id = p_tenant FOR UPDATE;
  IF NOT FOUND THEN RETURN 'unknown'; END IF;
  IF c.outcome IS NULL THEN RETURN 'alive'; ELSIF c.outcome <> 'dead' THEN RETURN 'finished'; END IF;
  IF c.ordering_key IS NOT NULL THEN
    SELECT * INTO k FROM job_key WHERE tenant_id = p_tenant AND okey = c.ordering_key FOR UPDATE;
  END IF;
  IF p_action = 'retry' THEN
    IF k.id IS NOT NULL THEN
      IF k.held_by = p_id THEN                                   -- the key waited for it: back to its head
        UPDATE job_key SET held_by = NULL WHERE id = k.id;
        v_seq := 0;
      ELSE                                                       -- the key went on without it: behind the tail
        UPDATE job_key SET depth = depth + 1, seq = seq + 1 WHERE id = k.id RETURNING seq INTO v_seq;
        IF k.depth > 0 OR k.held_by IS NOT NULL THEN v_state := 3; END IF;
      END IF;
    END IF;
    INSERT INTO job (id, tenant_id, queue_id, state, key_id, key_seq, run_at, pos)
    VALUES (p_id, p_tenant, c.queue_id, v_state, k.id, v_seq, now(), nextval('jobq.pos_seq'));
    UPDATE app.command u SET outcome = NULL, finished_at = NULL, problem = NULL WHERE u.id = p_id AND u.tenant_id = p_tenant;
    IF v_state = 0 THEN PERFORM wake(ARRAY[c.queue_id], ARRAY[p_tenant]); END IF;
  ELSIF p_action = 'skip' THEN
    UPDATE app.command u SET outcome = 'cancelled' WHERE u.id = p_id AND u.tenant_id = p_tenant;
    IF k.held_by = p_id THEN
      UPDATE job_key SET held_by = NULL, depth = depth - 1 WHERE id = k.id;
      PERFORM promote(k.id, -1, c.queue_id);
    END IF;
  ELSE
    RAISE EXCEPTION 'no such action: %', p_action USING ERRCODE = '22023';
  END IF;
  DELETE FROM dead_letter WHERE command_id = p_id;
  INSERT INTO app.attempt (command_id, tenant_id, n, verdict, error) VALUES (p_id, p_tenant, 0, 'resolve:' || p_action, p_by);
  RETURN CASE p_action WHEN 'retry' THEN 'retried' ELSE 'skipped' END;
END $$;

ALTER FUNCTION jobq.resolve_one(p_tenant bigint, p_id bigint, p_action text, p_by text) OWNER TO tollgate_entry;

--
-- Name: resume_connection(); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.resume_connection() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
DECLARE v_queues smallint[]; v_tenant bigint := app.current_tenant();
BEGIN
  WITH u AS (
    UPDATE lane SET paused_at = NULL, pause_by = NULL, pause_why = NULL, active = true, active_at = now()
     WHERE (queue_id, tenant_id) IN (SELECT l.queue_id, l.tenant_id FROM lane l WHERE l.tenant_id = v_tenant AND l.pause_by = 'credentials'
                                      ORDER BY l.queue_id FOR UPDATE)
    RETURNING queue_id
  )
  SELECT array_agg(u.queue_id) INTO v_queues FROM u;
  IF v_queues IS NULL THEN RETURN 0; END IF;
  PERFORM wake(v_queues, array_fill(v_tenant, ARRAY[cardinality(v_queues)]));
  RETURN cardinality(v_queues);
END $$;

ALTER FUNCTION jobq.resume_connection() OWNER TO tollgate_entry;

--
-- Name: resume_lane(text, uuid); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.resume_lane(p_queue text, p_tenant uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
DECLARE v_queues smallint[]; v_tenants bigint[];
BEGIN
  WITH u AS (
    UPDATE lane SET paused_at = NULL, pause_by = NULL, pause_why = NULL, active = true, active_at = now()
     WHERE (queue_id, tenant_id) IN (
       SELECT l.queue_id, l.tenant_id FROM lane l JOIN queue q ON q.id = l.queue_id JOIN app.tenant t ON t.tenant_id = l.tenant_id
        WHERE t.public_id = p_tenant AND (p_queue IS NULL OR q.name = p_queue) AND l.paused_at IS NOT NULL ORDER BY l.queue_id FOR UPDATE OF l)
    RETURNING queue_id, tenant_id
  )
  SELECT array_agg(u.queue_id), array_agg(u.tenant_id) INTO v_queues, v_tenants FROM u;
  IF v_queues IS NULL THEN RETURN 0; END IF;
  PERFORM wake(v_queues, v_tenants);
  RETURN cardinality(v_queues);
END $$;

ALTER FUNCTION jobq.resume_lane(p_queue text, p_tenant uuid) OWNER TO tollgate_entry;

--
-- Name: resume_queue(text); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.resume_queue(p_queue text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
DECLARE v_id smallint;
BEGIN
  UPDATE queue SET paused_at = NULL, pause_why = NULL WHERE name = p_queue RETURNING id INTO v_id;
  IF v_id IS NULL THEN RETURN false; END IF;
  PERFORM pg_notify('jobq_' || v_id, '');
  RETURN true;
END $$;

ALTER FUNCTION jobq.resume_queue(p_queue text) OWNER TO tollgate_entry;

--
-- Name: retry(uuid, text); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.retry(p_public uuid, p_by text) RETURNS text
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
  SELECT jobq.resolve_one(app.current_tenant(), (SELECT c.id FROM app.command c WHERE c.tenant_id = app.current_tenant() AND c.public_id = p_public), 'retry', p_by)
$$;

ALTER FUNCTION jobq.retry(p_public uuid, p_by text) OWNER TO tollgate_entry;

--
-- Name: rfc3339(timestamp with time zone); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.rfc3339(p timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'jobq', 'pg_temp'
    AS $$ SELECT to_char(p AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') $$;

ALTER FUNCTION jobq.rfc3339(p timestamp with time zone) OWNER TO tollgate_entry;

--
-- Name: show_job(uuid); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.show_job(p_public uuid) RETURNS TABLE(command_id bigint, public_id uuid, tenant_public_id uuid, tenant_name text, queue text, kind text, state text, ordering_key text, attempt smallint, failures smallint, created_at timestamp with time zone, next_at timestamp with time zone, finished_at timestamp with time zone, payload jsonb, result jsonb, problem jsonb, why text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
  SELECT c.id, c.public_id, t.public_id, t.name, q.name, c.kind, jobq.state_word(c.outcome, j.state, j.attempt), c.ordering_key,
         least(a.begun + coalesce(c.outcome IN ('done', 'failed'), j.state = 1, false)::int, 32000)::smallint,
         least(a.failed, 32000)::smallint, c.created_at, CASE WHEN j.state = 2 THEN j.run_at END,
         c.finished_at, c.payload, c.result, c.problem, jobq.why_one(f.tenant, f.id)
    FROM jobq.find(p_public) f JOIN app.command c ON c.id = f.id AND c.tenant_id = f.tenant
    JOIN app.tenant t ON t.tenant_id = f.tenant JOIN jobq.queue q ON q.id = c.queue_id LEFT JOIN jobq.job j ON j.id = c.id
   CROSS JOIN LATERAL (
     SELECT count(*) FILTER (WHERE x.verdict IN ('retry', 'snooze', 'dead', 'lost')) AS begun,
            count(*) FILTER (WHERE x.verdict IN ('retry', 'dead', 'lost')) AS failed
       FROM app.attempt x WHERE x.tenant_id = f.tenant AND x.command_id = f.id) a
$$;

ALTER FUNCTION jobq.show_job(p_public uuid) OWNER TO tollgate_entry;

--
-- Name: standing(); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.standing() RETURNS TABLE(queue text, state text, code text, jobs bigint, since_seconds double precision, late_seconds double precision, command uuid, kind text, tenant_name text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
  WITH alive AS (
    SELECT j.id, j.tenant_id, j.queue_id, 'running' AS state, NULL::text AS code,
           j.deadline_at - make_interval(secs => q.run_seconds) AS since, j.deadline_at
      FROM job j JOIN queue q ON q.id = j.queue_id WHERE j.state = 1
    UNION ALL
    SELECT j.id, j.tenant_id, j.queue_id, 'retrying', a.code, a.since, NULL
      FROM (SELECT * FROM job o WHERE o.state = 2 AND o.attempt > 0 ORDER BY o.id LIMIT 1000) j
      CROSS JOIN LATERAL (
        SELECT min(x.at) AS since, (array_agg(x.stripe_code ORDER BY x.id DESC))[1] AS code
          FROM app.attempt x WHERE x.tenant_id = j.tenant_id AND x.command_id = j.id) a
  ), ranked AS (
    SELECT a.*, count(*) OVER w AS jobs, row_number() OVER (w ORDER BY a.since, a.id) AS place
      FROM alive a WINDOW w AS (PARTITION BY a.queue_id, a.state, a.code)
  )
  SELECT q.name, r.state, r.code, r.jobs, coalesce(extract(epoch FROM clock_timestamp() - r.since), 0)::double precision,
         greatest(extract(epoch FROM clock_timestamp() - r.deadline_at), 0)::double precision, c.public_id, c.kind, t.name
    FROM ranked r JOIN queue q ON q.id = r.queue_id JOIN app.command c ON c.id = r.id AND c.tenant_id = r.tenant_id
    JOIN app.tenant t ON t.tenant_id = r.tenant_id
   WHERE r.place = 1 ORDER BY q.id, r.state DESC, r.since
$$;

ALTER FUNCTION jobq.standing() OWNER TO tollgate_entry;

--
-- Name: state_word(text, smallint, smallint); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.state_word(p_outcome text, p_state smallint, p_attempt smallint) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
  SELECT CASE p_outcome WHEN 'done' THEN 'succeeded' WHEN 'cancelled' THEN 'canceled' WHEN 'failed' THEN 'failed' WHEN 'dead' THEN 'dead'
         ELSE CASE p_state WHEN 1 THEN 'running' WHEN 2 THEN CASE WHEN p_attempt > 0 THEN 'waiting_retry' ELSE 'queued' END ELSE 'queued' END END
$$;

ALTER FUNCTION jobq.state_word(p_outcome text, p_state smallint, p_attempt smallint) OWNER TO tollgate_entry;

--
-- Name: stripe_silence(); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.stripe_silence() RETURNS TABLE(waiting bigint, tenants bigint, since timestamp with time zone, last_at timestamp with time zone, answered_at timestamp with time zone, command uuid, code text, message text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
  WITH tried AS (
    SELECT j.id, j.tenant_id, a.*
      FROM (SELECT * FROM job o WHERE o.attempt > 0 AND o.queue_id <> 6 ORDER BY o.id LIMIT 1000) j   -- 6: portals answer there
      CROSS JOIN LATERAL (SELECT x.at, x.stripe_code, x.http_status, x.error FROM app.attempt x
                           WHERE x.tenant_id = j.tenant_id AND x.command_id = j.id ORDER BY x.id DESC LIMIT 1) a
     WHERE a.stripe_code IN ('stripe_unreachable', 'no_answer', 'unknown_outcome') OR a.http_status >= 500
  ), newest AS (
    SELECT t.* FROM tried t ORDER BY t.at DESC LIMIT 1
  )
  SELECT (SELECT count(*) FROM tried), (SELECT count(DISTINCT t.tenant_id) FROM tried t),
         (SELECT min(x.at) FROM tried t JOIN app.attempt x ON x.tenant_id = t.tenant_id AND x.command_id = t.id
           WHERE x.stripe_code IN ('stripe_unreachable', 'no_answer', 'unknown_outcome') OR x.http_status >= 500),
         n.at,
         (SELECT max(s.answered_at) FROM (SELECT c.id, c.tenant_id FROM app.command c ORDER BY c.id DESC LIMIT 2000) c
            JOIN app.stripe_call s ON s.tenant_id = c.tenant_id AND s.command_id = c.id AND s.http_status < 500),
         (SELECT c.public_id FROM app.command c WHERE c.id = n.id AND c.tenant_id = n.tenant_id), n.stripe_code, n.error
    FROM (VALUES (1)) one (row) LEFT JOIN newest n ON true
$$;

ALTER FUNCTION jobq.stripe_silence() OWNER TO tollgate_entry;

--
-- Name: sweep(); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.sweep() RETURNS TABLE(activated integer, deactivated integer)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE v_queues smallint[]; v_tenants bigint[];
BEGIN
  IF NOT pg_try_advisory_xact_lock(7230114) THEN RETURN; END IF;
  SELECT array_agg(l.queue_id), array_agg(l.tenant_id), count(*) INTO v_queues, v_tenants, activated FROM lane l
   WHERE NOT l.active AND l.paused_at IS NULL AND has_ready(l);
  IF activated > 0 THEN PERFORM wake(v_queues, v_tenants); END IF;
  UPDATE lane SET active = false WHERE (queue_id, tenant_id) IN (
    SELECT l.queue_id, l.tenant_id FROM lane l
     WHERE l.active AND (l.paused_at IS NOT NULL OR (l.active_at < now() - interval '60 s' AND NOT has_ready(l)))
       FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS deactivated = ROW_COUNT;
  UPDATE bucket SET rate = LEAST(ceiling, rate * 1.1) WHERE rate < ceiling AND blocked_until < now();
  DELETE FROM spend WHERE slot < floor(extract(epoch FROM now() - interval '1 min') * 1000)::bigint;
  RETURN NEXT;
END $$;

ALTER FUNCTION jobq.sweep() OWNER TO tollgate_entry;

--
-- Name: tick(); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.tick() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
DECLARE v bigint; s pg_snapshot; v_hi bigint; x_hi bigint;
BEGIN
  IF NOT pg_try_advisory_xact_lock(7230115) THEN RETURN NULL; END IF;
  SELECT last_value - (NOT is_called)::int INTO v FROM pos_seq;
  s := pg_current_snapshot();
  SELECT last_value INTO v_hi FROM mark_pos_hi; SELECT last_value INTO x_hi FROM mark_xid_hi;
  IF pg_snapshot_xmin(s)::text::bigint >= x_hi THEN
    PERFORM setval('jobq.mark_pos_safe', v_hi);
    PERFORM setval('jobq.mark_xid_hi', pg_snapshot_xmax(s)::text::bigint);   -- before pos_hi: a crash in between stays safe
    PERFORM setval('jobq.mark_pos_hi', v);
    RETURN v_hi;
  END IF;
  RETURN NULL;
END $$;

ALTER FUNCTION jobq.tick() OWNER TO tollgate_entry;

--
-- Name: tries(bigint, bigint); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.tries(p_tenant bigint, p_id bigint) RETURNS TABLE(place bigint, n integer, what text, began_at timestamp with time zone, ended_at timestamp with time zone, ms integer, http_status integer, code text, request_id text, message text, next_at timestamp with time zone)
    LANGUAGE sql STABLE
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
  WITH told AS (
    SELECT a.id AS place, a.verdict IN ('retry', 'snooze', 'dead', 'lost') AS is_try, a.verdict AS what,
           a.at - make_interval(secs => a.ms / 1000.0) AS began_at, a.at AS ended_at, a.ms, a.http_status, a.stripe_code AS code,
           a.stripe_request_id AS request_id, a.error AS message, a.next_at
      FROM app.attempt a WHERE a.tenant_id = p_tenant AND a.command_id = p_id
    UNION ALL
    SELECT 9223372036854775806, true, CASE c.outcome WHEN 'done' THEN 'succeeded' ELSE 'refused' END, c.begun_at, c.finished_at,
           (extract(epoch FROM c.finished_at - c.begun_at) * 1000)::int, coalesce((c.problem ->> 'status')::int, l.http_status),
           c.problem ->> 'code', coalesce(c.problem ->> 'request_id', l.stripe_request_id), c.problem ->> 'detail', NULL
      FROM app.command c
      LEFT JOIN LATERAL (
        SELECT s.http_status, s.stripe_request_id FROM app.stripe_call s
         WHERE s.tenant_id = p_tenant AND s.command_id = p_id AND s.answered_at >= coalesce(c.begun_at,
           (SELECT max(a.at) FROM app.attempt a WHERE a.tenant_id = p_tenant AND a.command_id = p_id), '-infinity')
         ORDER BY s.answered_at DESC, s.step DESC, s.gen DESC LIMIT 1) l ON true
     WHERE c.id = p_id AND c.tenant_id = p_tenant AND c.outcome IN ('done', 'failed')
    UNION ALL
    SELECT 9223372036854775807, true, 'running', j.deadline_at - make_interval(secs => q.run_seconds), NULL, NULL, NULL, NULL, NULL, NULL, NULL
      FROM job j JOIN queue q ON q.id = j.queue_id WHERE j.id = p_id AND j.tenant_id = p_tenant AND j.state = 1
  )
  SELECT t.place, CASE WHEN t.is_try THEN (count(*) FILTER (WHERE t.is_try) OVER (ORDER BY t.place))::int ELSE 0 END, t.what,
         t.began_at, t.ended_at, t.ms, t.http_status, t.code, t.request_id, t.message, t.next_at
    FROM told t
$$;

ALTER FUNCTION jobq.tries(p_tenant bigint, p_id bigint) OWNER TO tollgate_entry;

--
-- Name: wake(smallint[], bigint[]); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.wake(p_queues smallint[], p_tenants bigint[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
BEGIN
  UPDATE lane l SET active = true, active_at = now()
    FROM (SELECT s.queue_id, s.tenant_id FROM unnest(p_queues, p_tenants) x (queue_id, tenant_id)
            JOIN lane s ON s.queue_id = x.queue_id AND s.tenant_id = x.tenant_id
           WHERE NOT s.active AND s.paused_at IS NULL FOR UPDATE OF s SKIP LOCKED) y
   WHERE l.queue_id = y.queue_id AND l.tenant_id = y.tenant_id;
  PERFORM pg_notify('jobq_' || n.queue_id, array_to_string((n.tenants)[1:200], ','))
     FROM (SELECT x.queue_id, array_agg(DISTINCT x.tenant_id) AS tenants
             FROM unnest(p_queues, p_tenants) x (queue_id, tenant_id) GROUP BY 1) n;
END $$;

ALTER FUNCTION jobq.wake(p_queues smallint[], p_tenants bigint[]) OWNER TO tollgate_entry;

--
-- Name: why(uuid); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.why(p_public uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
  SELECT jobq.why_one(f.tenant, f.id) FROM jobq.find(p_public) f
$$;

ALTER FUNCTION jobq.why(p_public uuid) OWNER TO tollgate_entry;

--
-- Name: why_one(bigint, bigint); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.why_one(p_tenant bigint, p_id bigint) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
DECLARE c record; j job; k job_key; q queue; l lane; b bucket; a record; h record; n int;
BEGIN
  SELECT u.outcome, u.finished_at, u.queue_id, u.problem INTO c FROM app.command u WHERE u.id = p_id AND u.tenant_id = p_tenant;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF c.outcome IS NOT NULL THEN
    RETURN CASE c.outcome WHEN 'done' THEN 'It succeeded' WHEN 'failed' THEN 'It was refused' WHEN 'cancelled' THEN 'It was canceled'
                          ELSE 'It is dead' END || ' at ' || rfc3339(c.finished_at)
           || COALESCE(': ' || COALESCE(c.problem ->> 'detail', c.problem ->> 'code'), '') || '.';
  END IF;
  SELECT * INTO j FROM job WHERE id = p_id;
  IF NOT FOUND THEN RETURN 'It is ending just now.'; END IF;
  SELECT * INTO q FROM queue WHERE id = j.queue_id;
  SELECT * INTO l FROM lane WHERE queue_id = j.queue_id AND tenant_id = p_tenant;
  SELECT * INTO b FROM bucket WHERE id = l.bucket_id;
  IF j.state = 1 THEN
    RETURN 'It is running on worker ' || j.worker_id || ', attempt ' || j.attempt || ', until ' || rfc3339(j.deadline_at) || ' at the latest.';
  ELSIF j.state = 3 THEN
    SELECT * INTO k FROM job_key WHERE id = j.key_id;
    IF k.held_by IS NOT NULL THEN
      SELECT u.public_id, u.kind INTO h FROM app.command u WHERE u.id = k.held_by AND u.tenant_id = p_tenant;
      RETURN 'It waits behind dead command ' || command_name(h.public_id) || ' (' || h.kind || ') on key "' || k.okey
             || '": retry or skip that one.';
    END IF;
    SELECT u.public_id, u.kind INTO h FROM job o JOIN app.command u ON u.id = o.id AND u.tenant_id = o.tenant_id
     WHERE o.key_id = j.key_id AND o.key_seq < j.key_seq ORDER BY o.key_seq DESC LIMIT 1;
    RETURN 'It waits behind command ' || COALESCE(command_name(h.public_id) || ' (' || h.kind || ')', 'that is ending just now') || ' on key "' || k.okey || '".';
  ELSIF j.state = 2 THEN
    SELECT t.verdict, t.http_status, t.stripe_code, t.stripe_request_id, t.error INTO a FROM app.attempt t
     WHERE t.tenant_id = p_tenant AND t.command_id = p_id ORDER BY t.id DESC LIMIT 1;
    IF j.attempt = 0 OR NOT FOUND THEN RETURN 'It is scheduled for ' || rfc3339(j.run_at) || '.'; END IF;
    RETURN 'It runs again at ' || rfc3339(j.run_at) || ' after ' || CASE a.verdict WHEN 'retry' THEN 'failure ' || j.failures ELSE 'a pause' END
           || COALESCE(': ' || nullif(concat_ws(' ', a.http_status, a.stripe_code, a.error), ''), '')
           || COALESCE(' (request ' || a.stripe_request_id || ')', '') || '.'
           || COALESCE(' Its lane is paused: ' || l.pause_why || '.', '');
  END IF;
  IF q.paused_at IS NOT NULL THEN
    RETURN 'Queue ' || q.name || ' is paused since ' || rfc3339(q.paused_at) || COALESCE(': ' || q.pause_why, '') || '.';
  ELSIF l.paused_at IS NOT NULL THEN
    RETURN 'This tenant''s ' || q.name || ' are paused since ' || rfc3339(l.paused_at) || COALESCE(': ' || l.pause_why, '') || '.';
  ELSIF b.blocked_until > now() THEN
    RETURN 'Stripe asked this account to wait until ' || rfc3339(b.blocked_until) || '.';
  ELSIF NOT EXISTS (SELECT 1 FROM worker w WHERE w.queue_id = j.queue_id AND w.beat_at > now() - interval '15 s') THEN
    RETURN 'No worker of queue ' || q.name || ' is running.';
  END IF;
  SELECT count(*) INTO n FROM job r WHERE r.queue_id = j.queue_id AND r.tenant_id = p_tenant AND r.state = 1;
  IF n >= l.cap THEN RETURN 'It waits for a free slot: ' || n || ' of this tenant''s jobs run in queue ' || q.name || ', as many as may.'; END IF;
  RETURN 'It is ready since ' || rfc3339(j.run_at) || ' and waits for its turn.';
END $$;

ALTER FUNCTION jobq.why_one(p_tenant bigint, p_id bigint) OWNER TO tollgate_entry;

--
-- Name: workers(); Type: FUNCTION; Schema: jobq; Owner: tollgate_entry
--

CREATE FUNCTION jobq.workers() RETURNS TABLE(id bigint, queue text, host text, pid integer, version text, started_at timestamp with time zone, silent_seconds double precision, draining boolean, running bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'jobq', 'pg_temp'
    AS $$
  SELECT w.id, q.name, w.host, w.pid, w.version, w.started_at, extract(epoch FROM now() - w.beat_at)::double precision, w.draining,
         (SELECT count(*) FROM jobq.job j WHERE j.state = 1 AND j.queue_id = w.queue_id AND j.worker_id = w.id)
    FROM jobq.worker w JOIN jobq.queue q ON q.id = w.queue_id ORDER BY q.id, w.id
$$;

ALTER FUNCTION jobq.workers() OWNER TO tollgate_entry;

--
-- Name: access_hold; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.access_hold (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    reason text NOT NULL,
    effect text NOT NULL,
    policy text,
    subscription_id uuid,
    invoice_id uuid,
    cause_kind text NOT NULL,
    cause_id text NOT NULL,
    deadline_at timestamp with time zone,
    opened_at timestamp with time zone DEFAULT now() NOT NULL,
    released_at timestamp with time zone,
    release_kind text,
    released_by text,
    expires_at timestamp with time zone,
    opened_role text,
    note text,
    dispute text,
    CONSTRAINT access_hold_cause_kind_check CHECK ((cause_kind = ANY (ARRAY['event'::text, 'command'::text, 'api_key'::text, 'user'::text, 'operator'::text, 'deadline'::text]))),
    CONSTRAINT access_hold_effect_check CHECK ((effect = ANY (ARRAY['awaiting_payment'::text, 'past_due'::text, 'blocked'::text, 'metered'::text]))),
    CONSTRAINT access_hold_reason_check CHECK ((reason = ANY (ARRAY['awaiting_payment'::text, 'payment_failed'::text, 'no_subscription'::text, 'credits_exhausted'::text, 'dispute'::text, 'manual'::text, 'tenant'::text]))),
    CONSTRAINT access_hold_release_kind_check CHECK ((release_kind = ANY (ARRAY['payment'::text, 'manual'::text, 'subscription'::text, 'superseded'::text, 'expired'::text, 'won'::text, 'platform'::text, 'policy'::text])))
);

ALTER TABLE ONLY app.access_hold FORCE ROW LEVEL SECURITY;

ALTER TABLE app.access_hold OWNER TO tollgate_owner;

--
-- Name: access_transition; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.access_transition (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    from_state text NOT NULL,
    to_state text NOT NULL,
    hold_id uuid,
    cause_kind text NOT NULL,
    cause_id text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY app.access_transition FORCE ROW LEVEL SECURITY;

ALTER TABLE app.access_transition OWNER TO tollgate_owner;

--
-- Name: agent; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.agent (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    external_id text,
    name text NOT NULL,
    platform text NOT NULL,
    analysis_fields jsonb DEFAULT '[]'::jsonb NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    usage_erased_to uuid,
    CONSTRAINT agent_analysis_fields_check CHECK ((jsonb_typeof(analysis_fields) = 'array'::text)),
    CONSTRAINT agent_platform_check CHECK ((platform = ANY (ARRAY['text'::text, 'voice'::text, 'retell'::text, 'vapi'::text, 'elevenlabs'::text, 'other'::text]))),
    CONSTRAINT agent_status_check CHECK ((status = ANY (ARRAY['active'::text, 'archived'::text])))
);

ALTER TABLE ONLY app.agent FORCE ROW LEVEL SECURITY;

ALTER TABLE app.agent OWNER TO tollgate_owner;

--
-- Name: api_key; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.api_key (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    mac bytea NOT NULL,
    pepper_id smallint DEFAULT 1 NOT NULL,
    prefix text NOT NULL,
    last4 text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    scopes text[] NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    last_used_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by text,
    role text,
    replaces uuid,
    api_version text DEFAULT '2026-11-21'::text NOT NULL,
    CONSTRAINT api_key_mac_check CHECK ((octet_length(mac) = 32))
);

ALTER TABLE ONLY app.api_key FORCE ROW LEVEL SECURITY;

ALTER TABLE app.api_key OWNER TO tollgate_owner;

--
-- Name: attempt; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.attempt (
    id bigint NOT NULL,
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    command_id bigint NOT NULL,
    n smallint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    ms integer,
    worker_id bigint,
    verdict text NOT NULL,
    http_status integer,
    stripe_code text,
    stripe_request_id text,
    error text,
    next_at timestamp with time zone,
    CONSTRAINT attempt_verdict_check CHECK ((verdict = ANY (ARRAY['retry'::text, 'snooze'::text, 'dead'::text, 'lost'::text, 'resolve:retry'::text, 'resolve:skip'::text, 'cancel'::text])))
);

ALTER TABLE ONLY app.attempt FORCE ROW LEVEL SECURITY;

ALTER TABLE app.attempt OWNER TO tollgate_owner;

--
-- Name: attempt_id_seq; Type: SEQUENCE; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.attempt ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME app.attempt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: audit_link; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.audit_link (
    tenant_id bigint NOT NULL,
    seq bigint NOT NULL,
    entry_id uuid NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT audit_link_hash_check CHECK ((octet_length(hash) = 32)),
    CONSTRAINT audit_link_seq_check CHECK ((seq > 0))
);

ALTER TABLE ONLY app.audit_link FORCE ROW LEVEL SECURITY;

ALTER TABLE app.audit_link OWNER TO tollgate_owner;

--
-- Name: brand_domain; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.brand_domain (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    domain text NOT NULL,
    token text NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    checked_at timestamp with time zone,
    verified_at timestamp with time zone,
    problem text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    proof text,
    reason text,
    failures integer DEFAULT 0 NOT NULL,
    next_check_at timestamp with time zone,
    CONSTRAINT brand_domain_domain_check CHECK ((domain = lower(domain))),
    CONSTRAINT brand_domain_failures_check CHECK ((failures >= 0)),
    CONSTRAINT brand_domain_proof CHECK (((status <> 'verified'::text) OR (proof IS NOT NULL))),
    CONSTRAINT brand_domain_proof_check CHECK ((proof = ANY (ARRAY['dns'::text, 'operator'::text]))),
    CONSTRAINT brand_domain_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'verified'::text, 'lost'::text])))
);

ALTER TABLE ONLY app.brand_domain FORCE ROW LEVEL SECURITY;

ALTER TABLE app.brand_domain OWNER TO tollgate_owner;

--
-- Name: COLUMN brand_domain.token; Type: COMMENT; Schema: app; Owner: tollgate_owner
--

COMMENT ON COLUMN app.brand_domain.token IS 'to be found in a TXT record of _tollgate-challenge.<domain>';

--
-- Name: branding; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.branding (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    name text NOT NULL,
    support_email text,
    logo_url text,
    logo bytea,
    primary_color text DEFAULT '#1a1a2e'::text NOT NULL,
    on_primary_color text DEFAULT '#ffffff'::text NOT NULL,
    background_color text DEFAULT '#ffffff'::text NOT NULL,
    text_color text DEFAULT '#1a1a2e'::text NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT branding_background_color_check CHECK ((background_color ~ '^#[0-9a-f]{6}$'::text)),
    CONSTRAINT branding_logo_check CHECK ((octet_length(logo) <= 131072)),
    CONSTRAINT branding_name_check CHECK ((name <> ''::text)),
    CONSTRAINT branding_on_primary_color_check CHECK ((on_primary_color ~ '^#[0-9a-f]{6}$'::text)),
    CONSTRAINT branding_primary_color_check CHECK ((primary_color ~ '^#[0-9a-f]{6}$'::text)),
    CONSTRAINT branding_text_color_check CHECK ((text_color ~ '^#[0-9a-f]{6}$'::text))
);

ALTER TABLE ONLY app.branding FORCE ROW LEVEL SECURITY;

ALTER TABLE app.branding OWNER TO tollgate_owner;

--
-- Name: client; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.client (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    external_id text,
    name text NOT NULL,
    admin_email text,
    phone text,
    country text,
    postal_code text,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    stripe_customer text,
    customer_seq bigint DEFAULT 0 NOT NULL,
    payment_method text,
    card_brand text,
    card_last4 text,
    card_exp_month integer,
    card_exp_year integer,
    access_state text DEFAULT 'active'::text NOT NULL,
    access_at timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    email_key text GENERATED ALWAYS AS (NULLIF(lower(btrim(admin_email)), ''::text)) STORED,
    name_key text GENERATED ALWAYS AS (NULLIF(lower(btrim(name)), ''::text)) STORED,
    phone_key text GENERATED ALWAYS AS (NULLIF(ltrim(regexp_replace(phone, '[^0-9]'::text, ''::text, 'g'::text), '0'::text), ''::text)) STORED,
    closed_at timestamp with time zone,
    erased_at timestamp with time zone,
    usage_erased_to uuid,
    CONSTRAINT client_access_state_check CHECK ((access_state = ANY (ARRAY['active'::text, 'awaiting_payment'::text, 'past_due'::text, 'blocked'::text, 'closed'::text])))
);

ALTER TABLE ONLY app.client FORCE ROW LEVEL SECURITY;

ALTER TABLE app.client OWNER TO tollgate_owner;

--
-- Name: command; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.command (
    id bigint NOT NULL,
    public_id uuid NOT NULL,
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    queue_id smallint NOT NULL,
    kind text NOT NULL,
    ordering_key text,
    dedupe_key text,
    payload jsonb NOT NULL,
    target_kind text,
    target_id uuid,
    waited boolean DEFAULT false NOT NULL,
    max_failures smallint DEFAULT 12 NOT NULL,
    on_dead text DEFAULT 'hold'::text NOT NULL,
    trace_parent text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    outcome text,
    finished_at timestamp with time zone,
    result jsonb,
    problem jsonb,
    place jsonb,
    begun_at timestamp with time zone,
    CONSTRAINT command_on_dead_check CHECK ((on_dead = ANY (ARRAY['hold'::text, 'skip'::text]))),
    CONSTRAINT command_outcome_check CHECK ((outcome = ANY (ARRAY['done'::text, 'failed'::text, 'dead'::text, 'cancelled'::text])))
)
WITH (fillfactor='75');

ALTER TABLE ONLY app.command FORCE ROW LEVEL SECURITY;

ALTER TABLE app.command OWNER TO tollgate_owner;

--
-- Name: command_id_seq; Type: SEQUENCE; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.command ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME app.command_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: connection; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.connection (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    mode text NOT NULL,
    status text NOT NULL,
    account_id text,
    account_name text,
    country text,
    email text,
    default_currency text,
    secret_id uuid,
    candidate_secret_id uuid,
    key_kind text,
    key_last4 text,
    key_ok boolean DEFAULT false NOT NULL,
    checked_at timestamp with time zone,
    webhook_status text DEFAULT 'unregistered'::text NOT NULL,
    webhook_endpoint_id text,
    webhook_secret_id uuid,
    webhook_token uuid NOT NULL,
    webhook_endpoints_used integer,
    last_event_at timestamp with time zone,
    events_cursor_at timestamp with time zone,
    charges_enabled boolean DEFAULT false NOT NULL,
    payouts_enabled boolean DEFAULT false NOT NULL,
    details_submitted boolean DEFAULT false NOT NULL,
    requirements jsonb DEFAULT '{}'::jsonb NOT NULL,
    problem jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    account_via text,
    examined_at timestamp with time zone,
    tax_status text,
    tax_missing text[] DEFAULT '{}'::text[] NOT NULL,
    tax_checked_at timestamp with time zone,
    meters_seen integer,
    last_payout jsonb,
    last_payout_seq bigint DEFAULT 0 NOT NULL,
    clock_drift_seconds bigint,
    meter_hook_status text DEFAULT 'unregistered'::text NOT NULL,
    meter_hook_id text,
    meter_hook_secret_id uuid,
    events_refusal jsonb,
    events_refused_at timestamp with time zone,
    CONSTRAINT connection_account_via_check CHECK ((account_via = ANY (ARRAY['secret_key'::text, 'connect'::text]))),
    CONSTRAINT connection_events_refusal CHECK (((events_refusal IS NULL) = (events_refused_at IS NULL))),
    CONSTRAINT connection_key_kind_check CHECK ((key_kind = ANY (ARRAY['secret'::text, 'restricted'::text]))),
    CONSTRAINT connection_meter_hook_status_check CHECK ((meter_hook_status = ANY (ARRAY['unregistered'::text, 'registered'::text, 'missing'::text, 'disabled'::text, 'unavailable'::text]))),
    CONSTRAINT connection_mode_check CHECK ((mode = ANY (ARRAY['secret_key'::text, 'connect'::text]))),
    CONSTRAINT connection_status_check CHECK ((status = ANY (ARRAY['new'::text, 'validating'::text, 'onboarding'::text, 'restricted'::text, 'connected'::text, 'degraded'::text, 'invalid'::text, 'disconnected'::text]))),
    CONSTRAINT connection_webhook_status_check CHECK ((webhook_status = ANY (ARRAY['unregistered'::text, 'registered'::text, 'missing'::text, 'disabled'::text])))
);

ALTER TABLE ONLY app.connection FORCE ROW LEVEL SECURITY;

ALTER TABLE app.connection OWNER TO tollgate_owner;

--
-- Name: coupon; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.coupon (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    percent_off numeric(12,9),
    amount_off bigint,
    currency text,
    duration text NOT NULL,
    duration_months integer,
    max_redemptions bigint,
    redeem_by timestamp with time zone,
    times_redeemed bigint DEFAULT 0 NOT NULL,
    valid boolean DEFAULT true NOT NULL,
    status text NOT NULL,
    stripe_coupon text,
    snapshot_seq bigint DEFAULT 0 NOT NULL,
    problem jsonb,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT coupon_amount_has_currency CHECK (((amount_off IS NULL) = (currency IS NULL))),
    CONSTRAINT coupon_amount_off_check CHECK ((amount_off > 0)),
    CONSTRAINT coupon_currency_check CHECK ((currency ~ '^[a-z]{3}$'::text)),
    CONSTRAINT coupon_duration_check CHECK ((duration = ANY (ARRAY['once'::text, 'forever'::text, 'repeating'::text]))),
    CONSTRAINT coupon_duration_months_check CHECK ((duration_months > 0)),
    CONSTRAINT coupon_max_redemptions_check CHECK ((max_redemptions > 0)),
    CONSTRAINT coupon_percent_off_check CHECK (((percent_off > (0)::numeric) AND (percent_off <= (100)::numeric))),
    CONSTRAINT coupon_percent_or_amount CHECK (((percent_off IS NULL) <> (amount_off IS NULL))),
    CONSTRAINT coupon_repeats_for_months CHECK (((duration = 'repeating'::text) = (duration_months IS NOT NULL))),
    CONSTRAINT coupon_status_check CHECK ((status = ANY (ARRAY['publishing'::text, 'active'::text, 'failed'::text, 'deleted'::text])))
);

ALTER TABLE ONLY app.coupon FORCE ROW LEVEL SECURITY;

ALTER TABLE app.coupon OWNER TO tollgate_owner;

--
-- Name: credit_auto_topup; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.credit_auto_topup (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    client_id uuid NOT NULL,
    threshold bigint NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL,
    monthly_cap bigint NOT NULL,
    return_url text,
    status text DEFAULT 'on'::text NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    next_try_at timestamp with time zone,
    capped_in text,
    problem jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT credit_auto_topup_amount_check CHECK ((amount > 0)),
    CONSTRAINT credit_auto_topup_failures_check CHECK ((failures >= 0)),
    CONSTRAINT credit_auto_topup_monthly_cap_check CHECK ((monthly_cap > 0)),
    CONSTRAINT credit_auto_topup_status_check CHECK ((status = ANY (ARRAY['on'::text, 'needs_action'::text, 'backing_off'::text, 'off'::text]))),
    CONSTRAINT credit_auto_topup_threshold_check CHECK ((threshold >= 0))
);

ALTER TABLE ONLY app.credit_auto_topup FORCE ROW LEVEL SECURITY;

ALTER TABLE app.credit_auto_topup OWNER TO tollgate_owner;

--
-- Name: credit_base_cost; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.credit_base_cost (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    currency text NOT NULL,
    cost numeric(18,9) NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT credit_base_cost_cost_check CHECK (((cost >= (0)::numeric) AND (cost <> 'NaN'::numeric))),
    CONSTRAINT credit_base_cost_currency_check CHECK ((currency ~ '^[a-z]{3}$'::text))
);

ALTER TABLE ONLY app.credit_base_cost FORCE ROW LEVEL SECURITY;

ALTER TABLE app.credit_base_cost OWNER TO tollgate_owner;

--
-- Name: credit_entry; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.credit_entry (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    amount bigint NOT NULL,
    balance_after bigint NOT NULL,
    source_kind text NOT NULL,
    source_id text NOT NULL,
    pricing_id uuid,
    reason text,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT credit_entry_amount_check CHECK ((amount <> 0)),
    CONSTRAINT credit_entry_kind_check CHECK ((kind = ANY (ARRAY['purchase'::text, 'grant'::text, 'usage'::text, 'hold'::text, 'release'::text, 'refund'::text, 'expiry'::text, 'adjustment'::text, 'transfer'::text])))
);

ALTER TABLE ONLY app.credit_entry FORCE ROW LEVEL SECURITY;

ALTER TABLE app.credit_entry OWNER TO tollgate_owner;

--
-- Name: credit_hold; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.credit_hold (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    amount bigint NOT NULL,
    captured bigint DEFAULT 0 NOT NULL,
    status text DEFAULT 'open'::text NOT NULL,
    reason text,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT credit_hold_amount_check CHECK ((amount > 0)),
    CONSTRAINT credit_hold_captured_check CHECK ((captured >= 0)),
    CONSTRAINT credit_hold_ended CHECK (((status = 'open'::text) = (ended_at IS NULL))),
    CONSTRAINT credit_hold_status_check CHECK ((status = ANY (ARRAY['open'::text, 'captured'::text, 'released'::text, 'expired'::text])))
);

ALTER TABLE ONLY app.credit_hold FORCE ROW LEVEL SECURITY;

ALTER TABLE app.credit_hold OWNER TO tollgate_owner;

--
-- Name: credit_note; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.credit_note (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL,
    reason text,
    memo text,
    status text NOT NULL,
    number text,
    pdf text,
    stripe_credit_note text,
    snapshot_seq bigint DEFAULT 0 NOT NULL,
    problem jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT credit_note_amount_check CHECK ((amount > 0)),
    CONSTRAINT credit_note_reason_check CHECK ((reason = ANY (ARRAY['duplicate'::text, 'fraudulent'::text, 'order_change'::text, 'product_unsatisfactory'::text]))),
    CONSTRAINT credit_note_status_check CHECK ((status = ANY (ARRAY['preparing'::text, 'issued'::text, 'void'::text, 'failed'::text])))
);

ALTER TABLE ONLY app.credit_note FORCE ROW LEVEL SECURITY;

ALTER TABLE app.credit_note OWNER TO tollgate_owner;

--
-- Name: credit_pricing; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.credit_pricing (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    version integer NOT NULL,
    currency text NOT NULL,
    base_cost numeric(18,9) NOT NULL,
    agency_cost numeric(18,9) NOT NULL,
    final_cost numeric(19,9) GENERATED ALWAYS AS ((base_cost + agency_cost)) STORED,
    min_purchase bigint NOT NULL,
    max_purchase bigint NOT NULL,
    packages bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    effective_from timestamp with time zone DEFAULT now() NOT NULL,
    superseded_at timestamp with time zone,
    CONSTRAINT credit_pricing_agency_cost_check CHECK ((agency_cost >= (0)::numeric)),
    CONSTRAINT credit_pricing_base_cost_check CHECK ((base_cost >= (0)::numeric)),
    CONSTRAINT credit_pricing_costs_something CHECK (((base_cost + agency_cost) > (0)::numeric)),
    CONSTRAINT credit_pricing_currency_check CHECK ((currency ~ '^[a-z]{3}$'::text)),
    CONSTRAINT credit_pricing_max_purchase_check CHECK ((max_purchase > 0)),
    CONSTRAINT credit_pricing_min_purchase_check CHECK ((min_purchase > 0)),
    CONSTRAINT credit_pricing_range CHECK ((min_purchase <= max_purchase)),
    CONSTRAINT credit_pricing_version_check CHECK ((version > 0))
);

ALTER TABLE ONLY app.credit_pricing FORCE ROW LEVEL SECURITY;

ALTER TABLE app.credit_pricing OWNER TO tollgate_owner;

--
-- Name: credit_purchase; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.credit_purchase (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    quote_id uuid NOT NULL,
    pricing_id uuid NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL,
    credits bigint NOT NULL,
    origin text NOT NULL,
    method text NOT NULL,
    status text DEFAULT 'preparing'::text NOT NULL,
    success_url text,
    cancel_url text,
    stripe_payment_intent text,
    stripe_session text,
    stripe_charge text,
    url text,
    expires_at timestamp with time zone,
    amount_refunded bigint DEFAULT 0 NOT NULL,
    problem jsonb,
    paid_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT credit_purchase_amount_check CHECK ((amount > 0)),
    CONSTRAINT credit_purchase_check CHECK (((amount_refunded >= 0) AND (amount_refunded <= amount))),
    CONSTRAINT credit_purchase_credits_check CHECK ((credits > 0)),
    CONSTRAINT credit_purchase_method_check CHECK ((method = ANY (ARRAY['card'::text, 'page'::text]))),
    CONSTRAINT credit_purchase_origin_check CHECK ((origin = ANY (ARRAY['portal'::text, 'auto_topup'::text]))),
    CONSTRAINT credit_purchase_paid CHECK (((status = 'paid'::text) = (paid_at IS NOT NULL))),
    CONSTRAINT credit_purchase_status_check CHECK ((status = ANY (ARRAY['preparing'::text, 'processing'::text, 'open'::text, 'needs_action'::text, 'paid'::text, 'failed'::text, 'expired'::text])))
);

ALTER TABLE ONLY app.credit_purchase FORCE ROW LEVEL SECURITY;

ALTER TABLE app.credit_purchase OWNER TO tollgate_owner;

--
-- Name: credit_quote; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.credit_quote (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    pricing_id uuid NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL,
    credits bigint NOT NULL,
    expires_at timestamp with time zone DEFAULT (now() + '00:30:00'::interval) NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT credit_quote_amount_check CHECK ((amount > 0)),
    CONSTRAINT credit_quote_credits_check CHECK ((credits > 0))
);

ALTER TABLE ONLY app.credit_quote FORCE ROW LEVEL SECURITY;

ALTER TABLE app.credit_quote OWNER TO tollgate_owner;

--
-- Name: credit_refund; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.credit_refund (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    purchase_id uuid NOT NULL,
    client_id uuid NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL,
    reason text,
    origin text NOT NULL,
    status text NOT NULL,
    stripe_refund text,
    snapshot_seq bigint DEFAULT 0 NOT NULL,
    credits bigint DEFAULT 0 NOT NULL,
    problem jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT credit_refund_amount_check CHECK ((amount > 0)),
    CONSTRAINT credit_refund_credits_check CHECK ((credits >= 0)),
    CONSTRAINT credit_refund_origin_check CHECK ((origin = ANY (ARRAY['api'::text, 'stripe'::text]))),
    CONSTRAINT credit_refund_status_check CHECK ((status = ANY (ARRAY['preparing'::text, 'pending'::text, 'requires_action'::text, 'succeeded'::text, 'failed'::text, 'canceled'::text])))
);

ALTER TABLE ONLY app.credit_refund FORCE ROW LEVEL SECURITY;

ALTER TABLE app.credit_refund OWNER TO tollgate_owner;

--
-- Name: credit_transaction; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.credit_transaction (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    purchase_id uuid NOT NULL,
    type text NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL,
    fee bigint,
    net bigint,
    settled_currency text,
    status text NOT NULL,
    stripe_id text NOT NULL,
    payment_intent text NOT NULL,
    balance_transaction text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT credit_transaction_type_check CHECK ((type = ANY (ARRAY['payment'::text, 'refund'::text])))
);

ALTER TABLE ONLY app.credit_transaction FORCE ROW LEVEL SECURITY;

ALTER TABLE app.credit_transaction OWNER TO tollgate_owner;

--
-- Name: dispute; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.dispute (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    stripe_dispute text NOT NULL,
    stripe_charge text,
    status text NOT NULL,
    reason text,
    amount bigint NOT NULL,
    currency text NOT NULL,
    snapshot_seq bigint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT dispute_currency_check CHECK ((currency ~ '^[a-z]{3}$'::text))
);

ALTER TABLE ONLY app.dispute FORCE ROW LEVEL SECURITY;

ALTER TABLE app.dispute OWNER TO tollgate_owner;

--
-- Name: drift_item; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.drift_item (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    reconciliation_id uuid NOT NULL,
    kind text NOT NULL,
    object_kind text NOT NULL,
    row_id uuid,
    stripe_id text NOT NULL,
    field text NOT NULL,
    ours text,
    theirs text,
    amount bigint,
    currency text,
    status text DEFAULT 'suspected'::text NOT NULL,
    direction text,
    dismissed_by text,
    dismissed_reason text,
    first_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT drift_item_amount_has_currency CHECK (((amount IS NULL) = (currency IS NULL))),
    CONSTRAINT drift_item_closed CHECK (((status = ANY (ARRAY['suspected'::text, 'open'::text])) = (closed_at IS NULL))),
    CONSTRAINT drift_item_currency_check CHECK ((currency ~ '^[a-z]{3}$'::text)),
    CONSTRAINT drift_item_direction_check CHECK ((direction = ANY (ARRAY['from_stripe'::text, 'to_stripe'::text]))),
    CONSTRAINT drift_item_dismissed_by CHECK (((status <> 'dismissed'::text) OR ((dismissed_by IS NOT NULL) AND (dismissed_reason IS NOT NULL)))),
    CONSTRAINT drift_item_kind_check CHECK ((kind = ANY (ARRAY['missing_here'::text, 'missing_at_stripe'::text, 'differs'::text]))),
    CONSTRAINT drift_item_missing_here_has_row CHECK (((kind = 'missing_here'::text) OR (row_id IS NOT NULL))),
    CONSTRAINT drift_item_object_kind_check CHECK ((object_kind = ANY (ARRAY['customer'::text, 'subscription'::text, 'invoice'::text, 'product'::text, 'price'::text, 'coupon'::text, 'credit_purchase'::text]))),
    CONSTRAINT drift_item_repaired_somehow CHECK (((status <> 'repaired'::text) OR (direction IS NOT NULL))),
    CONSTRAINT drift_item_status_check CHECK ((status = ANY (ARRAY['suspected'::text, 'open'::text, 'repaired'::text, 'gone'::text, 'dismissed'::text])))
);

ALTER TABLE ONLY app.drift_item FORCE ROW LEVEL SECURITY;

ALTER TABLE app.drift_item OWNER TO tollgate_owner;

--
-- Name: fetch_seq; Type: SEQUENCE; Schema: app; Owner: tollgate_owner
--

CREATE SEQUENCE app.fetch_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER TABLE app.fetch_seq OWNER TO tollgate_owner;

--
-- Name: idempotency; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.idempotency (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    status integer NOT NULL,
    headers jsonb DEFAULT '{}'::jsonb NOT NULL,
    body bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY app.idempotency FORCE ROW LEVEL SECURITY;

ALTER TABLE app.idempotency OWNER TO tollgate_owner;

--
-- Name: import; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.import (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    what text NOT NULL,
    status text DEFAULT 'reading'::text NOT NULL,
    account_id text,
    cursor text,
    problem jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    read_at timestamp with time zone,
    confirmed_at timestamp with time zone,
    finished_at timestamp with time zone,
    CONSTRAINT import_status_check CHECK ((status = ANY (ARRAY['reading'::text, 'ready'::text, 'applying'::text, 'done'::text, 'failed'::text]))),
    CONSTRAINT import_what_check CHECK ((what = ANY (ARRAY['customers'::text, 'products'::text, 'subscriptions'::text])))
);

ALTER TABLE ONLY app.import FORCE ROW LEVEL SECURITY;

ALTER TABLE app.import OWNER TO tollgate_owner;

--
-- Name: import_item; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.import_item (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    import_id uuid NOT NULL,
    id uuid NOT NULL,
    stripe_id text NOT NULL,
    facts jsonb DEFAULT '{}'::jsonb NOT NULL,
    verdict text,
    reason text,
    row_id uuid,
    candidates uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    decision text,
    outcome text,
    problem jsonb,
    CONSTRAINT import_item_decision_check CHECK ((decision = ANY (ARRAY['link'::text, 'create'::text, 'skip'::text]))),
    CONSTRAINT import_item_link CHECK (((decision IS DISTINCT FROM 'link'::text) OR (row_id IS NOT NULL))),
    CONSTRAINT import_item_outcome_check CHECK ((outcome = ANY (ARRAY['linked'::text, 'created'::text, 'skipped'::text, 'failed'::text]))),
    CONSTRAINT import_item_verdict_check CHECK ((verdict = ANY (ARRAY['known'::text, 'match'::text, 'conflict'::text, 'new'::text])))
);

ALTER TABLE ONLY app.import_item FORCE ROW LEVEL SECURITY;

ALTER TABLE app.import_item OWNER TO tollgate_owner;

--
-- Name: invoice; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.invoice (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    subscription_id uuid,
    price_id uuid,
    quantity bigint DEFAULT 1 NOT NULL,
    collection text NOT NULL,
    days_until_due integer,
    status text NOT NULL,
    currency text NOT NULL,
    amount_due bigint DEFAULT 0 NOT NULL,
    amount_paid bigint DEFAULT 0 NOT NULL,
    number text,
    stripe_invoice text,
    stripe_item text,
    snapshot_seq bigint DEFAULT 0 NOT NULL,
    billing_reason text,
    attempt_count integer DEFAULT 0 NOT NULL,
    next_payment_attempt timestamp with time zone,
    first_failed_at timestamp with time zone,
    hosted_invoice_url text,
    invoice_pdf text,
    due_at timestamp with time zone,
    sent_at timestamp with time zone,
    paid_at timestamp with time zone,
    problem jsonb,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    lines jsonb DEFAULT '[]'::jsonb NOT NULL,
    subtotal bigint,
    discount_amount bigint,
    tax_amount bigint,
    total bigint,
    amount_remaining bigint,
    period_start timestamp with time zone,
    period_end timestamp with time zone,
    tax_status text,
    CONSTRAINT invoice_collection_check CHECK ((collection = ANY (ARRAY['auto_charge'::text, 'request_payment'::text]))),
    CONSTRAINT invoice_lines_check CHECK ((jsonb_typeof(lines) = 'array'::text)),
    CONSTRAINT invoice_quantity_check CHECK ((quantity > 0)),
    CONSTRAINT invoice_status_check CHECK ((status = ANY (ARRAY['preparing'::text, 'draft'::text, 'open'::text, 'paid'::text, 'void'::text, 'uncollectible'::text, 'failed'::text])))
);

ALTER TABLE ONLY app.invoice FORCE ROW LEVEL SECURITY;

ALTER TABLE app.invoice OWNER TO tollgate_owner;

--
-- Name: isolation_violations; Type: VIEW; Schema: app; Owner: tollgate_owner
--

CREATE VIEW app.isolation_violations WITH (security_invoker='true') AS
 WITH t AS (
         SELECT c.oid,
            c.relname
           FROM (pg_class c
             JOIN pg_namespace n ON ((n.oid = c.relnamespace)))
          WHERE ((n.nspname = 'app'::name) AND (c.relkind = ANY (ARRAY['r'::"char", 'p'::"char"])))
        ), login AS (
         SELECT pg_roles.oid,
            pg_roles.rolname,
            pg_roles.rolsuper,
            pg_roles.rolbypassrls
           FROM pg_roles
          WHERE (pg_roles.rolname = ANY (ARRAY['tollgate_gateway'::name, 'tollgate_worker'::name, 'tollgate_admin'::name, 'tollgate_metrics'::name, 'tollgate_pages'::name]))
        )
 SELECT (c.relname)::text AS object,
    'row security not enabled and forced'::text AS why
   FROM (t
     JOIN pg_class c ON ((c.oid = t.oid)))
  WHERE (NOT (c.relrowsecurity AND c.relforcerowsecurity))
UNION ALL
 SELECT t.relname AS object,
    'no tenant_id bigint NOT NULL column'::text AS why
   FROM t
  WHERE (NOT (EXISTS ( SELECT 1
           FROM pg_attribute a
          WHERE ((a.attrelid = t.oid) AND (a.attname = 'tenant_id'::name) AND (NOT a.attisdropped) AND a.attnotnull AND (a.atttypid = ('bigint'::regtype)::oid)))))
UNION ALL
 SELECT t.relname AS object,
    'no restrictive tenant_isolation policy on the tenant of the transaction'::text AS why
   FROM t
  WHERE (NOT (EXISTS ( SELECT 1
           FROM pg_policy p
          WHERE ((p.polrelid = t.oid) AND (p.polname = 'tenant_isolation'::name) AND (NOT p.polpermissive) AND (p.polcmd = '*'::"char") AND (p.polroles = '{0}'::oid[]) AND (pg_get_expr(p.polqual, p.polrelid) = '(tenant_id = ( SELECT app.current_tenant() AS current_tenant))'::text) AND (pg_get_expr(p.polwithcheck, p.polrelid) = '(tenant_id = ( SELECT app.current_tenant() AS current_tenant))'::text)))))
UNION ALL
 SELECT ((i.indexrelid)::regclass)::text AS object,
    'unique index without tenant_id (tells that another tenant has the value)'::text AS why
   FROM (pg_index i
     JOIN t ON ((t.oid = i.indrelid)))
  WHERE (i.indisunique AND (NOT (EXISTS ( SELECT 1
           FROM pg_attribute a
          WHERE ((a.attrelid = i.indrelid) AND (a.attname = 'tenant_id'::name) AND (a.attnum = ANY ((i.indkey)::smallint[])))))))
UNION ALL
 SELECT k.conname AS object,
    'foreign key without tenant_id on both sides'::text AS why
   FROM (pg_constraint k
     JOIN t ON ((t.oid = k.conrelid)))
  WHERE ((k.contype = 'f'::"char") AND (NOT (EXISTS ( SELECT 1
           FROM ((UNNEST(k.conkey, k.confkey) u(a, b)
             JOIN pg_attribute x ON (((x.attrelid = k.conrelid) AND (x.attnum = u.a) AND (x.attname = 'tenant_id'::name))))
             JOIN pg_attribute y ON (((y.attrelid = k.confrelid) AND (y.attnum = u.b) AND (y.attname = 'tenant_id'::name))))))))
UNION ALL
 SELECT ((p.oid)::regprocedure)::text AS object,
    'security definer without pinned search_path'::text AS why
   FROM (pg_proc p
     JOIN pg_namespace n ON ((n.oid = p.pronamespace)))
  WHERE ((n.nspname = ANY (ARRAY['app'::name, 'jobq'::name])) AND p.prosecdef AND (NOT COALESCE(((p.proconfig)::text ~~ '%search_path=%pg_temp%'::text), false)))
UNION ALL
 SELECT ((p.oid)::regprocedure)::text AS object,
    'security definer executable by PUBLIC'::text AS why
   FROM (pg_proc p
     JOIN pg_namespace n ON ((n.oid = p.pronamespace)))
  WHERE ((n.nspname = ANY (ARRAY['app'::name, 'jobq'::name])) AND p.prosecdef AND has_function_privilege('public'::name, p.oid, 'execute'::text))
UNION ALL
 SELECT ((p.oid)::regprocedure)::text AS object,
    'function of the queue executable by PUBLIC'::text AS why
   FROM (pg_proc p
     JOIN pg_namespace n ON ((n.oid = p.pronamespace)))
  WHERE ((n.nspname = 'jobq'::name) AND (NOT p.prosecdef) AND has_function_privilege('public'::name, p.oid, 'execute'::text))
UNION ALL
 SELECT ((p.oid)::regprocedure)::text AS object,
    'security definer not owned by tollgate_entry'::text AS why
   FROM (pg_proc p
     JOIN pg_namespace n ON ((n.oid = p.pronamespace)))
  WHERE ((n.nspname = ANY (ARRAY['app'::name, 'jobq'::name])) AND p.prosecdef AND (pg_get_userbyid(p.proowner) <> 'tollgate_entry'::name))
UNION ALL
 SELECT c.relname AS object,
    'view without security_invoker'::text AS why
   FROM (pg_class c
     JOIN pg_namespace n ON ((n.oid = c.relnamespace)))
  WHERE ((n.nspname = ANY (ARRAY['app'::name, 'jobq'::name])) AND (c.relkind = 'v'::"char") AND (NOT COALESCE(((c.reloptions)::text ~~ '%security_invoker=true%'::text), false)))
UNION ALL
 SELECT c.relname AS object,
    'materialized view (row security does not apply)'::text AS why
   FROM (pg_class c
     JOIN pg_namespace n ON ((n.oid = c.relnamespace)))
  WHERE ((n.nspname = ANY (ARRAY['app'::name, 'jobq'::name])) AND (c.relkind = 'm'::"char"))
UNION ALL
 SELECT c.relname AS object,
    ('table of the queue open to '::text || (l.rolname)::text) AS why
   FROM ((pg_class c
     JOIN pg_namespace n ON ((n.oid = c.relnamespace)))
     CROSS JOIN login l)
  WHERE ((n.nspname = 'jobq'::name) AND (c.relkind = ANY (ARRAY['r'::"char", 'p'::"char", 'v'::"char"])) AND has_table_privilege(l.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE'::text))
UNION ALL
 SELECT t.relname AS object,
    ((l.rolname)::text || ' may TRUNCATE (row security does not apply)'::text) AS why
   FROM (t
     CROSS JOIN login l)
  WHERE has_table_privilege(l.oid, t.oid, 'TRUNCATE'::text)
UNION ALL
 SELECT n.nspname AS object,
    ((l.rolname)::text || ' may create in the schema'::text) AS why
   FROM (pg_namespace n
     CROSS JOIN login l)
  WHERE ((n.nspname = ANY (ARRAY['app'::name, 'jobq'::name, 'public'::name])) AND has_schema_privilege(l.oid, n.oid, 'CREATE'::text))
UNION ALL
 SELECT l.rolname AS object,
    'login role may bypass row security'::text AS why
   FROM login l
  WHERE (l.rolsuper OR l.rolbypassrls)
UNION ALL
 SELECT l.rolname AS object,
    'login role is a member of the owner or the entry role'::text AS why
   FROM login l
  WHERE (pg_has_role(l.oid, 'tollgate_owner'::name, 'member'::text) OR pg_has_role(l.oid, 'tollgate_entry'::name, 'member'::text))
UNION ALL
 SELECT 'pg_catalog.set_config'::text AS object,
    ('executable by '::text || (l.rolname)::text) AS why
   FROM login l
  WHERE has_function_privilege(l.oid, 'pg_catalog.set_config(text, text, boolean)'::text, 'execute'::text);

ALTER TABLE app.isolation_violations OWNER TO tollgate_owner;

--
-- Name: product; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.product (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    description text,
    pricing_model text NOT NULL,
    active boolean DEFAULT true NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    stripe_product text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    usage_metric text,
    usage_limit bigint,
    overage_amount numeric(24,12),
    origin text DEFAULT 'tollgate'::text NOT NULL,
    revision bigint DEFAULT 0 NOT NULL,
    published_revision bigint DEFAULT 0 NOT NULL,
    snapshot_seq bigint DEFAULT 0 NOT NULL,
    problem jsonb,
    CONSTRAINT product_origin_check CHECK ((origin = ANY (ARRAY['tollgate'::text, 'stripe'::text]))),
    CONSTRAINT product_overage_amount_check CHECK ((overage_amount >= (0)::numeric)),
    CONSTRAINT product_pricing_model_check CHECK ((pricing_model = ANY (ARRAY['base_fee'::text, 'usage_based'::text, 'one_time'::text]))),
    CONSTRAINT product_usage_limit_check CHECK ((usage_limit > 0)),
    CONSTRAINT product_usage_metric_check CHECK ((usage_metric = ANY (ARRAY['interactions'::text, 'minutes'::text, 'conversations'::text, 'value_based'::text, 'message_credits'::text, 'messages'::text, 'custom'::text])))
);

ALTER TABLE ONLY app.product FORCE ROW LEVEL SECURITY;

ALTER TABLE app.product OWNER TO tollgate_owner;

--
-- Name: subscription; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.subscription (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    status text NOT NULL,
    start_at timestamp with time zone DEFAULT now() NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    stripe_subscription text,
    snapshot_seq bigint DEFAULT 0 NOT NULL,
    current_period_start timestamp with time zone,
    current_period_end timestamp with time zone,
    cancel_at_period_end boolean DEFAULT false NOT NULL,
    cancellation_reason text,
    latest_invoice text,
    canceled_at timestamp with time zone,
    ended_at timestamp with time zone,
    started_at timestamp with time zone,
    problem jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    plan_id uuid,
    plan_version integer,
    product_id uuid,
    coupon_id uuid,
    discounts jsonb DEFAULT '[]'::jsonb NOT NULL,
    automatic_tax boolean DEFAULT false NOT NULL,
    tax_disabled_reason text,
    stripe_schedule text,
    schedule_status text,
    schedule_seq bigint DEFAULT 0 NOT NULL,
    cancel_at timestamp with time zone,
    pause_behavior text,
    pause_resumes_at timestamp with time zone,
    block_on text,
    grace_days integer,
    trial_days integer DEFAULT 0 NOT NULL,
    trial_end timestamp with time zone,
    steered_by text,
    pending_change jsonb,
    pending_seq bigint DEFAULT 0 NOT NULL,
    CONSTRAINT subscription_block_on_check CHECK ((block_on = ANY (ARRAY['past_due_immediately'::text, 'grace_elapsed'::text, 'unpaid'::text, 'canceled_for_nonpayment'::text]))),
    CONSTRAINT subscription_check CHECK (((plan_id IS NULL) = (plan_version IS NULL))),
    CONSTRAINT subscription_discounts_check CHECK ((jsonb_typeof(discounts) = 'array'::text)),
    CONSTRAINT subscription_grace_days_check CHECK (((grace_days >= 0) AND (grace_days <= 365))),
    CONSTRAINT subscription_pending_change_check CHECK ((jsonb_typeof(pending_change) = 'object'::text)),
    CONSTRAINT subscription_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'awaiting_payment'::text, 'scheduled'::text, 'starting'::text, 'incomplete'::text, 'incomplete_expired'::text, 'trialing'::text, 'active'::text, 'past_due'::text, 'canceled'::text, 'unpaid'::text, 'paused'::text]))),
    CONSTRAINT subscription_trial_days_check CHECK (((trial_days >= 0) AND (trial_days <= 730)))
);

ALTER TABLE ONLY app.subscription FORCE ROW LEVEL SECURITY;

ALTER TABLE app.subscription OWNER TO tollgate_owner;

--
-- Name: kept_at_stripe; Type: VIEW; Schema: app; Owner: tollgate_owner
--

CREATE VIEW app.kept_at_stripe WITH (security_invoker='true') AS
 SELECT client.tenant_id,
    'customer'::text AS kind,
    client.id,
    client.stripe_customer AS stripe_id,
    client.updated_at,
    NULL::bigint AS amount,
    NULL::text AS currency,
    client.created_at
   FROM app.client
  WHERE ((client.stripe_customer IS NOT NULL) AND (client.access_state <> 'closed'::text))
UNION ALL
 SELECT subscription.tenant_id,
    'subscription'::text AS kind,
    subscription.id,
    subscription.stripe_subscription AS stripe_id,
    subscription.updated_at,
    NULL::bigint AS amount,
    NULL::text AS currency,
    subscription.created_at
   FROM app.subscription
  WHERE ((subscription.stripe_subscription IS NOT NULL) AND (subscription.status <> ALL (ARRAY['canceled'::text, 'incomplete_expired'::text])))
UNION ALL
 SELECT invoice.tenant_id,
    'invoice'::text AS kind,
    invoice.id,
    invoice.stripe_invoice AS stripe_id,
    invoice.updated_at,
    invoice.amount_due AS amount,
    invoice.currency,
    invoice.created_at
   FROM app.invoice
  WHERE ((invoice.stripe_invoice IS NOT NULL) AND (invoice.status = ANY (ARRAY['draft'::text, 'open'::text])) AND (app.left_account(invoice.stripe_invoice) IS NULL))
UNION ALL
 SELECT product.tenant_id,
    'product'::text AS kind,
    product.id,
    product.stripe_product AS stripe_id,
    product.updated_at,
    NULL::bigint AS amount,
    NULL::text AS currency,
    product.created_at
   FROM app.product
  WHERE ((product.stripe_product IS NOT NULL) AND product.active)
UNION ALL
 SELECT price.tenant_id,
    'price'::text AS kind,
    price.id,
    price.stripe_price AS stripe_id,
    price.updated_at,
    NULL::bigint AS amount,
    NULL::text AS currency,
    price.created_at
   FROM app.price
  WHERE ((price.stripe_price IS NOT NULL) AND price.active)
UNION ALL
 SELECT coupon.tenant_id,
    'coupon'::text AS kind,
    coupon.id,
    coupon.stripe_coupon AS stripe_id,
    coupon.updated_at,
    NULL::bigint AS amount,
    NULL::text AS currency,
    coupon.created_at
   FROM app.coupon
  WHERE ((coupon.stripe_coupon IS NOT NULL) AND (coupon.status = 'active'::text));

ALTER TABLE app.kept_at_stripe OWNER TO tollgate_owner;

--
-- Name: key_permission; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.key_permission (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    name text NOT NULL,
    needed_for text NOT NULL,
    ok boolean,
    denied text,
    detail text,
    checked_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT key_permission_name_check CHECK ((name ~ '^[a-z0-9_]{1,80}$'::text))
);

ALTER TABLE ONLY app.key_permission FORCE ROW LEVEL SECURITY;

ALTER TABLE app.key_permission OWNER TO tollgate_owner;

--
-- Name: late_charge; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.late_charge (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    invoice_id uuid,
    client_id uuid NOT NULL,
    price_id uuid NOT NULL,
    period_start timestamp with time zone NOT NULL,
    period_end timestamp with time zone NOT NULL,
    billed_before bigint NOT NULL,
    quantity bigint NOT NULL,
    amount bigint NOT NULL,
    stripe_item text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT late_charge_amount_check CHECK ((amount >= 0)),
    CONSTRAINT late_charge_quantity_check CHECK ((quantity > 0))
);

ALTER TABLE ONLY app.late_charge FORCE ROW LEVEL SECURITY;

ALTER TABLE app.late_charge OWNER TO tollgate_owner;

--
-- Name: meter; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.meter (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    stripe_meter text,
    event_name text NOT NULL,
    display_name text NOT NULL,
    metric text NOT NULL,
    formula text DEFAULT 'sum'::text NOT NULL,
    customer_key text DEFAULT 'stripe_customer_id'::text NOT NULL,
    value_key text DEFAULT 'value'::text NOT NULL,
    status text NOT NULL,
    snapshot_seq bigint DEFAULT 0 NOT NULL,
    problem jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    product_id uuid,
    CONSTRAINT meter_formula_check CHECK ((formula = ANY (ARRAY['sum'::text, 'count'::text, 'last'::text]))),
    CONSTRAINT meter_metric_check CHECK ((metric = ANY (ARRAY['interactions'::text, 'seconds'::text, 'conversations'::text, 'value_based'::text, 'message_credits'::text, 'messages'::text, 'custom'::text]))),
    CONSTRAINT meter_status_check CHECK ((status = ANY (ARRAY['publishing'::text, 'active'::text, 'inactive'::text, 'failed'::text])))
);

ALTER TABLE ONLY app.meter FORCE ROW LEVEL SECURITY;

ALTER TABLE app.meter OWNER TO tollgate_owner;

--
-- Name: metering_rule; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.metering_rule (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    agent_id uuid NOT NULL,
    version integer NOT NULL,
    meter_id uuid NOT NULL,
    metering_type text NOT NULL,
    customer_mode text NOT NULL,
    identify_by text DEFAULT 'email'::text NOT NULL,
    static_value text,
    static_customer text,
    analysis_field text,
    actor text NOT NULL,
    effective_from timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT metering_rule_check CHECK ((ended_at >= effective_from)),
    CONSTRAINT metering_rule_customer_mode_check CHECK ((customer_mode = ANY (ARRAY['static'::text, 'dynamic'::text]))),
    CONSTRAINT metering_rule_field CHECK (((metering_type = 'value_based'::text) = (analysis_field IS NOT NULL))),
    CONSTRAINT metering_rule_identify_by_check CHECK ((identify_by = ANY (ARRAY['email'::text, 'name'::text, 'phone'::text]))),
    CONSTRAINT metering_rule_metering_type_check CHECK ((metering_type = ANY (ARRAY['interactions'::text, 'minutes'::text, 'conversations'::text, 'value_based'::text, 'message_credits'::text, 'messages'::text]))),
    CONSTRAINT metering_rule_static CHECK (((customer_mode = 'static'::text) = (num_nonnulls(static_value, static_customer) = 1))),
    CONSTRAINT metering_rule_version_check CHECK ((version > 0))
);

ALTER TABLE ONLY app.metering_rule FORCE ROW LEVEL SECURITY;

ALTER TABLE app.metering_rule OWNER TO tollgate_owner;

--
-- Name: orphan; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.orphan (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    row_id uuid NOT NULL,
    account_id text NOT NULL,
    stripe_id text NOT NULL,
    command_id uuid NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT orphan_kind_check CHECK ((kind = ANY (ARRAY['customer'::text, 'product'::text, 'price'::text, 'meter'::text, 'coupon'::text, 'subscription'::text, 'invoice'::text, 'metering_rule'::text])))
);

ALTER TABLE ONLY app.orphan FORCE ROW LEVEL SECURITY;

ALTER TABLE app.orphan OWNER TO tollgate_owner;

--
-- Name: payment_setup; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.payment_setup (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    status text DEFAULT 'opening'::text NOT NULL,
    success_url text NOT NULL,
    cancel_url text NOT NULL,
    stripe_session text,
    setup_intent text,
    url text,
    expires_at timestamp with time zone,
    problem jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT payment_setup_status_check CHECK ((status = ANY (ARRAY['opening'::text, 'open'::text, 'complete'::text, 'expired'::text, 'failed'::text])))
);

ALTER TABLE ONLY app.payment_setup FORCE ROW LEVEL SECURITY;

ALTER TABLE app.payment_setup OWNER TO tollgate_owner;

--
-- Name: plan; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.plan (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    description text,
    status text DEFAULT 'draft'::text NOT NULL,
    visibility text DEFAULT 'public'::text NOT NULL,
    is_default boolean DEFAULT false NOT NULL,
    is_featured boolean DEFAULT false NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT plan_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'active'::text, 'archived'::text]))),
    CONSTRAINT plan_visibility_check CHECK ((visibility = ANY (ARRAY['public'::text, 'hidden'::text])))
);

ALTER TABLE ONLY app.plan FORCE ROW LEVEL SECURITY;

ALTER TABLE app.plan OWNER TO tollgate_owner;

--
-- Name: plan_price; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.plan_price (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    plan_id uuid NOT NULL,
    version integer NOT NULL,
    place integer NOT NULL,
    price_id uuid,
    stripe_price text,
    quantity bigint DEFAULT 1 NOT NULL,
    problem jsonb,
    CONSTRAINT plan_price_quantity_check CHECK ((quantity > 0))
);

ALTER TABLE ONLY app.plan_price FORCE ROW LEVEL SECURITY;

ALTER TABLE app.plan_price OWNER TO tollgate_owner;

--
-- Name: plan_quota; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.plan_quota (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    plan_id uuid NOT NULL,
    version integer NOT NULL,
    feature text NOT NULL,
    type text NOT NULL,
    quota_limit bigint,
    soft_limit bigint,
    reset text DEFAULT 'never'::text NOT NULL,
    overage text DEFAULT 'block'::text NOT NULL,
    CONSTRAINT plan_quota_check CHECK (((soft_limit IS NULL) OR (quota_limit IS NULL) OR (soft_limit <= quota_limit))),
    CONSTRAINT plan_quota_overage_check CHECK ((overage = ANY (ARRAY['block'::text, 'allow'::text, 'charge'::text]))),
    CONSTRAINT plan_quota_quota_limit_check CHECK ((quota_limit >= 0)),
    CONSTRAINT plan_quota_reset_check CHECK ((reset = ANY (ARRAY['never'::text, 'period'::text, 'day'::text]))),
    CONSTRAINT plan_quota_soft_limit_check CHECK ((soft_limit >= 0)),
    CONSTRAINT plan_quota_type_check CHECK ((type = ANY (ARRAY['boolean'::text, 'static'::text, 'metered'::text])))
);

ALTER TABLE ONLY app.plan_quota FORCE ROW LEVEL SECURITY;

ALTER TABLE app.plan_quota OWNER TO tollgate_owner;

--
-- Name: plan_version; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.plan_version (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    plan_id uuid NOT NULL,
    version integer NOT NULL,
    trial_days integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT plan_version_trial_days_check CHECK (((trial_days >= 0) AND (trial_days <= 730))),
    CONSTRAINT plan_version_version_check CHECK ((version > 0))
);

ALTER TABLE ONLY app.plan_version FORCE ROW LEVEL SECURITY;

ALTER TABLE app.plan_version OWNER TO tollgate_owner;

--
-- Name: portal_event; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.portal_event (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    subject text NOT NULL,
    seq bigint NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT portal_event_type_check CHECK ((type ~ '^[a-z_.]+$'::text))
);

ALTER TABLE ONLY app.portal_event FORCE ROW LEVEL SECURITY;

ALTER TABLE app.portal_event OWNER TO tollgate_owner;

--
-- Name: portal_event_seq_seq; Type: SEQUENCE; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.portal_event ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME app.portal_event_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: portal_user; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.portal_user (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    client_id uuid,
    external_id text,
    role text NOT NULL,
    name text,
    email text,
    status text DEFAULT 'active'::text NOT NULL,
    verified_at timestamp with time zone,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT portal_user_of_client CHECK (((role = ANY (ARRAY['client_admin'::text, 'client_member'::text])) = (client_id IS NOT NULL))),
    CONSTRAINT portal_user_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'billing'::text, 'support'::text, 'client_admin'::text, 'client_member'::text]))),
    CONSTRAINT portal_user_status_check CHECK ((status = ANY (ARRAY['invited'::text, 'active'::text, 'disabled'::text])))
);

ALTER TABLE ONLY app.portal_user FORCE ROW LEVEL SECURITY;

ALTER TABLE app.portal_user OWNER TO tollgate_owner;

--
-- Name: quota_usage; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.quota_usage (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    client_id uuid NOT NULL,
    feature text NOT NULL,
    period_start timestamp with time zone NOT NULL,
    used bigint DEFAULT 0 NOT NULL,
    warned_at timestamp with time zone,
    exceeded_at timestamp with time zone,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT quota_usage_used_check CHECK ((used >= 0))
)
WITH (fillfactor='70');

ALTER TABLE ONLY app.quota_usage FORCE ROW LEVEL SECURITY;

ALTER TABLE app.quota_usage OWNER TO tollgate_owner;

--
-- Name: reconciliation; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.reconciliation (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    cause text NOT NULL,
    status text DEFAULT 'running'::text NOT NULL,
    account_id text,
    stage text DEFAULT 'customers'::text NOT NULL,
    cursor text,
    compared jsonb DEFAULT '{}'::jsonb NOT NULL,
    new_items bigint DEFAULT 0 NOT NULL,
    known_items bigint DEFAULT 0 NOT NULL,
    gone_items bigint DEFAULT 0 NOT NULL,
    problem jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT reconciliation_cause_check CHECK ((cause = ANY (ARRAY['wish'::text, 'night'::text]))),
    CONSTRAINT reconciliation_finished CHECK (((status = 'running'::text) = (finished_at IS NULL))),
    CONSTRAINT reconciliation_stage_check CHECK ((stage = ANY (ARRAY['customers'::text, 'products'::text, 'prices'::text, 'coupons'::text, 'subscriptions'::text, 'invoices'::text, 'open_invoices'::text, 'payments'::text, 'examination'::text]))),
    CONSTRAINT reconciliation_status_check CHECK ((status = ANY (ARRAY['running'::text, 'done'::text, 'failed'::text])))
);

ALTER TABLE ONLY app.reconciliation FORCE ROW LEVEL SECURITY;

ALTER TABLE app.reconciliation OWNER TO tollgate_owner;

--
-- Name: reconciliation_page; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.reconciliation_page (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    reconciliation_id uuid NOT NULL,
    number integer NOT NULL,
    stage text NOT NULL,
    objects integer NOT NULL,
    stripe_request_id text,
    at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY app.reconciliation_page FORCE ROW LEVEL SECURITY;

ALTER TABLE app.reconciliation_page OWNER TO tollgate_owner;

--
-- Name: reconciliation_sight; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.reconciliation_sight (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    reconciliation_id uuid NOT NULL,
    stripe_id text NOT NULL
);

ALTER TABLE ONLY app.reconciliation_sight FORCE ROW LEVEL SECURITY;

ALTER TABLE app.reconciliation_sight OWNER TO tollgate_owner;

--
-- Name: refund; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.refund (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL,
    reason text,
    status text NOT NULL,
    stripe_refund text,
    snapshot_seq bigint DEFAULT 0 NOT NULL,
    problem jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT refund_amount_check CHECK ((amount > 0)),
    CONSTRAINT refund_reason_check CHECK ((reason = ANY (ARRAY['duplicate'::text, 'fraudulent'::text, 'requested_by_customer'::text]))),
    CONSTRAINT refund_status_check CHECK ((status = ANY (ARRAY['preparing'::text, 'pending'::text, 'requires_action'::text, 'succeeded'::text, 'failed'::text, 'canceled'::text])))
);

ALTER TABLE ONLY app.refund FORCE ROW LEVEL SECURITY;

ALTER TABLE app.refund OWNER TO tollgate_owner;

--
-- Name: sealed_secret; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.sealed_secret (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    purpose text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    key_id bigint NOT NULL,
    key_kind text,
    last4 text,
    envelope bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT sealed_secret_key_kind_check CHECK ((key_kind = ANY (ARRAY['secret'::text, 'restricted'::text]))),
    CONSTRAINT sealed_secret_purpose_check CHECK ((purpose = ANY (ARRAY['stripe-api'::text, 'stripe-webhook'::text, 'portal-webhook'::text])))
);

ALTER TABLE ONLY app.sealed_secret FORCE ROW LEVEL SECURITY;

ALTER TABLE app.sealed_secret OWNER TO tollgate_owner;

--
-- Name: stripe_call; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.stripe_call (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    command_id bigint NOT NULL,
    step smallint NOT NULL,
    gen smallint DEFAULT 0 NOT NULL,
    idem_key text NOT NULL,
    method text NOT NULL,
    path text NOT NULL,
    body text NOT NULL,
    account text,
    api_version text NOT NULL,
    request_sha256 bytea NOT NULL,
    first_sent_at timestamp with time zone DEFAULT now() NOT NULL,
    answered_at timestamp with time zone,
    http_status integer,
    stripe_request_id text,
    object_id text,
    response jsonb,
    outcome text,
    fetch_seq bigint DEFAULT nextval('app.fetch_seq'::regclass) NOT NULL,
    sent_to text,
    CONSTRAINT stripe_call_outcome_check CHECK ((outcome = ANY (ARRAY['succeeded'::text, 'refused'::text, 'void'::text])))
)
WITH (fillfactor='60');

ALTER TABLE ONLY app.stripe_call FORCE ROW LEVEL SECURITY;

ALTER TABLE app.stripe_call OWNER TO tollgate_owner;

--
-- Name: stripe_event; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.stripe_event (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    event_id text NOT NULL,
    type text NOT NULL,
    object_kind text,
    object_id text,
    customer text,
    api_version text,
    source text NOT NULL,
    status text DEFAULT 'received'::text NOT NULL,
    created timestamp with time zone NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    applied_at timestamp with time zone,
    CONSTRAINT stripe_event_source_check CHECK ((source = ANY (ARRAY['webhook'::text, 'sweep'::text]))),
    CONSTRAINT stripe_event_status_check CHECK ((status = ANY (ARRAY['received'::text, 'applied'::text, 'ignored'::text, 'parked'::text])))
);

ALTER TABLE ONLY app.stripe_event FORCE ROW LEVEL SECURITY;

ALTER TABLE app.stripe_event OWNER TO tollgate_owner;

--
-- Name: subscription_agent; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.subscription_agent (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    subscription_id uuid NOT NULL,
    client_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    removed_at timestamp with time zone
);

ALTER TABLE ONLY app.subscription_agent FORCE ROW LEVEL SECURITY;

ALTER TABLE app.subscription_agent OWNER TO tollgate_owner;

--
-- Name: subscription_item; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.subscription_item (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    price_id uuid NOT NULL,
    quantity bigint DEFAULT 1 NOT NULL,
    stripe_item text,
    analysis_field text,
    removed_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT subscription_item_quantity_check CHECK ((quantity > 0))
);

ALTER TABLE ONLY app.subscription_item FORCE ROW LEVEL SECURITY;

ALTER TABLE app.subscription_item OWNER TO tollgate_owner;

--
-- Name: tenant; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.tenant (
    tenant_id bigint NOT NULL,
    public_id uuid NOT NULL,
    agency_id uuid NOT NULL,
    name text NOT NULL,
    livemode boolean DEFAULT false NOT NULL,
    suspended_at timestamp with time zone,
    features text[] DEFAULT '{payment_processor}'::text[] NOT NULL,
    block_on text DEFAULT 'canceled_for_nonpayment'::text NOT NULL,
    grace_days integer,
    require_card boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    late_usage text DEFAULT 'next_period'::text NOT NULL,
    credits_on_exhausted text DEFAULT 'none'::text NOT NULL,
    credits_floor bigint DEFAULT 0 NOT NULL,
    credits_low_at bigint,
    block_scope text DEFAULT 'client'::text NOT NULL,
    no_subscription text DEFAULT 'keep'::text NOT NULL,
    on_dispute text DEFAULT 'ignore'::text NOT NULL,
    policy_updated_at timestamp with time zone,
    retention_days integer DEFAULT 180 NOT NULL,
    settle_seconds integer DEFAULT 60 NOT NULL,
    CONSTRAINT tenant_block_on_check CHECK ((block_on = ANY (ARRAY['past_due_immediately'::text, 'grace_elapsed'::text, 'unpaid'::text, 'canceled_for_nonpayment'::text]))),
    CONSTRAINT tenant_block_scope_check CHECK ((block_scope = ANY (ARRAY['client'::text, 'subscription'::text]))),
    CONSTRAINT tenant_credits_floor_check CHECK ((credits_floor <= 0)),
    CONSTRAINT tenant_credits_low_at_check CHECK ((credits_low_at > 0)),
    CONSTRAINT tenant_credits_on_exhausted_check CHECK ((credits_on_exhausted = ANY (ARRAY['block'::text, 'soft'::text, 'none'::text]))),
    CONSTRAINT tenant_grace_days_check CHECK (((grace_days >= 0) AND (grace_days <= 90))),
    CONSTRAINT tenant_grace_known CHECK (((block_on <> 'grace_elapsed'::text) OR (grace_days IS NOT NULL))),
    CONSTRAINT tenant_late_usage_check CHECK ((late_usage = ANY (ARRAY['next_period'::text, 'one_off_invoice'::text, 'write_off'::text]))),
    CONSTRAINT tenant_name_check CHECK ((name <> ''::text)),
    CONSTRAINT tenant_no_subscription_check CHECK ((no_subscription = ANY (ARRAY['block'::text, 'default_plan'::text, 'keep'::text]))),
    CONSTRAINT tenant_on_dispute_check CHECK ((on_dispute = ANY (ARRAY['ignore'::text, 'block'::text]))),
    CONSTRAINT tenant_retention_days_check CHECK (((retention_days >= 30) AND (retention_days <= 3650))),
    CONSTRAINT tenant_settle_seconds_check CHECK (((settle_seconds >= 0) AND (settle_seconds <= 3600)))
);

ALTER TABLE ONLY app.tenant FORCE ROW LEVEL SECURITY;

ALTER TABLE app.tenant OWNER TO tollgate_owner;

--
-- Name: tenant_tenant_id_seq; Type: SEQUENCE; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.tenant ALTER COLUMN tenant_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME app.tenant_tenant_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: usage_batch; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.usage_batch (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    meter_id uuid NOT NULL,
    stripe_customer text NOT NULL,
    client_id uuid,
    window_start timestamp with time zone NOT NULL,
    grain uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    value bigint NOT NULL,
    events integer NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    identifier text COLLATE pg_catalog."C",
    first_attempt_at timestamp with time zone,
    confirmed_at timestamp with time zone,
    problem jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT usage_batch_frozen CHECK (((status = ANY (ARRAY['pending'::text, 'empty'::text])) OR ((identifier IS NOT NULL) AND (first_attempt_at IS NOT NULL)) OR (status = 'rejected'::text))),
    CONSTRAINT usage_batch_identifier_check CHECK ((length(identifier) <= 100)),
    CONSTRAINT usage_batch_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'sent'::text, 'confirmed'::text, 'unknown'::text, 'rejected'::text, 'empty'::text])))
)
WITH (fillfactor='60');

ALTER TABLE ONLY app.usage_batch FORCE ROW LEVEL SECURITY;

ALTER TABLE app.usage_batch OWNER TO tollgate_owner;

--
-- Name: usage_conversation; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.usage_conversation (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    meter_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    field text NOT NULL COLLATE pg_catalog."C",
    conversation_id text NOT NULL COLLATE pg_catalog."C",
    event_uid uuid NOT NULL
);

ALTER TABLE ONLY app.usage_conversation FORCE ROW LEVEL SECURITY;

ALTER TABLE app.usage_conversation OWNER TO tollgate_owner;

--
-- Name: usage_drift; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.usage_drift (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    meter_id uuid NOT NULL,
    stripe_customer text NOT NULL,
    from_at timestamp with time zone NOT NULL,
    until_at timestamp with time zone NOT NULL,
    events_total bigint NOT NULL,
    batches_total bigint NOT NULL,
    stripe_total bigint,
    first_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    resolved_at timestamp with time zone
);

ALTER TABLE ONLY app.usage_drift FORCE ROW LEVEL SECURITY;

ALTER TABLE app.usage_drift OWNER TO tollgate_owner;

--
-- Name: usage_entry; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.usage_entry (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    event_uid uuid NOT NULL,
    n smallint NOT NULL,
    status text NOT NULL COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C",
    meter_id uuid,
    client_id uuid,
    stripe_customer text COLLATE pg_catalog."C",
    rule_version integer,
    item_id uuid,
    value bigint DEFAULT 0 NOT NULL,
    batch_id uuid,
    charge_id uuid,
    occurred_at timestamp with time zone NOT NULL,
    CONSTRAINT usage_entry_charged CHECK (((charge_id IS NULL) OR (status = 'late'::text))),
    CONSTRAINT usage_entry_reason CHECK (((status = ANY (ARRAY['not_metered'::text, 'late'::text])) <= (reason IS NOT NULL))),
    CONSTRAINT usage_entry_status_check CHECK ((status = ANY (ARRAY['metered'::text, 'not_metered'::text, 'late'::text, 'voided'::text])))
);

ALTER TABLE ONLY app.usage_entry FORCE ROW LEVEL SECURITY;

ALTER TABLE app.usage_entry OWNER TO tollgate_owner;

--
-- Name: usage_event; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.usage_event (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    agent_id uuid NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    credits bigint,
    seconds integer,
    messages integer,
    is_backfill boolean DEFAULT false NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    event_id text NOT NULL COLLATE pg_catalog."C",
    conversation_id text COLLATE pg_catalog."C",
    analysis jsonb,
    lead_email text,
    lead_name text,
    lead_phone text,
    CONSTRAINT usage_event_credits_check CHECK ((credits >= 0)),
    CONSTRAINT usage_event_messages_check CHECK ((messages >= 0)),
    CONSTRAINT usage_event_seconds_check CHECK ((seconds >= 0))
);

ALTER TABLE ONLY app.usage_event FORCE ROW LEVEL SECURITY;

ALTER TABLE app.usage_event OWNER TO tollgate_owner;

--
-- Name: usage_intake; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.usage_intake (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    first_id uuid NOT NULL,
    last_id uuid NOT NULL,
    events integer NOT NULL,
    is_backfill boolean DEFAULT false NOT NULL,
    is_again boolean DEFAULT false NOT NULL,
    meters uuid[],
    CONSTRAINT usage_intake_meters CHECK (((meters IS NULL) OR (first_id = last_id)))
);

ALTER TABLE ONLY app.usage_intake FORCE ROW LEVEL SECURITY;

ALTER TABLE app.usage_intake OWNER TO tollgate_owner;

--
-- Name: webhook_attempt; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.webhook_attempt (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    delivery_id uuid NOT NULL,
    number integer NOT NULL,
    status integer,
    error text,
    duration_ms integer NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY app.webhook_attempt FORCE ROW LEVEL SECURITY;

ALTER TABLE app.webhook_attempt OWNER TO tollgate_owner;

--
-- Name: webhook_delivery; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.webhook_delivery (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    event_id uuid NOT NULL,
    cause text NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone,
    last_status integer,
    last_error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT webhook_delivery_cause_check CHECK ((cause = ANY (ARRAY['event'::text, 'redelivery'::text, 'test'::text]))),
    CONSTRAINT webhook_delivery_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'retrying'::text, 'delivered'::text, 'exhausted'::text, 'canceled'::text])))
);

ALTER TABLE ONLY app.webhook_delivery FORCE ROW LEVEL SECURITY;

ALTER TABLE app.webhook_delivery OWNER TO tollgate_owner;

--
-- Name: webhook_endpoint; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.webhook_endpoint (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    url text NOT NULL,
    description text,
    event_types text[] DEFAULT '{*}'::text[] NOT NULL,
    status text DEFAULT 'enabled'::text NOT NULL,
    disabled_reason text,
    secret_id uuid NOT NULL,
    previous_secret_id uuid,
    previous_until timestamp with time zone,
    last_delivered_at timestamp with time zone,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT webhook_endpoint_disabled_reason_check CHECK ((disabled_reason = ANY (ARRAY['gone'::text, 'failing'::text, 'by_hand'::text]))),
    CONSTRAINT webhook_endpoint_event_types_check CHECK (((cardinality(event_types) >= 1) AND (cardinality(event_types) <= 100))),
    CONSTRAINT webhook_endpoint_status_check CHECK ((status = ANY (ARRAY['enabled'::text, 'disabled'::text, 'deleted'::text])))
);

ALTER TABLE ONLY app.webhook_endpoint FORCE ROW LEVEL SECURITY;

ALTER TABLE app.webhook_endpoint OWNER TO tollgate_owner;

--
-- Name: bucket; Type: TABLE; Schema: jobq; Owner: tollgate_entry
--

CREATE TABLE jobq.bucket (
    id bigint NOT NULL,
    rate real NOT NULL,
    ceiling real NOT NULL,
    slot_ms integer DEFAULT 250 NOT NULL,
    blocked_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    CONSTRAINT bucket_rate_check CHECK ((rate >= (1)::double precision))
)
WITH (fillfactor='50');

ALTER TABLE jobq.bucket OWNER TO tollgate_entry;

--
-- Name: dead_letter; Type: TABLE; Schema: jobq; Owner: tollgate_entry
--

CREATE TABLE jobq.dead_letter (
    command_id bigint NOT NULL,
    tenant_id bigint NOT NULL,
    queue_id smallint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE jobq.dead_letter OWNER TO tollgate_entry;

--
-- Name: depth_sample; Type: TABLE; Schema: jobq; Owner: tollgate_entry
--

CREATE TABLE jobq.depth_sample (
    queue_id smallint NOT NULL,
    state text NOT NULL,
    jobs bigint NOT NULL,
    oldest_at timestamp with time zone,
    sampled_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
)
WITH (fillfactor='50');

ALTER TABLE jobq.depth_sample OWNER TO tollgate_entry;

--
-- Name: job_key; Type: TABLE; Schema: jobq; Owner: tollgate_entry
--

CREATE TABLE jobq.job_key (
    id bigint NOT NULL,
    tenant_id bigint NOT NULL,
    okey text NOT NULL,
    depth integer NOT NULL,
    seq integer DEFAULT 1 NOT NULL,
    held_by bigint
)
WITH (fillfactor='70');

ALTER TABLE jobq.job_key OWNER TO tollgate_entry;

--
-- Name: job_key_id_seq; Type: SEQUENCE; Schema: jobq; Owner: tollgate_entry
--

ALTER TABLE jobq.job_key ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME jobq.job_key_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: lease_seq; Type: SEQUENCE; Schema: jobq; Owner: tollgate_entry
--

CREATE SEQUENCE jobq.lease_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER TABLE jobq.lease_seq OWNER TO tollgate_entry;

--
-- Name: mark_pos_hi; Type: SEQUENCE; Schema: jobq; Owner: tollgate_entry
--

CREATE SEQUENCE jobq.mark_pos_hi
    START WITH 0
    INCREMENT BY 1
    MINVALUE 0
    NO MAXVALUE
    CACHE 1;

ALTER TABLE jobq.mark_pos_hi OWNER TO tollgate_entry;

--
-- Name: mark_pos_safe; Type: SEQUENCE; Schema: jobq; Owner: tollgate_entry
--

CREATE SEQUENCE jobq.mark_pos_safe
    START WITH 0
    INCREMENT BY 1
    MINVALUE 0
    NO MAXVALUE
    CACHE 1;

ALTER TABLE jobq.mark_pos_safe OWNER TO tollgate_entry;

--
-- Name: mark_xid_hi; Type: SEQUENCE; Schema: jobq; Owner: tollgate_entry
--

CREATE SEQUENCE jobq.mark_xid_hi
    START WITH 0
    INCREMENT BY 1
    MINVALUE 0
    NO MAXVALUE
    CACHE 1;

ALTER TABLE jobq.mark_xid_hi OWNER TO tollgate_entry;

--
-- Name: pos_seq; Type: SEQUENCE; Schema: jobq; Owner: tollgate_entry
--

CREATE SEQUENCE jobq.pos_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER TABLE jobq.pos_seq OWNER TO tollgate_entry;

--
-- Name: queue; Type: TABLE; Schema: jobq; Owner: tollgate_entry
--

CREATE TABLE jobq.queue (
    id smallint NOT NULL,
    name text NOT NULL,
    paused_at timestamp with time zone,
    pause_why text,
    run_seconds integer DEFAULT 60 NOT NULL,
    op_cost real DEFAULT 1 NOT NULL,
    stops_on_refused_key boolean DEFAULT true NOT NULL,
    CONSTRAINT queue_op_cost_check CHECK (((op_cost >= (1)::double precision) AND (op_cost <= (4)::double precision)))
);

ALTER TABLE jobq.queue OWNER TO tollgate_entry;

--
-- Name: spend; Type: TABLE; Schema: jobq; Owner: tollgate_entry
--

CREATE UNLOGGED TABLE jobq.spend (
    bucket_id bigint NOT NULL,
    slot bigint NOT NULL,
    used real NOT NULL
)
WITH (fillfactor='70', autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='5000', autovacuum_vacuum_cost_delay='0');

ALTER TABLE jobq.spend OWNER TO tollgate_entry;

--
-- Name: worker; Type: TABLE; Schema: jobq; Owner: tollgate_entry
--

CREATE TABLE jobq.worker (
    id bigint NOT NULL,
    queue_id smallint NOT NULL,
    host text,
    pid integer,
    version text,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    beat_at timestamp with time zone DEFAULT now() NOT NULL,
    draining boolean DEFAULT false NOT NULL
)
WITH (fillfactor='30');

ALTER TABLE jobq.worker OWNER TO tollgate_entry;

--
-- Name: worker_id_seq; Type: SEQUENCE; Schema: jobq; Owner: tollgate_entry
--

ALTER TABLE jobq.worker ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME jobq.worker_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: access_hold access_hold_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.access_hold
    ADD CONSTRAINT access_hold_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: access_transition access_transition_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.access_transition
    ADD CONSTRAINT access_transition_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: agent agent_external_id_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.agent
    ADD CONSTRAINT agent_external_id_unique UNIQUE (tenant_id, external_id);

--
-- Name: agent agent_of_client_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.agent
    ADD CONSTRAINT agent_of_client_unique UNIQUE (tenant_id, client_id, id);

--
-- Name: agent agent_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.agent
    ADD CONSTRAINT agent_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: api_key api_key_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.api_key
    ADD CONSTRAINT api_key_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: attempt attempt_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.attempt
    ADD CONSTRAINT attempt_pkey PRIMARY KEY (id, tenant_id);

--
-- Name: audit_entry audit_entry_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.audit_entry
    ADD CONSTRAINT audit_entry_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: audit_link audit_link_once; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.audit_link
    ADD CONSTRAINT audit_link_once UNIQUE (tenant_id, entry_id);

--
-- Name: audit_link audit_link_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.audit_link
    ADD CONSTRAINT audit_link_pkey PRIMARY KEY (tenant_id, seq);

--
-- Name: brand_domain brand_domain_once; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.brand_domain
    ADD CONSTRAINT brand_domain_once UNIQUE (tenant_id, domain);

--
-- Name: brand_domain brand_domain_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.brand_domain
    ADD CONSTRAINT brand_domain_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: branding branding_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.branding
    ADD CONSTRAINT branding_pkey PRIMARY KEY (tenant_id);

--
-- Name: client client_external_id_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.client
    ADD CONSTRAINT client_external_id_unique UNIQUE (tenant_id, external_id);

--
-- Name: client client_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.client
    ADD CONSTRAINT client_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: client client_stripe_customer_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.client
    ADD CONSTRAINT client_stripe_customer_unique UNIQUE (tenant_id, stripe_customer);

--
-- Name: command command_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.command
    ADD CONSTRAINT command_pkey PRIMARY KEY (id, tenant_id);

--
-- Name: command command_public_id_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.command
    ADD CONSTRAINT command_public_id_unique UNIQUE (tenant_id, public_id);

--
-- Name: connection connection_one_per_tenant; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.connection
    ADD CONSTRAINT connection_one_per_tenant UNIQUE (tenant_id);

--
-- Name: connection connection_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.connection
    ADD CONSTRAINT connection_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: coupon coupon_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.coupon
    ADD CONSTRAINT coupon_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: coupon coupon_stripe_coupon_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.coupon
    ADD CONSTRAINT coupon_stripe_coupon_unique UNIQUE (tenant_id, stripe_coupon);

--
-- Name: credit_auto_topup credit_auto_topup_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_auto_topup
    ADD CONSTRAINT credit_auto_topup_pkey PRIMARY KEY (tenant_id, client_id);

--
-- Name: credit_base_cost credit_base_cost_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_base_cost
    ADD CONSTRAINT credit_base_cost_pkey PRIMARY KEY (tenant_id, currency);

--
-- Name: credit_entry credit_entry_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_entry
    ADD CONSTRAINT credit_entry_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: credit_entry credit_entry_seq_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_entry
    ADD CONSTRAINT credit_entry_seq_unique UNIQUE (tenant_id, client_id, seq);

--
-- Name: credit_entry credit_entry_source_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_entry
    ADD CONSTRAINT credit_entry_source_unique UNIQUE (tenant_id, source_kind, source_id);

--
-- Name: credit_hold credit_hold_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_hold
    ADD CONSTRAINT credit_hold_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: credit_note credit_note_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_note
    ADD CONSTRAINT credit_note_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: credit_note credit_note_stripe_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_note
    ADD CONSTRAINT credit_note_stripe_unique UNIQUE (tenant_id, stripe_credit_note);

--
-- Name: credit_pricing credit_pricing_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_pricing
    ADD CONSTRAINT credit_pricing_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: credit_pricing credit_pricing_version_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_pricing
    ADD CONSTRAINT credit_pricing_version_unique UNIQUE (tenant_id, currency, version);

--
-- Name: credit_purchase credit_purchase_intent_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_purchase
    ADD CONSTRAINT credit_purchase_intent_unique UNIQUE (tenant_id, stripe_payment_intent);

--
-- Name: credit_purchase credit_purchase_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_purchase
    ADD CONSTRAINT credit_purchase_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: credit_purchase credit_purchase_quote_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_purchase
    ADD CONSTRAINT credit_purchase_quote_unique UNIQUE (tenant_id, quote_id);

--
-- Name: credit_purchase credit_purchase_session_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_purchase
    ADD CONSTRAINT credit_purchase_session_unique UNIQUE (tenant_id, stripe_session);

--
-- Name: credit_quote credit_quote_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_quote
    ADD CONSTRAINT credit_quote_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: credit_refund credit_refund_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_refund
    ADD CONSTRAINT credit_refund_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: credit_refund credit_refund_stripe_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_refund
    ADD CONSTRAINT credit_refund_stripe_unique UNIQUE (tenant_id, stripe_refund);

--
-- Name: credit_transaction credit_transaction_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_transaction
    ADD CONSTRAINT credit_transaction_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: credit_transaction credit_transaction_stripe_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_transaction
    ADD CONSTRAINT credit_transaction_stripe_unique UNIQUE (tenant_id, stripe_id);

--
-- Name: dispute dispute_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.dispute
    ADD CONSTRAINT dispute_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: dispute dispute_stripe_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.dispute
    ADD CONSTRAINT dispute_stripe_unique UNIQUE (tenant_id, stripe_dispute);

--
-- Name: drift_item drift_item_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.drift_item
    ADD CONSTRAINT drift_item_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: idempotency idempotency_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (tenant_id, key);

--
-- Name: import_item import_item_once; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.import_item
    ADD CONSTRAINT import_item_once UNIQUE (tenant_id, import_id, stripe_id);

--
-- Name: import_item import_item_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.import_item
    ADD CONSTRAINT import_item_pkey PRIMARY KEY (tenant_id, import_id, id);

--
-- Name: import import_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.import
    ADD CONSTRAINT import_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: invoice invoice_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.invoice
    ADD CONSTRAINT invoice_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: invoice invoice_stripe_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.invoice
    ADD CONSTRAINT invoice_stripe_unique UNIQUE (tenant_id, stripe_invoice);

--
-- Name: key_permission key_permission_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.key_permission
    ADD CONSTRAINT key_permission_pkey PRIMARY KEY (tenant_id, name);

--
-- Name: late_charge late_charge_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.late_charge
    ADD CONSTRAINT late_charge_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: meter meter_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.meter
    ADD CONSTRAINT meter_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: meter meter_stripe_meter_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.meter
    ADD CONSTRAINT meter_stripe_meter_unique UNIQUE (tenant_id, stripe_meter);

--
-- Name: metering_rule metering_rule_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.metering_rule
    ADD CONSTRAINT metering_rule_pkey PRIMARY KEY (tenant_id, agent_id, version);

--
-- Name: orphan orphan_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.orphan
    ADD CONSTRAINT orphan_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: payment_setup payment_setup_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.payment_setup
    ADD CONSTRAINT payment_setup_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: payment_setup payment_setup_session_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.payment_setup
    ADD CONSTRAINT payment_setup_session_unique UNIQUE (tenant_id, stripe_session);

--
-- Name: plan plan_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.plan
    ADD CONSTRAINT plan_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: plan_price plan_price_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.plan_price
    ADD CONSTRAINT plan_price_pkey PRIMARY KEY (tenant_id, plan_id, version, place);

--
-- Name: plan_quota plan_quota_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.plan_quota
    ADD CONSTRAINT plan_quota_pkey PRIMARY KEY (tenant_id, plan_id, version, feature);

--
-- Name: plan_version plan_version_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.plan_version
    ADD CONSTRAINT plan_version_pkey PRIMARY KEY (tenant_id, plan_id, version);

--
-- Name: portal_event portal_event_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.portal_event
    ADD CONSTRAINT portal_event_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: portal_user portal_user_external_id_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.portal_user
    ADD CONSTRAINT portal_user_external_id_unique UNIQUE (tenant_id, external_id);

--
-- Name: portal_user portal_user_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.portal_user
    ADD CONSTRAINT portal_user_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: price price_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.price
    ADD CONSTRAINT price_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: price price_stripe_price_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.price
    ADD CONSTRAINT price_stripe_price_unique UNIQUE (tenant_id, stripe_price);

--
-- Name: product product_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.product
    ADD CONSTRAINT product_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: product product_stripe_product_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.product
    ADD CONSTRAINT product_stripe_product_unique UNIQUE (tenant_id, stripe_product);

--
-- Name: quota_usage quota_usage_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.quota_usage
    ADD CONSTRAINT quota_usage_pkey PRIMARY KEY (tenant_id, client_id, feature, period_start);

--
-- Name: reconciliation_page reconciliation_page_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.reconciliation_page
    ADD CONSTRAINT reconciliation_page_pkey PRIMARY KEY (tenant_id, reconciliation_id, number);

--
-- Name: reconciliation reconciliation_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.reconciliation
    ADD CONSTRAINT reconciliation_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: reconciliation_sight reconciliation_sight_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.reconciliation_sight
    ADD CONSTRAINT reconciliation_sight_pkey PRIMARY KEY (tenant_id, reconciliation_id, stripe_id);

--
-- Name: refund refund_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.refund
    ADD CONSTRAINT refund_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: refund refund_stripe_refund_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.refund
    ADD CONSTRAINT refund_stripe_refund_unique UNIQUE (tenant_id, stripe_refund);

--
-- Name: sealed_secret sealed_secret_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.sealed_secret
    ADD CONSTRAINT sealed_secret_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: stripe_call stripe_call_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.stripe_call
    ADD CONSTRAINT stripe_call_pkey PRIMARY KEY (tenant_id, command_id, step, gen);

--
-- Name: stripe_event stripe_event_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.stripe_event
    ADD CONSTRAINT stripe_event_pkey PRIMARY KEY (tenant_id, event_id);

--
-- Name: subscription_agent subscription_agent_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.subscription_agent
    ADD CONSTRAINT subscription_agent_pkey PRIMARY KEY (tenant_id, subscription_id, agent_id);

--
-- Name: subscription_item subscription_item_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.subscription_item
    ADD CONSTRAINT subscription_item_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: subscription_item subscription_item_price_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.subscription_item
    ADD CONSTRAINT subscription_item_price_unique UNIQUE (tenant_id, subscription_id, price_id);

--
-- Name: subscription subscription_of_client_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.subscription
    ADD CONSTRAINT subscription_of_client_unique UNIQUE (tenant_id, client_id, id);

--
-- Name: subscription subscription_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.subscription
    ADD CONSTRAINT subscription_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: subscription subscription_schedule_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.subscription
    ADD CONSTRAINT subscription_schedule_unique UNIQUE (tenant_id, stripe_schedule);

--
-- Name: subscription subscription_stripe_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.subscription
    ADD CONSTRAINT subscription_stripe_unique UNIQUE (tenant_id, stripe_subscription);

--
-- Name: tenant tenant_agency_mode_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.tenant
    ADD CONSTRAINT tenant_agency_mode_unique UNIQUE (agency_id, livemode, tenant_id);

--
-- Name: tenant tenant_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.tenant
    ADD CONSTRAINT tenant_pkey PRIMARY KEY (tenant_id);

--
-- Name: tenant tenant_public_id_unique; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.tenant
    ADD CONSTRAINT tenant_public_id_unique UNIQUE (public_id, tenant_id);

--
-- Name: usage_batch usage_batch_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.usage_batch
    ADD CONSTRAINT usage_batch_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: usage_conversation usage_conversation_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.usage_conversation
    ADD CONSTRAINT usage_conversation_pkey PRIMARY KEY (tenant_id, meter_id, agent_id, conversation_id, field);

--
-- Name: usage_drift usage_drift_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.usage_drift
    ADD CONSTRAINT usage_drift_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: usage_entry usage_entry_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.usage_entry
    ADD CONSTRAINT usage_entry_pkey PRIMARY KEY (tenant_id, event_uid, n);

--
-- Name: usage_event usage_event_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.usage_event
    ADD CONSTRAINT usage_event_pkey PRIMARY KEY (tenant_id, event_id);

--
-- Name: usage_intake usage_intake_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.usage_intake
    ADD CONSTRAINT usage_intake_pkey PRIMARY KEY (tenant_id, first_id);

--
-- Name: webhook_attempt webhook_attempt_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.webhook_attempt
    ADD CONSTRAINT webhook_attempt_pkey PRIMARY KEY (tenant_id, delivery_id, number);

--
-- Name: webhook_delivery webhook_delivery_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.webhook_delivery
    ADD CONSTRAINT webhook_delivery_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: webhook_endpoint webhook_endpoint_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.webhook_endpoint
    ADD CONSTRAINT webhook_endpoint_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: bucket bucket_pkey; Type: CONSTRAINT; Schema: jobq; Owner: tollgate_entry
--

ALTER TABLE ONLY jobq.bucket
    ADD CONSTRAINT bucket_pkey PRIMARY KEY (id);

--
-- Name: dead_letter dead_letter_pkey; Type: CONSTRAINT; Schema: jobq; Owner: tollgate_entry
--

ALTER TABLE ONLY jobq.dead_letter
    ADD CONSTRAINT dead_letter_pkey PRIMARY KEY (command_id);

--
-- Name: depth_sample depth_sample_pkey; Type: CONSTRAINT; Schema: jobq; Owner: tollgate_entry
--

ALTER TABLE ONLY jobq.depth_sample
    ADD CONSTRAINT depth_sample_pkey PRIMARY KEY (queue_id, state);

--
-- Name: job_key job_key_pkey; Type: CONSTRAINT; Schema: jobq; Owner: tollgate_entry
--

ALTER TABLE ONLY jobq.job_key
    ADD CONSTRAINT job_key_pkey PRIMARY KEY (id);

--
-- Name: job_key job_key_tenant_id_okey_key; Type: CONSTRAINT; Schema: jobq; Owner: tollgate_entry
--

ALTER TABLE ONLY jobq.job_key
    ADD CONSTRAINT job_key_tenant_id_okey_key UNIQUE (tenant_id, okey);

--
-- Name: job job_pkey; Type: CONSTRAINT; Schema: jobq; Owner: tollgate_entry
--

ALTER TABLE ONLY jobq.job
    ADD CONSTRAINT job_pkey PRIMARY KEY (id);

--
-- Name: lane lane_pkey; Type: CONSTRAINT; Schema: jobq; Owner: tollgate_entry
--

ALTER TABLE ONLY jobq.lane
    ADD CONSTRAINT lane_pkey PRIMARY KEY (queue_id, tenant_id);

--
-- Name: queue queue_name_key; Type: CONSTRAINT; Schema: jobq; Owner: tollgate_entry
--

ALTER TABLE ONLY jobq.queue
    ADD CONSTRAINT queue_name_key UNIQUE (name);

--
-- Name: queue queue_pkey; Type: CONSTRAINT; Schema: jobq; Owner: tollgate_entry
--

ALTER TABLE ONLY jobq.queue
    ADD CONSTRAINT queue_pkey PRIMARY KEY (id);

--
-- Name: spend spend_pkey; Type: CONSTRAINT; Schema: jobq; Owner: tollgate_entry
--

ALTER TABLE ONLY jobq.spend
    ADD CONSTRAINT spend_pkey PRIMARY KEY (bucket_id, slot);

--
-- Name: worker worker_pkey; Type: CONSTRAINT; Schema: jobq; Owner: tollgate_entry
--

ALTER TABLE ONLY jobq.worker
    ADD CONSTRAINT worker_pkey PRIMARY KEY (id);

--
-- Name: access_hold_one_open; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE UNIQUE INDEX access_hold_one_open ON app.access_hold USING btree (tenant_id, client_id, reason, effect, COALESCE(subscription_id, '00000000-0000-0000-0000-000000000000'::uuid)) WHERE (released_at IS NULL);

--
-- Name: access_hold_open; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX access_hold_open ON app.access_hold USING btree (tenant_id, client_id) WHERE (released_at IS NULL);

--
-- Name: access_transition_of_client; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX access_transition_of_client ON app.access_transition USING btree (tenant_id, client_id, id DESC);

--
-- Name: agent_newest; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX agent_newest ON app.agent USING btree (tenant_id, client_id, id DESC);

--
-- Name: api_key_mac; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE UNIQUE INDEX api_key_mac ON app.api_key USING btree (mac, tenant_id);

--
-- Name: attempt_of_command; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX attempt_of_command ON app.attempt USING btree (tenant_id, command_id, id);

--
-- Name: audit_entry_newest; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX audit_entry_newest ON app.audit_entry USING btree (tenant_id, id DESC);

--
-- Name: audit_entry_of_client; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX audit_entry_of_client ON app.audit_entry USING btree (tenant_id, client_id) WHERE (client_id IS NOT NULL);

--
-- Name: audit_entry_target; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX audit_entry_target ON app.audit_entry USING btree (tenant_id, target, id DESC);

--
-- Name: brand_domain_verified; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX brand_domain_verified ON app.brand_domain USING btree (domain) WHERE (status = 'verified'::text);

--
-- Name: client_email_key; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX client_email_key ON app.client USING btree (tenant_id, email_key) WHERE (email_key IS NOT NULL);

--
-- Name: client_mail; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX client_mail ON app.client USING btree (tenant_id, lower(admin_email)) WHERE (admin_email IS NOT NULL);

--
-- Name: client_newest; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX client_newest ON app.client USING btree (tenant_id, id DESC);

--
-- Name: client_phone_key; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX client_phone_key ON app.client USING btree (tenant_id, phone_key) WHERE (phone_key IS NOT NULL);

--
-- Name: command_dedupe; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE UNIQUE INDEX command_dedupe ON app.command USING btree (tenant_id, dedupe_key) WHERE (dedupe_key IS NOT NULL);

--
-- Name: command_target; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX command_target ON app.command USING btree (tenant_id, target_id, id DESC) WHERE (target_id IS NOT NULL);

--
-- Name: connection_account; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX connection_account ON app.connection USING btree (account_id, tenant_id) WHERE (account_id IS NOT NULL);

--
-- Name: connection_webhook_token; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE UNIQUE INDEX connection_webhook_token ON app.connection USING btree (webhook_token, tenant_id);

--
-- Name: credit_entry_of_client; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX credit_entry_of_client ON app.credit_entry USING btree (tenant_id, client_id, id DESC);

--
-- Name: credit_hold_open; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX credit_hold_open ON app.credit_hold USING btree (tenant_id, client_id) WHERE (status = 'open'::text);

--
-- Name: credit_note_of_invoice; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX credit_note_of_invoice ON app.credit_note USING btree (tenant_id, invoice_id);

--
-- Name: credit_pricing_current; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE UNIQUE INDEX credit_pricing_current ON app.credit_pricing USING btree (tenant_id, currency) WHERE (superseded_at IS NULL);

--
-- Name: credit_purchase_of_client; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX credit_purchase_of_client ON app.credit_purchase USING btree (tenant_id, client_id, id DESC);

--
-- Name: credit_purchase_one_topup; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE UNIQUE INDEX credit_purchase_one_topup ON app.credit_purchase USING btree (tenant_id, client_id) WHERE ((origin = 'auto_topup'::text) AND (status = ANY (ARRAY['preparing'::text, 'processing'::text, 'open'::text, 'needs_action'::text])));

--
-- Name: credit_refund_of_purchase; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX credit_refund_of_purchase ON app.credit_refund USING btree (tenant_id, purchase_id);

--
-- Name: dispute_of_client; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX dispute_of_client ON app.dispute USING btree (tenant_id, client_id);

--
-- Name: drift_item_newest; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX drift_item_newest ON app.drift_item USING btree (tenant_id, status, id DESC);

--
-- Name: drift_item_once; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE UNIQUE INDEX drift_item_once ON app.drift_item USING btree (tenant_id, object_kind, stripe_id, field) WHERE (status = ANY (ARRAY['suspected'::text, 'open'::text, 'dismissed'::text]));

--
-- Name: import_item_open; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX import_item_open ON app.import_item USING btree (tenant_id, import_id, id) WHERE (outcome IS NULL);

--
-- Name: import_newest; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX import_newest ON app.import USING btree (tenant_id, id DESC);

--
-- Name: import_one_open; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE UNIQUE INDEX import_one_open ON app.import USING btree (tenant_id, what) WHERE (status = ANY (ARRAY['reading'::text, 'applying'::text]));

--
-- Name: invoice_of_client; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX invoice_of_client ON app.invoice USING btree (tenant_id, client_id, id DESC);

--
-- Name: invoice_of_subscription; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX invoice_of_subscription ON app.invoice USING btree (tenant_id, subscription_id) WHERE (subscription_id IS NOT NULL);

--
-- Name: late_charge_of_invoice; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX late_charge_of_invoice ON app.late_charge USING btree (tenant_id, invoice_id);

--
-- Name: late_charge_of_period; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX late_charge_of_period ON app.late_charge USING btree (tenant_id, client_id, price_id, period_start);

--
-- Name: meter_event_name_unique; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE UNIQUE INDEX meter_event_name_unique ON app.meter USING btree (tenant_id, event_name) WHERE (status = ANY (ARRAY['publishing'::text, 'active'::text]));

--
-- Name: metering_rule_current; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE UNIQUE INDEX metering_rule_current ON app.metering_rule USING btree (tenant_id, agent_id) WHERE (ended_at IS NULL);

--
-- Name: orphan_of_account; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX orphan_of_account ON app.orphan USING btree (tenant_id, account_id, kind);

--
-- Name: orphan_of_stripe; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX orphan_of_stripe ON app.orphan USING btree (tenant_id, stripe_id);

--
-- Name: payment_setup_of_client; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX payment_setup_of_client ON app.payment_setup USING btree (tenant_id, client_id, id DESC);

--
-- Name: plan_newest; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX plan_newest ON app.plan USING btree (tenant_id, id DESC);

--
-- Name: plan_one_default; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE UNIQUE INDEX plan_one_default ON app.plan USING btree (tenant_id) WHERE is_default;

--
-- Name: portal_event_newest; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX portal_event_newest ON app.portal_event USING btree (tenant_id, created_at DESC, id DESC);

--
-- Name: portal_event_of_subject; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX portal_event_of_subject ON app.portal_event USING btree (tenant_id, subject, seq);

--
-- Name: portal_user_of_client; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX portal_user_of_client ON app.portal_user USING btree (tenant_id, client_id, id DESC);

--
-- Name: price_lookup_key_unique; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE UNIQUE INDEX price_lookup_key_unique ON app.price USING btree (tenant_id, lookup_key) WHERE (active AND (lookup_key IS NOT NULL));

--
-- Name: price_newest; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX price_newest ON app.price USING btree (tenant_id, id DESC);

--
-- Name: price_of_meter; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX price_of_meter ON app.price USING btree (tenant_id, meter_id) WHERE (meter_id IS NOT NULL);

--
-- Name: price_of_product; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX price_of_product ON app.price USING btree (tenant_id, product_id);

--
-- Name: product_newest; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX product_newest ON app.product USING btree (tenant_id, id DESC);

--
-- Name: reconciliation_one_running; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE UNIQUE INDEX reconciliation_one_running ON app.reconciliation USING btree (tenant_id) WHERE (status = 'running'::text);

--
-- Name: refund_of_invoice; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX refund_of_invoice ON app.refund USING btree (tenant_id, invoice_id);

--
-- Name: stripe_event_pending; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX stripe_event_pending ON app.stripe_event USING btree (tenant_id, object_id) WHERE (status = 'received'::text);

--
-- Name: subscription_agent_of_agent; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX subscription_agent_of_agent ON app.subscription_agent USING btree (tenant_id, agent_id) WHERE (removed_at IS NULL);

--
-- Name: subscription_by_status; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX subscription_by_status ON app.subscription USING btree (tenant_id, status, id DESC);

--
-- Name: subscription_of_client; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX subscription_of_client ON app.subscription USING btree (tenant_id, client_id, id DESC);

--
-- Name: subscription_of_plan; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX subscription_of_plan ON app.subscription USING btree (tenant_id, plan_id) WHERE (plan_id IS NOT NULL);

--
-- Name: usage_batch_by_customer; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX usage_batch_by_customer ON app.usage_batch USING btree (tenant_id, stripe_customer, at);

--
-- Name: usage_batch_identifier; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE UNIQUE INDEX usage_batch_identifier ON app.usage_batch USING btree (tenant_id, identifier) WHERE (identifier IS NOT NULL);

--
-- Name: usage_batch_of_customer; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX usage_batch_of_customer ON app.usage_batch USING btree (tenant_id, meter_id, stripe_customer, at);

--
-- Name: usage_batch_pending; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE UNIQUE INDEX usage_batch_pending ON app.usage_batch USING btree (tenant_id, meter_id, stripe_customer, window_start, grain) WHERE (status = 'pending'::text);

--
-- Name: usage_conversation_of_event; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX usage_conversation_of_event ON app.usage_conversation USING btree (tenant_id, event_uid);

--
-- Name: usage_drift_open; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE UNIQUE INDEX usage_drift_open ON app.usage_drift USING btree (tenant_id, meter_id, stripe_customer, from_at) WHERE (resolved_at IS NULL);

--
-- Name: usage_entry_not_metered; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX usage_entry_not_metered ON app.usage_entry USING btree (tenant_id, status, event_uid DESC) WHERE (status = ANY (ARRAY['not_metered'::text, 'late'::text, 'voided'::text]));

--
-- Name: usage_entry_of_batch; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX usage_entry_of_batch ON app.usage_entry USING btree (tenant_id, batch_id) WHERE (batch_id IS NOT NULL);

--
-- Name: usage_entry_of_charge; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX usage_entry_of_charge ON app.usage_entry USING btree (tenant_id, charge_id) WHERE (charge_id IS NOT NULL);

--
-- Name: usage_entry_of_client; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX usage_entry_of_client ON app.usage_entry USING btree (tenant_id, client_id, event_uid) WHERE ((client_id IS NOT NULL) AND (item_id IS NULL));

--
-- Name: usage_entry_of_reason; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX usage_entry_of_reason ON app.usage_entry USING btree (tenant_id, status, reason, event_uid DESC) WHERE (status = ANY (ARRAY['not_metered'::text, 'late'::text, 'voided'::text]));

--
-- Name: usage_entry_to_charge; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX usage_entry_to_charge ON app.usage_entry USING btree (tenant_id, client_id) WHERE ((status = 'late'::text) AND (reason = 'one_off_invoice'::text) AND (charge_id IS NULL));

--
-- Name: usage_event_id; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE UNIQUE INDEX usage_event_id ON app.usage_event USING btree (tenant_id, id);

--
-- Name: usage_event_of_agent; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX usage_event_of_agent ON app.usage_event USING btree (tenant_id, agent_id, id);

--
-- Name: webhook_delivery_of_endpoint; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX webhook_delivery_of_endpoint ON app.webhook_delivery USING btree (tenant_id, endpoint_id, id DESC);

--
-- Name: webhook_delivery_once; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE UNIQUE INDEX webhook_delivery_once ON app.webhook_delivery USING btree (tenant_id, event_id, endpoint_id) WHERE (cause = 'event'::text);

--
-- Name: dead_letter_of_queue; Type: INDEX; Schema: jobq; Owner: tollgate_entry
--

CREATE INDEX dead_letter_of_queue ON jobq.dead_letter USING btree (queue_id, at);

--
-- Name: job_blocked; Type: INDEX; Schema: jobq; Owner: tollgate_entry
--

CREATE INDEX job_blocked ON jobq.job USING btree (key_id, key_seq) WHERE (state = 3);

--
-- Name: job_later; Type: INDEX; Schema: jobq; Owner: tollgate_entry
--

CREATE INDEX job_later ON jobq.job USING btree (run_at) WHERE (state = 2);

--
-- Name: job_ready; Type: INDEX; Schema: jobq; Owner: tollgate_entry
--

CREATE INDEX job_ready ON jobq.job USING btree (queue_id, tenant_id, prio, pos) WHERE (state = 0);

--
-- Name: job_running; Type: INDEX; Schema: jobq; Owner: tollgate_entry
--

CREATE INDEX job_running ON jobq.job USING btree (queue_id, tenant_id, lease) WHERE (state = 1);

--
-- Name: lane_active; Type: INDEX; Schema: jobq; Owner: tollgate_entry
--

CREATE INDEX lane_active ON jobq.lane USING btree (queue_id, tenant_id) WHERE active;

--
-- Name: api_key api_key_guard; Type: TRIGGER; Schema: app; Owner: tollgate_owner
--

CREATE TRIGGER api_key_guard BEFORE INSERT OR UPDATE OF prefix, revoked_at, expires_at ON app.api_key FOR EACH ROW EXECUTE FUNCTION app.guard_api_key();

--
-- Name: audit_entry audit_entry_chain; Type: TRIGGER; Schema: app; Owner: tollgate_owner
--

CREATE CONSTRAINT TRIGGER audit_entry_chain AFTER INSERT ON app.audit_entry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.chain_audit();

--
-- Name: audit_entry audit_entry_digest; Type: TRIGGER; Schema: app; Owner: tollgate_owner
--

CREATE TRIGGER audit_entry_digest BEFORE INSERT ON app.audit_entry FOR EACH ROW EXECUTE FUNCTION app.digest_audit();

--
-- Name: audit_entry audit_entry_keep; Type: TRIGGER; Schema: app; Owner: tollgate_owner
--

CREATE TRIGGER audit_entry_keep BEFORE DELETE OR UPDATE ON app.audit_entry FOR EACH ROW EXECUTE FUNCTION app.keep_audit();

--
-- Name: audit_entry audit_entry_keep_all; Type: TRIGGER; Schema: app; Owner: tollgate_owner
--

CREATE TRIGGER audit_entry_keep_all BEFORE TRUNCATE ON app.audit_entry FOR EACH STATEMENT EXECUTE FUNCTION app.keep_audit();

--
-- Name: audit_link audit_link_keep; Type: TRIGGER; Schema: app; Owner: tollgate_owner
--

CREATE TRIGGER audit_link_keep BEFORE DELETE OR UPDATE ON app.audit_link FOR EACH ROW EXECUTE FUNCTION app.keep_audit();

--
-- Name: audit_link audit_link_keep_all; Type: TRIGGER; Schema: app; Owner: tollgate_owner
--

CREATE TRIGGER audit_link_keep_all BEFORE TRUNCATE ON app.audit_link FOR EACH STATEMENT EXECUTE FUNCTION app.keep_audit();

--
-- Name: brand_domain cap_domains; Type: TRIGGER; Schema: app; Owner: tollgate_owner
--

CREATE TRIGGER cap_domains BEFORE INSERT ON app.brand_domain FOR EACH ROW EXECUTE FUNCTION app.cap_domains();

--
-- Name: credit_entry credit_entry_immutable; Type: TRIGGER; Schema: app; Owner: tollgate_owner
--

CREATE TRIGGER credit_entry_immutable BEFORE DELETE OR UPDATE OR TRUNCATE ON app.credit_entry FOR EACH STATEMENT EXECUTE FUNCTION app.keep_credit_entries();

--
-- Name: credit_entry credit_entry_posted; Type: TRIGGER; Schema: app; Owner: tollgate_owner
--

CREATE TRIGGER credit_entry_posted BEFORE INSERT ON app.credit_entry FOR EACH ROW EXECUTE FUNCTION app.post_credit_entry();

--
-- Name: credit_hold credit_hold_terminal; Type: TRIGGER; Schema: app; Owner: tollgate_owner
--

CREATE TRIGGER credit_hold_terminal BEFORE UPDATE ON app.credit_hold FOR EACH ROW EXECUTE FUNCTION app.keep_ended_credit_hold();

--
-- Name: credit_pricing credit_pricing_immutable; Type: TRIGGER; Schema: app; Owner: tollgate_owner
--

CREATE TRIGGER credit_pricing_immutable BEFORE UPDATE ON app.credit_pricing FOR EACH ROW EXECUTE FUNCTION app.keep_credit_terms();

--
-- Name: credit_purchase credit_purchase_terminal; Type: TRIGGER; Schema: app; Owner: tollgate_owner
--

CREATE TRIGGER credit_purchase_terminal BEFORE UPDATE OF status ON app.credit_purchase FOR EACH ROW EXECUTE FUNCTION app.keep_paid();

--
-- Name: invoice invoice_terminal; Type: TRIGGER; Schema: app; Owner: tollgate_owner
--

CREATE TRIGGER invoice_terminal BEFORE UPDATE OF status ON app.invoice FOR EACH ROW EXECUTE FUNCTION app.keep_terminal();

--
-- Name: portal_event portal_event_deliver; Type: TRIGGER; Schema: app; Owner: tollgate_owner
--

CREATE TRIGGER portal_event_deliver AFTER INSERT ON app.portal_event FOR EACH ROW WHEN ((new.type <> 'webhook_endpoint.test'::text)) EXECUTE FUNCTION app.deliver_event();

--
-- Name: subscription subscription_terminal; Type: TRIGGER; Schema: app; Owner: tollgate_owner
--

CREATE TRIGGER subscription_terminal BEFORE UPDATE OF status ON app.subscription FOR EACH ROW EXECUTE FUNCTION app.keep_terminal();

--
-- Name: tenant tenant_lanes; Type: TRIGGER; Schema: app; Owner: tollgate_owner
--

CREATE TRIGGER tenant_lanes AFTER INSERT ON app.tenant FOR EACH ROW EXECUTE FUNCTION jobq.make_lanes();

--
-- Name: access_hold access_hold_tenant_id_client_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.access_hold
    ADD CONSTRAINT access_hold_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES app.client(tenant_id, id);

--
-- Name: access_hold access_hold_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.access_hold
    ADD CONSTRAINT access_hold_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: access_transition access_transition_tenant_id_client_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.access_transition
    ADD CONSTRAINT access_transition_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES app.client(tenant_id, id);

--
-- Name: access_transition access_transition_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.access_transition
    ADD CONSTRAINT access_transition_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: agent agent_tenant_id_client_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.agent
    ADD CONSTRAINT agent_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES app.client(tenant_id, id);

--
-- Name: agent agent_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.agent
    ADD CONSTRAINT agent_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: api_key api_key_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.api_key
    ADD CONSTRAINT api_key_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: audit_entry audit_entry_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.audit_entry
    ADD CONSTRAINT audit_entry_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: audit_link audit_link_tenant_id_entry_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.audit_link
    ADD CONSTRAINT audit_link_tenant_id_entry_id_fkey FOREIGN KEY (tenant_id, entry_id) REFERENCES app.audit_entry(tenant_id, id);

--
-- Name: audit_link audit_link_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.audit_link
    ADD CONSTRAINT audit_link_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: brand_domain brand_domain_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.brand_domain
    ADD CONSTRAINT brand_domain_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: branding branding_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.branding
    ADD CONSTRAINT branding_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: client client_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.client
    ADD CONSTRAINT client_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: connection connection_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.connection
    ADD CONSTRAINT connection_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: coupon coupon_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.coupon
    ADD CONSTRAINT coupon_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: credit_auto_topup credit_auto_topup_tenant_id_client_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_auto_topup
    ADD CONSTRAINT credit_auto_topup_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES app.client(tenant_id, id);

--
-- Name: credit_auto_topup credit_auto_topup_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_auto_topup
    ADD CONSTRAINT credit_auto_topup_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: credit_base_cost credit_base_cost_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_base_cost
    ADD CONSTRAINT credit_base_cost_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: credit_entry credit_entry_tenant_id_client_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_entry
    ADD CONSTRAINT credit_entry_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES app.client(tenant_id, id);

--
-- Name: credit_entry credit_entry_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_entry
    ADD CONSTRAINT credit_entry_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: credit_entry credit_entry_tenant_id_pricing_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_entry
    ADD CONSTRAINT credit_entry_tenant_id_pricing_id_fkey FOREIGN KEY (tenant_id, pricing_id) REFERENCES app.credit_pricing(tenant_id, id);

--
-- Name: credit_hold credit_hold_tenant_id_client_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_hold
    ADD CONSTRAINT credit_hold_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES app.client(tenant_id, id);

--
-- Name: credit_hold credit_hold_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_hold
    ADD CONSTRAINT credit_hold_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: credit_note credit_note_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_note
    ADD CONSTRAINT credit_note_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: credit_note credit_note_tenant_id_invoice_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_note
    ADD CONSTRAINT credit_note_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES app.invoice(tenant_id, id);

--
-- Name: credit_pricing credit_pricing_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_pricing
    ADD CONSTRAINT credit_pricing_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: credit_purchase credit_purchase_tenant_id_client_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_purchase
    ADD CONSTRAINT credit_purchase_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES app.client(tenant_id, id);

--
-- Name: credit_purchase credit_purchase_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_purchase
    ADD CONSTRAINT credit_purchase_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: credit_purchase credit_purchase_tenant_id_pricing_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_purchase
    ADD CONSTRAINT credit_purchase_tenant_id_pricing_id_fkey FOREIGN KEY (tenant_id, pricing_id) REFERENCES app.credit_pricing(tenant_id, id);

--
-- Name: credit_purchase credit_purchase_tenant_id_quote_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_purchase
    ADD CONSTRAINT credit_purchase_tenant_id_quote_id_fkey FOREIGN KEY (tenant_id, quote_id) REFERENCES app.credit_quote(tenant_id, id);

--
-- Name: credit_quote credit_quote_tenant_id_client_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_quote
    ADD CONSTRAINT credit_quote_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES app.client(tenant_id, id);

--
-- Name: credit_quote credit_quote_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_quote
    ADD CONSTRAINT credit_quote_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: credit_quote credit_quote_tenant_id_pricing_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_quote
    ADD CONSTRAINT credit_quote_tenant_id_pricing_id_fkey FOREIGN KEY (tenant_id, pricing_id) REFERENCES app.credit_pricing(tenant_id, id);

--
-- Name: credit_refund credit_refund_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_refund
    ADD CONSTRAINT credit_refund_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: credit_refund credit_refund_tenant_id_purchase_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_refund
    ADD CONSTRAINT credit_refund_tenant_id_purchase_id_fkey FOREIGN KEY (tenant_id, purchase_id) REFERENCES app.credit_purchase(tenant_id, id);

--
-- Name: credit_transaction credit_transaction_tenant_id_client_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_transaction
    ADD CONSTRAINT credit_transaction_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES app.client(tenant_id, id);

--
-- Name: credit_transaction credit_transaction_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_transaction
    ADD CONSTRAINT credit_transaction_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: credit_transaction credit_transaction_tenant_id_purchase_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.credit_transaction
    ADD CONSTRAINT credit_transaction_tenant_id_purchase_id_fkey FOREIGN KEY (tenant_id, purchase_id) REFERENCES app.credit_purchase(tenant_id, id);

--
-- Name: dispute dispute_tenant_id_client_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.dispute
    ADD CONSTRAINT dispute_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES app.client(tenant_id, id);

--
-- Name: dispute dispute_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.dispute
    ADD CONSTRAINT dispute_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: drift_item drift_item_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.drift_item
    ADD CONSTRAINT drift_item_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: drift_item drift_item_tenant_id_reconciliation_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.drift_item
    ADD CONSTRAINT drift_item_tenant_id_reconciliation_id_fkey FOREIGN KEY (tenant_id, reconciliation_id) REFERENCES app.reconciliation(tenant_id, id);

--
-- Name: idempotency idempotency_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.idempotency
    ADD CONSTRAINT idempotency_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: import_item import_item_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.import_item
    ADD CONSTRAINT import_item_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: import_item import_item_tenant_id_import_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.import_item
    ADD CONSTRAINT import_item_tenant_id_import_id_fkey FOREIGN KEY (tenant_id, import_id) REFERENCES app.import(tenant_id, id);

--
-- Name: import import_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.import
    ADD CONSTRAINT import_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: invoice invoice_tenant_id_client_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.invoice
    ADD CONSTRAINT invoice_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES app.client(tenant_id, id);

--
-- Name: invoice invoice_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.invoice
    ADD CONSTRAINT invoice_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: invoice invoice_tenant_id_price_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.invoice
    ADD CONSTRAINT invoice_tenant_id_price_id_fkey FOREIGN KEY (tenant_id, price_id) REFERENCES app.price(tenant_id, id);

--
-- Name: invoice invoice_tenant_id_subscription_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.invoice
    ADD CONSTRAINT invoice_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES app.subscription(tenant_id, id);

--
-- Name: key_permission key_permission_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.key_permission
    ADD CONSTRAINT key_permission_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: late_charge late_charge_tenant_id_client_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.late_charge
    ADD CONSTRAINT late_charge_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES app.client(tenant_id, id);

--
-- Name: late_charge late_charge_tenant_id_invoice_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.late_charge
    ADD CONSTRAINT late_charge_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES app.invoice(tenant_id, id);

--
-- Name: late_charge late_charge_tenant_id_price_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.late_charge
    ADD CONSTRAINT late_charge_tenant_id_price_id_fkey FOREIGN KEY (tenant_id, price_id) REFERENCES app.price(tenant_id, id);

--
-- Name: meter meter_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.meter
    ADD CONSTRAINT meter_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: meter meter_tenant_id_product_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.meter
    ADD CONSTRAINT meter_tenant_id_product_id_fkey FOREIGN KEY (tenant_id, product_id) REFERENCES app.product(tenant_id, id);

--
-- Name: metering_rule metering_rule_tenant_id_agent_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.metering_rule
    ADD CONSTRAINT metering_rule_tenant_id_agent_id_fkey FOREIGN KEY (tenant_id, agent_id) REFERENCES app.agent(tenant_id, id);

--
-- Name: metering_rule metering_rule_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.metering_rule
    ADD CONSTRAINT metering_rule_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: metering_rule metering_rule_tenant_id_meter_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.metering_rule
    ADD CONSTRAINT metering_rule_tenant_id_meter_id_fkey FOREIGN KEY (tenant_id, meter_id) REFERENCES app.meter(tenant_id, id);

--
-- Name: orphan orphan_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.orphan
    ADD CONSTRAINT orphan_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: payment_setup payment_setup_tenant_id_client_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.payment_setup
    ADD CONSTRAINT payment_setup_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES app.client(tenant_id, id);

--
-- Name: payment_setup payment_setup_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.payment_setup
    ADD CONSTRAINT payment_setup_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: plan_price plan_price_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.plan_price
    ADD CONSTRAINT plan_price_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: plan_price plan_price_tenant_id_plan_id_version_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.plan_price
    ADD CONSTRAINT plan_price_tenant_id_plan_id_version_fkey FOREIGN KEY (tenant_id, plan_id, version) REFERENCES app.plan_version(tenant_id, plan_id, version);

--
-- Name: plan_price plan_price_tenant_id_price_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.plan_price
    ADD CONSTRAINT plan_price_tenant_id_price_id_fkey FOREIGN KEY (tenant_id, price_id) REFERENCES app.price(tenant_id, id);

--
-- Name: plan_quota plan_quota_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.plan_quota
    ADD CONSTRAINT plan_quota_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: plan_quota plan_quota_tenant_id_plan_id_version_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.plan_quota
    ADD CONSTRAINT plan_quota_tenant_id_plan_id_version_fkey FOREIGN KEY (tenant_id, plan_id, version) REFERENCES app.plan_version(tenant_id, plan_id, version);

--
-- Name: plan plan_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.plan
    ADD CONSTRAINT plan_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: plan_version plan_version_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.plan_version
    ADD CONSTRAINT plan_version_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: plan_version plan_version_tenant_id_plan_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.plan_version
    ADD CONSTRAINT plan_version_tenant_id_plan_id_fkey FOREIGN KEY (tenant_id, plan_id) REFERENCES app.plan(tenant_id, id);

--
-- Name: portal_event portal_event_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.portal_event
    ADD CONSTRAINT portal_event_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: portal_user portal_user_tenant_id_client_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.portal_user
    ADD CONSTRAINT portal_user_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES app.client(tenant_id, id);

--
-- Name: portal_user portal_user_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.portal_user
    ADD CONSTRAINT portal_user_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: price price_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.price
    ADD CONSTRAINT price_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: price price_tenant_id_meter_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.price
    ADD CONSTRAINT price_tenant_id_meter_id_fkey FOREIGN KEY (tenant_id, meter_id) REFERENCES app.meter(tenant_id, id);

--
-- Name: price price_tenant_id_product_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.price
    ADD CONSTRAINT price_tenant_id_product_id_fkey FOREIGN KEY (tenant_id, product_id) REFERENCES app.product(tenant_id, id);

--
-- Name: product product_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.product
    ADD CONSTRAINT product_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: quota_usage quota_usage_tenant_id_client_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.quota_usage
    ADD CONSTRAINT quota_usage_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES app.client(tenant_id, id);

--
-- Name: quota_usage quota_usage_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.quota_usage
    ADD CONSTRAINT quota_usage_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: reconciliation_page reconciliation_page_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.reconciliation_page
    ADD CONSTRAINT reconciliation_page_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: reconciliation_page reconciliation_page_tenant_id_reconciliation_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.reconciliation_page
    ADD CONSTRAINT reconciliation_page_tenant_id_reconciliation_id_fkey FOREIGN KEY (tenant_id, reconciliation_id) REFERENCES app.reconciliation(tenant_id, id);

--
-- Name: reconciliation_sight reconciliation_sight_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.reconciliation_sight
    ADD CONSTRAINT reconciliation_sight_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: reconciliation_sight reconciliation_sight_tenant_id_reconciliation_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.reconciliation_sight
    ADD CONSTRAINT reconciliation_sight_tenant_id_reconciliation_id_fkey FOREIGN KEY (tenant_id, reconciliation_id) REFERENCES app.reconciliation(tenant_id, id);

--
-- Name: reconciliation reconciliation_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.reconciliation
    ADD CONSTRAINT reconciliation_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: refund refund_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.refund
    ADD CONSTRAINT refund_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: refund refund_tenant_id_invoice_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.refund
    ADD CONSTRAINT refund_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES app.invoice(tenant_id, id);

--
-- Name: sealed_secret sealed_secret_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.sealed_secret
    ADD CONSTRAINT sealed_secret_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: stripe_event stripe_event_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.stripe_event
    ADD CONSTRAINT stripe_event_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: subscription_agent subscription_agent_tenant_id_client_id_agent_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.subscription_agent
    ADD CONSTRAINT subscription_agent_tenant_id_client_id_agent_id_fkey FOREIGN KEY (tenant_id, client_id, agent_id) REFERENCES app.agent(tenant_id, client_id, id);

--
-- Name: subscription_agent subscription_agent_tenant_id_client_id_subscription_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.subscription_agent
    ADD CONSTRAINT subscription_agent_tenant_id_client_id_subscription_id_fkey FOREIGN KEY (tenant_id, client_id, subscription_id) REFERENCES app.subscription(tenant_id, client_id, id);

--
-- Name: subscription_agent subscription_agent_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.subscription_agent
    ADD CONSTRAINT subscription_agent_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: subscription_item subscription_item_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.subscription_item
    ADD CONSTRAINT subscription_item_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: subscription_item subscription_item_tenant_id_price_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.subscription_item
    ADD CONSTRAINT subscription_item_tenant_id_price_id_fkey FOREIGN KEY (tenant_id, price_id) REFERENCES app.price(tenant_id, id);

--
-- Name: subscription_item subscription_item_tenant_id_subscription_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.subscription_item
    ADD CONSTRAINT subscription_item_tenant_id_subscription_id_fkey FOREIGN KEY (tenant_id, subscription_id) REFERENCES app.subscription(tenant_id, id);

--
-- Name: subscription subscription_tenant_id_client_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.subscription
    ADD CONSTRAINT subscription_tenant_id_client_id_fkey FOREIGN KEY (tenant_id, client_id) REFERENCES app.client(tenant_id, id);

--
-- Name: subscription subscription_tenant_id_coupon_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.subscription
    ADD CONSTRAINT subscription_tenant_id_coupon_id_fkey FOREIGN KEY (tenant_id, coupon_id) REFERENCES app.coupon(tenant_id, id);

--
-- Name: subscription subscription_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.subscription
    ADD CONSTRAINT subscription_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: subscription subscription_tenant_id_plan_id_plan_version_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.subscription
    ADD CONSTRAINT subscription_tenant_id_plan_id_plan_version_fkey FOREIGN KEY (tenant_id, plan_id, plan_version) REFERENCES app.plan_version(tenant_id, plan_id, version);

--
-- Name: subscription subscription_tenant_id_product_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.subscription
    ADD CONSTRAINT subscription_tenant_id_product_id_fkey FOREIGN KEY (tenant_id, product_id) REFERENCES app.product(tenant_id, id);

--
-- Name: usage_batch usage_batch_tenant_id_meter_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.usage_batch
    ADD CONSTRAINT usage_batch_tenant_id_meter_id_fkey FOREIGN KEY (tenant_id, meter_id) REFERENCES app.meter(tenant_id, id);

--
-- Name: usage_drift usage_drift_tenant_id_meter_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.usage_drift
    ADD CONSTRAINT usage_drift_tenant_id_meter_id_fkey FOREIGN KEY (tenant_id, meter_id) REFERENCES app.meter(tenant_id, id);

--
-- Name: webhook_attempt webhook_attempt_tenant_id_delivery_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.webhook_attempt
    ADD CONSTRAINT webhook_attempt_tenant_id_delivery_id_fkey FOREIGN KEY (tenant_id, delivery_id) REFERENCES app.webhook_delivery(tenant_id, id);

--
-- Name: webhook_attempt webhook_attempt_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.webhook_attempt
    ADD CONSTRAINT webhook_attempt_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: webhook_delivery webhook_delivery_tenant_id_endpoint_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.webhook_delivery
    ADD CONSTRAINT webhook_delivery_tenant_id_endpoint_id_fkey FOREIGN KEY (tenant_id, endpoint_id) REFERENCES app.webhook_endpoint(tenant_id, id);

--
-- Name: webhook_delivery webhook_delivery_tenant_id_event_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.webhook_delivery
    ADD CONSTRAINT webhook_delivery_tenant_id_event_id_fkey FOREIGN KEY (tenant_id, event_id) REFERENCES app.portal_event(tenant_id, id);

--
-- Name: webhook_delivery webhook_delivery_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.webhook_delivery
    ADD CONSTRAINT webhook_delivery_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: webhook_endpoint webhook_endpoint_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.webhook_endpoint
    ADD CONSTRAINT webhook_endpoint_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

--
-- Name: webhook_endpoint webhook_endpoint_tenant_id_previous_secret_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.webhook_endpoint
    ADD CONSTRAINT webhook_endpoint_tenant_id_previous_secret_id_fkey FOREIGN KEY (tenant_id, previous_secret_id) REFERENCES app.sealed_secret(tenant_id, id);

--
-- Name: webhook_endpoint webhook_endpoint_tenant_id_secret_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.webhook_endpoint
    ADD CONSTRAINT webhook_endpoint_tenant_id_secret_id_fkey FOREIGN KEY (tenant_id, secret_id) REFERENCES app.sealed_secret(tenant_id, id);

--
-- Name: lane lane_queue_id_fkey; Type: FK CONSTRAINT; Schema: jobq; Owner: tollgate_entry
--

ALTER TABLE ONLY jobq.lane
    ADD CONSTRAINT lane_queue_id_fkey FOREIGN KEY (queue_id) REFERENCES jobq.queue(id);

--
-- Name: access_hold; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.access_hold ENABLE ROW LEVEL SECURITY;

--
-- Name: access_transition; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.access_transition ENABLE ROW LEVEL SECURITY;

--
-- Name: agent; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.agent ENABLE ROW LEVEL SECURITY;

--
-- Name: access_hold allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.access_hold USING (true) WITH CHECK (true);

--
-- Name: access_transition allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.access_transition USING (true) WITH CHECK (true);

--
-- Name: agent allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.agent USING (true) WITH CHECK (true);

--
-- Name: api_key allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.api_key USING (true) WITH CHECK (true);

--
-- Name: attempt allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.attempt USING (true) WITH CHECK (true);

--
-- Name: audit_entry allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.audit_entry USING (true) WITH CHECK (true);

--
-- Name: audit_link allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.audit_link USING (true) WITH CHECK (true);

--
-- Name: brand_domain allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.brand_domain USING (true) WITH CHECK (true);

--
-- Name: branding allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.branding USING (true) WITH CHECK (true);

--
-- Name: client allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.client USING (true) WITH CHECK (true);

--
-- Name: command allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.command USING (true) WITH CHECK (true);

--
-- Name: connection allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.connection USING (true) WITH CHECK (true);

--
-- Name: coupon allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.coupon USING (true) WITH CHECK (true);

--
-- Name: credit_auto_topup allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.credit_auto_topup USING (true) WITH CHECK (true);

--
-- Name: credit_base_cost allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.credit_base_cost USING (true) WITH CHECK (true);

--
-- Name: credit_entry allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.credit_entry USING (true) WITH CHECK (true);

--
-- Name: credit_hold allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.credit_hold USING (true) WITH CHECK (true);

--
-- Name: credit_note allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.credit_note USING (true) WITH CHECK (true);

--
-- Name: credit_pricing allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.credit_pricing USING (true) WITH CHECK (true);

--
-- Name: credit_purchase allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.credit_purchase USING (true) WITH CHECK (true);

--
-- Name: credit_quote allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.credit_quote USING (true) WITH CHECK (true);

--
-- Name: credit_refund allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.credit_refund USING (true) WITH CHECK (true);

--
-- Name: credit_transaction allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.credit_transaction USING (true) WITH CHECK (true);

--
-- Name: dispute allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.dispute USING (true) WITH CHECK (true);

--
-- Name: drift_item allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.drift_item USING (true) WITH CHECK (true);

--
-- Name: idempotency allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.idempotency USING (true) WITH CHECK (true);

--
-- Name: import allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.import USING (true) WITH CHECK (true);

--
-- Name: import_item allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.import_item USING (true) WITH CHECK (true);

--
-- Name: invoice allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.invoice USING (true) WITH CHECK (true);

--
-- Name: key_permission allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.key_permission USING (true) WITH CHECK (true);

--
-- Name: late_charge allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.late_charge USING (true) WITH CHECK (true);

--
-- Name: meter allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.meter USING (true) WITH CHECK (true);

--
-- Name: metering_rule allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.metering_rule USING (true) WITH CHECK (true);

--
-- Name: orphan allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.orphan USING (true) WITH CHECK (true);

--
-- Name: payment_setup allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.payment_setup USING (true) WITH CHECK (true);

--
-- Name: plan allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.plan USING (true) WITH CHECK (true);

--
-- Name: plan_price allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.plan_price USING (true) WITH CHECK (true);

--
-- Name: plan_quota allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.plan_quota USING (true) WITH CHECK (true);

--
-- Name: plan_version allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.plan_version USING (true) WITH CHECK (true);

--
-- Name: portal_event allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.portal_event USING (true) WITH CHECK (true);

--
-- Name: portal_user allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.portal_user USING (true) WITH CHECK (true);

--
-- Name: price allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.price USING (true) WITH CHECK (true);

--
-- Name: product allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.product USING (true) WITH CHECK (true);

--
-- Name: quota_usage allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.quota_usage USING (true) WITH CHECK (true);

--
-- Name: reconciliation allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.reconciliation USING (true) WITH CHECK (true);

--
-- Name: reconciliation_page allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.reconciliation_page USING (true) WITH CHECK (true);

--
-- Name: reconciliation_sight allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.reconciliation_sight USING (true) WITH CHECK (true);

--
-- Name: refund allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.refund USING (true) WITH CHECK (true);

--
-- Name: sealed_secret allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.sealed_secret USING (true) WITH CHECK (true);

--
-- Name: stripe_call allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.stripe_call USING (true) WITH CHECK (true);

--
-- Name: stripe_event allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.stripe_event USING (true) WITH CHECK (true);

--
-- Name: subscription allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.subscription USING (true) WITH CHECK (true);

--
-- Name: subscription_agent allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.subscription_agent USING (true) WITH CHECK (true);

--
-- Name: subscription_item allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.subscription_item USING (true) WITH CHECK (true);

--
-- Name: tenant allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.tenant USING (true) WITH CHECK (true);

--
-- Name: usage_batch allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.usage_batch USING (true) WITH CHECK (true);

--
-- Name: usage_conversation allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.usage_conversation USING (true) WITH CHECK (true);

--
-- Name: usage_drift allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.usage_drift USING (true) WITH CHECK (true);

--
-- Name: usage_entry allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.usage_entry USING (true) WITH CHECK (true);

--
-- Name: usage_event allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.usage_event USING (true) WITH CHECK (true);

--
-- Name: usage_intake allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.usage_intake USING (true) WITH CHECK (true);

--
-- Name: webhook_attempt allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.webhook_attempt USING (true) WITH CHECK (true);

--
-- Name: webhook_delivery allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.webhook_delivery USING (true) WITH CHECK (true);

--
-- Name: webhook_endpoint allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.webhook_endpoint USING (true) WITH CHECK (true);

--
-- Name: api_key; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.api_key ENABLE ROW LEVEL SECURITY;

--
-- Name: attempt; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.attempt ENABLE ROW LEVEL SECURITY;

--
-- Name: audit_entry; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.audit_entry ENABLE ROW LEVEL SECURITY;

--
-- Name: audit_link; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.audit_link ENABLE ROW LEVEL SECURITY;

--
-- Name: brand_domain; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.brand_domain ENABLE ROW LEVEL SECURITY;

--
-- Name: branding; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.branding ENABLE ROW LEVEL SECURITY;

--
-- Name: client; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.client ENABLE ROW LEVEL SECURITY;

--
-- Name: access_hold client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.access_hold AS RESTRICTIVE USING (((( SELECT app.current_client() AS current_client) IS NULL) OR (client_id = ( SELECT app.current_client() AS current_client))));

--
-- Name: access_transition client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.access_transition AS RESTRICTIVE USING (((( SELECT app.current_client() AS current_client) IS NULL) OR (client_id = ( SELECT app.current_client() AS current_client))));

--
-- Name: agent client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.agent AS RESTRICTIVE USING (((( SELECT app.current_client() AS current_client) IS NULL) OR (client_id = ( SELECT app.current_client() AS current_client))));

--
-- Name: api_key client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.api_key AS RESTRICTIVE FOR SELECT USING (((( SELECT app.current_client() AS current_client) IS NULL) OR false));

--
-- Name: attempt client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.attempt AS RESTRICTIVE FOR SELECT USING (((( SELECT app.current_client() AS current_client) IS NULL) OR false));

--
-- Name: audit_entry client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.audit_entry AS RESTRICTIVE FOR SELECT USING (((( SELECT app.current_client() AS current_client) IS NULL) OR false));

--
-- Name: audit_link client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.audit_link AS RESTRICTIVE FOR SELECT USING (((( SELECT app.current_client() AS current_client) IS NULL) OR false));

--
-- Name: brand_domain client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.brand_domain AS RESTRICTIVE FOR SELECT USING (((( SELECT app.current_client() AS current_client) IS NULL) OR false));

--
-- Name: client client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.client AS RESTRICTIVE USING (((( SELECT app.current_client() AS current_client) IS NULL) OR (id = ( SELECT app.current_client() AS current_client))));

--
-- Name: command client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.command AS RESTRICTIVE USING (((( SELECT app.current_client() AS current_client) IS NULL) OR (EXISTS ( SELECT 1
   FROM app.payment_setup p
  WHERE ((p.tenant_id = command.tenant_id) AND (p.id = command.target_id))))));

--
-- Name: coupon client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.coupon AS RESTRICTIVE FOR SELECT USING (((( SELECT app.current_client() AS current_client) IS NULL) OR false));

--
-- Name: credit_auto_topup client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.credit_auto_topup AS RESTRICTIVE USING (((( SELECT app.current_client() AS current_client) IS NULL) OR (client_id = ( SELECT app.current_client() AS current_client))));

--
-- Name: credit_base_cost client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.credit_base_cost AS RESTRICTIVE FOR SELECT USING (((( SELECT app.current_client() AS current_client) IS NULL) OR false));

--
-- Name: credit_entry client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.credit_entry AS RESTRICTIVE USING (((( SELECT app.current_client() AS current_client) IS NULL) OR (client_id = ( SELECT app.current_client() AS current_client))));

--
-- Name: credit_hold client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.credit_hold AS RESTRICTIVE USING (((( SELECT app.current_client() AS current_client) IS NULL) OR (client_id = ( SELECT app.current_client() AS current_client))));

--
-- Name: credit_note client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.credit_note AS RESTRICTIVE FOR SELECT USING (((( SELECT app.current_client() AS current_client) IS NULL) OR false));

--
-- Name: credit_purchase client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.credit_purchase AS RESTRICTIVE USING (((( SELECT app.current_client() AS current_client) IS NULL) OR (client_id = ( SELECT app.current_client() AS current_client))));

--
-- Name: credit_quote client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.credit_quote AS RESTRICTIVE USING (((( SELECT app.current_client() AS current_client) IS NULL) OR (client_id = ( SELECT app.current_client() AS current_client))));

--
-- Name: credit_refund client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.credit_refund AS RESTRICTIVE USING (((( SELECT app.current_client() AS current_client) IS NULL) OR (client_id = ( SELECT app.current_client() AS current_client))));

--
-- Name: credit_transaction client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.credit_transaction AS RESTRICTIVE USING (((( SELECT app.current_client() AS current_client) IS NULL) OR (client_id = ( SELECT app.current_client() AS current_client))));

--
-- Name: dispute client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.dispute AS RESTRICTIVE USING (((( SELECT app.current_client() AS current_client) IS NULL) OR (client_id = ( SELECT app.current_client() AS current_client))));

--
-- Name: drift_item client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.drift_item AS RESTRICTIVE FOR SELECT USING (((( SELECT app.current_client() AS current_client) IS NULL) OR false));

--
-- Name: import client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.import AS RESTRICTIVE FOR SELECT USING (((( SELECT app.current_client() AS current_client) IS NULL) OR false));

--
-- Name: import_item client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.import_item AS RESTRICTIVE FOR SELECT USING (((( SELECT app.current_client() AS current_client) IS NULL) OR false));

--
-- Name: invoice client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.invoice AS RESTRICTIVE USING (((( SELECT app.current_client() AS current_client) IS NULL) OR (client_id = ( SELECT app.current_client() AS current_client))));

--
-- Name: key_permission client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.key_permission AS RESTRICTIVE FOR SELECT USING (((( SELECT app.current_client() AS current_client) IS NULL) OR false));

--
-- Name: late_charge client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.late_charge AS RESTRICTIVE USING (((( SELECT app.current_client() AS current_client) IS NULL) OR (client_id = ( SELECT app.current_client() AS current_client))));

--
-- Name: meter client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.meter AS RESTRICTIVE FOR SELECT USING (((( SELECT app.current_client() AS current_client) IS NULL) OR false));

--
-- Name: metering_rule client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.metering_rule AS RESTRICTIVE USING (((( SELECT app.current_client() AS current_client) IS NULL) OR (EXISTS ( SELECT 1
   FROM app.agent a
  WHERE ((a.tenant_id = metering_rule.tenant_id) AND (a.id = metering_rule.agent_id))))));

--
-- Name: orphan client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.orphan AS RESTRICTIVE FOR SELECT USING (((( SELECT app.current_client() AS current_client) IS NULL) OR false));

--
-- Name: payment_setup client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.payment_setup AS RESTRICTIVE USING (((( SELECT app.current_client() AS current_client) IS NULL) OR (client_id = ( SELECT app.current_client() AS current_client))));

--
-- Name: portal_event client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.portal_event AS RESTRICTIVE FOR SELECT USING (((( SELECT app.current_client() AS current_client) IS NULL) OR false));

--
-- Name: portal_user client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.portal_user AS RESTRICTIVE USING (((( SELECT app.current_client() AS current_client) IS NULL) OR (client_id = ( SELECT app.current_client() AS current_client))));

--
-- Name: quota_usage client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.quota_usage AS RESTRICTIVE USING (((( SELECT app.current_client() AS current_client) IS NULL) OR (client_id = ( SELECT app.current_client() AS current_client))));

--
-- Name: reconciliation client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.reconciliation AS RESTRICTIVE FOR SELECT USING (((( SELECT app.current_client() AS current_client) IS NULL) OR false));

--
-- Name: reconciliation_page client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.reconciliation_page AS RESTRICTIVE FOR SELECT USING (((( SELECT app.current_client() AS current_client) IS NULL) OR false));

--
-- Name: reconciliation_sight client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.reconciliation_sight AS RESTRICTIVE FOR SELECT USING (((( SELECT app.current_client() AS current_client) IS NULL) OR false));

--
-- Name: refund client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.refund AS RESTRICTIVE FOR SELECT USING (((( SELECT app.current_client() AS current_client) IS NULL) OR false));

--
-- Name: sealed_secret client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.sealed_secret AS RESTRICTIVE FOR SELECT USING (((( SELECT app.current_client() AS current_client) IS NULL) OR false));

--
-- Name: stripe_call client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.stripe_call AS RESTRICTIVE FOR SELECT USING (((( SELECT app.current_client() AS current_client) IS NULL) OR false));

--
-- Name: stripe_event client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.stripe_event AS RESTRICTIVE FOR SELECT USING (((( SELECT app.current_client() AS current_client) IS NULL) OR false));

--
-- Name: subscription client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.subscription AS RESTRICTIVE USING (((( SELECT app.current_client() AS current_client) IS NULL) OR (client_id = ( SELECT app.current_client() AS current_client))));

--
-- Name: subscription_agent client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.subscription_agent AS RESTRICTIVE USING (((( SELECT app.current_client() AS current_client) IS NULL) OR (client_id = ( SELECT app.current_client() AS current_client))));

--
-- Name: subscription_item client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.subscription_item AS RESTRICTIVE USING (((( SELECT app.current_client() AS current_client) IS NULL) OR (EXISTS ( SELECT 1
   FROM app.subscription s
  WHERE ((s.tenant_id = subscription_item.tenant_id) AND (s.id = subscription_item.subscription_id))))));

--
-- Name: usage_batch client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.usage_batch AS RESTRICTIVE USING (((( SELECT app.current_client() AS current_client) IS NULL) OR (client_id = ( SELECT app.current_client() AS current_client))));

--
-- Name: usage_conversation client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.usage_conversation AS RESTRICTIVE USING (((( SELECT app.current_client() AS current_client) IS NULL) OR (EXISTS ( SELECT 1
   FROM app.agent a
  WHERE ((a.tenant_id = usage_conversation.tenant_id) AND (a.id = usage_conversation.agent_id))))));

--
-- Name: usage_drift client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.usage_drift AS RESTRICTIVE FOR SELECT USING (((( SELECT app.current_client() AS current_client) IS NULL) OR false));

--
-- Name: usage_entry client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.usage_entry AS RESTRICTIVE USING (((( SELECT app.current_client() AS current_client) IS NULL) OR (client_id = ( SELECT app.current_client() AS current_client))));

--
-- Name: usage_event client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.usage_event AS RESTRICTIVE USING (((( SELECT app.current_client() AS current_client) IS NULL) OR (EXISTS ( SELECT 1
   FROM app.agent a
  WHERE ((a.tenant_id = usage_event.tenant_id) AND (a.id = usage_event.agent_id))))));

--
-- Name: usage_intake client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.usage_intake AS RESTRICTIVE FOR SELECT USING (((( SELECT app.current_client() AS current_client) IS NULL) OR false));

--
-- Name: webhook_attempt client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.webhook_attempt AS RESTRICTIVE FOR SELECT USING (((( SELECT app.current_client() AS current_client) IS NULL) OR false));

--
-- Name: webhook_delivery client_wall; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY client_wall ON app.webhook_delivery AS RESTRICTIVE FOR SELECT USING (((( SELECT app.current_client() AS current_client) IS NULL) OR false));

--
-- Name: command; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.command ENABLE ROW LEVEL SECURITY;

--
-- Name: connection; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.connection ENABLE ROW LEVEL SECURITY;

--
-- Name: coupon; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.coupon ENABLE ROW LEVEL SECURITY;

--
-- Name: credit_auto_topup; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.credit_auto_topup ENABLE ROW LEVEL SECURITY;

--
-- Name: credit_base_cost; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.credit_base_cost ENABLE ROW LEVEL SECURITY;

--
-- Name: credit_entry; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.credit_entry ENABLE ROW LEVEL SECURITY;

--
-- Name: credit_hold; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.credit_hold ENABLE ROW LEVEL SECURITY;

--
-- Name: credit_note; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.credit_note ENABLE ROW LEVEL SECURITY;

--
-- Name: credit_pricing; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.credit_pricing ENABLE ROW LEVEL SECURITY;

--
-- Name: credit_purchase; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.credit_purchase ENABLE ROW LEVEL SECURITY;

--
-- Name: credit_quote; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.credit_quote ENABLE ROW LEVEL SECURITY;

--
-- Name: credit_refund; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.credit_refund ENABLE ROW LEVEL SECURITY;

--
-- Name: credit_transaction; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.credit_transaction ENABLE ROW LEVEL SECURITY;

--
-- Name: dispute; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.dispute ENABLE ROW LEVEL SECURITY;

--
-- Name: drift_item; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.drift_item ENABLE ROW LEVEL SECURITY;

--
-- Name: idempotency; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.idempotency ENABLE ROW LEVEL SECURITY;

--
-- Name: import; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.import ENABLE ROW LEVEL SECURITY;

--
-- Name: import_item; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.import_item ENABLE ROW LEVEL SECURITY;

--
-- Name: invoice; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.invoice ENABLE ROW LEVEL SECURITY;

--
-- Name: key_permission; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.key_permission ENABLE ROW LEVEL SECURITY;

--
-- Name: late_charge; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.late_charge ENABLE ROW LEVEL SECURITY;

--
-- Name: meter; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.meter ENABLE ROW LEVEL SECURITY;

--
-- Name: metering_rule; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.metering_rule ENABLE ROW LEVEL SECURITY;

--
-- Name: orphan; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.orphan ENABLE ROW LEVEL SECURITY;

--
-- Name: payment_setup; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.payment_setup ENABLE ROW LEVEL SECURITY;

--
-- Name: plan; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.plan ENABLE ROW LEVEL SECURITY;

--
-- Name: plan_price; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.plan_price ENABLE ROW LEVEL SECURITY;

--
-- Name: plan_quota; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.plan_quota ENABLE ROW LEVEL SECURITY;

--
-- Name: plan_version; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.plan_version ENABLE ROW LEVEL SECURITY;

--
-- Name: portal_event; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.portal_event ENABLE ROW LEVEL SECURITY;

--
-- Name: portal_user; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.portal_user ENABLE ROW LEVEL SECURITY;

--
-- Name: price; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.price ENABLE ROW LEVEL SECURITY;

--
-- Name: product; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.product ENABLE ROW LEVEL SECURITY;

--
-- Name: quota_usage; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.quota_usage ENABLE ROW LEVEL SECURITY;

--
-- Name: reconciliation; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.reconciliation ENABLE ROW LEVEL SECURITY;

--
-- Name: reconciliation_page; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.reconciliation_page ENABLE ROW LEVEL SECURITY;

--
-- Name: reconciliation_sight; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.reconciliation_sight ENABLE ROW LEVEL SECURITY;

--
-- Name: refund; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.refund ENABLE ROW LEVEL SECURITY;

--
-- Name: attempt retention; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY retention ON app.attempt AS RESTRICTIVE FOR DELETE TO tollgate_worker USING ((at < (now() - '30 days'::interval)));

--
-- Name: command retention; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY retention ON app.command AS RESTRICTIVE FOR DELETE TO tollgate_worker USING (((outcome = ANY (ARRAY['done'::text, 'failed'::text, 'cancelled'::text])) AND (finished_at < (now() - '30 days'::interval)) AND (NOT (EXISTS ( SELECT 1
   FROM app.stripe_call s
  WHERE ((s.tenant_id = command.tenant_id) AND (s.command_id = command.id)))))));

--
-- Name: credit_quote retention; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY retention ON app.credit_quote AS RESTRICTIVE FOR DELETE TO tollgate_worker USING ((expires_at < (now() - '30 days'::interval)));

--
-- Name: idempotency retention; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY retention ON app.idempotency AS RESTRICTIVE FOR DELETE TO tollgate_worker USING ((created_at < (now() - '30 days'::interval)));

--
-- Name: webhook_attempt retention; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY retention ON app.webhook_attempt AS RESTRICTIVE FOR DELETE TO tollgate_worker USING ((at < (now() - '30 days'::interval)));

--
-- Name: webhook_delivery retention; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY retention ON app.webhook_delivery AS RESTRICTIVE FOR DELETE TO tollgate_worker USING ((ended_at < (now() - '30 days'::interval)));

--
-- Name: sealed_secret; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.sealed_secret ENABLE ROW LEVEL SECURITY;

--
-- Name: stripe_call; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.stripe_call ENABLE ROW LEVEL SECURITY;

--
-- Name: stripe_event; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.stripe_event ENABLE ROW LEVEL SECURITY;

--
-- Name: subscription; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.subscription ENABLE ROW LEVEL SECURITY;

--
-- Name: subscription_agent; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.subscription_agent ENABLE ROW LEVEL SECURITY;

--
-- Name: subscription_item; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.subscription_item ENABLE ROW LEVEL SECURITY;

--
-- Name: drift_item suspicions; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY suspicions ON app.drift_item AS RESTRICTIVE FOR DELETE TO tollgate_worker USING ((status = 'suspected'::text));

--
-- Name: tenant; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.tenant ENABLE ROW LEVEL SECURITY;

--
-- Name: access_hold tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.access_hold AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: access_transition tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.access_transition AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: agent tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.agent AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: api_key tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.api_key AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: attempt tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.attempt AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: audit_entry tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.audit_entry AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: audit_link tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.audit_link AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: brand_domain tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.brand_domain AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: branding tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.branding AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: client tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.client AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: command tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.command AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: connection tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.connection AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: coupon tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.coupon AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: credit_auto_topup tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.credit_auto_topup AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: credit_base_cost tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.credit_base_cost AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: credit_entry tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.credit_entry AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: credit_hold tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.credit_hold AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: credit_note tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.credit_note AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: credit_pricing tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.credit_pricing AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: credit_purchase tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.credit_purchase AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: credit_quote tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.credit_quote AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: credit_refund tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.credit_refund AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: credit_transaction tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.credit_transaction AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: dispute tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.dispute AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: drift_item tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.drift_item AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: idempotency tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.idempotency AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: import tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.import AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: import_item tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.import_item AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: invoice tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.invoice AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: key_permission tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.key_permission AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: late_charge tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.late_charge AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: meter tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.meter AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: metering_rule tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.metering_rule AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: orphan tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.orphan AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: payment_setup tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.payment_setup AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: plan tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.plan AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: plan_price tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.plan_price AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: plan_quota tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.plan_quota AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: plan_version tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.plan_version AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: portal_event tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.portal_event AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: portal_user tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.portal_user AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: price tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.price AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: product tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.product AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: quota_usage tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.quota_usage AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: reconciliation tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.reconciliation AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: reconciliation_page tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.reconciliation_page AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: reconciliation_sight tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.reconciliation_sight AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: refund tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.refund AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: sealed_secret tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.sealed_secret AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: stripe_call tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.stripe_call AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: stripe_event tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.stripe_event AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: subscription tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.subscription AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: subscription_agent tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.subscription_agent AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: subscription_item tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.subscription_item AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: tenant tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.tenant AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: usage_batch tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.usage_batch AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: usage_conversation tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.usage_conversation AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: usage_drift tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.usage_drift AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: usage_entry tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.usage_entry AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: usage_event tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.usage_event AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: usage_intake tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.usage_intake AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: webhook_attempt tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.webhook_attempt AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: webhook_delivery tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.webhook_delivery AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: webhook_endpoint tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.webhook_endpoint AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: usage_batch; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.usage_batch ENABLE ROW LEVEL SECURITY;

--
-- Name: usage_conversation; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.usage_conversation ENABLE ROW LEVEL SECURITY;

--
-- Name: usage_drift; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.usage_drift ENABLE ROW LEVEL SECURITY;

--
-- Name: usage_entry; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.usage_entry ENABLE ROW LEVEL SECURITY;

--
-- Name: usage_event; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.usage_event ENABLE ROW LEVEL SECURITY;

--
-- Name: usage_intake; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.usage_intake ENABLE ROW LEVEL SECURITY;

--
-- Name: webhook_attempt; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.webhook_attempt ENABLE ROW LEVEL SECURITY;

--
-- Name: webhook_delivery; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.webhook_delivery ENABLE ROW LEVEL SECURITY;

--
-- Name: webhook_endpoint; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.webhook_endpoint ENABLE ROW LEVEL SECURITY;

--
-- Name: SCHEMA app; Type: ACL; Schema: -; Owner: tollgate_owner
--

GRANT ALL ON SCHEMA app TO tollgate_entry;
GRANT USAGE ON SCHEMA app TO tollgate_gateway;
GRANT USAGE ON SCHEMA app TO tollgate_worker;
GRANT USAGE ON SCHEMA app TO tollgate_admin;
GRANT USAGE ON SCHEMA app TO tollgate_metrics;
GRANT USAGE ON SCHEMA app TO tollgate_pages;

--
-- Name: SCHEMA jobq; Type: ACL; Schema: -; Owner: tollgate_entry
--

GRANT USAGE ON SCHEMA jobq TO tollgate_gateway;
GRANT USAGE ON SCHEMA jobq TO tollgate_worker;
GRANT USAGE ON SCHEMA jobq TO tollgate_admin;
GRANT USAGE ON SCHEMA jobq TO tollgate_metrics;
GRANT USAGE ON SCHEMA jobq TO tollgate_pages;

--
-- Name: FUNCTION account_is_taken(p_account text); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.account_is_taken(p_account text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.account_is_taken(p_account text) TO tollgate_worker;

--
-- Name: FUNCTION add_api_key(p_tenant uuid, p_id uuid, p_mac bytea, p_pepper_id smallint, p_prefix text, p_last4 text, p_name text, p_scopes text[], p_expires_at timestamp with time zone); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.add_api_key(p_tenant uuid, p_id uuid, p_mac bytea, p_pepper_id smallint, p_prefix text, p_last4 text, p_name text, p_scopes text[], p_expires_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION app.add_api_key(p_tenant uuid, p_id uuid, p_mac bytea, p_pepper_id smallint, p_prefix text, p_last4 text, p_name text, p_scopes text[], p_expires_at timestamp with time zone) TO tollgate_admin;

--
-- Name: FUNCTION add_tenant(p_public_id uuid, p_agency_id uuid, p_name text, p_livemode boolean); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.add_tenant(p_public_id uuid, p_agency_id uuid, p_name text, p_livemode boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION app.add_tenant(p_public_id uuid, p_agency_id uuid, p_name text, p_livemode boolean) TO tollgate_admin;

--
-- Name: FUNCTION attribute_usage(p_backfill boolean, p_max integer, p_only uuid); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON FUNCTION app.attribute_usage(p_backfill boolean, p_max integer, p_only uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.attribute_usage(p_backfill boolean, p_max integer, p_only uuid) TO tollgate_worker;
GRANT ALL ON FUNCTION app.attribute_usage(p_backfill boolean, p_max integer, p_only uuid) TO tollgate_entry;

--
-- Name: TABLE audit_entry; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.audit_entry TO tollgate_gateway;
GRANT SELECT,INSERT ON TABLE app.audit_entry TO tollgate_worker;
GRANT SELECT,INSERT ON TABLE app.audit_entry TO tollgate_entry;

--
-- Name: COLUMN audit_entry.before; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(before) ON TABLE app.audit_entry TO tollgate_entry;

--
-- Name: COLUMN audit_entry.after; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(after) ON TABLE app.audit_entry TO tollgate_entry;

--
-- Name: COLUMN audit_entry.salt; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(salt) ON TABLE app.audit_entry TO tollgate_entry;

--
-- Name: COLUMN audit_entry.erased_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(erased_at) ON TABLE app.audit_entry TO tollgate_entry;

--
-- Name: FUNCTION audit_head(p_tenant uuid); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.audit_head(p_tenant uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.audit_head(p_tenant uuid) TO tollgate_admin;

--
-- Name: FUNCTION begin_idempotent(p_key text); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON FUNCTION app.begin_idempotent(p_key text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.begin_idempotent(p_key text) TO tollgate_gateway;

--
-- Name: FUNCTION chain_audit(); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.chain_audit() FROM PUBLIC;

--
-- Name: FUNCTION charge_late_usage(p_invoice uuid, p_after uuid); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON FUNCTION app.charge_late_usage(p_invoice uuid, p_after uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.charge_late_usage(p_invoice uuid, p_after uuid) TO tollgate_worker;

--
-- Name: FUNCTION consume_quota(p_client uuid, p_feature text, p_period_start timestamp with time zone, p_amount bigint, p_limit bigint, p_soft bigint, p_is_hard boolean); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON FUNCTION app.consume_quota(p_client uuid, p_feature text, p_period_start timestamp with time zone, p_amount bigint, p_limit bigint, p_soft bigint, p_is_hard boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION app.consume_quota(p_client uuid, p_feature text, p_period_start timestamp with time zone, p_amount bigint, p_limit bigint, p_soft bigint, p_is_hard boolean) TO tollgate_gateway;

--
-- Name: TABLE price; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.price TO tollgate_gateway;
GRANT SELECT,INSERT ON TABLE app.price TO tollgate_worker;
GRANT SELECT ON TABLE app.price TO tollgate_entry;

--
-- Name: COLUMN price.tax_behavior; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(tax_behavior) ON TABLE app.price TO tollgate_worker;

--
-- Name: COLUMN price.lookup_key; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(lookup_key) ON TABLE app.price TO tollgate_gateway;
GRANT UPDATE(lookup_key) ON TABLE app.price TO tollgate_worker;

--
-- Name: COLUMN price.active; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(active) ON TABLE app.price TO tollgate_gateway;
GRANT UPDATE(active) ON TABLE app.price TO tollgate_worker;

--
-- Name: COLUMN price.stripe_price; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(stripe_price) ON TABLE app.price TO tollgate_worker;

--
-- Name: COLUMN price.takes_lookup_key; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(takes_lookup_key) ON TABLE app.price TO tollgate_gateway;
GRANT UPDATE(takes_lookup_key) ON TABLE app.price TO tollgate_worker;

--
-- Name: COLUMN price.revision; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(revision) ON TABLE app.price TO tollgate_gateway;
GRANT UPDATE(revision) ON TABLE app.price TO tollgate_worker;

--
-- Name: COLUMN price.published_revision; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(published_revision) ON TABLE app.price TO tollgate_worker;

--
-- Name: COLUMN price.snapshot_seq; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(snapshot_seq) ON TABLE app.price TO tollgate_worker;

--
-- Name: COLUMN price.problem; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(problem) ON TABLE app.price TO tollgate_worker;

--
-- Name: COLUMN price.updated_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(updated_at) ON TABLE app.price TO tollgate_gateway;
GRANT UPDATE(updated_at) ON TABLE app.price TO tollgate_worker;

--
-- Name: FUNCTION cost_of(p app.price, q bigint); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON FUNCTION app.cost_of(p app.price, q bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION app.cost_of(p app.price, q bigint) TO tollgate_worker;

--
-- Name: FUNCTION deliver_event(); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON FUNCTION app.deliver_event() FROM PUBLIC;
GRANT ALL ON FUNCTION app.deliver_event() TO tollgate_gateway;
GRANT ALL ON FUNCTION app.deliver_event() TO tollgate_worker;
GRANT ALL ON FUNCTION app.deliver_event() TO tollgate_entry;

--
-- Name: FUNCTION domain_is_free(p_domain text, p_tenant bigint); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.domain_is_free(p_domain text, p_tenant bigint) FROM PUBLIC;

--
-- Name: FUNCTION enter_by_hook(p_token uuid); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.enter_by_hook(p_token uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.enter_by_hook(p_token uuid) TO tollgate_gateway;

--
-- Name: FUNCTION enter_by_key(p_mac bytea, p_scope text, p_user uuid, p_external text, OUT key_id uuid, OUT tenant_public_id uuid, OUT agency_id uuid, OUT scopes text[], OUT livemode boolean, OUT user_id uuid, OUT role text, OUT client_id uuid); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.enter_by_key(p_mac bytea, p_scope text, p_user uuid, p_external text, OUT key_id uuid, OUT tenant_public_id uuid, OUT agency_id uuid, OUT scopes text[], OUT livemode boolean, OUT user_id uuid, OUT role text, OUT client_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.enter_by_key(p_mac bytea, p_scope text, p_user uuid, p_external text, OUT key_id uuid, OUT tenant_public_id uuid, OUT agency_id uuid, OUT scopes text[], OUT livemode boolean, OUT user_id uuid, OUT role text, OUT client_id uuid) TO tollgate_gateway;

--
-- Name: FUNCTION enter_job(p_tenant bigint, p_job bigint, p_lease bigint); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.enter_job(p_tenant bigint, p_job bigint, p_lease bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION app.enter_job(p_tenant bigint, p_job bigint, p_lease bigint) TO tollgate_worker;

--
-- Name: FUNCTION entitlement(p_client uuid, p_feature text); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON FUNCTION app.entitlement(p_client uuid, p_feature text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.entitlement(p_client uuid, p_feature text) TO tollgate_gateway;

--
-- Name: FUNCTION erase_client(p_client uuid, p_public text); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.erase_client(p_client uuid, p_public text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.erase_client(p_client uuid, p_public text) TO tollgate_worker;

--
-- Name: FUNCTION erase_usage(p_client uuid, p_max integer); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.erase_usage(p_client uuid, p_max integer) FROM PUBLIC;
GRANT ALL ON FUNCTION app.erase_usage(p_client uuid, p_max integer) TO tollgate_worker;

--
-- Name: FUNCTION export_client(p_client uuid, p_rows integer, p_bytes bigint); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.export_client(p_client uuid, p_rows integer, p_bytes bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION app.export_client(p_client uuid, p_rows integer, p_bytes bigint) TO tollgate_gateway;

--
-- Name: FUNCTION is_settled(p_rows uuid[], p_stripe text, p_changed timestamp with time zone, p_moment timestamp with time zone); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON FUNCTION app.is_settled(p_rows uuid[], p_stripe text, p_changed timestamp with time zone, p_moment timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION app.is_settled(p_rows uuid[], p_stripe text, p_changed timestamp with time zone, p_moment timestamp with time zone) TO tollgate_worker;

--
-- Name: FUNCTION judge_domain(p_tenant uuid, p_domain text, p_proven boolean, p_problem text); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.judge_domain(p_tenant uuid, p_domain text, p_proven boolean, p_problem text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.judge_domain(p_tenant uuid, p_domain text, p_proven boolean, p_problem text) TO tollgate_admin;

--
-- Name: FUNCTION left_account(p_stripe text); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON FUNCTION app.left_account(p_stripe text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.left_account(p_stripe text) TO tollgate_gateway;
GRANT ALL ON FUNCTION app.left_account(p_stripe text) TO tollgate_worker;

--
-- Name: FUNCTION list_api_keys(p_tenant uuid); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.list_api_keys(p_tenant uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.list_api_keys(p_tenant uuid) TO tollgate_admin;

--
-- Name: FUNCTION list_credit_base_costs(p_tenant uuid); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.list_credit_base_costs(p_tenant uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.list_credit_base_costs(p_tenant uuid) TO tollgate_admin;

--
-- Name: FUNCTION list_domains(); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.list_domains() FROM PUBLIC;
GRANT ALL ON FUNCTION app.list_domains() TO tollgate_admin;

--
-- Name: FUNCTION list_tenants(); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.list_tenants() FROM PUBLIC;
GRANT ALL ON FUNCTION app.list_tenants() TO tollgate_admin;

--
-- Name: FUNCTION make_delivery(p_endpoint uuid, p_event uuid, p_cause text); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON FUNCTION app.make_delivery(p_endpoint uuid, p_event uuid, p_cause text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.make_delivery(p_endpoint uuid, p_event uuid, p_cause text) TO tollgate_gateway;
GRANT ALL ON FUNCTION app.make_delivery(p_endpoint uuid, p_event uuid, p_cause text) TO tollgate_worker;
GRANT ALL ON FUNCTION app.make_delivery(p_endpoint uuid, p_event uuid, p_cause text) TO tollgate_entry;

--
-- Name: FUNCTION new_uuid(); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON FUNCTION app.new_uuid() FROM PUBLIC;
GRANT ALL ON FUNCTION app.new_uuid() TO tollgate_entry;

--
-- Name: FUNCTION next_usage_check(p_from timestamp with time zone, p_until timestamp with time zone, p_meter uuid, p_customer text); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON FUNCTION app.next_usage_check(p_from timestamp with time zone, p_until timestamp with time zone, p_meter uuid, p_customer text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.next_usage_check(p_from timestamp with time zone, p_until timestamp with time zone, p_meter uuid, p_customer text) TO tollgate_worker;

--
-- Name: FUNCTION own_domain_is_free(p_domain text); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.own_domain_is_free(p_domain text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.own_domain_is_free(p_domain text) TO tollgate_worker;

--
-- Name: FUNCTION own_key(); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.own_key() FROM PUBLIC;
GRANT ALL ON FUNCTION app.own_key() TO tollgate_gateway;

--
-- Name: PROCEDURE protect(IN p_table text); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON PROCEDURE app.protect(IN p_table text) FROM PUBLIC;

--
-- Name: FUNCTION public_branding(p_tenant uuid); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.public_branding(p_tenant uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.public_branding(p_tenant uuid) TO tollgate_gateway;

--
-- Name: FUNCTION public_domain(p_domain text); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.public_domain(p_domain text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.public_domain(p_domain text) TO tollgate_gateway;

--
-- Name: FUNCTION public_prices(p_tenant uuid); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.public_prices(p_tenant uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.public_prices(p_tenant uuid) TO tollgate_gateway;

--
-- Name: FUNCTION public_pricing(p_tenant uuid); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.public_pricing(p_tenant uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.public_pricing(p_tenant uuid) TO tollgate_gateway;

--
-- Name: FUNCTION receive_connect_event(p_account text, p_livemode boolean, p_event text, p_type text, p_object_kind text, p_object text, p_customer text, p_api_version text, p_created timestamp with time zone, p_command uuid); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.receive_connect_event(p_account text, p_livemode boolean, p_event text, p_type text, p_object_kind text, p_object text, p_customer text, p_api_version text, p_created timestamp with time zone, p_command uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.receive_connect_event(p_account text, p_livemode boolean, p_event text, p_type text, p_object_kind text, p_object text, p_customer text, p_api_version text, p_created timestamp with time zone, p_command uuid) TO tollgate_gateway;

--
-- Name: FUNCTION record_meter(p_id uuid, p_stripe text, p_event_name text, p_display_name text, p_formula text, p_customer_key text, p_value_key text, p_active boolean, p_seq bigint); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON FUNCTION app.record_meter(p_id uuid, p_stripe text, p_event_name text, p_display_name text, p_formula text, p_customer_key text, p_value_key text, p_active boolean, p_seq bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION app.record_meter(p_id uuid, p_stripe text, p_event_name text, p_display_name text, p_formula text, p_customer_key text, p_value_key text, p_active boolean, p_seq bigint) TO tollgate_worker;

--
-- Name: FUNCTION record_price(p_id uuid, p_ours uuid, p_product uuid, p_stripe text, p_terms jsonb, p_meter uuid, p_tax_behavior text, p_lookup_key text, p_active boolean, p_revision bigint, p_seq bigint); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON FUNCTION app.record_price(p_id uuid, p_ours uuid, p_product uuid, p_stripe text, p_terms jsonb, p_meter uuid, p_tax_behavior text, p_lookup_key text, p_active boolean, p_revision bigint, p_seq bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION app.record_price(p_id uuid, p_ours uuid, p_product uuid, p_stripe text, p_terms jsonb, p_meter uuid, p_tax_behavior text, p_lookup_key text, p_active boolean, p_revision bigint, p_seq bigint) TO tollgate_worker;

--
-- Name: FUNCTION record_product(p_id uuid, p_ours uuid, p_stripe text, p_name text, p_description text, p_active boolean, p_revision bigint, p_seq bigint); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON FUNCTION app.record_product(p_id uuid, p_ours uuid, p_stripe text, p_name text, p_description text, p_active boolean, p_revision bigint, p_seq bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION app.record_product(p_id uuid, p_ours uuid, p_stripe text, p_name text, p_description text, p_active boolean, p_revision bigint, p_seq bigint) TO tollgate_worker;

--
-- Name: FUNCTION release_late_charges(p_invoice uuid); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON FUNCTION app.release_late_charges(p_invoice uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.release_late_charges(p_invoice uuid) TO tollgate_worker;

--
-- Name: FUNCTION reopen_usage(p_agent uuid, p_reason text, p_after uuid, p_max integer); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON FUNCTION app.reopen_usage(p_agent uuid, p_reason text, p_after uuid, p_max integer) FROM PUBLIC;
GRANT ALL ON FUNCTION app.reopen_usage(p_agent uuid, p_reason text, p_after uuid, p_max integer) TO tollgate_worker;

--
-- Name: FUNCTION revoke_api_key(p_tenant uuid, p_id uuid); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.revoke_api_key(p_tenant uuid, p_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.revoke_api_key(p_tenant uuid, p_id uuid) TO tollgate_admin;

--
-- Name: FUNCTION set_credit_base_cost(p_tenant uuid, p_currency text, p_cost numeric); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.set_credit_base_cost(p_tenant uuid, p_currency text, p_cost numeric) FROM PUBLIC;
GRANT ALL ON FUNCTION app.set_credit_base_cost(p_tenant uuid, p_currency text, p_cost numeric) TO tollgate_admin;

--
-- Name: FUNCTION set_tenant_features(p_public_id uuid, p_features text[]); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.set_tenant_features(p_public_id uuid, p_features text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION app.set_tenant_features(p_public_id uuid, p_features text[]) TO tollgate_admin;

--
-- Name: FUNCTION subscription_worth(p_subscription uuid); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON FUNCTION app.subscription_worth(p_subscription uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.subscription_worth(p_subscription uuid) TO tollgate_worker;

--
-- Name: FUNCTION sum_usage(p_client uuid, p_meter uuid, p_from timestamp with time zone, p_until timestamp with time zone, p_after text, p_max integer); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON FUNCTION app.sum_usage(p_client uuid, p_meter uuid, p_from timestamp with time zone, p_until timestamp with time zone, p_after text, p_max integer) FROM PUBLIC;
GRANT ALL ON FUNCTION app.sum_usage(p_client uuid, p_meter uuid, p_from timestamp with time zone, p_until timestamp with time zone, p_after text, p_max integer) TO tollgate_gateway;
GRANT ALL ON FUNCTION app.sum_usage(p_client uuid, p_meter uuid, p_from timestamp with time zone, p_until timestamp with time zone, p_after text, p_max integer) TO tollgate_worker;

--
-- Name: FUNCTION suspend_tenant(p_public_id uuid, p_suspended boolean); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.suspend_tenant(p_public_id uuid, p_suspended boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION app.suspend_tenant(p_public_id uuid, p_suspended boolean) TO tollgate_admin;

--
-- Name: FUNCTION tenant_features(p_public_id uuid); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.tenant_features(p_public_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.tenant_features(p_public_id uuid) TO tollgate_admin;

--
-- Name: FUNCTION test_usage(p_agent uuid, p_kind text, p_at bigint, p_credits bigint, p_seconds integer, p_messages integer, p_conversation text, p_analysis jsonb, p_email text, p_name text, p_phone text); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.test_usage(p_agent uuid, p_kind text, p_at bigint, p_credits bigint, p_seconds integer, p_messages integer, p_conversation text, p_analysis jsonb, p_email text, p_name text, p_phone text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.test_usage(p_agent uuid, p_kind text, p_at bigint, p_credits bigint, p_seconds integer, p_messages integer, p_conversation text, p_analysis jsonb, p_email text, p_name text, p_phone text) TO tollgate_gateway;

--
-- Name: FUNCTION usage_entries(p_event uuid); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON FUNCTION app.usage_entries(p_event uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.usage_entries(p_event uuid) TO tollgate_gateway;
GRANT ALL ON FUNCTION app.usage_entries(p_event uuid) TO tollgate_worker;

--
-- Name: FUNCTION usage_period_ends(); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON FUNCTION app.usage_period_ends() FROM PUBLIC;
GRANT ALL ON FUNCTION app.usage_period_ends() TO tollgate_worker;

--
-- Name: FUNCTION usage_proof(p_invoice uuid); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON FUNCTION app.usage_proof(p_invoice uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.usage_proof(p_invoice uuid) TO tollgate_gateway;

--
-- Name: FUNCTION uuid_v7(); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON FUNCTION app.uuid_v7() FROM PUBLIC;
GRANT ALL ON FUNCTION app.uuid_v7() TO tollgate_gateway;
GRANT ALL ON FUNCTION app.uuid_v7() TO tollgate_worker;
GRANT ALL ON FUNCTION app.uuid_v7() TO tollgate_entry;

--
-- Name: FUNCTION verify_audit(p_tenant uuid, p_after bigint, p_count integer); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.verify_audit(p_tenant uuid, p_after bigint, p_count integer) FROM PUBLIC;
GRANT ALL ON FUNCTION app.verify_audit(p_tenant uuid, p_after bigint, p_count integer) TO tollgate_admin;

--
-- Name: FUNCTION void_usage(p_event uuid); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON FUNCTION app.void_usage(p_event uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.void_usage(p_event uuid) TO tollgate_worker;

--
-- Name: PROCEDURE wall_clients(IN p_table text); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON PROCEDURE app.wall_clients(IN p_table text) FROM PUBLIC;

--
-- Name: FUNCTION webhook_secrets(); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.webhook_secrets() FROM PUBLIC;
GRANT ALL ON FUNCTION app.webhook_secrets() TO tollgate_gateway;

--
-- Name: FUNCTION why(p_command uuid); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.why(p_command uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.why(p_command uuid) TO tollgate_gateway;

--
-- Name: FUNCTION beat(p_worker bigint, p_draining boolean); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.beat(p_worker bigint, p_draining boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.beat(p_worker bigint, p_draining boolean) TO tollgate_worker;

--
-- Name: FUNCTION bury(j jobq.job, p_problem jsonb); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.bury(j jobq.job, p_problem jsonb) FROM PUBLIC;

--
-- Name: FUNCTION cancel(p_public uuid, p_by text); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.cancel(p_public uuid, p_by text) FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.cancel(p_public uuid, p_by text) TO tollgate_gateway;

--
-- Name: FUNCTION cancel_one(p_tenant bigint, p_id bigint, p_by text); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.cancel_one(p_tenant bigint, p_id bigint, p_by text) FROM PUBLIC;

--
-- Name: FUNCTION claim(p_queue smallint, p_worker bigint, p_want integer, p_cursor bigint, p_hints bigint[], p_max_lanes integer); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.claim(p_queue smallint, p_worker bigint, p_want integer, p_cursor bigint, p_hints bigint[], p_max_lanes integer) FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.claim(p_queue smallint, p_worker bigint, p_want integer, p_cursor bigint, p_hints bigint[], p_max_lanes integer) TO tollgate_worker;

--
-- Name: FUNCTION command_name(p uuid); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.command_name(p uuid) FROM PUBLIC;

--
-- Name: FUNCTION depth(); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.depth() FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.depth() TO tollgate_gateway;
GRANT ALL ON FUNCTION jobq.depth() TO tollgate_worker;
GRANT ALL ON FUNCTION jobq.depth() TO tollgate_metrics;
GRANT ALL ON FUNCTION jobq.depth() TO tollgate_admin;
GRANT ALL ON FUNCTION jobq.depth() TO tollgate_pages;

--
-- Name: FUNCTION disown(p_worker bigint, p_queue smallint, p_keep bigint[]); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.disown(p_worker bigint, p_queue smallint, p_keep bigint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.disown(p_worker bigint, p_queue smallint, p_keep bigint[]) TO tollgate_worker;

--
-- Name: FUNCTION due(p_max integer); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.due(p_max integer) FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.due(p_max integer) TO tollgate_worker;

--
-- Name: FUNCTION enqueue(p_queue smallint, p_kind text, p_payload jsonb, p_public uuid, p_okey text, p_dedupe text, p_prio smallint, p_run_at timestamp with time zone, p_max_failures smallint, p_on_dead text, p_trace text, p_waited boolean, p_target_kind text, p_target_id uuid, OUT command_id bigint, OUT public_id uuid, OUT created boolean, OUT tenant bigint, OUT queue_id smallint); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.enqueue(p_queue smallint, p_kind text, p_payload jsonb, p_public uuid, p_okey text, p_dedupe text, p_prio smallint, p_run_at timestamp with time zone, p_max_failures smallint, p_on_dead text, p_trace text, p_waited boolean, p_target_kind text, p_target_id uuid, OUT command_id bigint, OUT public_id uuid, OUT created boolean, OUT tenant bigint, OUT queue_id smallint) FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.enqueue(p_queue smallint, p_kind text, p_payload jsonb, p_public uuid, p_okey text, p_dedupe text, p_prio smallint, p_run_at timestamp with time zone, p_max_failures smallint, p_on_dead text, p_trace text, p_waited boolean, p_target_kind text, p_target_id uuid, OUT command_id bigint, OUT public_id uuid, OUT created boolean, OUT tenant bigint, OUT queue_id smallint) TO tollgate_gateway;
GRANT ALL ON FUNCTION jobq.enqueue(p_queue smallint, p_kind text, p_payload jsonb, p_public uuid, p_okey text, p_dedupe text, p_prio smallint, p_run_at timestamp with time zone, p_max_failures smallint, p_on_dead text, p_trace text, p_waited boolean, p_target_kind text, p_target_id uuid, OUT command_id bigint, OUT public_id uuid, OUT created boolean, OUT tenant bigint, OUT queue_id smallint) TO tollgate_worker;

--
-- Name: FUNCTION enroll(p_queue smallint, p_host text, p_pid integer, p_version text); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.enroll(p_queue smallint, p_host text, p_pid integer, p_version text) FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.enroll(p_queue smallint, p_host text, p_pid integer, p_version text) TO tollgate_worker;

--
-- Name: FUNCTION fail(p_id bigint, p_lease bigint, p_verdict text, p_after real, p_status integer, p_code text, p_req text, p_error text, p_ms integer); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.fail(p_id bigint, p_lease bigint, p_verdict text, p_after real, p_status integer, p_code text, p_req text, p_error text, p_ms integer) FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.fail(p_id bigint, p_lease bigint, p_verdict text, p_after real, p_status integer, p_code text, p_req text, p_error text, p_ms integer) TO tollgate_worker;

--
-- Name: FUNCTION find(p_public uuid, OUT tenant bigint, OUT id bigint); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.find(p_public uuid, OUT tenant bigint, OUT id bigint) FROM PUBLIC;

--
-- Name: FUNCTION finish(p_ids bigint[], p_leases bigint[], p_outcomes text[], p_results jsonb[], p_problems jsonb[]); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.finish(p_ids bigint[], p_leases bigint[], p_outcomes text[], p_results jsonb[], p_problems jsonb[]) FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.finish(p_ids bigint[], p_leases bigint[], p_outcomes text[], p_results jsonb[], p_problems jsonb[]) TO tollgate_worker;

--
-- Name: FUNCTION finish_job(p_job bigint, p_lease bigint, p_outcome text, p_result jsonb, p_problem jsonb); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.finish_job(p_job bigint, p_lease bigint, p_outcome text, p_result jsonb, p_problem jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.finish_job(p_job bigint, p_lease bigint, p_outcome text, p_result jsonb, p_problem jsonb) TO tollgate_worker;

--
-- Name: FUNCTION has_ready(l jobq.lane); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.has_ready(l jobq.lane) FROM PUBLIC;

--
-- Name: FUNCTION held(p_ids bigint[], p_leases bigint[]); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.held(p_ids bigint[], p_leases bigint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.held(p_ids bigint[], p_leases bigint[]) TO tollgate_worker;

--
-- Name: FUNCTION history(p_public uuid); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.history(p_public uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.history(p_public uuid) TO tollgate_admin;
GRANT ALL ON FUNCTION jobq.history(p_public uuid) TO tollgate_pages;

--
-- Name: FUNCTION kick(p_queue smallint, p_tenants bigint[]); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.kick(p_queue smallint, p_tenants bigint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.kick(p_queue smallint, p_tenants bigint[]) TO tollgate_gateway;
GRANT ALL ON FUNCTION jobq.kick(p_queue smallint, p_tenants bigint[]) TO tollgate_worker;

--
-- Name: FUNCTION leave(p_worker bigint); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.leave(p_worker bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.leave(p_worker bigint) TO tollgate_worker;

--
-- Name: FUNCTION list_jobs(p_queue text, p_state text, p_tenant uuid, p_limit integer, p_before bigint); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.list_jobs(p_queue text, p_state text, p_tenant uuid, p_limit integer, p_before bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.list_jobs(p_queue text, p_state text, p_tenant uuid, p_limit integer, p_before bigint) TO tollgate_admin;
GRANT ALL ON FUNCTION jobq.list_jobs(p_queue text, p_state text, p_tenant uuid, p_limit integer, p_before bigint) TO tollgate_pages;

--
-- Name: FUNCTION make_lanes(); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.make_lanes() FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.make_lanes() TO tollgate_owner;

--
-- Name: FUNCTION own_tries(p_id bigint, p_max integer); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.own_tries(p_id bigint, p_max integer) FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.own_tries(p_id bigint, p_max integer) TO tollgate_gateway;

--
-- Name: FUNCTION pause_lane(p_queue text, p_tenant uuid, p_why text); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.pause_lane(p_queue text, p_tenant uuid, p_why text) FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.pause_lane(p_queue text, p_tenant uuid, p_why text) TO tollgate_admin;

--
-- Name: FUNCTION pause_queue(p_queue text, p_why text); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.pause_queue(p_queue text, p_why text) FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.pause_queue(p_queue text, p_why text) TO tollgate_admin;

--
-- Name: FUNCTION paused_lanes(); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.paused_lanes() FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.paused_lanes() TO tollgate_admin;
GRANT ALL ON FUNCTION jobq.paused_lanes() TO tollgate_pages;

--
-- Name: FUNCTION paused_queues(); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.paused_queues() FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.paused_queues() TO tollgate_admin;

--
-- Name: FUNCTION progress(p_ids bigint[]); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.progress(p_ids bigint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.progress(p_ids bigint[]) TO tollgate_gateway;
GRANT ALL ON FUNCTION jobq.progress(p_ids bigint[]) TO tollgate_worker;

--
-- Name: FUNCTION promote(p_key bigint, p_after integer, p_queue smallint); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.promote(p_key bigint, p_after integer, p_queue smallint) FROM PUBLIC;

--
-- Name: FUNCTION repair(); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.repair() FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.repair() TO tollgate_admin;

--
-- Name: FUNCTION rescue(p_ttl interval, p_max integer); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.rescue(p_ttl interval, p_max integer) FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.rescue(p_ttl interval, p_max integer) TO tollgate_worker;

--
-- Name: FUNCTION resolve(p_public uuid, p_action text, p_by text); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.resolve(p_public uuid, p_action text, p_by text) FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.resolve(p_public uuid, p_action text, p_by text) TO tollgate_admin;
GRANT ALL ON FUNCTION jobq.resolve(p_public uuid, p_action text, p_by text) TO tollgate_pages;

--
-- Name: FUNCTION resolve_one(p_tenant bigint, p_id bigint, p_action text, p_by text); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.resolve_one(p_tenant bigint, p_id bigint, p_action text, p_by text) FROM PUBLIC;

--
-- Name: FUNCTION resume_connection(); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.resume_connection() FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.resume_connection() TO tollgate_worker;

--
-- Name: FUNCTION resume_lane(p_queue text, p_tenant uuid); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.resume_lane(p_queue text, p_tenant uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.resume_lane(p_queue text, p_tenant uuid) TO tollgate_admin;

--
-- Name: FUNCTION resume_queue(p_queue text); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.resume_queue(p_queue text) FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.resume_queue(p_queue text) TO tollgate_admin;

--
-- Name: FUNCTION retry(p_public uuid, p_by text); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.retry(p_public uuid, p_by text) FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.retry(p_public uuid, p_by text) TO tollgate_gateway;

--
-- Name: FUNCTION rfc3339(p timestamp with time zone); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.rfc3339(p timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION show_job(p_public uuid); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.show_job(p_public uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.show_job(p_public uuid) TO tollgate_admin;
GRANT ALL ON FUNCTION jobq.show_job(p_public uuid) TO tollgate_pages;

--
-- Name: FUNCTION standing(); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.standing() FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.standing() TO tollgate_admin;

--
-- Name: FUNCTION state_word(p_outcome text, p_state smallint, p_attempt smallint); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.state_word(p_outcome text, p_state smallint, p_attempt smallint) FROM PUBLIC;

--
-- Name: FUNCTION stripe_silence(); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.stripe_silence() FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.stripe_silence() TO tollgate_admin;

--
-- Name: FUNCTION sweep(); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.sweep() FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.sweep() TO tollgate_worker;

--
-- Name: FUNCTION tick(); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.tick() FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.tick() TO tollgate_worker;

--
-- Name: FUNCTION tries(p_tenant bigint, p_id bigint); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.tries(p_tenant bigint, p_id bigint) FROM PUBLIC;

--
-- Name: FUNCTION wake(p_queues smallint[], p_tenants bigint[]); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.wake(p_queues smallint[], p_tenants bigint[]) FROM PUBLIC;

--
-- Name: FUNCTION why(p_public uuid); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.why(p_public uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.why(p_public uuid) TO tollgate_admin;

--
-- Name: FUNCTION why_one(p_tenant bigint, p_id bigint); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.why_one(p_tenant bigint, p_id bigint) FROM PUBLIC;

--
-- Name: FUNCTION workers(); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.workers() FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.workers() TO tollgate_metrics;
GRANT ALL ON FUNCTION jobq.workers() TO tollgate_admin;
GRANT ALL ON FUNCTION jobq.workers() TO tollgate_pages;

--
-- Name: TABLE access_hold; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE app.access_hold TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.access_hold TO tollgate_worker;
GRANT SELECT,INSERT,UPDATE ON TABLE app.access_hold TO tollgate_entry;

--
-- Name: TABLE access_transition; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.access_transition TO tollgate_gateway;
GRANT SELECT,INSERT ON TABLE app.access_transition TO tollgate_worker;
GRANT SELECT,INSERT ON TABLE app.access_transition TO tollgate_entry;

--
-- Name: TABLE agent; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE app.agent TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.agent TO tollgate_worker;
GRANT SELECT,UPDATE ON TABLE app.agent TO tollgate_entry;

--
-- Name: TABLE api_key; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE app.api_key TO tollgate_entry;

--
-- Name: COLUMN api_key.tenant_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(tenant_id) ON TABLE app.api_key TO tollgate_gateway;

--
-- Name: COLUMN api_key.id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(id),INSERT(id) ON TABLE app.api_key TO tollgate_gateway;

--
-- Name: COLUMN api_key.mac; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(mac) ON TABLE app.api_key TO tollgate_gateway;

--
-- Name: COLUMN api_key.pepper_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(pepper_id) ON TABLE app.api_key TO tollgate_gateway;

--
-- Name: COLUMN api_key.prefix; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(prefix),INSERT(prefix) ON TABLE app.api_key TO tollgate_gateway;

--
-- Name: COLUMN api_key.last4; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(last4),INSERT(last4) ON TABLE app.api_key TO tollgate_gateway;

--
-- Name: COLUMN api_key.name; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(name),INSERT(name) ON TABLE app.api_key TO tollgate_gateway;

--
-- Name: COLUMN api_key.scopes; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(scopes),INSERT(scopes) ON TABLE app.api_key TO tollgate_gateway;

--
-- Name: COLUMN api_key.expires_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(expires_at),INSERT(expires_at),UPDATE(expires_at) ON TABLE app.api_key TO tollgate_gateway;

--
-- Name: COLUMN api_key.revoked_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(revoked_at),UPDATE(revoked_at) ON TABLE app.api_key TO tollgate_gateway;

--
-- Name: COLUMN api_key.last_used_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(last_used_at) ON TABLE app.api_key TO tollgate_gateway;

--
-- Name: COLUMN api_key.created_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(created_at) ON TABLE app.api_key TO tollgate_gateway;

--
-- Name: COLUMN api_key.created_by; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(created_by),INSERT(created_by) ON TABLE app.api_key TO tollgate_gateway;

--
-- Name: COLUMN api_key.replaces; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(replaces),INSERT(replaces) ON TABLE app.api_key TO tollgate_gateway;

--
-- Name: COLUMN api_key.api_version; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(api_version),INSERT(api_version) ON TABLE app.api_key TO tollgate_gateway;

--
-- Name: TABLE attempt; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,DELETE ON TABLE app.attempt TO tollgate_worker;
GRANT SELECT,INSERT ON TABLE app.attempt TO tollgate_entry;

--
-- Name: COLUMN attempt.id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(id) ON TABLE app.attempt TO tollgate_gateway;

--
-- Name: COLUMN attempt.tenant_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(tenant_id) ON TABLE app.attempt TO tollgate_gateway;

--
-- Name: COLUMN attempt.command_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(command_id) ON TABLE app.attempt TO tollgate_gateway;

--
-- Name: COLUMN attempt.n; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(n) ON TABLE app.attempt TO tollgate_gateway;

--
-- Name: COLUMN attempt.at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(at) ON TABLE app.attempt TO tollgate_gateway;

--
-- Name: COLUMN attempt.ms; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(ms) ON TABLE app.attempt TO tollgate_gateway;

--
-- Name: COLUMN attempt.verdict; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(verdict) ON TABLE app.attempt TO tollgate_gateway;

--
-- Name: COLUMN attempt.http_status; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(http_status) ON TABLE app.attempt TO tollgate_gateway;

--
-- Name: COLUMN attempt.stripe_code; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(stripe_code) ON TABLE app.attempt TO tollgate_gateway;

--
-- Name: COLUMN attempt.stripe_request_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(stripe_request_id) ON TABLE app.attempt TO tollgate_gateway;

--
-- Name: COLUMN attempt.error; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(error) ON TABLE app.attempt TO tollgate_gateway;
GRANT UPDATE(error) ON TABLE app.attempt TO tollgate_entry;

--
-- Name: COLUMN attempt.next_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(next_at) ON TABLE app.attempt TO tollgate_gateway;

--
-- Name: TABLE audit_link; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT ON TABLE app.audit_link TO tollgate_gateway;
GRANT SELECT ON TABLE app.audit_link TO tollgate_worker;
GRANT SELECT,INSERT ON TABLE app.audit_link TO tollgate_entry;

--
-- Name: TABLE brand_domain; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,DELETE ON TABLE app.brand_domain TO tollgate_gateway;
GRANT SELECT ON TABLE app.brand_domain TO tollgate_entry;
GRANT SELECT ON TABLE app.brand_domain TO tollgate_worker;

--
-- Name: COLUMN brand_domain.id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(id) ON TABLE app.brand_domain TO tollgate_gateway;

--
-- Name: COLUMN brand_domain.domain; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(domain) ON TABLE app.brand_domain TO tollgate_gateway;

--
-- Name: COLUMN brand_domain.token; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(token) ON TABLE app.brand_domain TO tollgate_gateway;

--
-- Name: COLUMN brand_domain.status; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(status) ON TABLE app.brand_domain TO tollgate_entry;
GRANT UPDATE(status) ON TABLE app.brand_domain TO tollgate_worker;

--
-- Name: COLUMN brand_domain.checked_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(checked_at) ON TABLE app.brand_domain TO tollgate_entry;
GRANT UPDATE(checked_at) ON TABLE app.brand_domain TO tollgate_worker;

--
-- Name: COLUMN brand_domain.verified_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(verified_at) ON TABLE app.brand_domain TO tollgate_entry;
GRANT UPDATE(verified_at) ON TABLE app.brand_domain TO tollgate_worker;

--
-- Name: COLUMN brand_domain.problem; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(problem) ON TABLE app.brand_domain TO tollgate_entry;
GRANT UPDATE(problem) ON TABLE app.brand_domain TO tollgate_worker;

--
-- Name: COLUMN brand_domain.proof; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(proof) ON TABLE app.brand_domain TO tollgate_worker;
GRANT UPDATE(proof) ON TABLE app.brand_domain TO tollgate_entry;

--
-- Name: COLUMN brand_domain.reason; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(reason) ON TABLE app.brand_domain TO tollgate_worker;
GRANT UPDATE(reason) ON TABLE app.brand_domain TO tollgate_entry;

--
-- Name: COLUMN brand_domain.failures; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(failures) ON TABLE app.brand_domain TO tollgate_worker;
GRANT UPDATE(failures) ON TABLE app.brand_domain TO tollgate_entry;

--
-- Name: COLUMN brand_domain.next_check_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(next_check_at) ON TABLE app.brand_domain TO tollgate_worker;
GRANT UPDATE(next_check_at) ON TABLE app.brand_domain TO tollgate_entry;

--
-- Name: TABLE branding; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE app.branding TO tollgate_gateway;
GRANT SELECT ON TABLE app.branding TO tollgate_entry;

--
-- Name: TABLE client; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE app.client TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.client TO tollgate_worker;
GRANT SELECT,UPDATE ON TABLE app.client TO tollgate_entry;

--
-- Name: TABLE command; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,DELETE ON TABLE app.command TO tollgate_worker;
GRANT SELECT,INSERT,UPDATE ON TABLE app.command TO tollgate_entry;

--
-- Name: COLUMN command.id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(id) ON TABLE app.command TO tollgate_gateway;

--
-- Name: COLUMN command.public_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(public_id) ON TABLE app.command TO tollgate_gateway;

--
-- Name: COLUMN command.tenant_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(tenant_id) ON TABLE app.command TO tollgate_gateway;

--
-- Name: COLUMN command.queue_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(queue_id) ON TABLE app.command TO tollgate_gateway;

--
-- Name: COLUMN command.kind; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(kind) ON TABLE app.command TO tollgate_gateway;

--
-- Name: COLUMN command.ordering_key; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(ordering_key) ON TABLE app.command TO tollgate_gateway;

--
-- Name: COLUMN command.target_kind; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(target_kind) ON TABLE app.command TO tollgate_gateway;

--
-- Name: COLUMN command.target_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(target_id) ON TABLE app.command TO tollgate_gateway;

--
-- Name: COLUMN command.waited; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(waited) ON TABLE app.command TO tollgate_gateway;

--
-- Name: COLUMN command.created_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(created_at) ON TABLE app.command TO tollgate_gateway;

--
-- Name: COLUMN command.outcome; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(outcome) ON TABLE app.command TO tollgate_gateway;

--
-- Name: COLUMN command.finished_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(finished_at) ON TABLE app.command TO tollgate_gateway;

--
-- Name: COLUMN command.result; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(result) ON TABLE app.command TO tollgate_gateway;

--
-- Name: COLUMN command.problem; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(problem) ON TABLE app.command TO tollgate_gateway;

--
-- Name: COLUMN command.place; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(place) ON TABLE app.command TO tollgate_worker;

--
-- Name: TABLE connection; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT ON TABLE app.connection TO tollgate_entry;
GRANT SELECT ON TABLE app.connection TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.connection TO tollgate_worker;

--
-- Name: COLUMN connection.id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(id) ON TABLE app.connection TO tollgate_gateway;

--
-- Name: COLUMN connection.mode; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(mode),UPDATE(mode) ON TABLE app.connection TO tollgate_gateway;

--
-- Name: COLUMN connection.status; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(status),UPDATE(status) ON TABLE app.connection TO tollgate_gateway;

--
-- Name: COLUMN connection.country; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(country),UPDATE(country) ON TABLE app.connection TO tollgate_gateway;

--
-- Name: COLUMN connection.email; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(email),UPDATE(email) ON TABLE app.connection TO tollgate_gateway;

--
-- Name: COLUMN connection.candidate_secret_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(candidate_secret_id),UPDATE(candidate_secret_id) ON TABLE app.connection TO tollgate_gateway;

--
-- Name: COLUMN connection.key_kind; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(key_kind),UPDATE(key_kind) ON TABLE app.connection TO tollgate_gateway;

--
-- Name: COLUMN connection.key_last4; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(key_last4),UPDATE(key_last4) ON TABLE app.connection TO tollgate_gateway;

--
-- Name: COLUMN connection.key_ok; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(key_ok) ON TABLE app.connection TO tollgate_gateway;

--
-- Name: COLUMN connection.webhook_token; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(webhook_token) ON TABLE app.connection TO tollgate_gateway;

--
-- Name: COLUMN connection.updated_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(updated_at) ON TABLE app.connection TO tollgate_gateway;

--
-- Name: TABLE coupon; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE app.coupon TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.coupon TO tollgate_worker;
GRANT SELECT ON TABLE app.coupon TO tollgate_entry;

--
-- Name: TABLE credit_auto_topup; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE app.credit_auto_topup TO tollgate_gateway;
GRANT SELECT,UPDATE ON TABLE app.credit_auto_topup TO tollgate_worker;
GRANT SELECT ON TABLE app.credit_auto_topup TO tollgate_entry;

--
-- Name: TABLE credit_base_cost; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT ON TABLE app.credit_base_cost TO tollgate_gateway;
GRANT SELECT ON TABLE app.credit_base_cost TO tollgate_worker;
GRANT SELECT,INSERT,UPDATE ON TABLE app.credit_base_cost TO tollgate_entry;

--
-- Name: TABLE credit_entry; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.credit_entry TO tollgate_gateway;
GRANT SELECT,INSERT ON TABLE app.credit_entry TO tollgate_worker;
GRANT SELECT ON TABLE app.credit_entry TO tollgate_entry;

--
-- Name: TABLE credit_hold; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.credit_hold TO tollgate_gateway;
GRANT SELECT,INSERT ON TABLE app.credit_hold TO tollgate_worker;
GRANT SELECT ON TABLE app.credit_hold TO tollgate_entry;

--
-- Name: COLUMN credit_hold.captured; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(captured) ON TABLE app.credit_hold TO tollgate_gateway;
GRANT UPDATE(captured) ON TABLE app.credit_hold TO tollgate_worker;

--
-- Name: COLUMN credit_hold.status; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(status) ON TABLE app.credit_hold TO tollgate_gateway;
GRANT UPDATE(status) ON TABLE app.credit_hold TO tollgate_worker;

--
-- Name: COLUMN credit_hold.ended_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(ended_at) ON TABLE app.credit_hold TO tollgate_gateway;
GRANT UPDATE(ended_at) ON TABLE app.credit_hold TO tollgate_worker;

--
-- Name: TABLE credit_note; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE app.credit_note TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.credit_note TO tollgate_worker;
GRANT SELECT ON TABLE app.credit_note TO tollgate_entry;

--
-- Name: COLUMN credit_note.memo; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(memo) ON TABLE app.credit_note TO tollgate_entry;

--
-- Name: TABLE credit_pricing; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.credit_pricing TO tollgate_gateway;
GRANT SELECT,INSERT ON TABLE app.credit_pricing TO tollgate_worker;
GRANT SELECT,INSERT,UPDATE ON TABLE app.credit_pricing TO tollgate_entry;

--
-- Name: COLUMN credit_pricing.superseded_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(superseded_at) ON TABLE app.credit_pricing TO tollgate_gateway;

--
-- Name: TABLE credit_purchase; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT ON TABLE app.credit_purchase TO tollgate_gateway;
GRANT SELECT ON TABLE app.credit_purchase TO tollgate_worker;
GRANT SELECT ON TABLE app.credit_purchase TO tollgate_entry;

--
-- Name: COLUMN credit_purchase.id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(id) ON TABLE app.credit_purchase TO tollgate_gateway;
GRANT INSERT(id) ON TABLE app.credit_purchase TO tollgate_worker;

--
-- Name: COLUMN credit_purchase.client_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(client_id) ON TABLE app.credit_purchase TO tollgate_gateway;
GRANT INSERT(client_id) ON TABLE app.credit_purchase TO tollgate_worker;

--
-- Name: COLUMN credit_purchase.quote_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(quote_id) ON TABLE app.credit_purchase TO tollgate_gateway;
GRANT INSERT(quote_id) ON TABLE app.credit_purchase TO tollgate_worker;

--
-- Name: COLUMN credit_purchase.pricing_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(pricing_id) ON TABLE app.credit_purchase TO tollgate_gateway;
GRANT INSERT(pricing_id) ON TABLE app.credit_purchase TO tollgate_worker;

--
-- Name: COLUMN credit_purchase.amount; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(amount) ON TABLE app.credit_purchase TO tollgate_gateway;
GRANT INSERT(amount) ON TABLE app.credit_purchase TO tollgate_worker;

--
-- Name: COLUMN credit_purchase.currency; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(currency) ON TABLE app.credit_purchase TO tollgate_gateway;
GRANT INSERT(currency) ON TABLE app.credit_purchase TO tollgate_worker;

--
-- Name: COLUMN credit_purchase.credits; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(credits) ON TABLE app.credit_purchase TO tollgate_gateway;
GRANT INSERT(credits) ON TABLE app.credit_purchase TO tollgate_worker;

--
-- Name: COLUMN credit_purchase.origin; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(origin) ON TABLE app.credit_purchase TO tollgate_gateway;
GRANT INSERT(origin) ON TABLE app.credit_purchase TO tollgate_worker;

--
-- Name: COLUMN credit_purchase.method; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(method) ON TABLE app.credit_purchase TO tollgate_gateway;
GRANT INSERT(method) ON TABLE app.credit_purchase TO tollgate_worker;

--
-- Name: COLUMN credit_purchase.status; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(status) ON TABLE app.credit_purchase TO tollgate_worker;
GRANT UPDATE(status) ON TABLE app.credit_purchase TO tollgate_gateway;

--
-- Name: COLUMN credit_purchase.success_url; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(success_url) ON TABLE app.credit_purchase TO tollgate_gateway;
GRANT INSERT(success_url) ON TABLE app.credit_purchase TO tollgate_worker;

--
-- Name: COLUMN credit_purchase.cancel_url; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(cancel_url) ON TABLE app.credit_purchase TO tollgate_gateway;
GRANT INSERT(cancel_url) ON TABLE app.credit_purchase TO tollgate_worker;

--
-- Name: COLUMN credit_purchase.stripe_payment_intent; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(stripe_payment_intent) ON TABLE app.credit_purchase TO tollgate_worker;

--
-- Name: COLUMN credit_purchase.stripe_session; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(stripe_session) ON TABLE app.credit_purchase TO tollgate_worker;

--
-- Name: COLUMN credit_purchase.stripe_charge; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(stripe_charge) ON TABLE app.credit_purchase TO tollgate_worker;

--
-- Name: COLUMN credit_purchase.url; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(url) ON TABLE app.credit_purchase TO tollgate_worker;

--
-- Name: COLUMN credit_purchase.expires_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(expires_at) ON TABLE app.credit_purchase TO tollgate_worker;

--
-- Name: COLUMN credit_purchase.amount_refunded; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(amount_refunded) ON TABLE app.credit_purchase TO tollgate_worker;

--
-- Name: COLUMN credit_purchase.problem; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(problem) ON TABLE app.credit_purchase TO tollgate_worker;
GRANT UPDATE(problem) ON TABLE app.credit_purchase TO tollgate_gateway;

--
-- Name: COLUMN credit_purchase.paid_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(paid_at) ON TABLE app.credit_purchase TO tollgate_worker;

--
-- Name: COLUMN credit_purchase.updated_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(updated_at) ON TABLE app.credit_purchase TO tollgate_worker;
GRANT UPDATE(updated_at) ON TABLE app.credit_purchase TO tollgate_gateway;

--
-- Name: TABLE credit_quote; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.credit_quote TO tollgate_gateway;
GRANT SELECT,INSERT,DELETE ON TABLE app.credit_quote TO tollgate_worker;
GRANT SELECT ON TABLE app.credit_quote TO tollgate_entry;

--
-- Name: TABLE credit_refund; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.credit_refund TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.credit_refund TO tollgate_worker;
GRANT SELECT ON TABLE app.credit_refund TO tollgate_entry;

--
-- Name: COLUMN credit_refund.status; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(status) ON TABLE app.credit_refund TO tollgate_gateway;

--
-- Name: COLUMN credit_refund.problem; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(problem) ON TABLE app.credit_refund TO tollgate_gateway;

--
-- Name: COLUMN credit_refund.updated_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(updated_at) ON TABLE app.credit_refund TO tollgate_gateway;

--
-- Name: TABLE credit_transaction; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT ON TABLE app.credit_transaction TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.credit_transaction TO tollgate_worker;
GRANT SELECT ON TABLE app.credit_transaction TO tollgate_entry;

--
-- Name: TABLE dispute; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT ON TABLE app.dispute TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.dispute TO tollgate_worker;
GRANT SELECT ON TABLE app.dispute TO tollgate_entry;

--
-- Name: TABLE drift_item; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT ON TABLE app.drift_item TO tollgate_entry;
GRANT SELECT ON TABLE app.drift_item TO tollgate_gateway;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE app.drift_item TO tollgate_worker;

--
-- Name: COLUMN drift_item.ours; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(ours) ON TABLE app.drift_item TO tollgate_entry;

--
-- Name: COLUMN drift_item.theirs; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(theirs) ON TABLE app.drift_item TO tollgate_entry;

--
-- Name: COLUMN drift_item.status; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(status) ON TABLE app.drift_item TO tollgate_gateway;

--
-- Name: COLUMN drift_item.dismissed_by; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(dismissed_by) ON TABLE app.drift_item TO tollgate_gateway;

--
-- Name: COLUMN drift_item.dismissed_reason; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(dismissed_reason) ON TABLE app.drift_item TO tollgate_gateway;

--
-- Name: COLUMN drift_item.closed_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(closed_at) ON TABLE app.drift_item TO tollgate_gateway;

--
-- Name: SEQUENCE fetch_seq; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT USAGE ON SEQUENCE app.fetch_seq TO tollgate_worker;

--
-- Name: TABLE idempotency; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.idempotency TO tollgate_gateway;
GRANT DELETE ON TABLE app.idempotency TO tollgate_worker;
GRANT SELECT,DELETE ON TABLE app.idempotency TO tollgate_entry;

--
-- Name: COLUMN idempotency.tenant_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(tenant_id) ON TABLE app.idempotency TO tollgate_worker;

--
-- Name: COLUMN idempotency.key; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(key) ON TABLE app.idempotency TO tollgate_worker;

--
-- Name: COLUMN idempotency.created_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(created_at) ON TABLE app.idempotency TO tollgate_worker;

--
-- Name: TABLE import; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT ON TABLE app.import TO tollgate_gateway;
GRANT SELECT,UPDATE ON TABLE app.import TO tollgate_worker;
GRANT SELECT ON TABLE app.import TO tollgate_entry;

--
-- Name: COLUMN import.id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(id) ON TABLE app.import TO tollgate_gateway;

--
-- Name: COLUMN import.what; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(what) ON TABLE app.import TO tollgate_gateway;

--
-- Name: COLUMN import.status; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(status) ON TABLE app.import TO tollgate_gateway;

--
-- Name: COLUMN import.account_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(account_id) ON TABLE app.import TO tollgate_gateway;

--
-- Name: COLUMN import.confirmed_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(confirmed_at) ON TABLE app.import TO tollgate_gateway;

--
-- Name: TABLE import_item; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT ON TABLE app.import_item TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.import_item TO tollgate_worker;
GRANT SELECT ON TABLE app.import_item TO tollgate_entry;

--
-- Name: COLUMN import_item.facts; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(facts) ON TABLE app.import_item TO tollgate_entry;

--
-- Name: COLUMN import_item.row_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(row_id) ON TABLE app.import_item TO tollgate_gateway;

--
-- Name: COLUMN import_item.decision; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(decision) ON TABLE app.import_item TO tollgate_gateway;

--
-- Name: TABLE invoice; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE app.invoice TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.invoice TO tollgate_worker;
GRANT SELECT ON TABLE app.invoice TO tollgate_entry;

--
-- Name: COLUMN invoice.metadata; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(metadata) ON TABLE app.invoice TO tollgate_entry;

--
-- Name: TABLE isolation_violations; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT ON TABLE app.isolation_violations TO tollgate_gateway;
GRANT SELECT ON TABLE app.isolation_violations TO tollgate_worker;
GRANT SELECT ON TABLE app.isolation_violations TO tollgate_admin;
GRANT SELECT ON TABLE app.isolation_violations TO tollgate_metrics;
GRANT SELECT ON TABLE app.isolation_violations TO tollgate_entry;
GRANT SELECT ON TABLE app.isolation_violations TO tollgate_pages;

--
-- Name: TABLE product; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE app.product TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.product TO tollgate_worker;
GRANT SELECT ON TABLE app.product TO tollgate_entry;

--
-- Name: TABLE subscription; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE app.subscription TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.subscription TO tollgate_worker;
GRANT SELECT ON TABLE app.subscription TO tollgate_entry;

--
-- Name: COLUMN subscription.metadata; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(metadata) ON TABLE app.subscription TO tollgate_entry;

--
-- Name: TABLE kept_at_stripe; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT ON TABLE app.kept_at_stripe TO tollgate_entry;
GRANT SELECT ON TABLE app.kept_at_stripe TO tollgate_worker;

--
-- Name: TABLE key_permission; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT ON TABLE app.key_permission TO tollgate_gateway;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE app.key_permission TO tollgate_worker;
GRANT SELECT ON TABLE app.key_permission TO tollgate_entry;

--
-- Name: TABLE late_charge; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT ON TABLE app.late_charge TO tollgate_gateway;
GRANT SELECT,INSERT,DELETE ON TABLE app.late_charge TO tollgate_worker;
GRANT SELECT ON TABLE app.late_charge TO tollgate_entry;

--
-- Name: COLUMN late_charge.stripe_item; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(stripe_item) ON TABLE app.late_charge TO tollgate_worker;

--
-- Name: TABLE meter; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE app.meter TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.meter TO tollgate_worker;
GRANT SELECT ON TABLE app.meter TO tollgate_entry;

--
-- Name: TABLE metering_rule; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.metering_rule TO tollgate_gateway;
GRANT SELECT ON TABLE app.metering_rule TO tollgate_worker;
GRANT SELECT ON TABLE app.metering_rule TO tollgate_entry;

--
-- Name: COLUMN metering_rule.static_value; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(static_value) ON TABLE app.metering_rule TO tollgate_entry;

--
-- Name: COLUMN metering_rule.ended_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(ended_at) ON TABLE app.metering_rule TO tollgate_gateway;

--
-- Name: TABLE orphan; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT ON TABLE app.orphan TO tollgate_gateway;
GRANT SELECT,INSERT ON TABLE app.orphan TO tollgate_worker;
GRANT SELECT ON TABLE app.orphan TO tollgate_entry;

--
-- Name: TABLE payment_setup; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE app.payment_setup TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.payment_setup TO tollgate_worker;
GRANT SELECT ON TABLE app.payment_setup TO tollgate_entry;

--
-- Name: COLUMN payment_setup.url; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(url) ON TABLE app.payment_setup TO tollgate_entry;

--
-- Name: TABLE plan; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.plan TO tollgate_gateway;
GRANT SELECT ON TABLE app.plan TO tollgate_worker;
GRANT SELECT ON TABLE app.plan TO tollgate_entry;

--
-- Name: COLUMN plan.name; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(name) ON TABLE app.plan TO tollgate_gateway;

--
-- Name: COLUMN plan.description; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(description) ON TABLE app.plan TO tollgate_gateway;

--
-- Name: COLUMN plan.status; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(status) ON TABLE app.plan TO tollgate_gateway;
GRANT UPDATE(status) ON TABLE app.plan TO tollgate_worker;

--
-- Name: COLUMN plan.visibility; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(visibility) ON TABLE app.plan TO tollgate_gateway;

--
-- Name: COLUMN plan.is_default; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(is_default) ON TABLE app.plan TO tollgate_gateway;

--
-- Name: COLUMN plan.is_featured; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(is_featured) ON TABLE app.plan TO tollgate_gateway;

--
-- Name: COLUMN plan.version; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(version) ON TABLE app.plan TO tollgate_gateway;

--
-- Name: COLUMN plan.metadata; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(metadata) ON TABLE app.plan TO tollgate_gateway;

--
-- Name: COLUMN plan.updated_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(updated_at) ON TABLE app.plan TO tollgate_gateway;
GRANT UPDATE(updated_at) ON TABLE app.plan TO tollgate_worker;

--
-- Name: TABLE plan_price; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.plan_price TO tollgate_gateway;
GRANT SELECT ON TABLE app.plan_price TO tollgate_worker;
GRANT SELECT ON TABLE app.plan_price TO tollgate_entry;

--
-- Name: COLUMN plan_price.price_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(price_id) ON TABLE app.plan_price TO tollgate_worker;

--
-- Name: COLUMN plan_price.problem; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(problem) ON TABLE app.plan_price TO tollgate_worker;

--
-- Name: TABLE plan_quota; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.plan_quota TO tollgate_gateway;
GRANT SELECT ON TABLE app.plan_quota TO tollgate_worker;
GRANT SELECT ON TABLE app.plan_quota TO tollgate_entry;

--
-- Name: TABLE plan_version; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.plan_version TO tollgate_gateway;
GRANT SELECT ON TABLE app.plan_version TO tollgate_worker;
GRANT SELECT ON TABLE app.plan_version TO tollgate_entry;

--
-- Name: TABLE portal_event; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.portal_event TO tollgate_gateway;
GRANT SELECT,INSERT ON TABLE app.portal_event TO tollgate_worker;
GRANT SELECT,INSERT ON TABLE app.portal_event TO tollgate_entry;

--
-- Name: COLUMN portal_event.data; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(data) ON TABLE app.portal_event TO tollgate_entry;

--
-- Name: TABLE portal_user; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE app.portal_user TO tollgate_gateway;
GRANT SELECT,UPDATE ON TABLE app.portal_user TO tollgate_worker;
GRANT SELECT,UPDATE ON TABLE app.portal_user TO tollgate_entry;

--
-- Name: TABLE quota_usage; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.quota_usage TO tollgate_gateway;
GRANT SELECT ON TABLE app.quota_usage TO tollgate_worker;
GRANT SELECT ON TABLE app.quota_usage TO tollgate_entry;

--
-- Name: COLUMN quota_usage.used; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(used) ON TABLE app.quota_usage TO tollgate_gateway;

--
-- Name: COLUMN quota_usage.warned_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(warned_at) ON TABLE app.quota_usage TO tollgate_gateway;

--
-- Name: COLUMN quota_usage.exceeded_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(exceeded_at) ON TABLE app.quota_usage TO tollgate_gateway;

--
-- Name: COLUMN quota_usage.updated_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(updated_at) ON TABLE app.quota_usage TO tollgate_gateway;

--
-- Name: TABLE reconciliation; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT ON TABLE app.reconciliation TO tollgate_entry;
GRANT SELECT ON TABLE app.reconciliation TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.reconciliation TO tollgate_worker;

--
-- Name: COLUMN reconciliation.id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(id) ON TABLE app.reconciliation TO tollgate_gateway;

--
-- Name: COLUMN reconciliation.cause; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(cause) ON TABLE app.reconciliation TO tollgate_gateway;

--
-- Name: COLUMN reconciliation.status; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(status) ON TABLE app.reconciliation TO tollgate_gateway;

--
-- Name: COLUMN reconciliation.account_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT INSERT(account_id) ON TABLE app.reconciliation TO tollgate_gateway;

--
-- Name: COLUMN reconciliation.problem; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(problem) ON TABLE app.reconciliation TO tollgate_gateway;

--
-- Name: COLUMN reconciliation.finished_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(finished_at) ON TABLE app.reconciliation TO tollgate_gateway;

--
-- Name: TABLE reconciliation_page; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT ON TABLE app.reconciliation_page TO tollgate_entry;
GRANT SELECT ON TABLE app.reconciliation_page TO tollgate_gateway;
GRANT SELECT,INSERT,DELETE ON TABLE app.reconciliation_page TO tollgate_worker;

--
-- Name: TABLE reconciliation_sight; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT ON TABLE app.reconciliation_sight TO tollgate_entry;
GRANT SELECT,INSERT,DELETE ON TABLE app.reconciliation_sight TO tollgate_worker;

--
-- Name: TABLE refund; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE app.refund TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.refund TO tollgate_worker;
GRANT SELECT ON TABLE app.refund TO tollgate_entry;

--
-- Name: TABLE sealed_secret; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE app.sealed_secret TO tollgate_worker;
GRANT INSERT ON TABLE app.sealed_secret TO tollgate_gateway;
GRANT SELECT ON TABLE app.sealed_secret TO tollgate_entry;

--
-- Name: COLUMN sealed_secret.tenant_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(tenant_id) ON TABLE app.sealed_secret TO tollgate_gateway;

--
-- Name: COLUMN sealed_secret.id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(id) ON TABLE app.sealed_secret TO tollgate_gateway;

--
-- Name: COLUMN sealed_secret.purpose; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(purpose) ON TABLE app.sealed_secret TO tollgate_gateway;

--
-- Name: COLUMN sealed_secret.version; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(version) ON TABLE app.sealed_secret TO tollgate_gateway;

--
-- Name: COLUMN sealed_secret.key_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(key_id) ON TABLE app.sealed_secret TO tollgate_gateway;
GRANT UPDATE(key_id) ON TABLE app.sealed_secret TO tollgate_entry;

--
-- Name: COLUMN sealed_secret.key_kind; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(key_kind) ON TABLE app.sealed_secret TO tollgate_gateway;

--
-- Name: COLUMN sealed_secret.last4; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(last4) ON TABLE app.sealed_secret TO tollgate_gateway;

--
-- Name: COLUMN sealed_secret.envelope; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(envelope) ON TABLE app.sealed_secret TO tollgate_entry;

--
-- Name: COLUMN sealed_secret.created_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(created_at) ON TABLE app.sealed_secret TO tollgate_gateway;

--
-- Name: COLUMN sealed_secret.retired_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(retired_at),UPDATE(retired_at) ON TABLE app.sealed_secret TO tollgate_gateway;
GRANT UPDATE(retired_at) ON TABLE app.sealed_secret TO tollgate_entry;

--
-- Name: TABLE stripe_call; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.stripe_call TO tollgate_worker;
GRANT SELECT ON TABLE app.stripe_call TO tollgate_entry;

--
-- Name: COLUMN stripe_call.tenant_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(tenant_id) ON TABLE app.stripe_call TO tollgate_gateway;

--
-- Name: COLUMN stripe_call.command_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(command_id) ON TABLE app.stripe_call TO tollgate_gateway;

--
-- Name: COLUMN stripe_call.step; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(step) ON TABLE app.stripe_call TO tollgate_gateway;

--
-- Name: COLUMN stripe_call.gen; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(gen) ON TABLE app.stripe_call TO tollgate_gateway;

--
-- Name: COLUMN stripe_call.method; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(method) ON TABLE app.stripe_call TO tollgate_gateway;

--
-- Name: COLUMN stripe_call.path; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(path) ON TABLE app.stripe_call TO tollgate_gateway;

--
-- Name: COLUMN stripe_call.body; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(body) ON TABLE app.stripe_call TO tollgate_entry;

--
-- Name: COLUMN stripe_call.first_sent_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(first_sent_at) ON TABLE app.stripe_call TO tollgate_gateway;
GRANT UPDATE(first_sent_at) ON TABLE app.stripe_call TO tollgate_worker;

--
-- Name: COLUMN stripe_call.answered_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(answered_at) ON TABLE app.stripe_call TO tollgate_gateway;
GRANT UPDATE(answered_at) ON TABLE app.stripe_call TO tollgate_worker;

--
-- Name: COLUMN stripe_call.http_status; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(http_status) ON TABLE app.stripe_call TO tollgate_gateway;
GRANT UPDATE(http_status) ON TABLE app.stripe_call TO tollgate_worker;

--
-- Name: COLUMN stripe_call.stripe_request_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(stripe_request_id) ON TABLE app.stripe_call TO tollgate_gateway;
GRANT UPDATE(stripe_request_id) ON TABLE app.stripe_call TO tollgate_worker;

--
-- Name: COLUMN stripe_call.object_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(object_id) ON TABLE app.stripe_call TO tollgate_gateway;
GRANT UPDATE(object_id) ON TABLE app.stripe_call TO tollgate_worker;

--
-- Name: COLUMN stripe_call.response; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(response) ON TABLE app.stripe_call TO tollgate_worker;
GRANT UPDATE(response) ON TABLE app.stripe_call TO tollgate_entry;

--
-- Name: COLUMN stripe_call.outcome; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(outcome) ON TABLE app.stripe_call TO tollgate_gateway;
GRANT UPDATE(outcome) ON TABLE app.stripe_call TO tollgate_worker;

--
-- Name: COLUMN stripe_call.sent_to; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(sent_to) ON TABLE app.stripe_call TO tollgate_worker;

--
-- Name: TABLE stripe_event; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.stripe_event TO tollgate_entry;
GRANT SELECT,INSERT ON TABLE app.stripe_event TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.stripe_event TO tollgate_worker;

--
-- Name: TABLE subscription_agent; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE app.subscription_agent TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.subscription_agent TO tollgate_worker;
GRANT SELECT ON TABLE app.subscription_agent TO tollgate_entry;

--
-- Name: TABLE subscription_item; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.subscription_item TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.subscription_item TO tollgate_worker;
GRANT SELECT ON TABLE app.subscription_item TO tollgate_entry;

--
-- Name: COLUMN subscription_item.quantity; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(quantity) ON TABLE app.subscription_item TO tollgate_gateway;

--
-- Name: COLUMN subscription_item.analysis_field; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(analysis_field) ON TABLE app.subscription_item TO tollgate_gateway;

--
-- Name: COLUMN subscription_item.removed_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(removed_at) ON TABLE app.subscription_item TO tollgate_gateway;

--
-- Name: TABLE tenant; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT ON TABLE app.tenant TO tollgate_gateway;
GRANT SELECT ON TABLE app.tenant TO tollgate_worker;
GRANT SELECT,INSERT,UPDATE ON TABLE app.tenant TO tollgate_entry;

--
-- Name: COLUMN tenant.name; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(name) ON TABLE app.tenant TO tollgate_gateway;

--
-- Name: COLUMN tenant.block_on; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(block_on) ON TABLE app.tenant TO tollgate_gateway;

--
-- Name: COLUMN tenant.grace_days; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(grace_days) ON TABLE app.tenant TO tollgate_gateway;

--
-- Name: COLUMN tenant.require_card; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(require_card) ON TABLE app.tenant TO tollgate_gateway;

--
-- Name: COLUMN tenant.late_usage; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(late_usage) ON TABLE app.tenant TO tollgate_gateway;

--
-- Name: COLUMN tenant.credits_on_exhausted; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(credits_on_exhausted) ON TABLE app.tenant TO tollgate_gateway;

--
-- Name: COLUMN tenant.credits_floor; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(credits_floor) ON TABLE app.tenant TO tollgate_gateway;

--
-- Name: COLUMN tenant.credits_low_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(credits_low_at) ON TABLE app.tenant TO tollgate_gateway;

--
-- Name: COLUMN tenant.block_scope; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(block_scope) ON TABLE app.tenant TO tollgate_gateway;

--
-- Name: COLUMN tenant.no_subscription; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(no_subscription) ON TABLE app.tenant TO tollgate_gateway;

--
-- Name: COLUMN tenant.on_dispute; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(on_dispute) ON TABLE app.tenant TO tollgate_gateway;

--
-- Name: COLUMN tenant.policy_updated_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(policy_updated_at) ON TABLE app.tenant TO tollgate_gateway;

--
-- Name: COLUMN tenant.retention_days; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(retention_days) ON TABLE app.tenant TO tollgate_gateway;

--
-- Name: COLUMN tenant.settle_seconds; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(settle_seconds) ON TABLE app.tenant TO tollgate_gateway;

--
-- Name: TABLE usage_batch; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT ON TABLE app.usage_batch TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.usage_batch TO tollgate_worker;
GRANT SELECT,INSERT,UPDATE ON TABLE app.usage_batch TO tollgate_entry;

--
-- Name: TABLE usage_conversation; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE app.usage_conversation TO tollgate_worker;
GRANT SELECT,INSERT,DELETE ON TABLE app.usage_conversation TO tollgate_entry;

--
-- Name: TABLE usage_drift; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT ON TABLE app.usage_drift TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.usage_drift TO tollgate_worker;
GRANT SELECT ON TABLE app.usage_drift TO tollgate_entry;

--
-- Name: TABLE usage_entry; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT ON TABLE app.usage_entry TO tollgate_gateway;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE app.usage_entry TO tollgate_worker;
GRANT SELECT,INSERT ON TABLE app.usage_entry TO tollgate_entry;

--
-- Name: TABLE usage_event; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.usage_event TO tollgate_gateway;
GRANT SELECT ON TABLE app.usage_event TO tollgate_worker;
GRANT SELECT,INSERT ON TABLE app.usage_event TO tollgate_entry;

--
-- Name: COLUMN usage_event.conversation_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(conversation_id) ON TABLE app.usage_event TO tollgate_entry;

--
-- Name: COLUMN usage_event.analysis; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(analysis) ON TABLE app.usage_event TO tollgate_entry;

--
-- Name: COLUMN usage_event.lead_email; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(lead_email) ON TABLE app.usage_event TO tollgate_entry;

--
-- Name: COLUMN usage_event.lead_name; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(lead_name) ON TABLE app.usage_event TO tollgate_entry;

--
-- Name: COLUMN usage_event.lead_phone; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(lead_phone) ON TABLE app.usage_event TO tollgate_entry;

--
-- Name: TABLE usage_intake; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.usage_intake TO tollgate_gateway;
GRANT SELECT,INSERT,DELETE ON TABLE app.usage_intake TO tollgate_worker;
GRANT SELECT,INSERT,DELETE ON TABLE app.usage_intake TO tollgate_entry;

--
-- Name: COLUMN usage_intake.meters; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(meters) ON TABLE app.usage_intake TO tollgate_worker;

--
-- Name: TABLE webhook_attempt; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT ON TABLE app.webhook_attempt TO tollgate_entry;
GRANT SELECT ON TABLE app.webhook_attempt TO tollgate_gateway;
GRANT SELECT,INSERT,DELETE ON TABLE app.webhook_attempt TO tollgate_worker;

--
-- Name: TABLE webhook_delivery; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.webhook_delivery TO tollgate_entry;
GRANT SELECT,INSERT ON TABLE app.webhook_delivery TO tollgate_gateway;
GRANT SELECT,INSERT,DELETE ON TABLE app.webhook_delivery TO tollgate_worker;

--
-- Name: COLUMN webhook_delivery.status; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(status) ON TABLE app.webhook_delivery TO tollgate_worker;

--
-- Name: COLUMN webhook_delivery.attempts; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(attempts) ON TABLE app.webhook_delivery TO tollgate_worker;

--
-- Name: COLUMN webhook_delivery.next_attempt_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(next_attempt_at) ON TABLE app.webhook_delivery TO tollgate_worker;

--
-- Name: COLUMN webhook_delivery.last_status; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(last_status) ON TABLE app.webhook_delivery TO tollgate_worker;

--
-- Name: COLUMN webhook_delivery.last_error; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(last_error) ON TABLE app.webhook_delivery TO tollgate_worker;

--
-- Name: COLUMN webhook_delivery.ended_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(ended_at) ON TABLE app.webhook_delivery TO tollgate_worker;

--
-- Name: TABLE webhook_endpoint; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT ON TABLE app.webhook_endpoint TO tollgate_entry;
GRANT SELECT,INSERT ON TABLE app.webhook_endpoint TO tollgate_gateway;
GRANT SELECT ON TABLE app.webhook_endpoint TO tollgate_worker;

--
-- Name: COLUMN webhook_endpoint.url; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(url) ON TABLE app.webhook_endpoint TO tollgate_gateway;

--
-- Name: COLUMN webhook_endpoint.description; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(description) ON TABLE app.webhook_endpoint TO tollgate_gateway;

--
-- Name: COLUMN webhook_endpoint.event_types; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(event_types) ON TABLE app.webhook_endpoint TO tollgate_gateway;

--
-- Name: COLUMN webhook_endpoint.status; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(status) ON TABLE app.webhook_endpoint TO tollgate_gateway;
GRANT UPDATE(status) ON TABLE app.webhook_endpoint TO tollgate_worker;

--
-- Name: COLUMN webhook_endpoint.disabled_reason; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(disabled_reason) ON TABLE app.webhook_endpoint TO tollgate_gateway;
GRANT UPDATE(disabled_reason) ON TABLE app.webhook_endpoint TO tollgate_worker;

--
-- Name: COLUMN webhook_endpoint.secret_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(secret_id) ON TABLE app.webhook_endpoint TO tollgate_gateway;

--
-- Name: COLUMN webhook_endpoint.previous_secret_id; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(previous_secret_id) ON TABLE app.webhook_endpoint TO tollgate_gateway;

--
-- Name: COLUMN webhook_endpoint.previous_until; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(previous_until) ON TABLE app.webhook_endpoint TO tollgate_gateway;

--
-- Name: COLUMN webhook_endpoint.last_delivered_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(last_delivered_at) ON TABLE app.webhook_endpoint TO tollgate_worker;

--
-- Name: COLUMN webhook_endpoint.metadata; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(metadata) ON TABLE app.webhook_endpoint TO tollgate_gateway;

--
-- Name: COLUMN webhook_endpoint.updated_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT UPDATE(updated_at) ON TABLE app.webhook_endpoint TO tollgate_gateway;
GRANT UPDATE(updated_at) ON TABLE app.webhook_endpoint TO tollgate_worker;

--
-- Name: DEFAULT PRIVILEGES FOR TABLES; Type: DEFAULT ACL; Schema: app; Owner: tollgate_owner
--

ALTER DEFAULT PRIVILEGES FOR ROLE tollgate_owner IN SCHEMA app GRANT SELECT ON TABLES  TO tollgate_entry;

--
-- PostgreSQL database dump complete
--

