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
-- Name: add_api_key(uuid, uuid, bytea, smallint, text, text, text, text[], timestamp with time zone); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.add_api_key(p_tenant uuid, p_id uuid, p_mac bytea, p_pepper_id smallint, p_prefix text, p_last4 text, p_name text, p_scopes text[], p_expires_at timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  INSERT INTO app.api_key (tenant_id, id, mac, pepper_id, prefix, last4, name, scopes, expires_at)
  SELECT t.tenant_id, p_id, p_mac, p_pepper_id, p_prefix, p_last4, p_name, p_scopes, p_expires_at
    FROM app.tenant t WHERE t.public_id = p_tenant;
  RETURN FOUND;
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
-- Name: current_tenant(); Type: FUNCTION; Schema: app; Owner: tollgate_owner
--

CREATE FUNCTION app.current_tenant() RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('app.tenant_id', true), '')::bigint $$;

ALTER FUNCTION app.current_tenant() OWNER TO tollgate_owner;

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
-- Name: enter_by_key(bytea, text); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.enter_by_key(p_mac bytea, p_scope text, OUT key_id uuid, OUT tenant_public_id uuid, OUT agency_id uuid, OUT scopes text[], OUT livemode boolean) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION app.enter_by_key(p_mac bytea, p_scope text, OUT key_id uuid, OUT tenant_public_id uuid, OUT agency_id uuid, OUT scopes text[], OUT livemode boolean) OWNER TO tollgate_entry;

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
END $$;

ALTER PROCEDURE app.protect(IN p_table text) OWNER TO tollgate_owner;

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

ALTER FUNCTION app.receive_connect_event(p_account text, p_livemode boolean, p_event text, p_type text, p_object_kind text, p_object text, p_customer text, p_api_version text, p_created timestamp with time zone, p_command uuid) OWNER TO tollgate_entry;

