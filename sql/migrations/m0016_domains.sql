-- Domains are proven by their TXT record, and lost when it goes away. Callers may ask who they are.
SET LOCAL ROLE tollgate_owner;

ALTER TABLE app.brand_domain DROP CONSTRAINT brand_domain_status_check,
  ADD COLUMN proof         text CHECK (proof IN ('dns', 'operator')),   -- who saw it; the operator's word is not checked again
  ADD COLUMN reason        text,                                        -- a word for `problem`
  ADD COLUMN failures      int NOT NULL DEFAULT 0 CHECK (failures >= 0), -- checks in a row that a verified one failed
  ADD COLUMN next_check_at timestamptz;
COMMENT ON COLUMN app.brand_domain.token IS 'to be found in a TXT record of _tollgate-challenge.<domain>';
GRANT SELECT, UPDATE (status, checked_at, verified_at, problem, proof, reason, failures, next_check_at) ON app.brand_domain
  TO tollgate_worker, tollgate_entry;

-- Until now the operator alone confirmed. The entry role sees the rows of all tenants.
SET LOCAL ROLE tollgate_entry;
UPDATE app.brand_domain SET status = CASE status WHEN 'failed' THEN 'pending' ELSE status END,
  reason = CASE status WHEN 'failed' THEN 'operator' END, proof = CASE status WHEN 'verified' THEN 'operator' END;
SET LOCAL ROLE tollgate_owner;
ALTER TABLE app.brand_domain
  ADD CONSTRAINT brand_domain_status_check CHECK (status IN ('pending', 'verified', 'lost')),
  ADD CONSTRAINT brand_domain_proof CHECK (status <> 'verified' OR proof IS NOT NULL);

-- At most so many of a tenant, whoever adds them at the same time.
CREATE FUNCTION app.cap_domains() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7230125, (NEW.tenant_id % 2147483647)::int);
  IF (SELECT count(*) FROM app.brand_domain d WHERE d.tenant_id = NEW.tenant_id) >= 20 THEN
    RAISE EXCEPTION 'too many domains' USING ERRCODE = '23514', CONSTRAINT = 'brand_domain_cap';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER cap_domains BEFORE INSERT ON app.brand_domain FOR EACH ROW EXECUTE FUNCTION app.cap_domains();

-- Whether an agency may have a domain: nobody else has it. Both modes of one agency are the same owner. Who asks holds the
-- answer until its transaction ends.
CREATE FUNCTION app.domain_is_free(p_domain text, p_tenant bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7230112, hashtext(p_domain));
  RETURN NOT EXISTS (
    SELECT 1 FROM app.brand_domain d JOIN app.tenant o ON o.tenant_id = d.tenant_id
     WHERE d.domain = p_domain AND d.status = 'verified'
       AND o.agency_id <> (SELECT t.agency_id FROM app.tenant t WHERE t.tenant_id = p_tenant));
END $$;
-- The same for a worker, which is asked for by the tenant it has entered.
CREATE FUNCTION app.own_domain_is_free(p_domain text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT app.domain_is_free(p_domain, app.current_tenant())
$$;

-- Whose a domain is: for whoever serves pages, and before a certificate is asked for. The live one of an agency's two modes.
CREATE FUNCTION app.public_domain(p_domain text) RETURNS TABLE (tenant uuid, livemode boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.public_id, t.livemode FROM app.brand_domain d JOIN app.tenant t ON t.tenant_id = d.tenant_id
   WHERE d.domain = p_domain AND d.status = 'verified' AND t.suspended_at IS NULL
   ORDER BY t.livemode DESC, d.verified_at LIMIT 1
$$;

-- The operator says that a domain is a tenant's, or that it is not; what name servers say comes after it.
CREATE OR REPLACE FUNCTION app.judge_domain(p_tenant uuid, p_domain text, p_proven boolean, p_problem text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_tenant bigint; v_id uuid; v_before text; v_after text; v_event text;
BEGIN
  SELECT t.tenant_id INTO v_tenant FROM app.tenant t WHERE t.public_id = p_tenant;
  IF p_proven AND NOT app.domain_is_free(p_domain, v_tenant) THEN RETURN 'taken'; END IF;
  SELECT d.id, d.status INTO v_id, v_before FROM app.brand_domain d
   WHERE d.tenant_id = v_tenant AND d.domain = p_domain FOR NO KEY UPDATE;
  IF v_id IS NULL THEN RETURN 'unknown'; END IF;
  v_after := CASE WHEN p_proven THEN 'verified' WHEN v_before = 'verified' THEN 'lost' ELSE v_before END;
  v_event := CASE WHEN v_after = v_before THEN NULL WHEN p_proven THEN 'domain.verified' ELSE 'domain.lost' END;
  UPDATE app.brand_domain d SET status = v_after, checked_at = now(), failures = 0, next_check_at = NULL,
    proof = CASE WHEN p_proven THEN 'operator' END, reason = CASE WHEN NOT p_proven THEN 'operator' END,
    verified_at = CASE WHEN NOT p_proven THEN d.verified_at WHEN v_before = 'verified' THEN d.verified_at ELSE now() END,
    problem = CASE WHEN NOT p_proven THEN p_problem END
   WHERE d.tenant_id = v_tenant AND d.id = v_id;
  INSERT INTO app.audit_entry (tenant_id, id, actor, action, target, before, after)
  VALUES (v_tenant, app.uuid7(), 'operator', CASE WHEN p_proven THEN 'domain.verify' ELSE 'domain.fail' END, p_domain,
    jsonb_build_object('status', v_before), jsonb_build_object('status', v_after));
  IF v_event IS NOT NULL THEN
    PERFORM pg_catalog.set_config('app.tenant_id', v_tenant::text, true);      -- for what the event sets off
    INSERT INTO app.portal_event (tenant_id, id, type, subject, data)
    VALUES (v_tenant, app.uuid7(), v_event, 'dm_' || replace(v_id::text, '-', ''),
      jsonb_strip_nulls(jsonb_build_object('domain', p_domain, 'status', v_after, 'reason', CASE WHEN NOT p_proven THEN 'operator' END)));
    PERFORM pg_catalog.set_config('app.tenant_id', '', true);
  END IF;
  RETURN v_after;
END $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Who am I: the key of this transaction, for whoever shows it, a client's people too

CREATE FUNCTION app.own_key() RETURNS TABLE (id uuid, name text, prefix text, last4 text, expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT k.id, k.name, k.prefix, k.last4, k.expires_at FROM app.api_key k
   WHERE k.tenant_id = app.current_tenant() AND k.id = nullif(current_setting('app.key_id', true), '')::uuid
$$;

DO $$ DECLARE r text[]; BEGIN
  FOREACH r SLICE 1 IN ARRAY ARRAY[
    ['app.domain_is_free(text, bigint)', ''], ['app.own_domain_is_free(text)', 'tollgate_worker'],
    ['app.public_domain(text)', 'tollgate_gateway'], ['app.own_key()', 'tollgate_gateway'], ['app.judge_domain(uuid, text, boolean, text)', 'tollgate_admin']]
  LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO tollgate_entry', r[1]);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', r[1]);
    IF r[2] <> '' THEN EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', r[1], r[2]); END IF;
  END LOOP;
END $$;
RESET ROLE;
