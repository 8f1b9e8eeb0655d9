-- What the portals are told: endpoints, deliveries, attempts. An event's deliveries are made with it, in one transaction.
SET LOCAL ROLE tollgate_owner;

-- Ciphertexts of a third kind: what outgoing webhooks are signed with, sealed by the API for the webhooks worker.
ALTER TABLE app.sealed_secret DROP CONSTRAINT sealed_secret_purpose_check,
  ADD CONSTRAINT sealed_secret_purpose_check CHECK (purpose IN ('stripe-api', 'stripe-webhook', 'portal-webhook'));

-- The end of a rotation: `tollgate secrets reseal` becomes this role, which no program logs in as.
GRANT UPDATE (envelope, key_id, retired_at) ON app.sealed_secret TO tollgate_entry;

-- Where a portal listens.
CREATE TABLE app.webhook_endpoint (
  tenant_id          bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id                 uuid NOT NULL,
  url                text NOT NULL,
  description        text,
  event_types        text[] NOT NULL DEFAULT '{*}' CHECK (cardinality(event_types) BETWEEN 1 AND 100),
  status             text NOT NULL DEFAULT 'enabled' CHECK (status IN ('enabled', 'disabled', 'deleted')),
  disabled_reason    text CHECK (disabled_reason IN ('gone', 'failing', 'by_hand')),
  secret_id          uuid NOT NULL,
  previous_secret_id uuid,                                    -- signs too, until previous_until: a rotation has an overlap
  previous_until     timestamptz,
  last_delivered_at  timestamptz,
  metadata           jsonb NOT NULL DEFAULT '{}',
  created_at         timestamptz NOT NULL DEFAULT now(),
  updated_at         timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, secret_id) REFERENCES app.sealed_secret (tenant_id, id),
  FOREIGN KEY (tenant_id, previous_secret_id) REFERENCES app.sealed_secret (tenant_id, id)
);
CALL app.protect('webhook_endpoint');

-- One event on its way to one endpoint.
CREATE TABLE app.webhook_delivery (
  tenant_id       bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id              uuid NOT NULL,
  endpoint_id     uuid NOT NULL,
  event_id        uuid NOT NULL,
  cause           text NOT NULL CHECK (cause IN ('event', 'redelivery', 'test')),
  status          text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'retrying', 'delivered', 'exhausted', 'canceled')),
  attempts        int NOT NULL DEFAULT 0,
  next_attempt_at timestamptz,
  last_status     int,                                        -- HTTP
  last_error      text,
  created_at      timestamptz NOT NULL DEFAULT now(),
  ended_at        timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, endpoint_id) REFERENCES app.webhook_endpoint (tenant_id, id),
  FOREIGN KEY (tenant_id, event_id) REFERENCES app.portal_event (tenant_id, id)
);
CREATE UNIQUE INDEX webhook_delivery_once ON app.webhook_delivery (tenant_id, event_id, endpoint_id) WHERE cause = 'event';
CREATE INDEX webhook_delivery_of_endpoint ON app.webhook_delivery (tenant_id, endpoint_id, id DESC);
CALL app.protect('webhook_delivery');

CREATE TABLE app.webhook_attempt (
  tenant_id   bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  delivery_id uuid NOT NULL,
  number      int NOT NULL,
  status      int,                                            -- HTTP; none when nobody answered
  error       text,
  duration_ms int NOT NULL,
  at          timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, delivery_id, number),
  FOREIGN KEY (tenant_id, delivery_id) REFERENCES app.webhook_delivery (tenant_id, id)
);
CALL app.protect('webhook_attempt');

-- A UUID that sorts by its time (RFC 9562, 5.7), for rows that SQL makes.
CREATE FUNCTION app.uuid_v7() RETURNS uuid LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
  SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
$$;

-- One delivery and its command. It is due a moment later: what makes scheduled jobs ready wakes the workers, so that
-- nobody has to notify inside this transaction.
CREATE FUNCTION app.make_delivery(p_endpoint uuid, p_event uuid, p_cause text) RETURNS uuid LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_id uuid := app.uuid_v7();
BEGIN
  INSERT INTO app.webhook_delivery (id, endpoint_id, event_id, cause) VALUES (v_id, p_endpoint, p_event, p_cause);
  PERFORM jobq.enqueue(6::smallint, 'webhook.deliver', jsonb_build_object('delivery', 'dl_' || replace(v_id::text, '-', '')),
    app.uuid_v7(), p_run_at => clock_timestamp() + interval '1 ms', p_max_failures => 100::smallint, p_on_dead => 'skip',
    p_target_kind => 'webhook_delivery', p_target_id => v_id);
  RETURN v_id;
END $$;

CREATE FUNCTION app.deliver_event() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM app.make_delivery(w.id, NEW.id, 'event') FROM app.webhook_endpoint w
    WHERE w.tenant_id = NEW.tenant_id AND w.status = 'enabled'
      AND w.event_types && ARRAY['*', NEW.type, split_part(NEW.type, '.', 1) || '.*'];
  RETURN NULL;
END $$;
CREATE TRIGGER portal_event_deliver AFTER INSERT ON app.portal_event FOR EACH ROW
  WHEN (NEW.type <> 'webhook_endpoint.test')   -- goes to one endpoint, whatever types it wants
  EXECUTE FUNCTION app.deliver_event();

DO $$ DECLARE f text; BEGIN
  FOREACH f IN ARRAY ARRAY['app.make_delivery(uuid,uuid,text)', 'app.uuid_v7()', 'app.deliver_event()'] LOOP
    EXECUTE 'REVOKE ALL ON FUNCTION ' || f || ' FROM PUBLIC';
    EXECUTE 'GRANT EXECUTE ON FUNCTION ' || f || ' TO tollgate_gateway, tollgate_worker, tollgate_entry';
  END LOOP;
END $$;
GRANT INSERT ON app.webhook_delivery TO tollgate_entry;         -- the operator's doings are told too
GRANT SELECT, INSERT ON app.webhook_endpoint, app.webhook_delivery TO tollgate_gateway;
GRANT UPDATE (url, description, event_types, status, disabled_reason, secret_id, previous_secret_id, previous_until, metadata, updated_at)
  ON app.webhook_endpoint TO tollgate_gateway;
GRANT SELECT, INSERT ON app.webhook_delivery TO tollgate_worker;
GRANT UPDATE (status, attempts, next_attempt_at, last_status, last_error, ended_at) ON app.webhook_delivery TO tollgate_worker;
GRANT SELECT, UPDATE (status, disabled_reason, last_delivered_at, updated_at) ON app.webhook_endpoint TO tollgate_worker;
GRANT SELECT ON app.webhook_attempt TO tollgate_gateway;
GRANT SELECT, INSERT ON app.webhook_attempt TO tollgate_worker;
RESET ROLE;