--
-- Name: revoke_api_key(uuid, uuid); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.revoke_api_key(p_tenant uuid, p_id uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  UPDATE app.api_key k SET revoked_at = coalesce(k.revoked_at, now())
    FROM app.tenant t WHERE t.public_id = p_tenant AND k.tenant_id = t.tenant_id AND k.id = p_id;
  RETURN FOUND;
END $$;

ALTER FUNCTION app.revoke_api_key(p_tenant uuid, p_id uuid) OWNER TO tollgate_entry;

--
-- Name: suspend_tenant(uuid, boolean); Type: FUNCTION; Schema: app; Owner: tollgate_entry
--

CREATE FUNCTION app.suspend_tenant(p_public_id uuid, p_suspended boolean) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  UPDATE app.tenant t SET suspended_at = CASE WHEN p_suspended THEN coalesce(t.suspended_at, now()) END
   WHERE t.public_id = p_public_id;
  RETURN FOUND;
END $$;

ALTER FUNCTION app.suspend_tenant(p_public_id uuid, p_suspended boolean) OWNER TO tollgate_entry;

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

SET default_tablespace = '';

SET default_table_access_method = heap;

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
BEGIN
  SELECT array_agg(s.id) INTO v_keys FROM (
    SELECT k.id FROM job_key k
     WHERE k.id IN (SELECT j.key_id FROM job j WHERE j.id = ANY(p_ids) AND j.key_id IS NOT NULL)
     ORDER BY k.id FOR UPDATE SKIP LOCKED) s;            -- never waits for a slow API transaction
  WITH d AS (
    DELETE FROM job j USING unnest(p_ids, p_leases) x(id, lease)
     WHERE j.id = x.id AND j.lease = x.lease             -- fencing token; no state predicate: the plan must be a PK lookup
       AND (j.key_id IS NULL OR j.key_id = ANY(v_keys))
    RETURNING j.id, j.tenant_id, j.key_id, j.key_seq, j.queue_id
  ), c AS (
    UPDATE app.command c SET outcome = COALESCE(r.outcome, 'done'), finished_at = now(), result = NULLIF(r.result, 'null'),
           problem = NULLIF(r.problem, 'null')
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
  RETURNING d.tenant_id, d.key_id, d.key_seq, d.queue_id INTO j;
  IF NOT FOUND THEN RAISE EXCEPTION 'lease lost' USING ERRCODE = '55000'; END IF;
  UPDATE app.command c SET outcome = p_outcome, finished_at = now(), result = p_result, problem = p_problem
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
  SELECT * FROM (
    SELECT a.at, a.verdict AS what, a.n, a.ms, a.http_status, a.stripe_code, a.stripe_request_id, a.error, a.next_at
      FROM jobq.find(p_public) f JOIN app.attempt a ON a.tenant_id = f.tenant AND a.command_id = f.id
    UNION ALL
    SELECT s.first_sent_at, 'call:' || COALESCE(s.outcome, 'unanswered'), s.step, (extract(epoch FROM s.answered_at - s.first_sent_at) * 1000)::int,
           s.http_status, NULL, s.stripe_request_id, s.method || ' ' || s.path || COALESCE(' -> ' || s.object_id, ''), NULL
      FROM jobq.find(p_public) f JOIN app.stripe_call s ON s.tenant_id = f.tenant AND s.command_id = f.id
  ) x ORDER BY x.at
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
         COALESCE(j.attempt, 0::smallint), COALESCE(j.failures, 0::smallint), c.created_at, CASE WHEN j.state = 2 THEN j.run_at END,
         c.finished_at, c.payload, c.result, c.problem, jobq.why_one(f.tenant, f.id)
    FROM jobq.find(p_public) f JOIN app.command c ON c.id = f.id AND c.tenant_id = f.tenant
    JOIN app.tenant t ON t.tenant_id = f.tenant JOIN jobq.queue q ON q.id = c.queue_id LEFT JOIN jobq.job j ON j.id = c.id
$$;

ALTER FUNCTION jobq.show_job(p_public uuid) OWNER TO tollgate_entry;

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
    CONSTRAINT access_hold_cause_kind_check CHECK ((cause_kind = ANY (ARRAY['event'::text, 'command'::text, 'api_key'::text, 'deadline'::text]))),
    CONSTRAINT access_hold_effect_check CHECK ((effect = ANY (ARRAY['awaiting_payment'::text, 'past_due'::text, 'blocked'::text]))),
    CONSTRAINT access_hold_reason_check CHECK ((reason = ANY (ARRAY['awaiting_payment'::text, 'payment_failed'::text, 'no_subscription'::text, 'credits_exhausted'::text, 'dispute'::text, 'manual'::text, 'tenant'::text]))),
    CONSTRAINT access_hold_release_kind_check CHECK ((release_kind = ANY (ARRAY['payment'::text, 'manual'::text, 'subscription'::text, 'superseded'::text])))
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
    at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY app.audit_entry FORCE ROW LEVEL SECURITY;

ALTER TABLE app.audit_entry OWNER TO tollgate_owner;

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
    CONSTRAINT connection_key_kind_check CHECK ((key_kind = ANY (ARRAY['secret'::text, 'restricted'::text]))),
    CONSTRAINT connection_mode_check CHECK ((mode = ANY (ARRAY['secret_key'::text, 'connect'::text]))),
    CONSTRAINT connection_status_check CHECK ((status = ANY (ARRAY['new'::text, 'validating'::text, 'onboarding'::text, 'restricted'::text, 'connected'::text, 'degraded'::text, 'invalid'::text, 'disconnected'::text]))),
    CONSTRAINT connection_webhook_status_check CHECK ((webhook_status = ANY (ARRAY['unregistered'::text, 'registered'::text, 'missing'::text, 'disabled'::text])))
);

ALTER TABLE ONLY app.connection FORCE ROW LEVEL SECURITY;

ALTER TABLE app.connection OWNER TO tollgate_owner;

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
    CONSTRAINT invoice_collection_check CHECK ((collection = ANY (ARRAY['auto_charge'::text, 'request_payment'::text]))),
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
          WHERE (pg_roles.rolname = ANY (ARRAY['tollgate_gateway'::name, 'tollgate_worker'::name, 'tollgate_admin'::name, 'tollgate_metrics'::name]))
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
-- Name: price; Type: TABLE; Schema: app; Owner: tollgate_owner
--

CREATE TABLE app.price (
    tenant_id bigint DEFAULT app.current_tenant() NOT NULL,
    id uuid NOT NULL,
    product_id uuid NOT NULL,
    currency text NOT NULL,
    unit_amount bigint NOT NULL,
    billing_interval text,
    interval_count integer DEFAULT 1 NOT NULL,
    tax_behavior text DEFAULT 'exclusive'::text NOT NULL,
    lookup_key text,
    active boolean DEFAULT true NOT NULL,
    stripe_price text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT price_billing_interval_check CHECK ((billing_interval = ANY (ARRAY['day'::text, 'week'::text, 'month'::text, 'year'::text]))),
    CONSTRAINT price_currency_check CHECK ((currency ~ '^[a-z]{3}$'::text)),
    CONSTRAINT price_tax_behavior_check CHECK ((tax_behavior = ANY (ARRAY['inclusive'::text, 'exclusive'::text]))),
    CONSTRAINT price_unit_amount_check CHECK ((unit_amount >= 0))
);

ALTER TABLE ONLY app.price FORCE ROW LEVEL SECURITY;

ALTER TABLE app.price OWNER TO tollgate_owner;

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
    CONSTRAINT product_pricing_model_check CHECK ((pricing_model = ANY (ARRAY['base_fee'::text, 'usage_based'::text, 'one_time'::text])))
);

