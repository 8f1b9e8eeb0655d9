-- The job queue: fair over tenants, ordered per key, leased and fenced, rate-limited per Stripe account.
--
-- A command (schema app, behind row-level security) is what a tenant asked for and how it ended: cold, written twice.
-- A job (schema jobq) is a command that is still alive: narrow and hot, deleted when its command ends.
-- Nobody but tollgate_entry touches schema jobq; everybody else calls its SECURITY DEFINER functions.
--
--   * Only runnable jobs are in job_ready: the head of every ordering key, due, not running. Successors are state 3 and
--     become ready when the head finishes. Order inside a key = lock order of its job_key row = commit order.
--   * A lane = (queue, tenant) is configuration and a mutex. No counters anywhere: in flight is counted from job_running,
--     so nothing can leak and no row is rewritten per job (a counter row per tenant made a claim 12 times slower under a
--     held snapshot).
--   * A claim locks up to 64 lanes after the worker's cursor with SKIP LOCKED and shares its slots out equally.
--   * A bucket = one Stripe account and mode = one tenant, shared by every queue. 429 stops all of them.
--   * Floors: a lane remembers where its live index entries begin, so a claim does not walk dead entries while some
--     transaction holds the xmin horizon. tick() makes them safe against transactions that commit late.
--   * NOTIFY never inside an enqueueing transaction (it serialises commits: -31 % at 8 writers, -57 % at 32): kick() after it.
SET LOCAL ROLE tollgate_owner;

-- What was asked for. The payload never changes; the outcome is written once (again only if an operator retries a dead one).
-- No index names outcome or finished_at, so finishing is a HOT update; the page keeps room for it.
CREATE TABLE app.command (
  id            bigint GENERATED ALWAYS AS IDENTITY,
  public_id     uuid     NOT NULL,                            -- UUIDv7: newest last, so lists go by it
  tenant_id     bigint   NOT NULL DEFAULT app.current_tenant(),
  queue_id      smallint NOT NULL,
  kind          text     NOT NULL,
  ordering_key  text,
  dedupe_key    text,
  payload       jsonb    NOT NULL,
  target_kind   text,
  target_id     uuid,                                         -- the tenant's row this is about
  waited        boolean  NOT NULL DEFAULT false,              -- somebody listens on command_done for its end
  max_failures  smallint NOT NULL DEFAULT 12,
  on_dead       text     NOT NULL DEFAULT 'hold' CHECK (on_dead IN ('hold', 'skip')),
  trace_parent  text,
  created_at    timestamptz NOT NULL DEFAULT now(),
  outcome       text CHECK (outcome IN ('done', 'failed', 'dead', 'cancelled')),   -- NULL = live
  finished_at   timestamptz,
  result        jsonb,
  problem       jsonb,
  PRIMARY KEY (id, tenant_id),                                -- id first: inserts go to the right-hand leaf
  CONSTRAINT command_public_id_unique UNIQUE (tenant_id, public_id)
) WITH (fillfactor = 75);
CREATE UNIQUE INDEX command_dedupe ON app.command (tenant_id, dedupe_key) WHERE dedupe_key IS NOT NULL;
CREATE INDEX command_target ON app.command (tenant_id, target_id, id DESC) WHERE target_id IS NOT NULL;
CALL app.protect('command');

-- Every attempt that did not end its command well, and every decision of an operator. A command's last, successful attempt
-- is its outcome and its stripe_call rows.
CREATE TABLE app.attempt (
  id                bigint GENERATED ALWAYS AS IDENTITY,
  tenant_id         bigint   NOT NULL DEFAULT app.current_tenant(),
  command_id        bigint   NOT NULL,
  n                 smallint NOT NULL,
  at                timestamptz NOT NULL DEFAULT now(),
  ms                int,
  worker_id         bigint,
  verdict           text NOT NULL CHECK (verdict IN ('retry', 'snooze', 'dead', 'lost', 'resolve:retry', 'resolve:skip', 'cancel')),
  http_status       int,
  stripe_code       text,
  stripe_request_id text,
  error             text,
  next_at           timestamptz,
  PRIMARY KEY (id, tenant_id)
);
CREATE INDEX attempt_of_command ON app.attempt (tenant_id, command_id, id);
CALL app.protect('attempt');

-- Write-ahead intent of every Stripe write: committed before the first byte leaves, with the exact bytes. A retry resends
-- them under the same key; the key changes (gen) only after a look-up proved that the earlier one had no effect.
CREATE TABLE app.stripe_call (
  tenant_id         bigint   NOT NULL DEFAULT app.current_tenant(),
  command_id        bigint   NOT NULL,
  step              smallint NOT NULL,
  gen               smallint NOT NULL DEFAULT 0,
  idem_key          text     NOT NULL,                        -- cmd_<public id>_<step>_<gen>
  method            text     NOT NULL,
  path              text     NOT NULL,
  body              text     NOT NULL,
  account           text,                                     -- Stripe-Account, of the connection row only
  api_version       text     NOT NULL,
  request_sha256    bytea    NOT NULL,
  first_sent_at     timestamptz NOT NULL DEFAULT now(),
  answered_at       timestamptz,
  http_status       int,
  stripe_request_id text,
  object_id         text,
  response          jsonb,
  outcome           text CHECK (outcome IN ('succeeded', 'refused', 'void')),   -- void: proved to have had no effect
  PRIMARY KEY (tenant_id, command_id, step, gen)
) WITH (fillfactor = 60);                                     -- every row is written a second time, with its answer
CALL app.protect('stripe_call');

