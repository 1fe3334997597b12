"""Nothing typed is lost: not with the session, not with the token of the form, and never to somebody else."""

import re
from html import unescape

import pytest
from django.test import Client

from console.web.typed import MOST_KEPT, Typed
from policies_app.models import ConsoleSession, Event, InlinePolicy, Policy, Role, User
from policies_app.operations import credentials
from tests.factories import TRUST, Cast, document

OWN = {"Origin": "http://testserver"}
PASSWORD = "correct-horse-1"
CREATE = "/policies/~create/"
TEXT = document("s3:GetObject", resource="arn:aws:s3:::typed/*")

# Every page with a document on it, and the name of the document's field; and one with much to fill in.
PAGES = {
    CREATE: "policy_document",
    "/policies/local/ViewOwnPermissions/~edit/": "policy_document",
    "/users/alice/~inline/": "policy_document",
    "/groups/ChimeUserManagers/~inline/": "policy_document",
    "/users/bob/~inline/Given/": "policy_document",
    "/roles/ChimeSupport/~trust/~edit/": "policy_document",
    "/roles/~create/": "assume_role_policy_document",
    "/users/~create/": "user_name",
}


@pytest.fixture(autouse=True)
def passwords(sample: Cast) -> None:
    for name in ("admin", "alice"):
        credentials.delete_login_profile(sample.system, user_name=name)
        credentials.create_login_profile(sample.system, user_name=name, password=PASSWORD)
    sample.inline("bob", "Given", "s3:ListBucket")


