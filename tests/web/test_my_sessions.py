"""My sessions: where one is signed in, and the end of what one has forgotten."""

from collections.abc import Callable

import pytest
from django.test import Client

from console.sessions import stored
from policies_app.models import ConsoleSession, Event
from policies_app.policy_templates import POLICY_TEMPLATES
from tests.factories import ACCOUNT, Cast

ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"


@pytest.fixture
def laptop(sample: Cast, signed_in: Callable[[str], Client]) -> Client:
    """alice may see and end her sessions, and is signed in at three places; this one is the last."""
    policy = sample.policy("ChangeOwnPassword", text=POLICY_TEMPLATES["change_own_password"].text)
    sample.attach("alice", policy)
    return [signed_in("alice") for _ in range(3)][-1]


def session_of(client: Client) -> str:
    """The id that its row goes by."""
    return stored(client.session.session_key)


def test_this_session_is_marked_and_the_others_can_be_ended(laptop: Client) -> None:
    page = laptop.get("/me/sessions/").text
    assert page.count("This session") == 1
    assert page.count('action="/me/sessions/') == 3
    assert "Revoke all others" in page


def test_a_revoked_session_is_signed_out_at_its_next_page(laptop: Client, signed_in: Callable[[str], Client]) -> None:
    forgotten = signed_in("alice")
    answer = laptop.post(f"/me/sessions/{session_of(forgotten)}/~revoke/", follow=True)
    assert answer.redirect_chain == [("/me/sessions/", 302)]
    assert "The session is over." in answer.text
    assert forgotten.get("/me/").status_code == 302
    event = Event.objects.get(operation="RevokeConsoleSession")
    assert (event.principal, event.resource, event.outcome) == (ALICE, ALICE, "success")


def test_all_others_end_at_once_and_this_one_goes_on(laptop: Client, bob: Client) -> None:
    assert "2 sessions are over." in laptop.post("/me/sessions/~revoke/", follow=True).text
    assert ConsoleSession.objects.filter(user__name="alice").count() == 1
    assert bob.get("/me/").status_code == 200


def test_nobody_ends_a_session_of_somebody_else_here(laptop: Client, bob: Client) -> None:
    assert laptop.post(f"/me/sessions/{session_of(bob)}/~revoke/").status_code == 404
    assert bob.get("/me/").status_code == 200


def test_without_a_policy_the_panel_says_what_to_ask_for(carol: Client) -> None:
    page = carol.get("/me/sessions/")
    assert page.status_code == 403
    assert "iam:GetLoginProfile" in page.text
    assert "template=change_own_password" in page.text
    assert carol.post("/me/sessions/~revoke/").status_code == 403
    assert ConsoleSession.objects.count() == 1
