"""Acting as a role in the console: whose permissions hold, how long, and that it is left as easily as a door."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from policies_app.models import Account, ConsoleSession, Event, Group, Role, User
from policies_app.operations import attachments, events, inline_policies, policies, role_sessions, roles, users
from policies_app.operations.accounts import system_call
from tests.factories import ACCOUNT, TRUST, Cast, call_of, document
from tests.web.routes import REFUSED, ROUTES

OTHER = "210987654321"
BUILDER = {"account": ACCOUNT, "role": "builder"}


def trust(principal: str, **statement: object) -> str:
    body = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole", **statement}
    return json.dumps({"Version": "2012-10-17", "Statement": [body]})


@pytest.fixture
def builder(cast: Cast) -> Role:
    """May list groups and make them, and nothing else."""
    role = cast.role("builder")
    give(cast, "iam:ListGroups", "iam:GetGroup", "iam:CreateGroup")
    return role


def give(cast: Cast, *actions: str) -> None:
    text = document(*actions)
    inline_policies.put_role_policy(cast.system, role_name="builder", policy_name="Given", policy_document=text)


@pytest.fixture
def dana(cast: Cast, builder: Role) -> User:
    """May take on any role, and list users."""
    return cast.user("dana", "sts:AssumeRole", "iam:ListUsers", "iam:GetRole")


@pytest.fixture
def client(dana: User) -> Client:
    client = Client()
    client.force_login(dana)
    return client


def switch(client: Client, **typed: str):
    return client.post("/switch-role/", BUILDER | typed)


def acts(client: Client) -> bool:
    """Asked of a page that everybody sees."""
    return 'aria-label="Role"' in client.get("/switch-role/").text


def test_the_role_session_is_who_asks_on_every_page(client, dana):
    assert client.get("/users/").status_code == 200
    assert client.get("/groups/").status_code == 403
    assert switch(client)["Location"] == "/"
    assert client.get("/groups/").status_code == 200
    assert client.get("/users/").status_code == 403
    client.post("/groups/~create/", {"group_name": "devs", "path": "/"})
    event = Event.objects.get(operation="CreateGroup")
    assert event.principal == f"arn:aws:sts::{ACCOUNT}:assumed-role/builder/dana"
    assert Group.objects.filter(name="devs").exists()


def test_session_revoked_while_its_user_switches_stays_revoked(client, monkeypatch):
    assume = role_sessions.assume_role

    def assume_while_revoked(*given, **parameters):
        ConsoleSession.objects.all().delete()
        return assume(*given, **parameters)

    monkeypatch.setattr(role_sessions, "assume_role", assume_while_revoked)
    assert switch(client).status_code == 400
    assert not ConsoleSession.objects.exists()


def test_switching_is_the_event_that_it_is_on_the_wire(client, dana):
    switch(client)
    role_sessions.assume_role(call_of(dana), role_arn=f"arn:aws:iam::{ACCOUNT}:role/builder", role_session_name="dana")
    console, wire = Event.objects.filter(operation="AssumeRole").order_by("sequence")
    for name in ("principal", "resource", "outcome", "parameters"):
        assert getattr(console, name) == getattr(wire, name)


def test_leaving_the_role_is_the_roles_event(client, dana, builder):
    switch(client)
    client.post("/switch-role/~back/")
    left = Event.objects.get(operation="ExitRole")
    assert (left.principal, left.resource) == (f"arn:aws:sts::{ACCOUNT}:assumed-role/builder/dana", builder.arn)
    assert (left.outcome, left.subjects, left.parameters) == ("success", [builder.unique_id], {"switch_to": dana.arn})
    assert left.source_ip == "127.0.0.1"
    client.post("/switch-role/~back/")
    assert Event.objects.filter(operation="ExitRole").count() == 1


def test_the_banner_says_who_one_acts_as_until_when_and_how_to_stop(client):
    switch(client, display_name="The <builder>", color="danger")
    page = client.get("/groups/").text
    assert "dana, you act as <strong>The &lt;builder&gt;</strong> until" in page
    assert "band tone-danger" in page
    assert "Switch back" in page


def test_the_admin_site_asks_as_the_role_and_says_so(client):
    assert client.get("/admin/policies_app/group/").status_code == 403
    switch(client)
    page = client.get("/admin/policies_app/group/")
    assert (page.status_code, 'aria-label="Role"' in page.text) == (200, True)
    assert client.get("/admin/policies_app/user/").status_code == 403


def test_switching_back_needs_no_permission(cast, client, dana):
    switch(client)
    cast.inline("dana", "Nothing", "*", effect="Deny")
    give(cast, "s3:ListBucket")
    answer = client.post("/switch-role/~back/", follow=True)
    assert "You are yourself again: <strong>dana</strong>" in answer.text
    assert not acts(client)
    assert client.get("/switch-role/~back/").status_code == 405


@pytest.mark.parametrize(
    ("of_user", "of_role"),
    [
        ((), TRUST),
        (("iam:ListUsers",), TRUST),
        (("sts:AssumeRole",), trust(f"arn:aws:iam::{ACCOUNT}:user/erin")),
        (
            ("sts:AssumeRole",),
            trust(f"arn:aws:iam::{ACCOUNT}:root", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
        ),
        (
            ("sts:AssumeRole",),
            trust(f"arn:aws:iam::{ACCOUNT}:root", Condition={"StringEquals": {"sts:ExternalId": "7"}}),
        ),
        (
            ("sts:AssumeRole",),
            trust(f"arn:aws:iam::{ACCOUNT}:root", Condition={"StringEquals": {"sts:RoleSessionName": "x"}}),
        ),
    ],
)
def test_both_sides_have_to_allow_it_under_all_conditions(cast, builder, of_user, of_role):
    cast.user("erin")
    frank = cast.user("frank", *of_user, "iam:GetRole", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies")
    roles.update_assume_role_policy(cast.system, role_name="builder", policy_document=of_role)
    client = Client()
    client.force_login(frank)
    assert 'popovertarget="why-' in client.get("/roles/builder/").text.partition("Switch to this role")[0]
    assert switch(client).status_code == 403
    assert Event.objects.get(operation="AssumeRole").outcome == "refused"
    assert not acts(client)


def test_a_trust_policy_may_ask_that_the_session_is_named_after_the_user(cast, client):
    text = trust(f"arn:aws:iam::{ACCOUNT}:root", Condition={"StringEquals": {"sts:RoleSessionName": "${aws:username}"}})
    roles.update_assume_role_policy(cast.system, role_name="builder", policy_document=text)
    assert 'popovertarget="why-' not in client.get("/roles/builder/").text.partition("Switch to this role")[0][-600:]
    assert switch(client).status_code == 302


def test_whoever_may_not_read_roles_does_not_learn_whether_one_is_there(cast, builder):
    frank = cast.user("frank", "iam:ListUsers")
    client = Client()
    client.force_login(frank)
    answers = [switch(client, role=name) for name in ("builder", "nobody")]
    assert [answer.status_code for answer in answers] == [403, 403]
    told = [
        answer.text.partition("You may not switch")[2].partition("<form")[0].partition("id=")[0][:300]
        for answer in answers
    ]
    assert told[0] == told[1]


def test_a_roles_page_has_the_link_that_fills_the_form(cast, client):
    cast.inline("dana", "More", "iam:GetRole", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies")
    roles.create_role(cast.system, role_name="deep", path="/team/", assume_role_policy_document=TRUST)
    assert (
        f'data-copy="http://testserver/switch-role/?account={ACCOUNT}&amp;role=team%2Fdeep"'
        in client.get("/roles/deep/").text
    )
    assert 'value="team/deep"' in client.get(f"/switch-role/?account={ACCOUNT}&role=team%2Fdeep").text


def test_the_form_is_filled_by_a_link_and_sent_by_somebody(client):
    page = client.get("/switch-role/?account=the-company&role=team/builder&display_name=B&color=ok")
    for value in ("the-company", "team/builder", '"B"'):
        assert value in page.text
    assert not acts(client)


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"account": ""}, 422),
        ({"role": ""}, 422),
        ({"color": "url(x)"}, 422),
        ({"account": "\x00"}, 422),
        ({"account": "no-such-alias"}, 403),
        ({"account": "1:2:3"}, 403),
        ({"role": "Builder"}, 403),
        ({"role": "x y"}, 422),
        ({"role": "../builder"}, 403),
        ({"role": "a" * 577}, 422),
    ],
)
def test_what_is_no_role_is_refused_without_a_fault(client, typed, status):
    assert switch(client, **typed).status_code == status
    assert not acts(client)


def test_an_account_may_be_called_by_its_alias_and_a_role_has_its_path(cast, client):
    Account.objects.update(alias="the-company")
    roles.create_role(cast.system, role_name="deep", path="/team/blue/", assume_role_policy_document=TRUST)
    assert switch(client, account="the-company", role="team/blue/deep").status_code == 302
    assert f"team/blue/deep @ {ACCOUNT}" in client.get("/switch-role/").text


def test_from_a_role_one_switches_to_another_in_person_as_in_awss_console(cast, client):
    cast.role("other")
    switch(client)
    assert switch(client, role="other").status_code == 302
    assert Event.objects.filter(operation="AssumeRole").last().principal.endswith(":user/dana")
    assert client.get("/groups/").status_code == 403


def test_recent_roles_are_kept_in_the_session_the_last_one_first_and_each_once(cast, client):
    for number in range(6):
        cast.role(f"r{number}")
        switch(client, role=f"r{number}")
    switch(client, role="r3", display_name="Three")
    assert [label["role"] for label in client.session["recent_roles"]] == ["r3", "r5", "r4", "r2", "r1"]
    assert "Three" in client.get("/").text
    client.post("/sign-out/")
    assert "recent_roles" not in client.session


# How long ------------------------------------------------------------


def test_a_session_lasts_an_hour_whatever_the_role_allows(cast, client, monkeypatch):
    roles.update_role(cast.system, role_name="builder", max_session_duration=43200)
    switch(client)
    later = timezone.now() + timedelta(minutes=59)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert client.get("/groups/").status_code == 200
    over = later + timedelta(minutes=2)
    monkeypatch.setattr("django.utils.timezone.now", lambda: over)
    answer = client.get("/groups/?q=d")
    assert answer["Location"] == "/groups/?q=d"
    page = client.get("/groups/", follow=True)
    assert page.status_code == 403
    assert "You are yourself again" in page.text
    assert not acts(client)


def expire(monkeypatch: pytest.MonkeyPatch) -> None:
    over = timezone.now() + timedelta(hours=1, seconds=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: over)


def test_what_was_sent_as_a_role_that_is_over_is_not_done_by_the_user(cast, client, monkeypatch):
    cast.inline("dana", "More", "iam:CreateGroup", "iam:ListGroups")
    switch(client)
    expire(monkeypatch)
    sent = {"group_name": "devs", "path": "/"}
    answer = client.post("/groups/~create/", sent, headers={"Referer": "http://testserver/groups/~create/"})
    assert answer["Location"] == "http://testserver/groups/~create/"
    assert not Group.objects.exists()
    assert "Nothing was done." in client.get("/groups/").text


@pytest.mark.parametrize("referer", ["https://evil.example/", "//evil.example", ""])
def test_the_end_of_a_role_leads_nowhere_else(client, monkeypatch, referer):
    switch(client)
    expire(monkeypatch)
    assert client.post("/groups/~create/", {}, headers={"Referer": referer})["Location"] == "/"


def test_a_document_typed_as_a_role_that_is_over_comes_back(cast, client, monkeypatch):
    cast.inline("dana", "More", "iam:CreatePolicy")
    switch(client)
    expire(monkeypatch)
    sent = {
        "policy_name": "Fresh",
        "policy_document": document("s3:GetObject"),
        "typed_by": User.objects.get(name="dana").unique_id,
    }
    answer = client.post("/policies/~create/", sent, headers={"Origin": "http://testserver"}, follow=True)
    assert 'value="Fresh"' in answer.text
    assert "Nothing was done." in answer.text


def test_htmx_reloads_the_page_of_a_role_that_is_over(client, monkeypatch):
    switch(client)
    expire(monkeypatch)
    assert client.get("/groups/?q=d", headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_one_may_sign_out_and_switch_back_from_a_role_that_is_over(client, monkeypatch):
    switch(client)
    expire(monkeypatch)
    assert "yourself again" in client.post("/switch-role/~back/", follow=True).text
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert not Event.objects.filter(operation="ExitRole").exists()


def test_a_deleted_role_ends_at_once_also_if_another_takes_its_name(cast, client, builder):
    switch(client)
    inline_policies.delete_role_policy(cast.system, role_name="builder", policy_name="Given")
    roles.delete_role(cast.system, role_name="builder")
    cast.role("builder")
    give(cast, "iam:ListGroups")
    assert client.get("/groups/").status_code == 302
    page = client.get("/groups/")
    assert page.status_code == 403
    assert "the role was deleted" in page.text


def test_what_the_roles_policies_allow_is_what_they_allow_now(cast, client):
    switch(client)
    give(cast, "iam:ListUsers")
    assert (client.get("/groups/").status_code, client.get("/users/").status_code) == (403, 200)
    boundary = policies.create_policy(cast.system, policy_name="Cap", policy_document=document("s3:*"))
    attachments.put_role_permissions_boundary(cast.system, role_name="builder", permissions_boundary=boundary.arn)
    assert client.get("/users/").status_code == 403


def test_sessions_of_before_are_denied_as_on_the_wire(cast, client):
    switch(client)
    text = document("*", effect="Deny", Condition={"DateLessThan": {"aws:TokenIssueTime": "2100-01-01T00:00:00Z"}})
    inline_policies.put_role_policy(cast.system, role_name="builder", policy_name="Revoke", policy_document=text)
    assert client.get("/groups/").status_code == 403
    assert acts(client)


# Whose it is ------------------------------------------------------------


def test_revoking_the_users_session_ends_it_all(client):
    switch(client)
    ConsoleSession.objects.all().delete()
    assert client.get("/groups/")["Location"] == "/sign-in/?next=/groups/"


def test_the_key_of_before_opens_nothing(client):
    before = client.cookies["sessionid"].value
    switch(client)
    during = client.cookies["sessionid"].value
    client.post("/switch-role/~back/")
    for old in (before, during):
        thief = Client()
        thief.cookies["sessionid"] = old
        assert thief.get("/groups/").status_code == 302
    assert len({before, during, client.cookies["sessionid"].value}) == 3


def test_a_form_of_before_is_not_sent_as_the_role_nor_one_of_the_role_as_the_user(dana):
    """Another tab still shows the page of whom one no longer is."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(dana)
    client.get("/switch-role/")
    before = client.cookies["csrftoken"].value
    assert client.post("/switch-role/", BUILDER | {"csrfmiddlewaretoken": before}).status_code == 302
    sent = {"group_name": "devs", "path": "/", "csrfmiddlewaretoken": before}
    assert client.post("/groups/~create/", sent).status_code == 403
    assert not Group.objects.exists()
    during = client.cookies["csrftoken"].value
    client.post("/switch-role/~back/", {"csrfmiddlewaretoken": during})
    assert client.post("/groups/~create/", sent | {"csrfmiddlewaretoken": during}).status_code == 403