ALTER TABLE ONLY app.product FORCE ROW LEVEL SECURITY;

ALTER TABLE app.product OWNER TO tollgate_owner;

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
    CONSTRAINT sealed_secret_purpose_check CHECK ((purpose = ANY (ARRAY['stripe-api'::text, 'stripe-webhook'::text])))
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
    CONSTRAINT subscription_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'awaiting_payment'::text, 'scheduled'::text, 'starting'::text, 'incomplete'::text, 'incomplete_expired'::text, 'trialing'::text, 'active'::text, 'past_due'::text, 'canceled'::text, 'unpaid'::text, 'paused'::text])))
);

ALTER TABLE ONLY app.subscription FORCE ROW LEVEL SECURITY;

ALTER TABLE app.subscription OWNER TO tollgate_owner;

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
    CONSTRAINT tenant_block_on_check CHECK ((block_on = ANY (ARRAY['past_due_immediately'::text, 'grace_elapsed'::text, 'unpaid'::text, 'canceled_for_nonpayment'::text]))),
    CONSTRAINT tenant_grace_days_check CHECK (((grace_days >= 0) AND (grace_days <= 90))),
    CONSTRAINT tenant_grace_known CHECK (((block_on <> 'grace_elapsed'::text) OR (grace_days IS NOT NULL))),
    CONSTRAINT tenant_name_check CHECK ((name <> ''::text))
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
-- Name: idempotency idempotency_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (tenant_id, key);

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
-- Name: subscription subscription_pkey; Type: CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.subscription
    ADD CONSTRAINT subscription_pkey PRIMARY KEY (tenant_id, id);

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
-- Name: api_key_mac; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE UNIQUE INDEX api_key_mac ON app.api_key USING btree (mac, tenant_id);

--
-- Name: attempt_of_command; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX attempt_of_command ON app.attempt USING btree (tenant_id, command_id, id);

--
-- Name: client_newest; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX client_newest ON app.client USING btree (tenant_id, id DESC);

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
-- Name: invoice_of_client; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX invoice_of_client ON app.invoice USING btree (tenant_id, client_id, id DESC);

--
-- Name: invoice_of_subscription; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX invoice_of_subscription ON app.invoice USING btree (tenant_id, subscription_id) WHERE (subscription_id IS NOT NULL);

--
-- Name: payment_setup_of_client; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX payment_setup_of_client ON app.payment_setup USING btree (tenant_id, client_id, id DESC);

--
-- Name: price_lookup_key_unique; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE UNIQUE INDEX price_lookup_key_unique ON app.price USING btree (tenant_id, lookup_key) WHERE (active AND (lookup_key IS NOT NULL));

--
-- Name: price_of_product; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX price_of_product ON app.price USING btree (tenant_id, product_id);

