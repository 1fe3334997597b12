"""Signing in and out."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from policies_app.models import Account, ConsoleSession, Event, User
from policies_app.operations import credentials, password_policy, users
from tests.factories import ACCOUNT, Cast

PASSWORD = "correct-horse-1"
WRONG = "The account, user name or password is incorrect."


@pytest.fixture
def dana(cast: Cast) -> User:
    user = cast.user("dana")
    credentials.create_login_profile(cast.system, user_name="dana", password=PASSWORD)
    user.refresh_from_db()
    return user


def sign_in(client, account="", user_name="dana", password=PASSWORD, source_ip="127.0.0.1", **extra):
    typed = {"account": account, "user_name": user_name, "password": password, **extra}
    return client.post("/sign-in/", typed, REMOTE_ADDR=source_ip)


@pytest.mark.parametrize("account", ["", ACCOUNT, "acme"])
def test_the_account_is_its_id_its_alias_or_the_only_one(client, dana, account):
    Account.objects.update(alias="acme")
    assert sign_in(client, account)["Location"] == "/"
    assert client.get("/me/").status_code == 200
    assert Event.objects.get(operation="ConsoleLogin").outcome == Event.Outcome.SUCCESS


def test_the_only_account_is_filled_in(client, dana):
    assert f'value="{ACCOUNT}"' in client.get("/sign-in/").content.decode()


def test_with_two_accounts_one_has_to_be_named(client, dana):
    Account.objects.create(pk="210987654321")
    assert "210987654321" not in client.get("/sign-in/").content.decode()
    assert sign_in(client).status_code == 422
    assert sign_in(client, "210987654321").status_code == 422
    assert sign_in(client, ACCOUNT).status_code == 302


@pytest.mark.parametrize(
    "typed", [{"account": "999999999999"}, {"user_name": "nobody"}, {"password": "wrong"}, {"user_name": "DANA%"}]
)
def test_every_cause_of_failure_has_the_same_words(client, dana, typed):
    response = sign_in(client, **typed)
    assert response.status_code == 422
    assert WRONG in response.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "typed", [{"user_name": "da\x00na"}, {"account": "\x00"}, {"password": "\x00"}, {"user_name": "x" * 500}]
)
def test_what_no_database_could_hold_is_told_beside_the_field(client, dana, typed):
    response = sign_in(client, **typed)
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()


def test_the_typed_password_is_never_sent_back(client, dana):
    assert "hunter2hunter2" not in sign_in(client, password="hunter2hunter2").content.decode()


def test_after_ten_failures_even_the_right_password_waits(client, dana):
    for _ in range(10):
        sign_in(client, password="wrong")
    response = sign_in(client)
    assert response.status_code == 429
    assert "Too many attempts" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_all_addresses_of_one_ipv6_customer_wait_together(client, dana):
    for number in range(10):
        sign_in(client, password="wrong", source_ip=f"2001:db8:0:7::{number}")
    assert sign_in(client, source_ip="2001:db8:0:7:ffff::1").status_code == 429
    assert sign_in(client, source_ip="2001:db8:0:8::1").status_code == 302


def test_whoever_tries_one_password_on_many_users_waits(client, dana, monkeypatch):
    monkeypatch.setattr("policies_app.operations.guessing.ATTEMPTS_OF_A_NETWORK", 12)
    for number in range(12):
        sign_in(client, user_name=f"user{number}")
    assert sign_in(client).status_code == 429
    assert sign_in(client, source_ip="192.0.2.9").status_code == 302


@pytest.mark.parametrize("first", ["DANA", "NOBODY", "team/dana", "team/nobody"])
def test_whom_waiting_is_for_does_not_tell_whether_they_exist(client, cast, dana, first):
    """Failures count for a name in whatever case, and a path in front of it makes another name."""
    users.update_user(cast.system, user_name="dana", new_path="/team/")
    for _ in range(10):
        sign_in(client, user_name=first, password="wrong")
    waiting = 422 if "/" in first else 429
    assert sign_in(client, user_name=first.lower().removeprefix("team/"), password="wrong").status_code == waiting


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/me/?tab=1", "/me/?tab=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_next_leads_only_into_the_console(client, dana, target, location):
    assert sign_in(client, next=target)["Location"] == location


def test_who_is_signed_in_already_goes_on(client, dana):
    client.force_login(dana)
    assert client.get("/sign-in/?next=/me/")["Location"] == "/me/"


def test_the_session_has_a_new_key_after_signing_in(client, dana):
    client.get("/sign-in/")
    session = client.session
    session["before"] = "1"
    session.save()
    client.cookies["sessionid"] = session.session_key
    sign_in(client)
    assert client.session.session_key != session.session_key


def test_a_password_set_by_an_administrator_ends_the_session(client, cast, dana):
    sign_in(client)
    credentials.update_login_profile(cast.system, user_name="dana", password="another-horse-2")
    assert client.get("/me/")["Location"] == "/sign-in/?next=/me/"


def test_a_deleted_password_ends_the_session_and_cannot_be_used(client, cast, dana):
    sign_in(client)
    credentials.delete_login_profile(cast.system, user_name="dana")
    assert client.get("/me/").status_code == 302
    assert sign_in(client).status_code == 422


def test_signing_out_takes_a_post_and_ends_the_session(client, dana):
    client.force_login(dana)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert "_auth_user_id" not in client.session


def test_signing_in_and_out_is_refused_to_another_site(dana):
    strict = Client(enforce_csrf_checks=True)
    assert sign_in(strict).status_code == 403
    strict.force_login(dana)
    assert strict.post("/sign-out/").status_code == 403


def test_htmx_without_a_session_takes_the_whole_page_to_sign_in(client, dana):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/users/?q=a"}
    response = client.get("/users/?q=al", headers=headers, follow=True)
    assert response["HX-Redirect"] == "/sign-in/?next=%2Fusers%2F%3Fq%3Da"
    assert response.content == b""


@pytest.mark.parametrize("current", ["http://[", "http://evil.example/users/", "\xff", "/users/"])
def test_htmx_from_what_is_no_page_of_the_console_goes_to_sign_in_alone(client, dana, current):
    response = client.get("/users/", headers={"HX-Request": "true", "HX-Current-URL": current}, follow=True)
    assert response["HX-Redirect"] == "/sign-in/"


def test_a_session_for_a_user_that_is_gone_is_no_session(client, dana):
    client.force_login(dana)
    dana.delete()
    assert client.get("/me/").status_code == 302


def test_the_database_does_not_hold_what_a_browser_shows(client, dana):
    sign_in(client)
    shown = client.cookies["sessionid"].value
    (row,) = ConsoleSession.objects.all()
    assert shown != row.session_key
    thief = Client()
    thief.cookies["sessionid"] = row.session_key
    assert thief.get("/me/").status_code == 302
    assert client.get("/me/").status_code == 200
    client.post("/sign-out/")
    assert not ConsoleSession.objects.exists()


@pytest.mark.parametrize("cookie", ['"\\000aaaaaaaaaaaa"', "a" * 4000, "\xff" * 40, ""])
def test_a_session_that_is_none_is_sent_to_sign_in(client, db, cookie):
    """In quotation marks a cookie may hold any character, as an octal escape."""
    answer = client.get("/users/", headers={"Cookie": f"sessionid={cookie}"})
    assert answer["Location"] == "/sign-in/?next=/users/"


@pytest.mark.parametrize("path", ["/nowhere/", "/users/no such name/", "/me/nothing"])
def test_an_unknown_address_is_a_page(client, dana, path):
    client.force_login(dana)
    response = client.get(path)
    assert response.status_code == 404
    assert "There is nothing at this address" in response.content.decode()


@pytest.mark.parametrize(
    ("claimed", "recorded"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("10.0.0.1, 203.0.113.7:51334", "203.0.113.7"),
        ("[2001:db8::7]:51334", "2001:db8::7"),
        ("2001:db8::7", "2001:db8::7"),
        ("unknown", None),
        ("", None),
    ],
)
def test_the_address_that_the_proxy_appended_is_recorded(client, dana, settings, claimed, recorded):
    settings.TRUSTED_PROXIES = 1
    client.post("/sign-in/", {"user_name": "dana", "password": "wrong", "account": ""}, HTTP_X_FORWARDED_FOR=claimed)
    assert Event.objects.get(operation="ConsoleLogin").source_ip == recorded


def expire(cast: Cast, *, hard: bool) -> None:
    password_policy.update_account_password_policy(cast.system, max_password_age=30, hard_expiry=hard)
    User.objects.update(password_changed=timezone.now() - timedelta(days=30))


def test_with_an_expired_password_one_comes_as_far_as_choosing_another(client, cast, dana):
    expire(cast, hard=False)
    assert sign_in(client).status_code == 302
    assert client.get("/")["Location"] == "/me/password/"


def test_after_a_hard_expiry_nobody_comes_in_and_only_who_knows_the_password_learns_why(client, cast, dana):
    expire(cast, hard=True)
    assert "Your password has expired." in sign_in(client).text
    assert WRONG in sign_in(client, password="wrong").text
    assert "_auth_user_id" not in client.session


def test_next_that_is_no_path_leads_to_the_dashboard(admin: Client):
    for target in ("a:b", "1:2:3", "events:list"):
        assert admin.get("/sign-in/", {"next": target})["Location"] == "/"
