-- How far a command has come that is longer than a turn; and a price list that offers what can be bought.
SET LOCAL ROLE tollgate_owner;

-- What a handler needs to go on where an earlier turn of the same command stopped: written with each step of it, by whoever holds
-- the job. NULL: it begins at the beginning, or it has ended.
ALTER TABLE app.command ADD COLUMN place jsonb;
GRANT UPDATE (place) ON app.command TO tollgate_worker;
RESET ROLE;

SET LOCAL ROLE tollgate_entry;
-- The public plans of an agency, as everybody may see them. What a sale would refuse is not offered: a plan with a price that is
-- archived or charged once, or with prices that no subscription can hold together (another currency or period, one meter twice).
CREATE OR REPLACE FUNCTION app.public_pricing(p_tenant uuid) RETURNS TABLE (
  id uuid, name text, description text, is_default boolean, is_featured boolean, version int, trial_days int, prices jsonb, quotas jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
RESET ROLE;