--
-- Name: stripe_event_pending; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX stripe_event_pending ON app.stripe_event USING btree (tenant_id, object_id) WHERE (status = 'received'::text);

--
-- Name: subscription_of_client; Type: INDEX; Schema: app; Owner: tollgate_owner
--

CREATE INDEX subscription_of_client ON app.subscription USING btree (tenant_id, client_id, id DESC);

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
-- Name: invoice invoice_terminal; Type: TRIGGER; Schema: app; Owner: tollgate_owner
--

CREATE TRIGGER invoice_terminal BEFORE UPDATE OF status ON app.invoice FOR EACH ROW EXECUTE FUNCTION app.keep_terminal();

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
-- Name: idempotency idempotency_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.idempotency
    ADD CONSTRAINT idempotency_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

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
-- Name: price price_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.price
    ADD CONSTRAINT price_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

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
-- Name: subscription subscription_tenant_id_fkey; Type: FK CONSTRAINT; Schema: app; Owner: tollgate_owner
--

ALTER TABLE ONLY app.subscription
    ADD CONSTRAINT subscription_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES app.tenant(tenant_id);

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
-- Name: access_hold allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.access_hold USING (true) WITH CHECK (true);

--
-- Name: access_transition allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.access_transition USING (true) WITH CHECK (true);

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
-- Name: idempotency allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.idempotency USING (true) WITH CHECK (true);

--
-- Name: invoice allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.invoice USING (true) WITH CHECK (true);

--
-- Name: payment_setup allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.payment_setup USING (true) WITH CHECK (true);

--
-- Name: price allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.price USING (true) WITH CHECK (true);

--
-- Name: product allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.product USING (true) WITH CHECK (true);

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
-- Name: subscription_item allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.subscription_item USING (true) WITH CHECK (true);

--
-- Name: tenant allow; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY allow ON app.tenant USING (true) WITH CHECK (true);

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
-- Name: client; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.client ENABLE ROW LEVEL SECURITY;

--
-- Name: command; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.command ENABLE ROW LEVEL SECURITY;

--
-- Name: connection; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.connection ENABLE ROW LEVEL SECURITY;

--
-- Name: idempotency; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.idempotency ENABLE ROW LEVEL SECURITY;

--
-- Name: invoice; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.invoice ENABLE ROW LEVEL SECURITY;

--
-- Name: payment_setup; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.payment_setup ENABLE ROW LEVEL SECURITY;

--
-- Name: price; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.price ENABLE ROW LEVEL SECURITY;

--
-- Name: product; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.product ENABLE ROW LEVEL SECURITY;

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
-- Name: subscription_item; Type: ROW SECURITY; Schema: app; Owner: tollgate_owner
--

ALTER TABLE app.subscription_item ENABLE ROW LEVEL SECURITY;

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
-- Name: idempotency tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.idempotency AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: invoice tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.invoice AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: payment_setup tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.payment_setup AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: price tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.price AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: product tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.product AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

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
-- Name: subscription_item tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.subscription_item AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: tenant tenant_isolation; Type: POLICY; Schema: app; Owner: tollgate_owner
--

CREATE POLICY tenant_isolation ON app.tenant AS RESTRICTIVE USING ((tenant_id = ( SELECT app.current_tenant() AS current_tenant))) WITH CHECK ((tenant_id = ( SELECT app.current_tenant() AS current_tenant)));

--
-- Name: SCHEMA app; Type: ACL; Schema: -; Owner: tollgate_owner
--

GRANT ALL ON SCHEMA app TO tollgate_entry;
GRANT USAGE ON SCHEMA app TO tollgate_gateway;
GRANT USAGE ON SCHEMA app TO tollgate_worker;
GRANT USAGE ON SCHEMA app TO tollgate_admin;
GRANT USAGE ON SCHEMA app TO tollgate_metrics;

--
-- Name: SCHEMA jobq; Type: ACL; Schema: -; Owner: tollgate_entry
--

