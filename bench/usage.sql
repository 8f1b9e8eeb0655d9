-- A day of usage nobody looked at yet: :events messages of :customers leads, each a customer, written by 100 agents in requests of a
-- thousand, in the order they happened. Every agent's rule names the customer by the lead's e-mail address. Run by tollgate-bench,
-- which puts the numbers in; the tenant is BenchQueryStatements.tenant.
SET synchronous_commit = off;
INSERT INTO app.client (tenant_id, id, name, admin_email, stripe_customer)
SELECT t.tenant_id, gen_random_uuid(), 'client ' || n, 'lead' || n || '@example.com', 'cus_bench' || n
  FROM app.tenant t, generate_series(1, :customers) n;
INSERT INTO app.meter (tenant_id, id, stripe_meter, event_name, display_name, metric, formula, status)
SELECT t.tenant_id, gen_random_uuid(), 'mtr_bench', 'uses', 'Uses', 'messages', 'sum', 'active' FROM app.tenant t;
INSERT INTO app.agent (tenant_id, id, client_id, name, platform)
SELECT c.tenant_id, gen_random_uuid(), c.id, 'Bot', 'text' FROM app.client c ORDER BY c.id LIMIT 100;
INSERT INTO app.metering_rule (tenant_id, agent_id, version, meter_id, metering_type, customer_mode, identify_by, actor, effective_from)
SELECT a.tenant_id, a.id, 1, m.id, 'messages', 'dynamic', 'email', 'bench', now() - interval '30 days' FROM app.agent a, app.meter m;
INSERT INTO app.usage_event (tenant_id, id, agent_id, occurred_at, messages, kind, event_id, conversation_id, lead_email)
SELECT t.tenant_id, ('0193000000007000' || lpad(to_hex(n), 16, '0'))::uuid, a.ids[n % 100 + 1],
       now() - interval '1 day' + n * interval '1 day' / :events, 1, 'message', md5(n::text), 'talk ' || n / 20,
       'lead' || (n::bigint * 7919) % :customers + 1 || '@example.com'
  FROM app.tenant t, (SELECT array_agg(id) AS ids FROM app.agent) a, generate_series(0, :events - 1) n;
INSERT INTO app.usage_intake (tenant_id, first_id, last_id, events)
SELECT e.tenant_id, e.id, ('0193000000007000' || lpad(to_hex(n + 999), 16, '0'))::uuid, 1000
  FROM generate_series(0, :events - 1, 1000) n
  JOIN app.usage_event e ON e.id = ('0193000000007000' || lpad(to_hex(n), 16, '0'))::uuid;