GRANT SELECT (id, public_id, tenant_id, queue_id, kind, ordering_key, target_kind, target_id, waited, created_at, outcome,
              finished_at, result, problem) ON app.command TO tollgate_gateway;
GRANT SELECT (id, tenant_id, command_id, n, at, ms, verdict, http_status, stripe_code, stripe_request_id, error, next_at)
   ON app.attempt TO tollgate_gateway;
GRANT SELECT (tenant_id, command_id, step, gen, method, path, first_sent_at, answered_at, http_status, stripe_request_id,
              object_id, outcome) ON app.stripe_call TO tollgate_gateway;
GRANT SELECT ON app.command, app.attempt TO tollgate_worker;
GRANT SELECT, INSERT ON app.stripe_call TO tollgate_worker;
GRANT UPDATE (first_sent_at, answered_at, http_status, stripe_request_id, object_id, response, outcome) ON app.stripe_call
   TO tollgate_worker;
GRANT SELECT, INSERT, UPDATE ON app.command TO tollgate_entry;
GRANT SELECT, INSERT ON app.attempt TO tollgate_entry;
GRANT SELECT ON app.stripe_call TO tollgate_entry;
RESET ROLE;

-- TABLES OF THE QUEUE ---------------------------------------------------------------------------------------------------

SET LOCAL ROLE tollgate_entry;
SET LOCAL search_path = jobq, pg_temp;
ALTER DEFAULT PRIVILEGES FOR ROLE tollgate_entry REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE SEQUENCE jobq.pos_seq   CACHE 1;   -- position in a lane, new one every time a job becomes ready
CREATE SEQUENCE jobq.lease_seq CACHE 1;   -- fencing token, new one per claim
-- Watermark for the lane floors, kept in sequences: registers without MVCC (no dead versions, always current).
CREATE SEQUENCE jobq.mark_pos_safe MINVALUE 0 START 0;  -- every pos <= this is visible to any new snapshot, or rolled back
CREATE SEQUENCE jobq.mark_pos_hi   MINVALUE 0 START 0;
CREATE SEQUENCE jobq.mark_xid_hi   MINVALUE 0 START 0;

CREATE TABLE jobq.queue (
  id           smallint PRIMARY KEY,
  name         text NOT NULL UNIQUE,
  paused_at    timestamptz,
  pause_why    text,
  run_seconds  int  NOT NULL DEFAULT 60,                      -- a job's deadline
  op_cost      real NOT NULL DEFAULT 1 CHECK (op_cost BETWEEN 1 AND 4),   -- Stripe calls one of its jobs makes
  -- A refused key (401, 403) pauses the tenant's lanes instead of filling dead letters. Onboarding is exempt: the jobs
  -- that prove a new key run there.
  stops_on_refused_key boolean NOT NULL DEFAULT true
);
INSERT INTO jobq.queue (id, name, op_cost, stops_on_refused_key) VALUES
  (1, 'onboarding', 4, false), (2, 'subscriptions', 2, true), (3, 'invoices', 4, true), (4, 'access', 1, true);

-- One row per (tenant, ordering key) ever used. Its lock is the per-key serialiser.
CREATE TABLE jobq.job_key (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id bigint NOT NULL,
  okey      text   NOT NULL,
  depth     int    NOT NULL,                                  -- live jobs on the key, head included (a dead one that holds it too)
  seq       int    NOT NULL DEFAULT 1,                        -- order inside the key = order of this row's lock = commit order
  held_by   bigint,                                           -- dead command that holds the key (on_dead = 'hold')
  UNIQUE (tenant_id, okey)
) WITH (fillfactor = 70);

-- Hot and narrow: only live jobs.
CREATE TABLE jobq.job (
  id          bigint   PRIMARY KEY,                           -- = command.id
  tenant_id   bigint   NOT NULL,
  pos         bigint   NOT NULL,
  key_id      bigint,
  key_seq     int,
  lease       bigint,                                         -- fencing token while running
  worker_id   bigint,
  run_at      timestamptz,                                    -- state 2: due time; state 0: ready since
  deadline_at timestamptz,                                    -- state 1
  queue_id    smallint NOT NULL,
  state       smallint NOT NULL,                              -- 0 ready, 1 running, 2 later (scheduled, retry), 3 blocked behind its key
  prio        smallint NOT NULL DEFAULT 1 CHECK (prio BETWEEN 0 AND 2),
  attempt     smallint NOT NULL DEFAULT 0,                    -- claims
  failures    smallint NOT NULL DEFAULT 0,
  crashes     smallint NOT NULL DEFAULT 0                     -- claims whose worker was lost
) WITH (fillfactor = 80,
        autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 2000,
        autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.05,
        autovacuum_vacuum_insert_scale_factor = 0.05);
