-- Fills the access queue: :jobs jobs of :tenants tenants, Zipf skew, each with an ordering key it shares with a second one
-- (so half of them wait behind another), in random order. Accounts may call as often as they like: what is measured is the
-- queue, not Stripe's limit. Run by tollgate-bench, which puts the numbers in.
SET synchronous_commit = off;
INSERT INTO app.tenant (public_id, agency_id, name) SELECT gen_random_uuid(), gen_random_uuid(), 'tenant ' || g FROM generate_series(1, :tenants) g;
UPDATE jobq.bucket SET rate = 1e6, ceiling = 1e6;
CREATE TEMP TABLE wish AS
WITH r AS (SELECT g AS tenant_id, greatest(1, round(1.0 / g / (SELECT sum(1.0 / g) FROM generate_series(1, :tenants) g) * :jobs))::int AS jobs
             FROM generate_series(1, :tenants) g)
SELECT row_number() OVER (ORDER BY random()) AS id, r.tenant_id, n FROM r CROSS JOIN LATERAL generate_series(1, r.jobs) n;
INSERT INTO app.command (tenant_id, public_id, queue_id, kind, ordering_key, payload)
SELECT w.tenant_id, gen_random_uuid(), 4, 'bench.nothing', 'client:' || w.n / 2,
       jsonb_build_object('client', 'cl_' || md5(w.n::text), 'event', 'evt_' || md5((w.n + 1)::text))
  FROM wish w ORDER BY w.id;
INSERT INTO jobq.job_key (tenant_id, okey, depth, seq)
SELECT c.tenant_id, c.ordering_key, count(*), count(*) FROM app.command c GROUP BY 1, 2;
INSERT INTO jobq.job (id, tenant_id, queue_id, state, prio, key_id, key_seq, run_at, pos)
SELECT c.id, c.tenant_id, 4, CASE WHEN c.rank > 1 THEN 3 ELSE 0 END, 1, k.id, c.rank, now(), nextval('jobq.pos_seq')
  FROM (SELECT x.*, row_number() OVER (PARTITION BY x.tenant_id, x.ordering_key ORDER BY x.id) AS rank FROM app.command x) c
  JOIN jobq.job_key k ON k.tenant_id = c.tenant_id AND k.okey = c.ordering_key ORDER BY c.id;
UPDATE jobq.lane SET active = true WHERE queue_id = 4;
