-- Subscriptions in full: their agents, later starts, coupons, tax, pauses and changes; what is on an invoice, and what is given back.

SET LOCAL ROLE tollgate_owner;

-- A discount. Its terms never change; Stripe counts its redemptions. Made here, or in Stripe's dashboard and mirrored.
CREATE TABLE app.coupon (
  tenant_id       bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id              uuid NOT NULL,
  name            text NOT NULL,
  percent_off     numeric(5, 2) CHECK (percent_off > 0 AND percent_off <= 100),
  amount_off      bigint CHECK (amount_off > 0),              -- minor units
  currency        text CHECK (currency ~ '^[a-z]{3}$'),
  duration        text NOT NULL CHECK (duration IN ('once', 'forever', 'repeating')),
  duration_months int CHECK (duration_months > 0),
  max_redemptions bigint CHECK (max_redemptions > 0),
  redeem_by       timestamptz,
  times_redeemed  bigint NOT NULL DEFAULT 0,
  valid           boolean NOT NULL DEFAULT true,              -- Stripe's word on whether it can still be applied
  status          text NOT NULL CHECK (status IN ('publishing', 'active', 'failed', 'deleted')),
  stripe_coupon   text,
  snapshot_seq    bigint NOT NULL DEFAULT 0,                  -- fetch order of the newest applied snapshot
  problem         jsonb,
  metadata        jsonb NOT NULL DEFAULT '{}',
  created_at      timestamptz NOT NULL DEFAULT now(),
  updated_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT coupon_stripe_coupon_unique UNIQUE (tenant_id, stripe_coupon),
  CONSTRAINT coupon_percent_or_amount CHECK ((percent_off IS NULL) <> (amount_off IS NULL)),
  CONSTRAINT coupon_amount_has_currency CHECK ((amount_off IS NULL) = (currency IS NULL)),
  CONSTRAINT coupon_repeats_for_months CHECK ((duration = 'repeating') = (duration_months IS NOT NULL))
);
CALL app.protect('coupon');

ALTER TABLE app.subscription
  ADD CONSTRAINT subscription_of_client_unique UNIQUE (tenant_id, client_id, id),
  ADD COLUMN product_id        uuid,                          -- what was sold, when it was sold as a whole
  ADD COLUMN coupon_id         uuid,                          -- wished before the start, at work after it
  ADD COLUMN discounts         jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(discounts) = 'array'),
  ADD COLUMN automatic_tax     boolean NOT NULL DEFAULT false,
  ADD COLUMN tax_disabled_reason text,                        -- Stripe's: why it stopped collecting tax
  ADD COLUMN stripe_schedule   text,
  ADD COLUMN schedule_status   text,
  ADD COLUMN schedule_seq      bigint NOT NULL DEFAULT 0,
  ADD COLUMN cancel_at         timestamptz,
  ADD COLUMN pause_behavior    text,                          -- NULL: not paused
  ADD COLUMN pause_resumes_at  timestamptz,
  ADD COLUMN block_on          text CHECK (block_on IN ('past_due_immediately', 'grace_elapsed', 'unpaid', 'canceled_for_nonpayment')),
  ADD COLUMN grace_days        int CHECK (grace_days BETWEEN 0 AND 365),
  ADD COLUMN trial_days        int NOT NULL DEFAULT 0 CHECK (trial_days BETWEEN 0 AND 730),   -- the plan's, when it was sold
  ADD COLUMN trial_end         timestamptz,
  ADD COLUMN steered_by        text,                          -- the schedule that steers it at Stripe now
  -- What it has from its next period on: items, and as what they were sold. Kept by the schedule at Stripe; gone with it.
  ADD COLUMN pending_change    jsonb CHECK (jsonb_typeof(pending_change) = 'object'),
  ADD COLUMN pending_seq       bigint NOT NULL DEFAULT 0,     -- fetch order of the call that planned it
  ADD FOREIGN KEY (tenant_id, product_id) REFERENCES app.product (tenant_id, id),
  ADD FOREIGN KEY (tenant_id, coupon_id) REFERENCES app.coupon (tenant_id, id),
  ADD CONSTRAINT subscription_schedule_unique UNIQUE (tenant_id, stripe_schedule);
CREATE INDEX subscription_by_status ON app.subscription (tenant_id, status, id DESC);

