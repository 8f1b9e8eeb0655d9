-- Takes 100,000 jobs at once, so that two-phase.pgbench has something to enter.
UPDATE jobq.lane SET cap = 1000000;
CREATE TABLE public.bench_claim AS
SELECT row_number() OVER () - 1 AS n, o_id AS id, o_tenant AS tenant, o_lease AS lease
  FROM jobq.claim(4::smallint, jobq.enroll(4::smallint, 'bench', 0, 'pgbench'), 100000, 0, '{}', 1000) WHERE o_id IS NOT NULL;
ALTER TABLE public.bench_claim ADD PRIMARY KEY (n);
GRANT SELECT ON public.bench_claim TO tollgate_worker;
