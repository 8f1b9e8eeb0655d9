-- What operators see and set off, who may add a card, erasing that does not begin anew for every lot, and what stays behind in an
-- account that was left.
SET LOCAL ROLE tollgate_owner;

-- ---------------------------------------------------------------------------------------------------------------------
-- Who may add a card

-- As in m0010. Adding a card is part of changing a client, and the only part of it that a client's own administrator may do (G1).
CREATE OR REPLACE FUNCTION app.scope_covered(p_held text[], p_wanted text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT p_held && CASE p_wanted WHEN '*' THEN ARRAY['*'] WHEN 'clients:add_card' THEN ARRAY['*', 'clients:*', 'clients:write', p_wanted]
                                 ELSE ARRAY['*', p_wanted, split_part(p_wanted, ':', 1) || ':*'] END
$$;
CREATE OR REPLACE FUNCTION app.role_scopes(p_role text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
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

-- ---------------------------------------------------------------------------------------------------------------------
-- Suspension

-- As in m0010, but the portal is told what it is told of every change of access: the word of the change, the reasons that are open
-- now, the nearest deadline, and the cause (AccessChange.event in Swift).
CREATE OR REPLACE FUNCTION app.suspend_tenant(p_public_id uuid, p_suspended boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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

-- ---------------------------------------------------------------------------------------------------------------------
-- Erasing usage

-- Usage that was sold is by the client's own agents, which the database says itself (subscription_agent); only a rule makes another
-- client's agent count for this one. So attribution pays for nothing but rules, and taking usage in for nothing at all.
CREATE INDEX usage_entry_of_client ON app.usage_entry (tenant_id, client_id, event_uid) WHERE client_id IS NOT NULL AND item_id IS NULL;

-- How far erasing has come: the last event of an agent, or the last one that counted for a client, that was looked at.
ALTER TABLE app.agent ADD COLUMN usage_erased_to uuid;
ALTER TABLE app.client ADD COLUMN usage_erased_to uuid;

-- As in m0010, but every lot goes on where the one before ended: looking for what is left read all of a client's usage once per lot.
-- Gives how many events were looked at; nothing when there are no more.
CREATE OR REPLACE FUNCTION app.erase_usage(p_client uuid, p_max int) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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

-- ---------------------------------------------------------------------------------------------------------------------
-- What stayed in an account that was left

ALTER TABLE app.orphan DROP CONSTRAINT orphan_kind_check,
  ADD CONSTRAINT orphan_kind_check
    CHECK (kind IN ('customer', 'product', 'price', 'meter', 'coupon', 'subscription', 'invoice', 'metering_rule'));
CREATE INDEX orphan_of_stripe ON app.orphan (tenant_id, stripe_id);

-- The account that one of Stripe's objects stayed in; NULL where it is not known to live in another account than the connected one.
CREATE FUNCTION app.left_account(p_stripe text) RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT o.account_id FROM app.orphan o
   WHERE o.tenant_id = app.current_tenant() AND o.stripe_id = p_stripe
     AND o.account_id IS DISTINCT FROM (SELECT k.account_id FROM app.connection k WHERE k.tenant_id = o.tenant_id)
   ORDER BY o.at DESC LIMIT 1
$$;
REVOKE ALL ON FUNCTION app.left_account(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.left_account(text) TO tollgate_gateway, tollgate_worker;

-- As in m0012, with the time a row was made, and without the bills that stayed behind: nobody expects them in the account that is
-- connected now.
CREATE OR REPLACE VIEW app.kept_at_stripe WITH (security_invoker = true) AS
SELECT tenant_id, 'customer' AS kind, id, stripe_customer AS stripe_id, updated_at, NULL::bigint AS amount, NULL::text AS currency, created_at
  FROM app.client WHERE stripe_customer IS NOT NULL AND access_state <> 'closed'
UNION ALL
SELECT tenant_id, 'subscription', id, stripe_subscription, updated_at, NULL, NULL, created_at
  FROM app.subscription WHERE stripe_subscription IS NOT NULL AND status NOT IN ('canceled', 'incomplete_expired')
UNION ALL
SELECT tenant_id, 'invoice', id, stripe_invoice, updated_at, amount_due, currency, created_at
  FROM app.invoice WHERE stripe_invoice IS NOT NULL AND status IN ('draft', 'open') AND app.left_account(stripe_invoice) IS NULL
UNION ALL
SELECT tenant_id, 'product', id, stripe_product, updated_at, NULL, NULL, created_at FROM app.product WHERE stripe_product IS NOT NULL AND active
UNION ALL
SELECT tenant_id, 'price', id, stripe_price, updated_at, NULL, NULL, created_at FROM app.price WHERE stripe_price IS NOT NULL AND active
UNION ALL
SELECT tenant_id, 'coupon', id, stripe_coupon, updated_at, NULL, NULL, created_at
  FROM app.coupon WHERE stripe_coupon IS NOT NULL AND status = 'active';
RESET ROLE;

-- ---------------------------------------------------------------------------------------------------------------------
-- What operators see

SET LOCAL ROLE tollgate_entry;
SET LOCAL search_path = jobq, pg_temp;

-- As in m0002, but a command that ended still knows how often it was begun and how often that failed.
CREATE OR REPLACE FUNCTION jobq.show_job(p_public uuid)
RETURNS TABLE (command_id bigint, public_id uuid, tenant_public_id uuid, tenant_name text, queue text, kind text, state text,
  ordering_key text, attempt smallint, failures smallint, created_at timestamptz, next_at timestamptz, finished_at timestamptz,
  payload jsonb, result jsonb, problem jsonb, why text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = jobq, pg_temp AS $$
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

-- As in m0002, and with how it ended: 'succeeded' and 'refused' leave no attempt behind. Their request is the last one answered.
CREATE OR REPLACE FUNCTION jobq.history(p_public uuid) RETURNS TABLE (at timestamptz, what text, n smallint, ms int, http_status int,
  code text, request_id text, detail text, next_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = jobq, pg_temp AS $$
  SELECT * FROM (
    SELECT a.at, a.verdict AS what, a.n, a.ms, a.http_status, a.stripe_code, a.stripe_request_id, a.error, a.next_at
      FROM jobq.find(p_public) f JOIN app.attempt a ON a.tenant_id = f.tenant AND a.command_id = f.id
    UNION ALL
    SELECT s.first_sent_at, 'call:' || COALESCE(s.outcome, 'unanswered'), s.step, (extract(epoch FROM s.answered_at - s.first_sent_at) * 1000)::int,
           s.http_status, NULL, s.stripe_request_id, s.method || ' ' || s.path || COALESCE(' -> ' || s.object_id, ''), NULL
      FROM jobq.find(p_public) f JOIN app.stripe_call s ON s.tenant_id = f.tenant AND s.command_id = f.id
    UNION ALL
    SELECT c.finished_at, CASE c.outcome WHEN 'done' THEN 'succeeded' ELSE 'refused' END,
           least(1 + (SELECT count(*) FROM app.attempt x WHERE x.tenant_id = f.tenant AND x.command_id = f.id
                         AND x.verdict IN ('retry', 'snooze', 'dead', 'lost')), 32000)::smallint,
           NULL, coalesce((c.problem ->> 'status')::int, l.http_status), c.problem ->> 'code',
           coalesce(c.problem ->> 'request_id', l.stripe_request_id), c.problem ->> 'detail', NULL
      FROM jobq.find(p_public) f JOIN app.command c ON c.id = f.id AND c.tenant_id = f.tenant AND c.outcome IN ('done', 'failed')
      LEFT JOIN LATERAL (SELECT s.http_status, s.stripe_request_id FROM app.stripe_call s
                          WHERE s.tenant_id = f.tenant AND s.command_id = f.id AND s.answered_at IS NOT NULL
                          ORDER BY s.answered_at DESC LIMIT 1) l ON true
  ) x ORDER BY x.at, x.what IN ('succeeded', 'refused')
$$;

-- What runs and what is tried again, by what the last try said: how many, since when the longest, and which one that is. Of what is
-- tried again the thousand oldest commands are looked at. `late_seconds`: past the deadline of a running one.
CREATE FUNCTION jobq.standing() RETURNS TABLE (queue text, state text, code text, jobs bigint, since_seconds double precision,
  late_seconds double precision, command uuid, kind text, tenant_name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = jobq, pg_temp AS $$
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

-- Whether Stripe answers, as the workers see it. `waiting`: live commands whose last try got no answer, of the thousand oldest that
-- were tried. `answered_at`: the newest answer to a write of the two thousand newest commands.
CREATE FUNCTION jobq.stripe_silence() RETURNS TABLE (waiting bigint, tenants bigint, since timestamptz, last_at timestamptz,
  answered_at timestamptz, command uuid, code text, message text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = jobq, pg_temp AS $$
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
GRANT EXECUTE ON FUNCTION jobq.standing, jobq.stripe_silence TO tollgate_admin;
RESET search_path;
RESET ROLE;