def test_a_token_in_the_browser_is_nothing(client, dana):
    """Of a real session, which is good on the wire: as the session's key, as a cookie of its own, as a field."""
    token = role_sessions.assume_role(
        call_of(dana), role_arn=f"arn:aws:iam::{ACCOUNT}:role/builder", role_session_name="dana"
    ).session.token()
    stranger = Client()
    stranger.cookies["sessionid"] = token
    assert stranger.get("/groups/").status_code == 302
    client.cookies["acting"] = token
    assert client.get("/groups/", {"acting": token}).status_code == 403
    assert client.post("/groups/~create/", {"group_name": "devs", "path": "/", "acting": token}).status_code == 403


def test_a_role_that_somebody_else_took_on_is_not_taken_over_with_the_session(cast, client):
    switch(client)
    kept = client.session["acting"]
    carol = cast.user("carol")
    other = Client()
    other.force_login(carol)
    session = other.session
    session["acting"] = kept
    session.save()
    assert other.get("/groups/").status_code == 403
    client.force_login(carol)
    assert "acting" not in client.session


def test_the_database_holds_no_readable_token(client):
    switch(client)
    assert client.session["acting"]["token"] not in str(ConsoleSession.objects.values_list("session_key", "user_agent"))
    assert "secret" not in json.dumps(client.session["acting"]).lower()


