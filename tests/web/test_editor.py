"""The check of a policy's text while somebody types it, and when it is sent."""

import json

import pytest
from django.test import Client

from policies_app.models import Document, Event, Policy, Role
from tests.factories import TRUST, Cast, document
from tests.web.recorded import outcomes

CHECK = "/policies/~check/"

BAD_TEXTS = {
    "empty": "",
    "NUL": '{"Version": "2012-10-17\x00"}',
    "lone surrogate in an escape": '{"Version": "\\ud800"}',
    "one megabyte": "x" * 1_000_000,
    "deep nesting": "[" * 100_000,
    "deep objects": '{"a":' * 50_000,
    "duplicate keys": '{"Version": "2012-10-17", "Version": "2012-10-17", "Statement": []}',
    "NaN": '{"Version": NaN}',
    "a huge number": '{"Version": ' + "9" * 10_000 + "}",
    "not JSON": "{'Version'",
    "every byte": bytes(range(256)).decode("latin-1"),
    "beyond the basic plane": '{"Version": "😀"}',
    "only white space": " \n\t" * 1000,
}


def check(client: Client, text: str, kind: str = "identity", name: str = "policy_document"):
    headers = {"HX-Request": "true", "HX-Trigger-Name": name, "HX-Trigger": f"id_{name}"}
    return client.post(f"{CHECK}?kind={kind}", {name: text}, headers=headers)


def test_mistake_is_found_with_its_line_and_column(carol: Client):
    text = document("s3:GetObject").replace('"Effect"', '"Efect"')
    page = check(carol, text).text
    assert 'data-line="5"' in page
    assert "line 5, column 7" in page
    assert "did you mean <code>Effect</code>" in page
    assert 'href="#id_policy_document"' in page


def test_good_text_has_no_problems(carol: Client):
    assert "No problems found" in check(carol, document("s3:GetObject")).text


def test_trust_policy_is_checked_as_one(carol: Client):
    assert "No problems found" in check(carol, TRUST, "trust", "assume_role_policy_document").text
    assert "No problems found" not in check(carol, TRUST, "identity").text


def test_used_part_of_the_quota_is_shown(carol: Client):
    text = document("s3:GetObject")
    used = len("".join(text.split()))
    assert f"{used} of 6,144 characters used" in check(carol, text, "managed").text
    assert "exceeded" in check(carol, document(*[f"s3:Get{n}" for n in range(700)]), "managed").text
    assert "characters used" not in check(carol, text).text


def test_line_ends_of_a_browser_count_once(carol: Client):
    text = document("s3:GetObject").replace('"Effect"', '"Efect"').replace("\n", "\r\n")
    assert "line 5, column 7" in check(carol, text).text


def test_what_changes_of_the_base_is_told_with_the_findings(carol: Client):
    posted = {"policy_document": document("s3:PutObject"), "base_document": document("s3:GetObject")}
    answer = carol.post(CHECK, posted, headers={"Accept": "application/json"}).json()
    assert "Now also allows <code>s3:PutObject</code>" in answer["html"]
    assert "What changes" not in check(carol, document("s3:GetObject")).text


@pytest.mark.parametrize("text", BAD_TEXTS.values(), ids=BAD_TEXTS)
def test_any_text_can_be_the_base(carol: Client, text: str):
    posted = {"policy_document": document("s3:GetObject"), "base_document": text}
    response = carol.post(CHECK, posted)
    assert response.status_code == 200
    assert "What changes" not in response.text


@pytest.mark.parametrize("text", BAD_TEXTS.values(), ids=BAD_TEXTS)
def test_any_text_gives_located_findings(carol: Client, text: str):
    response = check(carol, text)
    assert response.status_code == 200
    assert 'data-type="ERROR"' in response.text
    assert "data-line" in response.text