CREATE INDEX job_ready   ON jobq.job (queue_id, tenant_id, prio, pos) WHERE state = 0;
CREATE INDEX job_running ON jobq.job (queue_id, tenant_id, lease)     WHERE state = 1;
CREATE INDEX job_later   ON jobq.job (run_at)                         WHERE state = 2;
CREATE INDEX job_blocked ON jobq.job (key_id, key_seq)                WHERE state = 3;

-- What was given up on, until an operator decides. Its own small table, so that no index of command names the outcome.
CREATE TABLE jobq.dead_letter (
  command_id bigint PRIMARY KEY,
  tenant_id  bigint NOT NULL,
  queue_id   smallint NOT NULL,
  at         timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX dead_letter_of_queue ON jobq.dead_letter (queue_id, at);

-- One Stripe account and mode = one tenant, shared by all its queues. Configuration and mutex (FOR UPDATE leaves no dead
-- version); it changes only on 429 and while recovering from one.
CREATE TABLE jobq.bucket (
  id            bigint PRIMARY KEY,                           -- = tenant_id
  rate          real NOT NULL CHECK (rate >= 1),              -- calls/s now: halved on 429, +10 % per sweep up to ceiling
  ceiling       real NOT NULL,                                -- 80 % of Stripe's limit: 20 sandbox, 80 live
  slot_ms       int  NOT NULL DEFAULT 250,                    -- window; worst case in any second = rate * 1.25
  blocked_until timestamptz NOT NULL DEFAULT '-infinity'      -- Retry-After, 429
) WITH (fillfactor = 50);
-- What was spent in a window. The key holds the window's start, so no row lives longer than it: bounded version chains
-- whatever the xmin horizon does. Unlogged: a crash forgets 250 ms of spending.
CREATE UNLOGGED TABLE jobq.spend (bucket_id bigint, slot bigint, used real NOT NULL, PRIMARY KEY (bucket_id, slot))
  WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);