GRANT USAGE ON SCHEMA jobq TO tollgate_gateway;
GRANT USAGE ON SCHEMA jobq TO tollgate_worker;
GRANT USAGE ON SCHEMA jobq TO tollgate_admin;
GRANT USAGE ON SCHEMA jobq TO tollgate_metrics;

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
-- Name: FUNCTION begin_idempotent(p_key text); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON FUNCTION app.begin_idempotent(p_key text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.begin_idempotent(p_key text) TO tollgate_gateway;

--
-- Name: FUNCTION enter_by_hook(p_token uuid); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.enter_by_hook(p_token uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.enter_by_hook(p_token uuid) TO tollgate_gateway;

--
-- Name: FUNCTION enter_by_key(p_mac bytea, p_scope text, OUT key_id uuid, OUT tenant_public_id uuid, OUT agency_id uuid, OUT scopes text[], OUT livemode boolean); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.enter_by_key(p_mac bytea, p_scope text, OUT key_id uuid, OUT tenant_public_id uuid, OUT agency_id uuid, OUT scopes text[], OUT livemode boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION app.enter_by_key(p_mac bytea, p_scope text, OUT key_id uuid, OUT tenant_public_id uuid, OUT agency_id uuid, OUT scopes text[], OUT livemode boolean) TO tollgate_gateway;

--
-- Name: FUNCTION enter_job(p_tenant bigint, p_job bigint, p_lease bigint); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.enter_job(p_tenant bigint, p_job bigint, p_lease bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION app.enter_job(p_tenant bigint, p_job bigint, p_lease bigint) TO tollgate_worker;

--
-- Name: FUNCTION list_api_keys(p_tenant uuid); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.list_api_keys(p_tenant uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.list_api_keys(p_tenant uuid) TO tollgate_admin;

--
-- Name: FUNCTION list_tenants(); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.list_tenants() FROM PUBLIC;
GRANT ALL ON FUNCTION app.list_tenants() TO tollgate_admin;

--
-- Name: PROCEDURE protect(IN p_table text); Type: ACL; Schema: app; Owner: tollgate_owner
--

REVOKE ALL ON PROCEDURE app.protect(IN p_table text) FROM PUBLIC;

--
-- Name: FUNCTION receive_connect_event(p_account text, p_livemode boolean, p_event text, p_type text, p_object_kind text, p_object text, p_customer text, p_api_version text, p_created timestamp with time zone, p_command uuid); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.receive_connect_event(p_account text, p_livemode boolean, p_event text, p_type text, p_object_kind text, p_object text, p_customer text, p_api_version text, p_created timestamp with time zone, p_command uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.receive_connect_event(p_account text, p_livemode boolean, p_event text, p_type text, p_object_kind text, p_object text, p_customer text, p_api_version text, p_created timestamp with time zone, p_command uuid) TO tollgate_gateway;

--
-- Name: FUNCTION revoke_api_key(p_tenant uuid, p_id uuid); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.revoke_api_key(p_tenant uuid, p_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.revoke_api_key(p_tenant uuid, p_id uuid) TO tollgate_admin;

--
-- Name: FUNCTION suspend_tenant(p_public_id uuid, p_suspended boolean); Type: ACL; Schema: app; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION app.suspend_tenant(p_public_id uuid, p_suspended boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION app.suspend_tenant(p_public_id uuid, p_suspended boolean) TO tollgate_admin;

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

--
-- Name: FUNCTION make_lanes(); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.make_lanes() FROM PUBLIC;
GRANT ALL ON FUNCTION jobq.make_lanes() TO tollgate_owner;

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

--
-- Name: FUNCTION state_word(p_outcome text, p_state smallint, p_attempt smallint); Type: ACL; Schema: jobq; Owner: tollgate_entry
--

REVOKE ALL ON FUNCTION jobq.state_word(p_outcome text, p_state smallint, p_attempt smallint) FROM PUBLIC;

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

--
-- Name: TABLE access_hold; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE app.access_hold TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.access_hold TO tollgate_worker;

--
-- Name: TABLE access_transition; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.access_transition TO tollgate_gateway;
GRANT SELECT,INSERT ON TABLE app.access_transition TO tollgate_worker;

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

GRANT SELECT(id) ON TABLE app.api_key TO tollgate_gateway;

--
-- Name: COLUMN api_key.prefix; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(prefix) ON TABLE app.api_key TO tollgate_gateway;

--
-- Name: COLUMN api_key.last4; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(last4) ON TABLE app.api_key TO tollgate_gateway;

--
-- Name: COLUMN api_key.name; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(name) ON TABLE app.api_key TO tollgate_gateway;

--
-- Name: COLUMN api_key.scopes; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(scopes) ON TABLE app.api_key TO tollgate_gateway;

--
-- Name: COLUMN api_key.expires_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(expires_at) ON TABLE app.api_key TO tollgate_gateway;

--
-- Name: COLUMN api_key.revoked_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(revoked_at) ON TABLE app.api_key TO tollgate_gateway;

--
-- Name: COLUMN api_key.last_used_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(last_used_at) ON TABLE app.api_key TO tollgate_gateway;

--
-- Name: COLUMN api_key.created_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(created_at) ON TABLE app.api_key TO tollgate_gateway;

--
-- Name: TABLE attempt; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT ON TABLE app.attempt TO tollgate_worker;
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

--
-- Name: COLUMN attempt.next_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(next_at) ON TABLE app.attempt TO tollgate_gateway;

--
-- Name: TABLE audit_entry; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.audit_entry TO tollgate_gateway;
GRANT SELECT,INSERT ON TABLE app.audit_entry TO tollgate_worker;

--
-- Name: TABLE client; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE app.client TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.client TO tollgate_worker;

--
-- Name: TABLE command; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT ON TABLE app.command TO tollgate_worker;
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
-- Name: SEQUENCE fetch_seq; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT USAGE ON SEQUENCE app.fetch_seq TO tollgate_worker;

--
-- Name: TABLE idempotency; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.idempotency TO tollgate_gateway;
GRANT DELETE ON TABLE app.idempotency TO tollgate_worker;

--
-- Name: TABLE invoice; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE app.invoice TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.invoice TO tollgate_worker;

--
-- Name: TABLE isolation_violations; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT ON TABLE app.isolation_violations TO tollgate_gateway;
GRANT SELECT ON TABLE app.isolation_violations TO tollgate_worker;
GRANT SELECT ON TABLE app.isolation_violations TO tollgate_admin;
GRANT SELECT ON TABLE app.isolation_violations TO tollgate_metrics;

--
-- Name: TABLE payment_setup; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE app.payment_setup TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.payment_setup TO tollgate_worker;

--
-- Name: TABLE price; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE app.price TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.price TO tollgate_worker;

--
-- Name: TABLE product; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE app.product TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.product TO tollgate_worker;

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

--
-- Name: COLUMN sealed_secret.key_kind; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(key_kind) ON TABLE app.sealed_secret TO tollgate_gateway;

--
-- Name: COLUMN sealed_secret.last4; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(last4) ON TABLE app.sealed_secret TO tollgate_gateway;

--
-- Name: COLUMN sealed_secret.created_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(created_at) ON TABLE app.sealed_secret TO tollgate_gateway;

--
-- Name: COLUMN sealed_secret.retired_at; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(retired_at),UPDATE(retired_at) ON TABLE app.sealed_secret TO tollgate_gateway;

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

--
-- Name: COLUMN stripe_call.outcome; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT(outcome) ON TABLE app.stripe_call TO tollgate_gateway;
GRANT UPDATE(outcome) ON TABLE app.stripe_call TO tollgate_worker;

--
-- Name: TABLE stripe_event; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.stripe_event TO tollgate_entry;
GRANT SELECT,INSERT ON TABLE app.stripe_event TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.stripe_event TO tollgate_worker;

--
-- Name: TABLE subscription; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE app.subscription TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.subscription TO tollgate_worker;

--
-- Name: TABLE subscription_item; Type: ACL; Schema: app; Owner: tollgate_owner
--

GRANT SELECT,INSERT ON TABLE app.subscription_item TO tollgate_gateway;
GRANT SELECT,INSERT,UPDATE ON TABLE app.subscription_item TO tollgate_worker;

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
-- PostgreSQL database dump complete
--

