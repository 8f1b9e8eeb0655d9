"""What Schemathesis cannot know by itself about the API (tools/check-api)."""

import itertools
import os

import schemathesis

# The words under which a request that fits the contract may be told 400 (Tests/schemathesis.toml names where).
PROMISED = {"no_payment_method", "client_admin_email_missing", "coupon_currency_mismatch", "invalid_signature"}

_numbers = itertools.count(1)


@schemathesis.hook
def before_call(context, case, kwargs):
    """A new Idempotency-Key for each request: the shortest one that fits is drawn again and again, and all but its
    first use would be told 422 before anything was looked at. And no end of the key that asks."""
    if (case.path_parameters or {}).get("api_key") == os.environ.get("TOLLGATE_API_KEY_ID"):
        case.path_parameters["api_key"] = "key_" + "0" * 32
    headers = case.headers or {}
    key = headers.get("Idempotency-Key")
    if key and len(key) <= 255 and all("!" <= character <= "~" for character in key):
        headers["Idempotency-Key"] = f"check-{next(_numbers)}"


@schemathesis.check
def promised_refusals(ctx, response, case):
    """A 400 for what fits the contract has one of the few words that are promised."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code != 400:
        return
    word = response.json().get("code")
    assert word in PROMISED, f"400 {word} for a request that fits the contract"
