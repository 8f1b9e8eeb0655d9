#!/usr/bin/env python3
"""The whole story of Tollgate, step by step, against a running stack (`make run` in another terminal).

It does what an agency's portal, an agency in its Stripe Dashboard, and a client with a card do, over the public API and the stand-in's pages,
and prints each step with the calls it caused at Stripe. It ends with 0 only if every state is as it should be. Every run makes tenants of its own,
so it can be run again and again.
"""
import sys

import spine
import wide
from clients import StandIn
from telling import Story, demo_settings, new_tenant


def main():
    found = demo_settings()
    standin, url = StandIn(found["STANDIN_URL"]), found["TOLLGATE_URL"]
    story = Story(standin, quiet="--quiet" in sys.argv)
    portal = new_tenant(url, "Story")
    key = spine.pasted_key(story, portal)
    spine.revoked_and_restricted(story, url)
    spine.connect(story, url)
    monthly, once = spine.catalogue(story, portal)
    # Before the clock is moved: usage is told when it happens.
    wide.usage(story, url)
    client, subscription = spine.first_client(story, portal, key, monthly)
    at_stripe = spine.card(story, portal, key, client, subscription)
    spine.invoices(story, portal, client, once, monthly)
    spine.renewal_and_block(story, portal, key, client, subscription, at_stripe)
    spine.start_again(story, portal, client, monthly)
    wide.coupons(story, portal)
    wide.plan(story, portal)
    wide.credit(story, portal)
    wide.told(story, portal)
    wide.people(story, portal, url)
    wide.import_clients(story, url)
    wide.a_client_leaves(story, portal, key)
    spine.bad_input(story, portal, url)
    print(f"\nThe story is as it should be: {story.steps} steps.")


if __name__ == "__main__":
    try:
        main()
    except AssertionError as failure:
        print(f"  BAD {failure}")
        sys.exit(1)
