-- Every try of a command, the one that ended it too; looks for missed events that Stripe refuses, as a state of the connection; every
-- bill that stayed in an account that was left; paused queues.
SET LOCAL ROLE tollgate_owner;

-- When the try began that ended the command well or was refused; the others are rows of app.attempt. Named by no index: finishing
-- stays a HOT update.
ALTER TABLE app.command ADD COLUMN begun_at timestamptz;

-- What Stripe said to the last look for missed events, while it refuses them.
ALTER TABLE app.connection ADD COLUMN events_refusal jsonb, ADD COLUMN events_refused_at timestamptz,
  ADD CONSTRAINT connection_events_refusal CHECK ((events_refusal IS NULL) = (events_refused_at IS NULL));

-- Bills that were settled before their account was left stayed there too: until now only open ones were kept. Theirs is the account
-- that was left first after they were made. The entry role sees the rows of all tenants.
GRANT INSERT ON app.orphan TO tollgate_entry;
SET LOCAL ROLE tollgate_entry;
INSERT INTO app.orphan (tenant_id, id, kind, row_id, account_id, stripe_id, command_id, at)
SELECT DISTINCT ON (i.tenant_id, i.id) i.tenant_id, gen_random_uuid(), 'invoice', i.id, l.account_id, i.stripe_invoice, l.command_id, l.at
  FROM app.invoice i JOIN (SELECT DISTINCT o.tenant_id, o.account_id, o.command_id, o.at FROM app.orphan o) l
    ON l.tenant_id = i.tenant_id AND l.at >= i.created_at
 WHERE i.stripe_invoice IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM app.orphan o WHERE o.tenant_id = i.tenant_id AND o.stripe_id = i.stripe_invoice)
 ORDER BY i.tenant_id, i.id, l.at;
SET LOCAL ROLE tollgate_owner;
REVOKE INSERT ON app.orphan FROM tollgate_entry;
RESET ROLE;

SET LOCAL ROLE tollgate_entry;
SET LOCAL search_path = jobq, pg_temp;

-- ---------------------------------------------------------------------------------------------------------------------
-- Finishing, as in m0002, and noting when the try began: its deadline was set when it was claimed

CREATE OR REPLACE FUNCTION jobq.finish(p_ids bigint[], p_leases bigint[], p_outcomes text[] DEFAULT NULL, p_results jsonb[] DEFAULT NULL,
  p_problems jsonb[] DEFAULT NULL) RETURNS bigint[] LANGUAGE plpgsql SECURITY DEFINER SET search_path = jobq, pg_temp AS $$
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

CREATE OR REPLACE FUNCTION jobq.finish_job(p_job bigint, p_lease bigint, p_outcome text, p_result jsonb DEFAULT NULL, p_problem jsonb DEFAULT NULL)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = jobq, pg_temp AS $$
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

-- What m0002 says of plans holds for what replaces its functions.
DO $$ DECLARE f regprocedure; s text; BEGIN
  FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'jobq'::regnamespace AND p.proname IN ('finish', 'finish_job') LOOP
    FOREACH s IN ARRAY ARRAY['enable_seqscan', 'enable_bitmapscan', 'enable_hashjoin', 'enable_mergejoin', 'jit'] LOOP
      EXECUTE format('ALTER FUNCTION %s SET %I = off', f, s);
    END LOOP;
    EXECUTE format('ALTER FUNCTION %s SET plan_cache_mode = force_generic_plan', f);
  END LOOP;
END $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Looking

-- Every try of a command and every decision about it, in order: what came of it, and Stripe's request where one is known. Of the try
-- that ended the command that is the last call answered in it. A decision has no number; what its worker could not tell is NULL.
CREATE FUNCTION jobq.tries(p_tenant bigint, p_id bigint)
RETURNS TABLE (place bigint, n int, what text, began_at timestamptz, ended_at timestamptz, ms int, http_status int, code text,
  request_id text, message text, next_at timestamptz)
LANGUAGE sql STABLE SET search_path = jobq, pg_temp AS $$
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

-- The same of one of the transaction's tenant's commands: the newest p_max.
CREATE FUNCTION jobq.own_tries(p_id bigint, p_max int)
RETURNS TABLE (n int, what text, began_at timestamptz, ended_at timestamptz, ms int, http_status int, code text, request_id text,
  message text, next_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = jobq, pg_temp AS $$
  SELECT x.n, x.what, x.began_at, x.ended_at, x.ms, x.http_status, x.code, x.request_id, x.message, x.next_at
    FROM (SELECT * FROM tries(app.current_tenant(), p_id) t ORDER BY t.place DESC LIMIT p_max) x ORDER BY x.place
$$;

-- As in m0017, and with the try that runs.
CREATE OR REPLACE FUNCTION jobq.history(p_public uuid) RETURNS TABLE (at timestamptz, what text, n smallint, ms int, http_status int,
  code text, request_id text, detail text, next_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = jobq, pg_temp AS $$
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
REVOKE ALL ON FUNCTION jobq.tries(bigint, bigint), jobq.own_tries(bigint, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobq.own_tries(bigint, int) TO tollgate_gateway;

-- Queues that an operator stopped, and why.
CREATE FUNCTION jobq.paused_queues() RETURNS TABLE (queue text, paused_at timestamptz, pause_why text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = jobq, pg_temp AS $$
  SELECT q.name, q.paused_at, q.pause_why FROM queue q WHERE q.paused_at IS NOT NULL ORDER BY q.id
$$;
GRANT EXECUTE ON FUNCTION jobq.paused_queues() TO tollgate_admin;
RESET search_path;
RESET ROLE;
