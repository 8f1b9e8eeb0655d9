-- Prepares a cluster and the current database for Tollgate's migrations. Run by a superuser in the database to migrate
-- (`tollgate migrate` does it when it may); every statement may run again.
--
--   tollgate_owner     owns schema app; nobody logs in as it
--   tollgate_entry     owns schema jobq and the SECURITY DEFINER functions, the only role that may look past row-level security
--   tollgate_migrator  runs migrations by SET ROLE tollgate_owner; used by nothing else
--   tollgate_gateway   the API: faces the internet, writes secrets it cannot read
--   tollgate_worker    the workers
--   tollgate_admin     the operator's program
--   tollgate_pages     the API's admin pages: looks at the queues, and decides about a command
--   tollgate_metrics   reads figures, nothing else
DO $$
DECLARE r text[];
BEGIN
  FOREACH r SLICE 1 IN ARRAY ARRAY[
    ['tollgate_owner', 'NOLOGIN'], ['tollgate_entry', 'NOLOGIN BYPASSRLS'], ['tollgate_migrator', 'LOGIN'],
    ['tollgate_gateway', 'LOGIN'], ['tollgate_worker', 'LOGIN'], ['tollgate_admin', 'LOGIN'], ['tollgate_metrics', 'LOGIN'],
    ['tollgate_pages', 'LOGIN']]
  LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE %s', r[1], r[2]);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;   -- made before, or by another database's migration just now
    END;
  END LOOP;
  -- Roles belong to the cluster: two databases migrated at once must not touch their rows at the same time.
  PERFORM pg_advisory_xact_lock(7230110);
  IF NOT pg_has_role('tollgate_owner', 'tollgate_entry', 'member') THEN GRANT tollgate_entry TO tollgate_owner; END IF;
  IF NOT pg_has_role('tollgate_migrator', 'tollgate_owner', 'member') THEN GRANT tollgate_owner TO tollgate_migrator; END IF;
  FOREACH r SLICE 1 IN ARRAY ARRAY[
    ['tollgate_gateway', 'statement_timeout', '5s'], ['tollgate_gateway', 'lock_timeout', '2s'],
    ['tollgate_gateway', 'idle_in_transaction_session_timeout', '5s'],
    ['tollgate_worker', 'statement_timeout', '60s'], ['tollgate_worker', 'lock_timeout', '5s'],
    ['tollgate_worker', 'idle_in_transaction_session_timeout', '10s'],
    ['tollgate_admin', 'statement_timeout', '60s'], ['tollgate_metrics', 'statement_timeout', '5s'],
    ['tollgate_pages', 'statement_timeout', '60s'],
    -- Compiling a page of a big table took a second, reading it a millisecond.
    ['tollgate_gateway', 'jit', 'off'], ['tollgate_worker', 'jit', 'off'], ['tollgate_admin', 'jit', 'off'],
    ['tollgate_metrics', 'jit', 'off'], ['tollgate_pages', 'jit', 'off']]
  LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_db_role_setting s JOIN pg_roles o ON o.oid = s.setrole
                    WHERE o.rolname = r[1] AND s.setdatabase = 0 AND r[2] || '=' || r[3] = ANY (s.setconfig)) THEN
      EXECUTE format('ALTER ROLE %I SET %I = %L', r[1], r[2], r[3]);
    END IF;
  END LOOP;
END $$;

-- One injected expression such as `or set_config('app.tenant_id', '7', true) is not null` would switch a transaction to
-- another tenant. Nobody but the entry functions may call it.
REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO tollgate_entry;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA IF NOT EXISTS app AUTHORIZATION tollgate_owner;
CREATE SCHEMA IF NOT EXISTS jobq AUTHORIZATION tollgate_entry;
GRANT USAGE, CREATE ON SCHEMA app TO tollgate_entry;
GRANT USAGE ON SCHEMA app, jobq TO tollgate_gateway, tollgate_worker, tollgate_admin, tollgate_metrics, tollgate_pages;

-- A role that came after the tables: what m0014 grants it where it is there already.
DO $$ BEGIN
  IF to_regclass('app.isolation_violations') IS NOT NULL AND to_regprocedure('jobq.depth()') IS NOT NULL THEN
    GRANT EXECUTE ON FUNCTION jobq.depth, jobq.workers, jobq.paused_lanes, jobq.list_jobs, jobq.show_job, jobq.history, jobq.resolve
      TO tollgate_pages;
    GRANT SELECT ON app.isolation_violations TO tollgate_pages;
  END IF;
END $$;