@pytest.mark.parametrize("text", BAD_TEXTS.values(), ids=BAD_TEXTS)
def test_any_text_can_be_sent_to_be_saved(admin: Client, text: str):
    response = admin.post("/policies/~create/", {"policy_name": "Odd", "policy_document": text})
    assert response.status_code == 422
    assert 'data-type="ERROR"' in response.text
    assert not Policy.objects.filter(name="Odd").exists()


# Where a document is sent to be saved, and the operation that judges it.
SAVES = {
    "/policies/~create/": "CreatePolicy",
    "/policies/local/ViewOwnPermissions/~edit/": "CreatePolicyVersion",
    "/users/alice/~inline/": "PutUserPolicy",
    "/groups/ChimeUserManagers/~inline/Odd/": "PutGroupPolicy",
    "/roles/~create/": "CreateRole",
    "/roles/ChimeSupport/~trust/~edit/": "UpdateAssumeRolePolicy",
}


def send(client: Client, address: str, text: str):
    base = Role.objects.get(name="ChimeSupport").trust_document_id if "~trust" in address else ""
    name = {"policy_name": "Odd", "role_name": "Odd", "path": "/", "max_session_duration": "3600"}
    texts = {"policy_document": text, "assume_role_policy_document": text}
    return client.post(address, name | texts | {"base_sha256": base, "base_version_id": "v1"})


@pytest.mark.parametrize("address", SAVES)
@pytest.mark.parametrize("text", [BAD_TEXTS["not JSON"], BAD_TEXTS["NUL"]], ids=["not JSON", "NUL"])
def test_text_with_a_mistake_is_an_attempt_on_record(admin: Client, address: str, text: str):
    response = send(admin, address, text)
    assert response.status_code == 422
    assert "each is listed below the text" in response.text
    assert "line 1, column" in response.text
    event = Event.objects.filter(operation=SAVES[address]).latest("sequence")
    assert (event.outcome, event.error) == ("failed", "MalformedPolicyDocument")


@pytest.mark.parametrize("address", SAVES)
def test_who_may_not_save_learns_that_before_any_mistake(carol: Client, sample: Cast, address: str):
    sample.inline("carol", "Read", "iam:GetPolicy")
    response = send(carol, address, BAD_TEXTS["not JSON"])
    assert response.status_code == 403
    assert f"iam:{SAVES[address]}" in response.text
    assert "each is listed below the text" not in response.text
    assert outcomes(SAVES[address]) == ["refused"]


def test_blank_policy_opens_without_complaints(admin: Client):
    assert 'class="finding"' not in admin.get("/policies/~create/").text
    assert "No problems found" not in admin.get("/policies/~create/").text
    assert "No problems found" in admin.get("/policies/~create/?template=change_own_password").text


def test_hundred_wildcards_are_no_problem(carol: Client):
    assert check(carol, document("s3:" + "*a" * 100)).status_code == 200


@pytest.mark.parametrize("kind", ["", "resource", "a\x00"])
def test_unknown_kind_is_refused(carol: Client, kind: str):
    assert check(carol, "{}", kind).status_code == 400


def test_check_needs_somebody_signed_in_and_nothing_else(db: None):
    assert Client().post(CHECK, {"policy_document": "{}"}).status_code == 302


def test_check_is_never_a_link(carol: Client):
    assert carol.get(CHECK).status_code == 405


def test_without_javascript_the_same_findings_come_after_sending(admin: Client):
    text = document("s3:GetObject").replace('"Effect"', '"Efect"')
    response = admin.post("/policies/~create/", {"policy_name": "Odd", "policy_document": text})
    assert response.status_code == 422
    assert "line 5, column 7" in response.text
    assert "&quot;Efect&quot;" in response.text


def test_too_much_is_no_server_error(carol: Client):
    assert check(carol, "x" * 3_000_000).status_code == 400


def test_text_is_not_kept_by_the_check(carol: Client):
    before = Document.objects.count()
    check(carol, json.dumps({"Version": "2012-10-17", "Statement": []}))
    assert Document.objects.count() == before