-- An item is one price as it was sold; another price is another item. What is no longer billed is kept with its end.
ALTER TABLE app.subscription_item
  ADD COLUMN analysis_field text,                             -- of a value-based price: which boolean counts (E11)
  ADD COLUMN removed_at     timestamptz,
  ADD COLUMN created_at     timestamptz NOT NULL DEFAULT now();

-- Which of the client's agents a subscription is for (E4). Kept when it ends: late usage belongs to what was sold then.
CREATE TABLE app.subscription_agent (
  tenant_id       bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  subscription_id uuid NOT NULL,
  client_id       uuid NOT NULL,
  agent_id        uuid NOT NULL,
  added_at        timestamptz NOT NULL DEFAULT now(),
  removed_at      timestamptz,
  PRIMARY KEY (tenant_id, subscription_id, agent_id),
  -- Both are the same client's: the database says so, not the form (E2).
  FOREIGN KEY (tenant_id, client_id, subscription_id) REFERENCES app.subscription (tenant_id, client_id, id),
  FOREIGN KEY (tenant_id, client_id, agent_id) REFERENCES app.agent (tenant_id, client_id, id)
);
CREATE INDEX subscription_agent_of_agent ON app.subscription_agent (tenant_id, agent_id) WHERE removed_at IS NULL;
CALL app.protect('subscription_agent');

-- What is on an invoice, as Stripe shows it: amounts in minor units, periods in seconds.
ALTER TABLE app.invoice
  ADD COLUMN lines            jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(lines) = 'array'),
  ADD COLUMN subtotal         bigint,
  ADD COLUMN discount_amount  bigint,
  ADD COLUMN tax_amount       bigint,
  ADD COLUMN total            bigint,
  ADD COLUMN amount_remaining bigint,
  ADD COLUMN period_start     timestamptz,
  ADD COLUMN period_end       timestamptz,
  ADD COLUMN tax_status       text;

-- Money given back on a paid invoice: ours, and what was given back in Stripe's dashboard or by a credit note.
CREATE TABLE app.refund (
  tenant_id     bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id            uuid NOT NULL,
  invoice_id    uuid NOT NULL,
  amount        bigint NOT NULL CHECK (amount > 0),
  currency      text NOT NULL,
  reason        text CHECK (reason IN ('duplicate', 'fraudulent', 'requested_by_customer')),
  status        text NOT NULL CHECK (status IN ('preparing', 'pending', 'requires_action', 'succeeded', 'failed', 'canceled')),
  stripe_refund text,
  snapshot_seq  bigint NOT NULL DEFAULT 0,
  problem       jsonb,
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, invoice_id) REFERENCES app.invoice (tenant_id, id),
  CONSTRAINT refund_stripe_refund_unique UNIQUE (tenant_id, stripe_refund)
);
CREATE INDEX refund_of_invoice ON app.refund (tenant_id, invoice_id);
CALL app.protect('refund');

-- A correction of a finalized invoice: ours, or one made in Stripe's dashboard.
CREATE TABLE app.credit_note (
  tenant_id          bigint NOT NULL DEFAULT app.current_tenant() REFERENCES app.tenant,
  id                 uuid NOT NULL,
  invoice_id         uuid NOT NULL,
  amount             bigint NOT NULL CHECK (amount > 0),
  currency           text NOT NULL,
  reason             text CHECK (reason IN ('duplicate', 'fraudulent', 'order_change', 'product_unsatisfactory')),
  memo               text,
  status             text NOT NULL CHECK (status IN ('preparing', 'issued', 'void', 'failed')),
  number             text,
  pdf                text,
  stripe_credit_note text,
  snapshot_seq       bigint NOT NULL DEFAULT 0,
  problem            jsonb,
  created_at         timestamptz NOT NULL DEFAULT now(),
  updated_at         timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, invoice_id) REFERENCES app.invoice (tenant_id, id),
  CONSTRAINT credit_note_stripe_unique UNIQUE (tenant_id, stripe_credit_note)
);
CREATE INDEX credit_note_of_invoice ON app.credit_note (tenant_id, invoice_id);
CALL app.protect('credit_note');

GRANT SELECT, INSERT, UPDATE ON app.coupon, app.subscription_agent, app.refund, app.credit_note TO tollgate_gateway, tollgate_worker;
GRANT UPDATE (analysis_field, quantity, removed_at) ON app.subscription_item TO tollgate_gateway;
RESET ROLE;
