"""When users last did something: kept by the database with every sign-in and every use of a key."""

from datetime import UTC, datetime

from django.contrib.auth.models import update_last_login

from policies_app.models import AccessKey, User, UserActivity
from policies_app.operations import events, last_used
from tests.factories import Cast

LATER = datetime(2031, 1, 1, tzinfo=UTC)
EARLIER = datetime(2001, 1, 1, tzinfo=UTC)


def last(user: User) -> datetime:
    return UserActivity.objects.get(user=user).last


def test_new_user_counts_from_when_they_were_made(cast: Cast) -> None:
    dana = cast.user("dana")
    assert last(dana) == dana.created
    assert UserActivity.objects.get(user=dana).account == cast.account


def test_sign_in_counts(cast: Cast) -> None:
    dana = cast.user("dana")
    update_last_login(User, dana)
    assert last(dana) == dana.last_login


def test_use_of_a_key_counts_whether_it_is_new_or_not(cast: Cast) -> None:
    dana, erin = cast.user("dana"), cast.user("erin")
    AccessKey.objects.create(id="AKIARZPUZDIKEXAMPLE1", user=dana, secret="", last_used=LATER)
    key = AccessKey.objects.create(id="AKIARZPUZDIKEXAMPLE2", user=erin, secret="")
    last_used.note_key(key, "iam", "us-east-1")
    events.reads.flush()
    key.refresh_from_db()
    assert last(dana) == LATER
    assert last(erin) == key.last_used


def test_earlier_use_changes_nothing(cast: Cast) -> None:
    dana = cast.user("dana")
    AccessKey.objects.create(id="AKIARZPUZDIKEXAMPLE1", user=dana, secret="", last_used=EARLIER)
    User.objects.filter(pk=dana.pk).update(last_login=EARLIER)
    assert last(dana) == dana.created


def test_it_goes_with_the_user(cast: Cast) -> None:
    cast.user("dana").delete()
    assert not UserActivity.objects.exists()
