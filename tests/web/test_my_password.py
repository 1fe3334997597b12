"""My credentials: one's own password."""

import pytest

from policies_app.models import Event, User
from tests.web.mine import arn_of, refused


@pytest.fixture
def alices_password(sample):
    sample.inline("alice", "Password", "iam:ChangePassword", resource=arn_of("user", "alice"))
    user = User.objects.get(name="alice")
    user.set_password("the old one 1")
    user.save()
    return "the old one 1"


def change(client, old, new, again=None):
    return client.post("/me/password/", {"old_password": old, "new_password": new, "repeated": again or new})


def test_a_changed_password_keeps_this_session_and_ends_the_others(sample, alices_password, signed_in):
    here, elsewhere = signed_in("alice"), signed_in("alice")
    assert change(here, alices_password, "something-else-2").status_code == 302
    assert here.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302
    assert User.objects.get(name="alice").check_password("something-else-2")
    event = Event.objects.get(operation="ChangePassword")
    assert event.parameters == {"old_password": "***", "new_password": "***"}


@pytest.mark.parametrize(
    ("old", "new", "again", "message"),
    [
        ("wrong", "something-else-2", None, "The old password was incorrect."),
        ("the old one 1", "short", None, "minimum length of 8"),
        ("the old one 1", "something-else-2", "something-else-3", "The two new passwords differ."),
        ("the old one 1", "日本語日本語日本語", None, "failed to satisfy constraint"),
        ("the old one 1", "nul\x00nulnul", None, "Null characters"),
    ],
)
def test_a_password_that_cannot_be_taken_is_explained_and_changes_nothing(
    alices_password, signed_in, old, new, again, message
):
    response = change(signed_in("alice"), old, new, again)
    assert response.status_code == 422
    assert message in response.content.decode()
    assert User.objects.get(name="alice").check_password(alices_password)


def test_changing_ones_own_password_needs_a_policy_too(sample, carol):
    before = User.objects.get(name="carol").password
    assert refused(carol.get("/me/password/").content.decode()) == [
        ("iam:ChangePassword", arn_of("user", "carol"), "implicit")
    ]
    assert change(carol, "whatever it was", "something-else-2").status_code == 403
    assert User.objects.get(name="carol").password == before
    assert Event.objects.get(operation="ChangePassword").outcome == Event.Outcome.REFUSED


def test_who_must_choose_a_new_password_does_that_first(sample, alices_password, signed_in):
    User.objects.filter(name="alice").update(password_reset_required=True)
    alice = signed_in("alice")
    assert alice.get("/me/")["Location"] == "/me/password/"
    assert alice.get("/me/password/").status_code == 200
    assert change(alice, alices_password, "something-else-2").status_code == 302
    assert alice.get("/me/").status_code == 200
