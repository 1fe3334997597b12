"""Console sessions as rows: who is signed in, from where, and that what was revoked is over at once."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from console.sessions import stored
from policies_app.models import ConsoleSession, Event, User
from policies_app.operations import console_sessions, credentials, events, users
from policies_app.operations.errors import AccessDenied, NoSuchEntity
from tests.factories import Cast, call_of

PASSWORD = "correct-horse-1"


@pytest.fixture
def dana(cast: Cast) -> User:
    cast.user("dana", "iam:GetLoginProfile", "iam:ChangePassword", resource="*")
    credentials.create_login_profile(cast.system, user_name="dana", password=PASSWORD)
    return User.objects.get(name="dana")


def signed_in(name: str = "dana", source_ip: str = "192.0.2.1", agent: str = "Firefox") -> Client:
    client = Client(REMOTE_ADDR=source_ip, headers={"User-Agent": agent})
    client.post("/sign-in/", {"account": "", "user_name": name, "password": PASSWORD})
    return client


def row_of(client: Client) -> ConsoleSession:
    return ConsoleSession.objects.get(pk=stored(client.session.session_key))


def is_over(client: Client) -> bool:
    return client.get("/me/").status_code == 302


def test_a_session_says_whose_it_is_since_when_and_from_where(dana):
    row = row_of(signed_in())
    assert (row.user, row.source_ip, row.user_agent) == (dana, "192.0.2.1", "Firefox")
    assert timezone.now() - row.created < timedelta(seconds=20)


def test_when_it_was_last_used_is_written_at_most_once_a_minute_and_not_within_the_request(
    dana, django_assert_num_queries
):
    client = signed_in()
    client.get("/me/")
    with django_assert_num_queries(0):
        events.reads.flush()  # used a moment ago
    before = timezone.now() - timedelta(hours=1)
    ConsoleSession.objects.update(last_used=before)
    client.get("/me/")
    assert row_of(client).last_used == before
    events.reads.flush()
    assert row_of(client).last_used > before


def test_a_use_from_elsewhere_is_seen_at_once(dana):
    client = signed_in()
    client.get("/me/", REMOTE_ADDR="203.0.113.9")
    events.reads.flush()
    assert row_of(client).source_ip == "203.0.113.9"


def test_under_a_new_key_it_is_still_the_session_that_began_then(dana):
    client = signed_in()
    began = timezone.now() - timedelta(hours=2)
    ConsoleSession.objects.update(created=began)
    old = row_of(client).pk
    typed = {"old_password": PASSWORD, "new_password": "another-horse-2", "repeated": "another-horse-2"}
    assert client.post("/me/password/", typed).status_code == 302
    (row,) = ConsoleSession.objects.all()
    assert row.pk != old
    assert (row.created, row.user) == (began, dana)


def test_whoever_signs_in_as_somebody_else_begins_a_session(cast, dana):
    cast.user("erin")
    credentials.create_login_profile(cast.system, user_name="erin", password=PASSWORD)
    client = signed_in()
    ConsoleSession.objects.update(created=timezone.now() - timedelta(hours=2))
    client.force_login(User.objects.get(name="erin"))
    (row,) = ConsoleSession.objects.all()
    assert row.user.name == "erin"
    assert timezone.now() - row.created < timedelta(seconds=20)


def test_a_new_password_leaves_no_session_of_the_old_one_in_the_list(cast, dana):
    here, there = signed_in(), signed_in()
    credentials.update_login_profile(cast.system, user_name="dana", password="another-horse-2")
    assert is_over(here)
    assert is_over(there)
    assert not ConsoleSession.objects.exists()


def test_without_a_password_and_without_its_user_there_is_no_session(cast, dana):
    signed_in()
    credentials.delete_login_profile(cast.system, user_name="dana")
    assert not ConsoleSession.objects.exists()


def test_expired_sessions_open_nothing_are_not_listed_and_are_cleared(dana):
    client, other = signed_in(), signed_in()
    ConsoleSession.objects.filter(pk=row_of(client).pk).update(expire_date=timezone.now())
    assert is_over(client)
    assert len(console_sessions.list_console_sessions(call_of(dana), user_name="dana")) == 1
    call_command("clearsessions")
    assert ConsoleSession.objects.get() == row_of(other)


def test_sessions_are_listed_the_last_used_first_without_what_they_hold(dana):
    first, second = row_of(signed_in()), row_of(signed_in())
    ConsoleSession.objects.filter(pk=first.pk).update(last_used=timezone.now() + timedelta(seconds=5))
    found = console_sessions.list_console_sessions(call_of(dana), user_name="DANA")
    assert [row.pk for row in found] == [first.pk, second.pk]
    assert "session_data" in found[0].get_deferred_fields()
    events.reads.flush()
    assert Event.objects.get(operation="ListConsoleSessions").resource == dana.arn


def test_a_revoked_session_is_over_with_the_next_request_and_the_others_are_not(dana):
    here, there = signed_in(), signed_in()
    console_sessions.revoke_console_session(call_of(dana), user_name="dana", session_id=row_of(there).pk)
    assert is_over(there)
    assert not is_over(here)
    event = Event.objects.get(operation="RevokeConsoleSession")
    assert (event.outcome, event.resource) == ("success", dana.arn)


def test_all_others_are_revoked_and_one_is_kept(dana):
    here, there, elsewhere = signed_in(), signed_in(), signed_in()
    ended = console_sessions.revoke_console_sessions(call_of(dana), user_name="dana", keep=row_of(here).pk)
    assert (ended, is_over(here), is_over(there), is_over(elsewhere)) == (2, False, True, True)


def test_a_session_that_is_over_or_somebody_elses_is_not_there(cast, dana):
    cast.user("erin")
    credentials.create_login_profile(cast.system, user_name="erin", password=PASSWORD)
    erins = signed_in("erin")
    with pytest.raises(NoSuchEntity):
        console_sessions.revoke_console_session(call_of(dana), user_name="dana", session_id=row_of(erins).pk)
    assert not is_over(erins)


@pytest.mark.parametrize(
    ("action", "own", "others"),
    [
        ("iam:ChangePassword", True, False),
        ("iam:UpdateLoginProfile", False, True),
        ("iam:GetLoginProfile", False, False),
    ],
)
def test_who_may_set_a_password_may_revoke_what_it_opened(cast, dana, action, own, others):
    erin = cast.user("erin", action)
    for name, allowed in (("erin", own), ("dana", others)):
        try:
            console_sessions.revoke_console_sessions(call_of(erin), user_name=name)
            assert allowed, name
        except AccessDenied:
            assert not allowed, name
    outcomes = (
        Event.objects.filter(operation="RevokeConsoleSessions").order_by("sequence").values_list("outcome", flat=True)
    )
    assert list(outcomes) == ["success" if allowed else "refused" for allowed in (own, others)]


def test_a_deny_on_changing_ones_password_keeps_ones_sessions(cast, dana):
    cast.inline("dana", "Deny", "iam:ChangePassword", effect="Deny")
    client = signed_in()
    with pytest.raises(AccessDenied):
        console_sessions.revoke_console_sessions(call_of(dana), user_name="dana")
    assert not is_over(client)


def test_who_may_not_ask_learns_nothing_of_who_is_absent(cast, dana):
    erin = cast.user("erin")
    for perform in (console_sessions.list_console_sessions, console_sessions.revoke_console_sessions):
        for name in ("dana", "nobody"):
            with pytest.raises(AccessDenied):
                perform(call_of(erin), user_name=name)
    with pytest.raises(NoSuchEntity):
        console_sessions.list_console_sessions(call_of(dana), user_name="nobody")


def test_a_renamed_user_keeps_the_session(cast, dana):
    client = signed_in()
    users.update_user(cast.system, user_name="dana", new_user_name="dana2")
    assert not is_over(client)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "Unknown browser"),
        ("<script>", "&lt;script&gt;"),
    ],
)
def test_the_list_tells_the_browser_in_words(admin, cast, agent, words):
    cast.user("dana")
    credentials.create_login_profile(cast.system, user_name="dana", password=PASSWORD)
    signed_in(agent=agent)
    assert f">{words}</th>" in admin.get("/users/dana/~security/").text


def test_an_administrator_throws_somebody_out(admin, dana):
    here, there = signed_in(), signed_in()
    page = admin.get("/users/dana/~security/").text
    assert page.count(">Revoke</button>") == 2
    assert admin.post(f"/users/dana/~security/~sessions/{row_of(here).pk}/~revoke/").status_code == 302
    assert (is_over(here), is_over(there)) == (True, False)
    answer = admin.post("/users/dana/~security/~sessions/~revoke/", follow=True)
    assert "1 session is over." in answer.text
    assert "Nobody is signed in" in answer.text
    assert is_over(there)


def test_the_session_that_looks_is_marked_and_is_not_among_the_others(admin):
    page = admin.get("/users/admin/~security/").text
    assert "This session" in page
    assert "~revoke/" not in page
    admin.post("/users/admin/~security/~sessions/~revoke/")
    assert not is_over(admin)


def test_who_may_look_but_not_revoke_is_told_why(cast, dana):
    signed_in()
    cast.user("erin", "iam:GetUser", "iam:GetLoginProfile")
    client = Client()
    client.force_login(User.objects.get(name="erin"))
    page = client.get("/users/dana/~security/").text
    assert "Firefox" in page
    assert "Needs <code>iam:UpdateLoginProfile</code>" in page
    assert client.post("/users/dana/~security/~sessions/~revoke/").status_code == 403


def test_who_may_not_look_sees_who_would_have_to_allow_it(cast, dana):
    signed_in()
    cast.user("erin", "iam:GetUser")
    client = Client()
    client.force_login(User.objects.get(name="erin"))
    page = client.get("/users/dana/~security/").text
    assert "192.0.2.1" not in page
    assert "iam:GetLoginProfile" in page