def fields_of(page: str) -> dict[str, str]:
    """The hidden fields of the page's form, as a browser sends them."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def typed_on(client: Client, address: str, **typed: str) -> dict[str, str]:
    return fields_of(client.get(address).text) | {"policy_name": "Typed", "role_name": "Typed"} | typed


def sign_in(client: Client, page: str, user_name: str = "admin", password: str = PASSWORD):
    typed = fields_of(page) | {"account": "", "user_name": user_name, "password": password}
    return client.post("/sign-in/", typed, headers=OWN)


def end_sessions() -> None:
    ConsoleSession.objects.all().delete()


@pytest.mark.parametrize(("address", "field"), PAGES.items())
def test_text_comes_back_after_signing_in_again_and_nothing_is_saved(admin: Client, address: str, field: str):
    text = TRUST.replace("root", "user/alice") if "role" in address else TEXT
    sent = typed_on(admin, address, **{field: text})
    end_sessions()
    stopped = admin.post(address, sent, headers=OWN)
    assert stopped.status_code == 403
    assert "what you typed comes back" in stopped.text
    assert sign_in(admin, stopped.text)["Location"] == address
    page = admin.get(address)
    assert page.context["form"][field].value() == text
    assert "Nothing of it is saved yet" in page.text
    assert not Policy.objects.filter(name="Typed").exists()
    assert not Role.objects.filter(name="Typed").exists()
    assert not InlinePolicy.objects.filter(name="Typed").exists()


def test_what_came_back_is_saved_by_sending_it_again(sample: Cast):
    admin = Client(enforce_csrf_checks=True)
    sign_in(admin, admin.get("/sign-in/").text)
    sent = typed_on(admin, CREATE, policy_document=TEXT, path="/dev/")
    end_sessions()
    sign_in(admin, admin.post(CREATE, sent, headers=OWN).text)
    page = admin.get(CREATE)
    initial = page.context["form"].initial
    again = fields_of(page.text) | {name: initial[name] for name in ("policy_name", "path", "policy_document")}
    assert admin.post(CREATE, again, headers=OWN).status_code == 302
    assert Policy.objects.get(name="Typed").path == "/dev/"


def test_it_comes_back_once(admin: Client):
    sent = typed_on(admin, CREATE, policy_document=TEXT)
    end_sessions()
    sign_in(admin, admin.post(CREATE, sent, headers=OWN).text)
    assert "typed/*" in admin.get(CREATE).text
    assert "typed/*" not in admin.get(CREATE).text


def test_it_waits_for_its_own_page_and_for_somebody_to_look_at_it(admin: Client):
    sent = typed_on(admin, CREATE, policy_document=TEXT)
    end_sessions()
    sign_in(admin, admin.post(CREATE, sent, headers=OWN).text)
    assert "typed/*" not in admin.get("/users/alice/~inline/").text
    admin.head(CREATE)
    assert "typed/*" in admin.get(CREATE).text


def test_edit_that_came_back_still_knows_what_it_was_made_from(admin: Client):
    """So that a race that was lost meanwhile is noticed."""
    address = "/policies/local/ViewOwnPermissions/~edit/"
    sent = typed_on(admin, address, policy_document=TEXT, base_version_id="v7")
    end_sessions()
    sign_in(admin, admin.post(address, sent, headers=OWN).text)
    assert admin.get(address).context["form"]["base_version_id"].value() == "v7"


def test_rows_of_tags_come_back_too(admin: Client):
    rows = {"tags-TOTAL_FORMS": "3", "tags-INITIAL_FORMS": "0", "tags-0-key": "team", "tags-0-value": "blue"}
    sent = typed_on(admin, "/roles/~create/", assume_role_policy_document=TRUST, **rows)
    end_sessions()
    sign_in(admin, admin.post("/roles/~create/", sent, headers=OWN).text)
    page = admin.get("/roles/~create/").text
    assert 'value="team"' in page
    assert 'value="blue"' in page


def test_address_keeps_its_query(admin: Client):
    address = f"{CREATE}?template=require_mfa"
    sent = typed_on(admin, address, policy_document=TEXT)
    end_sessions()
    assert sign_in(admin, admin.post(address, sent, headers=OWN).text)["Location"] == address
    assert "typed/*" in admin.get(address).text


def test_wrong_password_loses_nothing(admin: Client):
    sent = typed_on(admin, CREATE, policy_document=TEXT)
    end_sessions()
    failed = sign_in(admin, admin.post(CREATE, sent, headers=OWN).text, password="wrong")
    assert failed.status_code == 422
    sign_in(admin, failed.text)
    assert "typed/*" in admin.get(CREATE).text


def test_somebody_else_who_signs_in_gets_nothing_of_it(admin: Client):
    sent = typed_on(admin, CREATE, policy_document=TEXT)
    end_sessions()
    stopped = admin.post(CREATE, sent, headers=OWN).text
    assert "typed/*" not in stopped
    answer = sign_in(admin, stopped, "alice")
    assert answer["Location"] == "/"
    assert "another user" in admin.get("/", follow=True).text
    assert "typed" not in admin.session


def test_nothing_is_stored_for_whom_nobody_knows(admin: Client):
    sent = typed_on(admin, CREATE, policy_document=TEXT)
    end_sessions()
    events = Event.objects.count()
    admin.post(CREATE, sent, headers=OWN)
    assert (ConsoleSession.objects.count(), Event.objects.count()) == (0, events)


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_text_from_another_site_is_not_kept(admin: Client, headers: dict[str, str]):
    sent = typed_on(admin, CREATE, policy_document=TEXT)
    end_sessions()
    answer = admin.post(CREATE, sent, headers=headers)
    assert answer["Location"] == f"/sign-in/?next={CREATE}"


@pytest.mark.parametrize("token", ["x", "\xff", "é" * 10, "gAAAAA=="])
def test_what_was_not_sealed_here_counts_as_nothing(admin: Client, token: str):
    end_sessions()
    typed = {"account": "", "user_name": "admin", "password": PASSWORD, "typed": token, "next": "/me/"}
    assert admin.post("/sign-in/", typed)["Location"] == "/me/"


def test_more_than_any_document_is_not_kept(admin: Client):
    sent = typed_on(admin, CREATE, policy_document="x" * MOST_KEPT)
    end_sessions()
    assert admin.post(CREATE, sent, headers=OWN).status_code == 302


def test_check_of_a_text_is_never_answered_with_a_page(admin: Client):
    end_sessions()
    headers = OWN | {"HX-Request": "true"}
    assert (
        admin.post("/policies/~check/", {"policy_document": TEXT, "typed_by": "x"}, headers=headers).status_code == 302
    )


# A form whose token is of an older session


@pytest.fixture
def strict(sample: Cast) -> Client:
    client = Client(enforce_csrf_checks=True)
    sign_in(client, client.get("/sign-in/").text)
    return client


def sign_in_anew(client: Client, user_name: str = "admin") -> None:
    """In another tab, which gives the browser another token."""
    client.post("/sign-out/", fields_of(client.get("/me/").text), headers=OWN)
    sign_in(client, client.get("/sign-in/").text, user_name)


def test_old_tab_gets_its_text_back_with_a_new_token(strict: Client):
    sent = typed_on(strict, CREATE, policy_document=TEXT)
    sign_in_anew(strict)
    answer = strict.post(CREATE, sent, headers=OWN)
    assert answer["Location"] == CREATE
    assert not Policy.objects.filter(name="Typed").exists()
    page = strict.get(CREATE)
    assert "typed/*" in page.text
    assert strict.post(CREATE, sent | fields_of(page.text), headers=OWN).status_code == 302
    assert Policy.objects.filter(name="Typed").exists()


def test_old_tab_of_somebody_else_saves_nothing_and_shows_nothing(strict: Client):
    sent = typed_on(strict, CREATE, policy_document=TEXT)
    sign_in_anew(strict, "alice")
    answer = strict.post(CREATE, sent, headers=OWN)
    assert answer.status_code == 403
    assert "somebody else has signed in" in answer.text
    assert "typed" not in strict.session


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}])
def test_form_of_another_site_is_refused_and_not_shown(strict: Client, headers: dict[str, str]):
    owner = User.objects.get(name="admin").unique_id
    forged = {"policy_name": "Typed", "policy_document": TEXT, "typed_by": owner}
    answer = strict.post(CREATE, forged, headers=headers)
    assert answer.status_code == 403
    assert "typed/*" not in answer.text
    assert "typed" not in strict.session


def test_sealed_text_that_another_site_sends_is_not_taken(strict: Client):
    """Who may seal a text for somebody, by a request of their own making, still cannot put it before them."""
    sealed = Typed(User.objects.get(name="admin").unique_id, CREATE, {"policy_document": TEXT}).sealed()
    answer = strict.post("/sign-in/", {"typed": sealed}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "typed" not in strict.session


def test_sign_in_page_of_an_old_token_carries_its_text_on(strict: Client):
    sent = typed_on(strict, CREATE, policy_document=TEXT)
    end_sessions()
    stopped = strict.post(CREATE, sent, headers=OWN).text
    sign_in(strict, strict.get("/sign-in/").text)
    assert sign_in(strict, stopped)["Location"] == CREATE
    assert "typed/*" in strict.get(CREATE).text
