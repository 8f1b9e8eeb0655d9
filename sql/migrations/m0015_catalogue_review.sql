-- What a look at Stripe's catalogue records, after a review.
SET LOCAL ROLE tollgate_owner;

-- A meter as a look at Stripe showed it: one of ours (by Stripe's id, or by the event name when the answer to its creation was
-- lost) or a new one, made in Stripe's dashboard. An older look changes nothing. Of several of ours that failed under one event name
-- the newest is it; and the formula is Stripe's word as well: one that a wish only hoped for would count usage wrongly.
CREATE OR REPLACE FUNCTION app.record_meter(p_id uuid, p_stripe text, p_event_name text, p_display_name text, p_formula text,
  p_customer_key text, p_value_key text, p_active boolean, p_seq bigint) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_id uuid; v_status text := CASE WHEN p_active THEN 'active' ELSE 'inactive' END;
BEGIN
  UPDATE app.meter m SET stripe_meter = p_stripe
   WHERE m.id = (SELECT o.id FROM app.meter o
                  WHERE o.event_name = p_event_name AND o.stripe_meter IS NULL AND o.status IN ('publishing', 'failed')
                  ORDER BY o.status = 'publishing' DESC, o.id DESC LIMIT 1)
     AND NOT EXISTS (SELECT 1 FROM app.meter x WHERE x.tenant_id = m.tenant_id AND x.stripe_meter = p_stripe);
  INSERT INTO app.meter AS m (id, stripe_meter, event_name, display_name, metric, formula, customer_key, value_key, status, snapshot_seq)
  VALUES (p_id, p_stripe, p_event_name, p_display_name, 'custom', p_formula, p_customer_key, p_value_key, v_status, p_seq)
  ON CONFLICT (tenant_id, stripe_meter) DO UPDATE
    SET display_name = EXCLUDED.display_name, status = EXCLUDED.status, snapshot_seq = EXCLUDED.snapshot_seq,
        formula = EXCLUDED.formula, customer_key = EXCLUDED.customer_key, value_key = EXCLUDED.value_key, problem = NULL,
        updated_at = now()
    WHERE m.snapshot_seq <= EXCLUDED.snapshot_seq
  RETURNING m.id INTO v_id;
  IF v_id IS NULL THEN SELECT m.id INTO v_id FROM app.meter m WHERE m.stripe_meter = p_stripe; END IF;
  RETURN v_id;
END $$;

-- Stripe's dashboard takes more decimal places than our form.
ALTER TABLE app.coupon ALTER COLUMN percent_off TYPE numeric(12, 9);
RESET ROLE;
