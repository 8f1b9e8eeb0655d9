-- What several parts of the catalogue, of usage and of the portals stand on: two more queues, agents, meters, and what the
-- portals are told.

SET LOCAL ROLE tollgate_entry;
INSERT INTO jobq.queue (id, name, op_cost, stops_on_refused_key) VALUES (5, 'metering', 1, true), (6, 'webhooks', 1, false);
-- Tenants that exist already get their lanes as new ones do.
INSERT INTO jobq.lane (queue_id, tenant_id, bucket_id)
SELECT q.id, b.id, b.id FROM jobq.queue q CROSS JOIN jobq.bucket b WHERE q.id IN (5, 6);
RESET ROLE;
SET LOCAL ROLE tollgate_owner;

-- What produces usage for one client: a chatbot, a voice agent, a workspace.
CREATE TABLE app.agent (
  tenant_id       bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id              uuid NOT NULL,
  client_id       uuid NOT NULL,
  external_id     text,
  name            text NOT NULL,
  platform        text NOT NULL CHECK (platform IN ('text', 'voice', 'retell', 'vapi', 'elevenlabs', 'other')),
  analysis_fields jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(analysis_fields) = 'array'),   -- [{"key":…,"type":"boolean"|"string"|"number"}]
  status          text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'archived')),
  metadata        jsonb NOT NULL DEFAULT '{}',
  created_at      timestamptz NOT NULL DEFAULT now(),
  updated_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, client_id) REFERENCES app.client (tenant_id, id),
  CONSTRAINT agent_external_id_unique UNIQUE (tenant_id, external_id),
  -- So that other rows can say "an agent of this client" by a foreign key.
  CONSTRAINT agent_of_client_unique UNIQUE (tenant_id, client_id, id)
);
CREATE INDEX agent_newest ON app.agent (tenant_id, client_id, id DESC);
CALL app.protect('agent');

-- What Stripe adds up. A meter is immutable but for its name; its event name belongs to it alone (F10).
CREATE TABLE app.meter (
  tenant_id    bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id           uuid NOT NULL,
  stripe_meter text,
  event_name   text NOT NULL,
  display_name text NOT NULL,
  metric       text NOT NULL CHECK (metric IN ('interactions', 'seconds', 'conversations', 'value_based', 'message_credits', 'messages', 'custom')),
  formula      text NOT NULL DEFAULT 'sum' CHECK (formula IN ('sum', 'count', 'last')),
  customer_key text NOT NULL DEFAULT 'stripe_customer_id',    -- name of the payload's field that names the customer
  value_key    text NOT NULL DEFAULT 'value',                 -- and of the one with the quantity
  status       text NOT NULL CHECK (status IN ('publishing', 'active', 'inactive', 'failed')),
  snapshot_seq bigint NOT NULL DEFAULT 0,                     -- fetch order of the newest applied snapshot
  problem      jsonb,
  created_at   timestamptz NOT NULL DEFAULT now(),
  updated_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT meter_stripe_meter_unique UNIQUE (tenant_id, stripe_meter)
);
CREATE UNIQUE INDEX meter_event_name_unique ON app.meter (tenant_id, event_name) WHERE status IN ('publishing', 'active');
CALL app.protect('meter');

-- What the portal is told. Written in the transaction of the change it tells of; `seq` orders one subject's events.
CREATE TABLE app.portal_event (
  tenant_id  bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id         uuid NOT NULL,
  type       text NOT NULL CHECK (type ~ '^[a-z_.]+$'),
  subject    text NOT NULL,                                   -- public id of what it is about
  seq        bigint GENERATED ALWAYS AS IDENTITY,
  data       jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX portal_event_newest ON app.portal_event (tenant_id, created_at DESC, id DESC);
CREATE INDEX portal_event_of_subject ON app.portal_event (tenant_id, subject, seq);
CALL app.protect('portal_event');

GRANT SELECT, INSERT, UPDATE ON app.agent, app.meter TO tollgate_gateway, tollgate_worker;
GRANT SELECT, INSERT ON app.portal_event TO tollgate_gateway, tollgate_worker;
RESET ROLE;