# Across accounts ------------------------------------------------------------


@pytest.fixture
def abroad(client: Client) -> Account:
    """Another account, with a group and a role that dana's account may take on."""
    account = Account.objects.create(pk=OTHER, alias="abroad")
    system = system_call(account, "tests")
    text = trust(f"arn:aws:iam::{ACCOUNT}:root")
    roles.create_role(system, role_name="guest", assume_role_policy_document=text)
    inline_policies.put_role_policy(
        system, role_name="guest", policy_name="Given", policy_document=document("iam:ListUsers", "iam:GetUser")
    )
    users.create_user(system, user_name="foreigner")
    return account


def test_a_role_of_another_account_shows_that_account_and_none_of_ones_own(client, abroad):
    assert switch(client, account="abroad", role="guest").status_code == 302
    page = client.get("/users/").text
    assert "foreigner" in page
    assert "dana</a>" not in page
    assert f">{OTHER}<" in page.replace("<wbr>", "")
    assert client.get("/users/dana/").status_code == 404


def test_both_accounts_learn_of_it(client, abroad):
    switch(client, account=OTHER, role="guest")
    found = Event.objects.filter(operation="AssumeRole", outcome="success")
    assert set(found.values_list("account_id", flat=True)) == {ACCOUNT, OTHER}


