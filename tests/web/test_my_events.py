"""My events: what one has done oneself, by a policy on the own ARN or on everything."""

import re

import pytest
from django.test import Client

from policies_app.models import Event
from policies_app.operations import events
from policies_app.policy_templates import POLICY_TEMPLATES
from tests.factories import ACCOUNT, Cast

ALICE, BOB = (f"arn:aws:iam::{ACCOUNT}:user/{name}" for name in ("alice", "bob"))


@pytest.fixture
def sees_own(sample: Cast) -> Cast:
    """alice has the template's policy, and has read her permissions; so has bob, in vain."""
    policy = sample.policy("ViewOwnEvents", text=POLICY_TEMPLATES["view_own_events"].text)
    sample.attach("alice", policy)
    return sample


def test_own_events_are_shown_and_nobody_elses(sees_own: Cast, alice: Client, bob: Client) -> None:
    for client in (alice, bob):
        client.get("/me/")
    events.reads.flush()
    page = alice.get("/me/events/")
    assert page.status_code == 200
    assert "GetUser" in page.text
    assert set(re.findall(rf'title="(arn:aws:iam::{ACCOUNT}:user/\w+)"', page.text)) == {ALICE}


def test_the_policy_of_ones_own_events_opens_nobody_elses(sees_own: Cast, alice: Client) -> None:
    for address in ("/events/", f"/events/?principal={BOB}"):
        assert alice.get(address).status_code == 403
    assert alice.get(f"/events/?principal={ALICE}").status_code == 200
    refused = Event.objects.filter(operation="LookupEvents", outcome="refused").order_by("sequence")
    assert list(refused.values_list("resource", flat=True)) == ["*", BOB]


def test_without_a_policy_the_panel_says_what_to_ask_for(bob: Client) -> None:
    page = bob.get("/me/events/")
    assert "cloudtrail:LookupEvents" in page.text
    assert BOB in page.text
    assert "template=view_own_events" in page.text
    assert Event.objects.get(operation="LookupEvents").resource == BOB


def test_the_address_narrows_and_pages(sees_own: Cast, alice: Client) -> None:
    alice.get("/users/~create/")
    for _ in range(9):
        alice.get("/me/")
    events.reads.flush()
    everything = alice.get("/me/events/").text
    assert 'rel="next"' in everything
    narrowed = alice.get("/me/events/?operation=GetUser").text.partition("table-wrap")[2]
    assert "GetUser" in narrowed
    assert "ListUserPolicies" not in narrowed
    assert "No event of yours matches" in alice.get("/me/events/?operation=DeleteUser").text
    assert alice.get("/me/events/?outcome=odd").status_code == 400
