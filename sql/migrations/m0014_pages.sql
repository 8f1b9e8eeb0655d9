-- The API's admin pages look at the queues and decide about a command. They did it as the operator's own role, which also makes
-- tenants and their keys: whoever took over the API could have made himself one. roles.sql makes the role, and grants the same
-- when it comes later: who migrates without being a superuser makes no roles, and the pages go on as they did.
SET LOCAL ROLE tollgate_entry;
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'tollgate_pages') THEN
    GRANT EXECUTE ON FUNCTION jobq.depth, jobq.workers, jobq.paused_lanes, jobq.list_jobs, jobq.show_job, jobq.history, jobq.resolve
      TO tollgate_pages;
  END IF;
END $$;
RESET ROLE;

-- The gate looks at the new role too; nothing else of it is different.
SET LOCAL ROLE tollgate_owner;
CREATE OR REPLACE VIEW app.isolation_violations WITH (security_invoker = true) AS
WITH t AS (
  SELECT c.oid, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'app' AND c.relkind IN ('r', 'p')
), login AS (
  SELECT oid, rolname, rolsuper, rolbypassrls FROM pg_roles
   WHERE rolname IN ('tollgate_gateway', 'tollgate_worker', 'tollgate_admin', 'tollgate_metrics', 'tollgate_pages')
)
SELECT c.relname::text AS object, 'row security not enabled and forced' AS why
  FROM t JOIN pg_class c ON c.oid = t.oid WHERE NOT (c.relrowsecurity AND c.relforcerowsecurity)
UNION ALL
SELECT t.relname, 'no tenant_id bigint NOT NULL column' FROM t WHERE NOT EXISTS (
  SELECT 1 FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped AND a.attnotnull
     AND a.atttypid = 'bigint'::regtype)
UNION ALL
SELECT t.relname, 'no restrictive tenant_isolation policy on the tenant of the transaction' FROM t WHERE NOT EXISTS (
  SELECT 1 FROM pg_policy p WHERE p.polrelid = t.oid AND p.polname = 'tenant_isolation' AND NOT p.polpermissive AND p.polcmd = '*'
     AND p.polroles = '{0}'
     AND pg_get_expr(p.polqual, p.polrelid) = '(tenant_id = ( SELECT app.current_tenant() AS current_tenant))'
     AND pg_get_expr(p.polwithcheck, p.polrelid) = '(tenant_id = ( SELECT app.current_tenant() AS current_tenant))')
UNION ALL
SELECT i.indexrelid::regclass::text, 'unique index without tenant_id (tells that another tenant has the value)'
  FROM pg_index i JOIN t ON t.oid = i.indrelid
 WHERE i.indisunique AND NOT EXISTS (
   SELECT 1 FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attname = 'tenant_id' AND a.attnum = ANY (i.indkey))
UNION ALL
SELECT k.conname, 'foreign key without tenant_id on both sides' FROM pg_constraint k JOIN t ON t.oid = k.conrelid
 WHERE k.contype = 'f' AND NOT EXISTS (
   SELECT 1 FROM unnest(k.conkey, k.confkey) u (a, b)
     JOIN pg_attribute x ON x.attrelid = k.conrelid AND x.attnum = u.a AND x.attname = 'tenant_id'
     JOIN pg_attribute y ON y.attrelid = k.confrelid AND y.attnum = u.b AND y.attname = 'tenant_id')
UNION ALL
SELECT p.oid::regprocedure::text, 'security definer without pinned search_path'
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE n.nspname IN ('app', 'jobq') AND p.prosecdef AND NOT coalesce(p.proconfig::text LIKE '%search_path=%pg_temp%', false)
UNION ALL
SELECT p.oid::regprocedure::text, 'security definer executable by PUBLIC'
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE n.nspname IN ('app', 'jobq') AND p.prosecdef AND has_function_privilege('public', p.oid, 'execute')
UNION ALL
SELECT p.oid::regprocedure::text, 'function of the queue executable by PUBLIC'
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE n.nspname = 'jobq' AND NOT p.prosecdef AND has_function_privilege('public', p.oid, 'execute')
UNION ALL
SELECT p.oid::regprocedure::text, 'security definer not owned by tollgate_entry'
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE n.nspname IN ('app', 'jobq') AND p.prosecdef AND pg_get_userbyid(p.proowner) <> 'tollgate_entry'
UNION ALL
SELECT c.relname, 'view without security_invoker' FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname IN ('app', 'jobq') AND c.relkind = 'v' AND NOT coalesce(c.reloptions::text LIKE '%security_invoker=true%', false)
UNION ALL
SELECT c.relname, 'materialized view (row security does not apply)' FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname IN ('app', 'jobq') AND c.relkind = 'm'
UNION ALL
SELECT c.relname, 'table of the queue open to ' || l.rolname
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN login l
 WHERE n.nspname = 'jobq' AND c.relkind IN ('r', 'p', 'v') AND has_table_privilege(l.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
UNION ALL
SELECT t.relname, l.rolname || ' may TRUNCATE (row security does not apply)'
  FROM t CROSS JOIN login l WHERE has_table_privilege(l.oid, t.oid, 'TRUNCATE')
UNION ALL
SELECT n.nspname, l.rolname || ' may create in the schema'
  FROM pg_namespace n CROSS JOIN login l WHERE n.nspname IN ('app', 'jobq', 'public') AND has_schema_privilege(l.oid, n.oid, 'CREATE')
UNION ALL
SELECT l.rolname, 'login role may bypass row security' FROM login l WHERE l.rolsuper OR l.rolbypassrls
UNION ALL
SELECT l.rolname, 'login role is a member of the owner or the entry role' FROM login l
 WHERE pg_has_role(l.oid, 'tollgate_owner', 'member') OR pg_has_role(l.oid, 'tollgate_entry', 'member')
UNION ALL
SELECT 'pg_catalog.set_config', 'executable by ' || l.rolname FROM login l
 WHERE has_function_privilege(l.oid, 'pg_catalog.set_config(text, text, boolean)', 'execute');
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'tollgate_pages') THEN
    GRANT SELECT ON app.isolation_violations TO tollgate_pages;
  END IF;
END $$;
RESET ROLE;