def test_without_a_policy_of_ones_own_another_account_lets_nobody_in(cast, client, abroad):
    cast.inline("dana", "No", "sts:AssumeRole", effect="Deny", resource=f"arn:aws:iam::{OTHER}:role/*")
    assert switch(client, account=OTHER, role="guest").status_code == 403
    assert not Event.objects.filter(account_id=OTHER, operation="AssumeRole").exists()


# Pages about oneself ------------------------------------------------------------


@pytest.mark.parametrize("path", ["/me/", "/me/password/", "/me/credentials/"])
def test_a_role_has_no_pages_of_its_own_and_they_say_so(client, path):
    switch(client)
    page = client.get(path)
    assert page.status_code == 403
    assert "This page is about dana" in page.text


@pytest.mark.parametrize("path", ["/users/~create/", "/me/"])
def test_a_refused_page_leads_to_what_the_role_may_do_if_it_may_read_that(cast, client, path):
    switch(client)
    page = client.get(path)
    assert page.status_code == 403
    assert "/roles/builder/~access/" not in page.text
    assert '"/me/"' not in page.text.partition("<main")[2].partition("</main>")[0]
    give(cast, "iam:GetRole")
    assert "/roles/builder/~access/" in client.get(path).text
    assert client.get("/roles/builder/~access/").status_code == 200