-- One row per (queue, tenant), made with the tenant.
CREATE TABLE jobq.lane (
  queue_id   smallint NOT NULL REFERENCES jobq.queue,
  tenant_id  bigint   NOT NULL,
  bucket_id  bigint   NOT NULL,
  cap        int      NOT NULL DEFAULT 8 CHECK (cap > 0),     -- jobs in flight at most
  weight     smallint NOT NULL DEFAULT 1 CHECK (weight > 0),
  active     boolean  NOT NULL DEFAULT false,                 -- in the ring that claims walk
  active_at  timestamptz NOT NULL DEFAULT now(),
  paused_at  timestamptz,
  pause_by   text CHECK (pause_by IN ('credentials', 'operator')),
  pause_why  text,
  not_before timestamptz NOT NULL DEFAULT '-infinity',
  -- scan floors: where this lane's live index entries begin (refreshed at most every 2 s)
  floor0 bigint NOT NULL DEFAULT 0, floor1 bigint NOT NULL DEFAULT 0, floor2 bigint NOT NULL DEFAULT 0,
  run_floor bigint NOT NULL DEFAULT 0,
  floors_at  timestamptz NOT NULL DEFAULT '-infinity',
  PRIMARY KEY (queue_id, tenant_id)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX lane_active ON jobq.lane (queue_id, tenant_id) WHERE active;

-- One heartbeat row per worker process, not one per job.
CREATE TABLE jobq.worker (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  queue_id smallint NOT NULL, host text, pid int, version text,
  started_at timestamptz NOT NULL DEFAULT now(),
  beat_at    timestamptz NOT NULL DEFAULT now(),
  draining   boolean NOT NULL DEFAULT false
) WITH (fillfactor = 30);

-- What depth() answers from: counting 1,000,000 live jobs takes 0.1 s, so it is done at most every 5 s.
CREATE TABLE jobq.depth_sample (
  queue_id smallint NOT NULL, state text NOT NULL, jobs bigint NOT NULL, oldest_at timestamptz,
  sampled_at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (queue_id, state)
) WITH (fillfactor = 50);

-- A tenant is born with its bucket and its lanes, so that no lost kick can leave a job without one.
CREATE FUNCTION jobq.make_lanes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = jobq, pg_temp AS $$
BEGIN
  INSERT INTO bucket (id, rate, ceiling)
  SELECT NEW.tenant_id, r, r FROM (SELECT CASE WHEN NEW.livemode THEN 80 ELSE 20 END AS r) x;
  INSERT INTO lane (queue_id, tenant_id, bucket_id) SELECT q.id, NEW.tenant_id, NEW.tenant_id FROM queue q;
  RETURN NULL;
END $$;
GRANT EXECUTE ON FUNCTION jobq.make_lanes() TO tollgate_owner;

-- PUTTING IN ------------------------------------------------------------------------------------------------------------

-- Accepts a command of the transaction's tenant, inside the transaction of the rows it belongs to. Touches no lane or
-- bucket row. With a dedupe key used before: that command, created = false. `tenant` is only good for kick().
CREATE FUNCTION jobq.enqueue(
  p_queue smallint, p_kind text, p_payload jsonb, p_public uuid,
  p_okey text DEFAULT NULL, p_dedupe text DEFAULT NULL, p_prio smallint DEFAULT 1, p_run_at timestamptz DEFAULT NULL,
  p_max_failures smallint DEFAULT 12, p_on_dead text DEFAULT 'hold', p_trace text DEFAULT NULL,
  p_waited boolean DEFAULT false, p_target_kind text DEFAULT NULL, p_target_id uuid DEFAULT NULL,
  OUT command_id bigint, OUT public_id uuid, OUT created boolean, OUT tenant bigint, OUT queue_id smallint)
LANGUAGE plpgsql SECURITY DEFINER AS $$
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

-- Wakes the workers of a queue for some tenants, after COMMIT, coalesced by the caller (<= 1 per 20 ms per process).
-- A lost kick only costs latency: sweep() repairs it.
CREATE FUNCTION jobq.kick(p_queue smallint, p_tenants bigint[]) RETURNS void LANGUAGE sql SECURITY DEFINER AS $$
  UPDATE lane SET active = true, active_at = now()
   WHERE (queue_id, tenant_id) IN (SELECT l.queue_id, l.tenant_id FROM lane l WHERE l.queue_id = p_queue AND l.tenant_id = ANY (p_tenants)
                                      AND NOT l.active AND l.paused_at IS NULL ORDER BY l.tenant_id FOR UPDATE);
  SELECT pg_notify('jobq_' || p_queue, array_to_string(p_tenants[1:200], ','));
$$;

-- Wakes lanes from inside a function that promoted their jobs. Never waits: a lane locked by a claim still gets the hint,
-- and a hinted lane is claimed from whether active or not.
CREATE FUNCTION jobq.wake(p_queues smallint[], p_tenants bigint[]) RETURNS void LANGUAGE plpgsql AS $$
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

-- TAKING OUT ------------------------------------------------------------------------------------------------------------

-- CLAIM: one round trip. Lanes and jobs are taken with SKIP LOCKED; the only wait is for another claim on the same
-- Stripe account (bucket rows, sorted, held for milliseconds).
--   p_want jobs wanted; p_cursor lane cursor of this worker (0 = start); p_hints tenants named by NOTIFY; p_max_lanes lanes visited
-- Always returns >= 1 row (o_id NULL when nothing ran) so the cursor moves. o_dry: some lane has work and only waits for its
-- account's next window, so ask again in some ten milliseconds.
CREATE FUNCTION jobq.claim(p_queue smallint, p_worker bigint, p_want int, p_cursor bigint DEFAULT 0, p_hints bigint[] DEFAULT '{}', p_max_lanes int DEFAULT 64)
RETURNS TABLE (o_id bigint, o_tenant bigint, o_lease bigint, o_attempt smallint, o_failures smallint, o_deadline timestamptz, o_kind text,
               o_payload jsonb, o_trace text, o_key_seq int, o_waited_ms int, o_next_cursor bigint, o_dry boolean)
LANGUAGE plpgsql SECURITY DEFINER AS $fn$
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
END $fn$;

-- Begins a tenant's transaction for the worker that holds one of its jobs. The lock keeps rescue() away until it ends.
-- 55000: the lease is lost, another worker has the job.
CREATE FUNCTION app.enter_job(p_tenant bigint, p_job bigint, p_lease bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM 1 FROM jobq.job j WHERE j.id = p_job AND j.lease = p_lease AND j.tenant_id = p_tenant FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'lease lost' USING ERRCODE = '55000'; END IF;
  PERFORM pg_catalog.set_config('app.tenant_id', p_tenant::text, true);
END $$;

-- FINISHING -------------------------------------------------------------------------------------------------------------

-- Makes the next job of a key ready (or scheduled). Returns its queue when it may run now and its lane must be woken:
-- it is another queue's, or the lane left the ring meanwhile.
CREATE FUNCTION jobq.promote(p_key bigint, p_after int, p_queue smallint) RETURNS void LANGUAGE plpgsql AS $$
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

-- FINISH: batch completion, one transaction per flush. Outcomes default to 'done'; results and problems may be NULL arrays
-- or hold JSON null. Returns the ids it finished; ids missing = lease lost (fenced) or key row busy (try again next flush).
CREATE FUNCTION jobq.finish(p_ids bigint[], p_leases bigint[], p_outcomes text[] DEFAULT NULL, p_results jsonb[] DEFAULT NULL,
  p_problems jsonb[] DEFAULT NULL) RETURNS bigint[] LANGUAGE plpgsql SECURITY DEFINER AS $$
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

-- Finishes one job inside the transaction that its handler entered with enter_job(). 55000: the lease is lost, so the
-- handler's work must not be kept either.
CREATE FUNCTION jobq.finish_job(p_job bigint, p_lease bigint, p_outcome text, p_result jsonb DEFAULT NULL, p_problem jsonb DEFAULT NULL)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
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

-- Gives a job up: its command is dead, its key held or let go by the command's own policy.
CREATE FUNCTION jobq.bury(j jobq.job, p_problem jsonb) RETURNS void LANGUAGE plpgsql AS $$
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

-- RETRY, SNOOZE, DEAD for one job. Returns the verdict that came of it, or 'lease_lost'.
--   p_verdict: 'retry' (counts a failure), 'snooze' (rate limited, not ready, shutting down: counts nothing), 'dead' (for good)
--   p_after:   seconds to wait: Retry-After when Stripe sent one, the handler's wish for a snooze (0 = run again at once)
CREATE FUNCTION jobq.fail(p_id bigint, p_lease bigint, p_verdict text, p_after real DEFAULT NULL,
  p_status int DEFAULT NULL, p_code text DEFAULT NULL, p_req text DEFAULT NULL, p_error text DEFAULT NULL, p_ms int DEFAULT NULL)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS $$
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

-- The transaction's tenant has a working key again: its lanes run on. Returns how many were stopped for their key.
CREATE FUNCTION jobq.resume_connection() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS $$
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

-- MAINTENANCE: every worker calls all of it; locks make the extra callers no-ops, so there is no leader -------------------

-- DUE: scheduled and retry jobs whose time has come become ready. Every 250 ms.
CREATE FUNCTION jobq.due(p_max int DEFAULT 500) RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS $$
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

-- RESCUE: jobs of workers that stopped beating run again at once; one that lost five workers is dead (it kills them).
-- Key before job, as everywhere; whatever is locked waits for the next call.
CREATE FUNCTION jobq.rescue(p_ttl interval DEFAULT '15 s', p_max int DEFAULT 500) RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS $$
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

-- SWEEP: the safety net behind kick() and NOTIFY. Every 5 s, one process at a time.
-- Lanes are probed above their floors only, or a held xmin horizon would make this walk what claim() avoids.
CREATE FUNCTION jobq.sweep() RETURNS TABLE (activated int, deactivated int) LANGUAGE plpgsql SECURITY DEFINER AS $$
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

-- Whether a lane has a job that could run now, found above its floors.
CREATE FUNCTION jobq.has_ready(l jobq.lane) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM jobq.job j WHERE j.queue_id = l.queue_id AND j.tenant_id = l.tenant_id AND j.state = 0 AND j.prio = 0 AND j.pos > l.floor0)
      OR EXISTS (SELECT 1 FROM jobq.job j WHERE j.queue_id = l.queue_id AND j.tenant_id = l.tenant_id AND j.state = 0 AND j.prio = 1 AND j.pos > l.floor1)
      OR EXISTS (SELECT 1 FROM jobq.job j WHERE j.queue_id = l.queue_id AND j.tenant_id = l.tenant_id AND j.state = 0 AND j.prio = 2 AND j.pos > l.floor2)
$$;

-- TICK: advances the watermark. Every second, one process at a time.
--   pos is read BEFORE the snapshot, and whoever takes a pos has taken its xid before; so a transaction that is not finished
--   in the snapshot (xid >= xmax) can only hold positions above pos_hi. Once every xid < xid_hi is finished, pos <= pos_hi is settled.
CREATE FUNCTION jobq.tick() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$
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

-- A worker process begins; its id goes into its claims.
CREATE FUNCTION jobq.enroll(p_queue smallint, p_host text, p_pid int, p_version text) RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$
  INSERT INTO worker (queue_id, host, pid, version) VALUES (p_queue, p_host, p_pid, p_version) RETURNING id
$$;

-- Its heartbeat, every 5 s. False: it was given up on and must enroll again, its leases are lost.
CREATE FUNCTION jobq.beat(p_worker bigint, p_draining boolean DEFAULT false) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  UPDATE worker SET beat_at = now(), draining = p_draining WHERE id = p_worker;
  RETURN FOUND;
END $$;

-- It ends. What it may still hold (it should hold nothing) is rescued at once.
CREATE FUNCTION jobq.leave(p_worker bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  UPDATE worker SET beat_at = '-infinity', draining = true WHERE id = p_worker;
  DELETE FROM worker w WHERE w.id = p_worker AND NOT EXISTS (SELECT 1 FROM job j WHERE j.state = 1 AND j.worker_id = w.id);
END $$;

-- Of these leases, which still hold: tells a finish() refused for a busy key from one that came too late.
CREATE FUNCTION jobq.held(p_ids bigint[], p_leases bigint[]) RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT coalesce(array_agg(j.id), '{}') FROM unnest(p_ids, p_leases) x (id, lease) JOIN jobq.job j ON j.id = x.id AND j.lease = x.lease
$$;

-- A worker whose claim's answer was lost gives back what it does not know of: everything it holds but these leases. Without
-- this those jobs would run for ever, for their worker lives. Returns how many went back.
CREATE FUNCTION jobq.disown(p_worker bigint, p_queue smallint, p_keep bigint[]) RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS $$
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

-- DECISIONS OF TENANTS AND OPERATORS ------------------------------------------------------------------------------------

-- Ends a command that has not begun or waits, or is dead. Answers: canceled, running, finished, sent (a call to Stripe is
-- unanswered: cancelling would leave its effect behind; an operator may still skip a dead one), unknown.
CREATE FUNCTION jobq.cancel_one(p_tenant bigint, p_id bigint, p_by text) RETURNS text LANGUAGE plpgsql AS $$
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

-- Decides a dead letter. 'retry' = run again, same command, same idempotency keys, at the head of its key; 'skip' = let its
-- successors go. Answers: retried, skipped, alive, finished, unknown.
CREATE FUNCTION jobq.resolve_one(p_tenant bigint, p_id bigint, p_action text, p_by text) RETURNS text LANGUAGE plpgsql AS $$
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

-- A tenant cancels its own command: answers as cancel_one().
CREATE FUNCTION jobq.cancel(p_public uuid, p_by text) RETURNS text LANGUAGE sql SECURITY DEFINER AS $$
  SELECT jobq.cancel_one(app.current_tenant(), (SELECT c.id FROM app.command c WHERE c.tenant_id = app.current_tenant() AND c.public_id = p_public), p_by)
$$;

-- A tenant has its own dead command tried again: answers as resolve_one().
CREATE FUNCTION jobq.retry(p_public uuid, p_by text) RETURNS text LANGUAGE sql SECURITY DEFINER AS $$
  SELECT jobq.resolve_one(app.current_tenant(), (SELECT c.id FROM app.command c WHERE c.tenant_id = app.current_tenant() AND c.public_id = p_public), 'retry', p_by)
$$;

-- A command of any tenant by its public id. One probe per tenant: there is no index by public id alone, for operators' sake only.
CREATE FUNCTION jobq.find(p_public uuid, OUT tenant bigint, OUT id bigint) LANGUAGE sql STABLE AS $$
  SELECT t.tenant_id, c.id FROM app.tenant t
   CROSS JOIN LATERAL (SELECT c.id FROM app.command c WHERE c.tenant_id = t.tenant_id AND c.public_id = p_public LIMIT 1) c LIMIT 1
$$;

-- The operator decides: p_action retry, skip (dead letters) or cancel (waiting commands).
CREATE FUNCTION jobq.resolve(p_public uuid, p_action text, p_by text) RETURNS text LANGUAGE sql SECURITY DEFINER AS $$
  SELECT CASE WHEN p_action = 'cancel' THEN jobq.cancel_one(f.tenant, f.id, p_by) ELSE jobq.resolve_one(f.tenant, f.id, p_action, p_by) END
    FROM jobq.find(p_public) f
$$;

-- Stops a queue: nothing more is claimed; what runs ends. False: no such queue.
CREATE FUNCTION jobq.pause_queue(p_queue text, p_why text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  UPDATE queue SET paused_at = now(), pause_why = p_why WHERE name = p_queue;
  RETURN FOUND;
END $$;

CREATE FUNCTION jobq.resume_queue(p_queue text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE v_id smallint;
BEGIN
  UPDATE queue SET paused_at = NULL, pause_why = NULL WHERE name = p_queue RETURNING id INTO v_id;
  IF v_id IS NULL THEN RETURN false; END IF;
  PERFORM pg_notify('jobq_' || v_id, '');
  RETURN true;
END $$;

-- Stops one tenant in one queue, or in all (p_queue NULL). Returns the lanes stopped.
CREATE FUNCTION jobq.pause_lane(p_queue text, p_tenant uuid, p_why text) RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE n int;
BEGIN
  UPDATE lane SET paused_at = COALESCE(paused_at, now()), pause_by = 'operator', pause_why = p_why
   WHERE (queue_id, tenant_id) IN (
     SELECT l.queue_id, l.tenant_id FROM lane l JOIN queue q ON q.id = l.queue_id JOIN app.tenant t ON t.tenant_id = l.tenant_id
      WHERE t.public_id = p_tenant AND (p_queue IS NULL OR q.name = p_queue) ORDER BY l.queue_id FOR UPDATE OF l);
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n;
END $$;

-- Lets it run on, whoever stopped it. Returns the lanes that were stopped.
CREATE FUNCTION jobq.resume_lane(p_queue text, p_tenant uuid) RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS $$
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

-- Forgets every floor: the next claims scan from the beginning. Always safe; for use after rows were edited by hand.
CREATE FUNCTION jobq.repair() RETURNS void LANGUAGE sql SECURITY DEFINER AS $$
  UPDATE lane SET floor0 = 0, floor1 = 0, floor2 = 0, run_floor = 0
   WHERE (queue_id, tenant_id) IN (SELECT l.queue_id, l.tenant_id FROM lane l ORDER BY 1, 2 FOR UPDATE)
$$;

-- LOOKING ---------------------------------------------------------------------------------------------------------------

-- Live jobs and dead letters per queue and state, with the age of the oldest in seconds, counted at most every 5 s.
-- States: ready, running, scheduled, retrying, blocked, dead. Every queue has a row for each.
CREATE FUNCTION jobq.depth() RETURNS TABLE (queue text, state text, jobs bigint, oldest_seconds double precision, paused boolean,
  lanes_paused bigint, sampled_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER AS $$
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

-- The word for what a command is doing.
CREATE FUNCTION jobq.state_word(p_outcome text, p_state smallint, p_attempt smallint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE p_outcome WHEN 'done' THEN 'succeeded' WHEN 'cancelled' THEN 'canceled' WHEN 'failed' THEN 'failed' WHEN 'dead' THEN 'dead'
         ELSE CASE p_state WHEN 1 THEN 'running' WHEN 2 THEN CASE WHEN p_attempt > 0 THEN 'waiting_retry' ELSE 'queued' END ELSE 'queued' END END
$$;

-- What the transaction's tenant may know of its live commands: state word, attempts, when it runs next.
CREATE FUNCTION jobq.progress(p_ids bigint[]) RETURNS TABLE (command_id bigint, state text, attempt smallint, failures smallint, next_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT c.id, jobq.state_word(c.outcome, j.state, j.attempt), COALESCE(j.attempt, 0::smallint), COALESCE(j.failures, 0::smallint),
         CASE WHEN j.state = 2 THEN j.run_at END
    FROM app.command c LEFT JOIN jobq.job j ON j.id = c.id
   WHERE c.id = ANY (p_ids) AND c.tenant_id = app.current_tenant()
$$;

-- Why a command waits, in one sentence. Needs no entered tenant.
CREATE FUNCTION jobq.why_one(p_tenant bigint, p_id bigint) RETURNS text LANGUAGE plpgsql STABLE AS $$
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

CREATE FUNCTION jobq.rfc3339(p timestamptz) RETURNS text LANGUAGE sql STABLE AS
  $$ SELECT to_char(p AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') $$;
CREATE FUNCTION jobq.command_name(p uuid) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'cmd_' || replace(p::text, '-', '') $$;

CREATE FUNCTION jobq.why(p_public uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT jobq.why_one(f.tenant, f.id) FROM jobq.find(p_public) f
$$;

-- The operator's list. p_state: a word of depth() or NULL for every live job and dead letter; newest first.
CREATE FUNCTION jobq.list_jobs(p_queue text DEFAULT NULL, p_state text DEFAULT NULL, p_tenant uuid DEFAULT NULL, p_limit int DEFAULT 50,
  p_before bigint DEFAULT NULL)
RETURNS TABLE (command_id bigint, public_id uuid, tenant_public_id uuid, tenant_name text, queue text, kind text, state text,
  ordering_key text, attempt smallint, failures smallint, created_at timestamptz, next_at timestamptz, http_status int, code text,
  request_id text, message text)
LANGUAGE sql STABLE SECURITY DEFINER AS $$
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

-- One command, whatever became of it. The payload holds ids, never a secret.
CREATE FUNCTION jobq.show_job(p_public uuid)
RETURNS TABLE (command_id bigint, public_id uuid, tenant_public_id uuid, tenant_name text, queue text, kind text, state text,
  ordering_key text, attempt smallint, failures smallint, created_at timestamptz, next_at timestamptz, finished_at timestamptz,
  payload jsonb, result jsonb, problem jsonb, why text)
LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT c.id, c.public_id, t.public_id, t.name, q.name, c.kind, jobq.state_word(c.outcome, j.state, j.attempt), c.ordering_key,
         COALESCE(j.attempt, 0::smallint), COALESCE(j.failures, 0::smallint), c.created_at, CASE WHEN j.state = 2 THEN j.run_at END,
         c.finished_at, c.payload, c.result, c.problem, jobq.why_one(f.tenant, f.id)
    FROM jobq.find(p_public) f JOIN app.command c ON c.id = f.id AND c.tenant_id = f.tenant
    JOIN app.tenant t ON t.tenant_id = f.tenant JOIN jobq.queue q ON q.id = c.queue_id LEFT JOIN jobq.job j ON j.id = c.id
$$;

-- Everything that happened to it, oldest first: attempts, decisions of operators, calls to Stripe.
CREATE FUNCTION jobq.history(p_public uuid) RETURNS TABLE (at timestamptz, what text, n smallint, ms int, http_status int, code text,
  request_id text, detail text, next_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT * FROM (
    SELECT a.at, a.verdict AS what, a.n, a.ms, a.http_status, a.stripe_code, a.stripe_request_id, a.error, a.next_at
      FROM jobq.find(p_public) f JOIN app.attempt a ON a.tenant_id = f.tenant AND a.command_id = f.id
    UNION ALL
    SELECT s.first_sent_at, 'call:' || COALESCE(s.outcome, 'unanswered'), s.step, (extract(epoch FROM s.answered_at - s.first_sent_at) * 1000)::int,
           s.http_status, NULL, s.stripe_request_id, s.method || ' ' || s.path || COALESCE(' -> ' || s.object_id, ''), NULL
      FROM jobq.find(p_public) f JOIN app.stripe_call s ON s.tenant_id = f.tenant AND s.command_id = f.id
  ) x ORDER BY x.at
$$;

CREATE FUNCTION jobq.workers() RETURNS TABLE (id bigint, queue text, host text, pid int, version text, started_at timestamptz,
  silent_seconds double precision, draining boolean, running bigint)
LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT w.id, q.name, w.host, w.pid, w.version, w.started_at, extract(epoch FROM now() - w.beat_at)::double precision, w.draining,
         (SELECT count(*) FROM jobq.job j WHERE j.state = 1 AND j.queue_id = w.queue_id AND j.worker_id = w.id)
    FROM jobq.worker w JOIN jobq.queue q ON q.id = w.queue_id ORDER BY q.id, w.id
$$;

-- Lanes that are stopped, and why.
CREATE FUNCTION jobq.paused_lanes() RETURNS TABLE (queue text, tenant_public_id uuid, tenant_name text, paused_at timestamptz, pause_by text, pause_why text)
LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT q.name, t.public_id, t.name, l.paused_at, l.pause_by, l.pause_why
    FROM jobq.lane l JOIN jobq.queue q ON q.id = l.queue_id JOIN app.tenant t ON t.tenant_id = l.tenant_id
   WHERE l.paused_at IS NOT NULL ORDER BY l.paused_at
$$;

-- GRANTS AND PLANS ------------------------------------------------------------------------------------------------------

-- A queue table's statistics are always wrong and only index lookups are ever right here: a planner that believes an empty
-- table will scan a million rows later (0.8 -> 47 ms seen). So every function that touches jobs says so itself.
DO $$
DECLARE r record; s text;
BEGIN
  FOR r IN SELECT p.oid::regprocedure AS f, p.proname FROM pg_proc p WHERE p.pronamespace = 'jobq'::regnamespace
  LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = jobq, pg_temp', r.f);
    IF r.proname IN ('claim', 'finish', 'finish_job', 'fail', 'due', 'rescue', 'sweep', 'promote', 'bury', 'held', 'disown') THEN
      FOREACH s IN ARRAY ARRAY['enable_seqscan', 'enable_bitmapscan', 'enable_hashjoin', 'enable_mergejoin', 'jit'] LOOP
        EXECUTE format('ALTER FUNCTION %s SET %I = off', r.f, s);
      END LOOP;
      EXECUTE format('ALTER FUNCTION %s SET plan_cache_mode = force_generic_plan', r.f);
    END IF;
  END LOOP;
  ALTER FUNCTION app.enter_job(bigint, bigint, bigint) SET enable_seqscan = off;
  ALTER FUNCTION app.enter_job(bigint, bigint, bigint) SET enable_bitmapscan = off;
  ALTER FUNCTION jobq.has_ready(jobq.lane) RESET search_path;   -- so that it can be inlined
END $$;

GRANT EXECUTE ON FUNCTION jobq.enqueue, jobq.kick, jobq.progress, jobq.depth TO tollgate_gateway, tollgate_worker;
GRANT EXECUTE ON FUNCTION jobq.cancel, jobq.retry TO tollgate_gateway;
GRANT EXECUTE ON FUNCTION app.enter_job, jobq.claim, jobq.finish, jobq.finish_job, jobq.fail, jobq.resume_connection, jobq.due, jobq.rescue,
  jobq.sweep, jobq.tick, jobq.enroll, jobq.beat, jobq.leave, jobq.held, jobq.disown TO tollgate_worker;
GRANT EXECUTE ON FUNCTION jobq.depth, jobq.workers TO tollgate_metrics, tollgate_admin;
GRANT EXECUTE ON FUNCTION jobq.list_jobs, jobq.show_job, jobq.history, jobq.why, jobq.resolve, jobq.pause_queue, jobq.resume_queue,
  jobq.pause_lane, jobq.resume_lane, jobq.paused_lanes, jobq.repair TO tollgate_admin;
RESET search_path;
RESET ROLE;

SET LOCAL ROLE tollgate_owner;
CREATE TRIGGER tenant_lanes AFTER INSERT ON app.tenant FOR EACH ROW EXECUTE FUNCTION jobq.make_lanes();
RESET ROLE;