def test_a_refused_page_leads_the_user_to_ones_own_permissions(client):
    assert '"/me/"' in client.get("/users/~create/").text.partition("<main")[2].partition("</main>")[0]


def test_as_a_role_nobody_changes_what_is_the_users(cast, client, dana):
    cast.inline("dana", "Own", "iam:ChangePassword", "iam:CreateAccessKey")
    switch(client)
    typed = {"old_password": "a", "new_password": "a-long-and-odd-one-7", "repeated": "a-long-and-odd-one-7"}
    assert client.post("/me/password/", typed).status_code == 403
    assert client.post("/me/credentials/~create/").status_code == 403
    assert not dana.access_keys.exists()
    assert not Event.objects.filter(operation__in=["ChangePassword", "CreateAccessKey"]).exists()


def test_who_must_choose_a_password_does_that_before_taking_on_a_role(client, dana):
    dana.password_reset_required = True
    dana.save()
    assert switch(client)["Location"] == "/me/password/"
    assert not Event.objects.filter(operation="AssumeRole").exists()


def test_the_use_of_the_role_is_noted(client, builder):
    switch(client)
    client.get("/groups/")
    events.reads.flush()
    builder.refresh_from_db()
    assert builder.last_used


def test_every_page_is_the_roles(company):
    """Who may do nothing but take on a role that may do everything sees every page, but for their own."""
    everything = {"policy_name": "All", "policy_document": document("*")}
    inline_policies.put_role_policy(company.system, role_name="idle", **everything)
    client = Client()
    client.force_login(company.user("caller", "sts:AssumeRole"))
    switch(client, role="idle")
    for route in ROUTES:
        if route.data is None:
            answer = route.ask(client)
            own = route.name.startswith("me:")
            refused = REFUSED in b"".join(answer).decode() and not own
            assert (answer.status_code, refused) == (403 if own else 200, False), str(route)
