"""The check of a policy's text while somebody types it, and when it is sent."""

import json
import re

import pytest
from django.test import Client

from policies_app.engine.catalog.services import fingerprint
from policies_app.models import Document, Event, InlinePolicy, Policy, Role
from tests.factories import ACCOUNT, TRUST, Cast, document
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


def send(client: Client, address: str, text: str, **more: str):
    base = Role.objects.get(name="ChimeSupport").trust_document_id if "~trust" in address else ""
    name = {"policy_name": "Odd", "role_name": "Odd", "path": "/", "max_session_duration": "3600"}
    texts = {"policy_document": text, "assume_role_policy_document": text}
    return client.post(address, name | texts | {"base_sha256": base, "base_version_id": "v1"} | more)


@pytest.mark.parametrize("address", SAVES)
@pytest.mark.parametrize("text", [BAD_TEXTS["not JSON"], BAD_TEXTS["NUL"]], ids=["not JSON", "NUL"])
def test_text_with_a_mistake_is_an_attempt_on_record(admin: Client, address: str, text: str):
    response = send(admin, address, text)
    assert response.status_code == 422
    assert "each is listed below the text" in response.text
    assert "line 1, column" in response.text
    event = Event.objects.filter(operation=SAVES[address]).latest("sequence")
    assert (event.outcome, event.error) == ("failed", "MalformedPolicyDocument")


@pytest.mark.parametrize("address", ["/policies/~create/", "/policies/local/ViewOwnPermissions/~edit/"])
@pytest.mark.parametrize("text", ['{"Statement": %s}', '{"Version": "2008-10-17", "Statement": %s}'])
def test_managed_policy_of_an_old_version_is_refused_at_its_place(admin: Client, address: str, text: str):
    text %= '{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}'
    for response in (check(admin, text, "managed"), send(admin, address, text)):
        assert 'data-type="ERROR"' in response.text
        assert "a managed policy must have the Version" in response.text
    assert 'data-type="ERROR"' not in check(admin, text).text
    event = Event.objects.filter(operation=SAVES[address]).latest("sequence")
    assert (event.outcome, event.error) == ("failed", "MalformedPolicyDocument")
    assert send(admin, "/users/alice/~inline/", text).status_code == 302


@pytest.mark.parametrize("address", SAVES)
def test_who_may_not_save_learns_that_before_any_mistake(carol: Client, sample: Cast, address: str):
    sample.inline("carol", "Read", "iam:GetPolicy")
    response = send(carol, address, BAD_TEXTS["not JSON"])
    assert response.status_code == 403
    assert f"iam:{SAVES[address]}" in response.text
    assert "each is listed below the text" not in response.text
    assert outcomes(SAVES[address]) == ["refused"]


# Security warnings: each save asks once.

WARNED = document("iam:PassRole")
GITHUB = "token.actions.githubusercontent.com"
WARNED_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}"},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}},
        },
    }
)
ASKING = [*SAVES, "/users/alice/~inline/Odd/", "/groups/ChimeUserManagers/~inline/", "/roles/ChimeSupport/~inline/"]


def warned(address: str) -> str:
    return WARNED_TRUST if "trust" in address or address == "/roles/~create/" else WARNED


def saved() -> int:
    """How often a document was saved by somebody."""
    return Event.objects.exclude(principal__contains=":system/").filter(outcome="success").count()


@pytest.mark.parametrize("address", ASKING)
def test_security_warning_is_asked_about_before_anything_is_saved(admin: Client, address: str):
    before = saved()
    response = send(admin, address, warned(address))
    assert response.status_code == 422
    assert "I have read the security warnings" in response.text
    assert 'data-type="SECURITY_WARNING"' in response.text
    assert saved() == before


@pytest.mark.parametrize("address", ASKING)
def test_confirmed_security_warning_is_saved(admin: Client, address: str):
    asked = send(admin, address, warned(address)).context["form"].unconfirmed
    before = saved()
    assert send(admin, address, warned(address), confirmed_warnings=asked).status_code == 302
    assert saved() > before


def test_confirmation_is_asked_for_once_while_the_warnings_stay_the_same(admin: Client):
    """A mistake elsewhere on the form does not make it ask again, and white space is no other warning."""
    address = "/policies/~create/"
    asked = send(admin, address, WARNED).context["form"].unconfirmed
    wrong = send(admin, address, WARNED + "\n", confirmed_warnings=asked, tags="novalue")
    assert wrong.status_code == 422
    assert f'<input type="hidden" name="confirmed_warnings" value="{asked}">' in wrong.text


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/users/alice/~inline/Given/", "Now also allows <code>iam:PassRole</code> on all resources."),
        ("/roles/ChimeSupport/~trust/~edit/", "Now also allows <code>sts:AssumeRoleWithWebIdentity</code> to"),
    ],
)
def test_what_changes_is_told_when_a_warning_is_asked_about(admin: Client, sample: Cast, address: str, said: str):
    sample.inline("alice", "Given", "s3:GetObject")
    base = admin.get(address).context["base"]
    assert said in send(admin, address, warned(address), base_document=base).text


def test_what_the_catalog_does_not_know_yet_is_asked_about_and_then_saved(admin: Client):
    """AWS announces actions every week, and IAM stores what it does not know."""
    text = document("s3:MadeLastWeek", "newservice:Get")
    asked = send(admin, "/users/alice/~inline/", text)
    assert asked.status_code == 422
    assert "I have read the errors, and save it all the same." in asked.text
    assert "may be newer than the catalog of AWS&#x27;s services, which is of 20" in asked.text
    assert not InlinePolicy.objects.filter(name="Odd").exists()
    confirmed = asked.context["form"].unconfirmed
    assert send(admin, "/users/alice/~inline/", text, confirmed_warnings=confirmed).status_code == 302
    assert InlinePolicy.objects.filter(name="Odd").exists()


def test_what_is_wrong_for_sure_is_refused_whatever_is_confirmed(admin: Client):
    text = document("s3:MadeLastWeek")
    confirmed = send(admin, "/users/alice/~inline/", text).context["form"].unconfirmed
    wrong = text.replace('"Resource"', '"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.1"}}, "Resource"')
    response = send(admin, "/users/alice/~inline/", wrong, confirmed_warnings=confirmed)
    assert response.status_code == 422
    assert "The policy has errors; each is listed below the text." in response.text
    assert not response.context["form"].unconfirmed
    assert not InlinePolicy.objects.filter(name="Odd").exists()


@pytest.mark.parametrize("confirmed", ["", "on", "x" * 32])
def test_confirmation_of_something_else_is_none(admin: Client, confirmed: str):
    send(admin, "/users/alice/~inline/", WARNED, confirmed_warnings=confirmed)
    assert not InlinePolicy.objects.filter(name="Odd").exists()


def test_warning_that_came_since_is_asked_about_too(admin: Client):
    asked = send(admin, "/users/alice/~inline/", WARNED).context["form"].unconfirmed
    both = json.loads(WARNED)
    both["Statement"] += json.loads(document("iam:*"))["Statement"]
    response = send(admin, "/users/alice/~inline/", json.dumps(both), confirmed_warnings=asked)
    assert response.status_code == 422
    assert not InlinePolicy.objects.filter(name="Odd").exists()


# Words for completion


def test_words_are_those_of_the_language(carol: Client):
    response = carol.get("/policies/~words/")
    words = response.json()
    assert ["s3", "Amazon S3"] in words["services"]
    assert ["StringEquals", "string"] in words["operators"]
    assert "ForAnyValue" in words["quantifiers"]
    assert any(name == "aws:SourceIp" for name, _, _ in words["keys"])


def test_words_of_a_service_have_its_actions_in_any_case(carol: Client):
    words = carol.get("/policies/~words/SQS/").json()
    assert (words["prefix"], words["name"]) == ("sqs", "Amazon SQS")
    assert len(words["actions"]) == len(words["levels"])
    at = words["actions"].index("SendMessage")
    assert words["descriptions"][at] == "Send message. Write access, on queue."
    keys, types, actions = words["details"]
    assert len(actions) == len(words["actions"])
    assert types[0][1].startswith("arn:")
    assert keys


@pytest.mark.parametrize("prefix", ["nope", "s3+", "_", "*", "x" * 500])
def test_words_of_no_service_are_not_found(carol: Client, prefix: str):
    assert carol.get(f"/policies/~words/{prefix}/").status_code == 404


@pytest.mark.parametrize("address", ["/policies/~words/", "/policies/~words/ec2/"])
def test_words_need_somebody_signed_in_and_are_read_only(carol: Client, address: str):
    assert Client().get(address).status_code == 302
    assert carol.post(address).status_code == 405


@pytest.mark.parametrize(("address", "most"), [("/policies/~words/", 40_000), ("/policies/~words/ec2/", 300_000)])
def test_words_are_small_and_kept_by_the_browser_alone(carol: Client, address: str, most: int):
    """Until the catalog is another one, whose fingerprint is in the address that the editor asks at."""
    response = carol.get(address)
    assert len(response.content) < most
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"


def test_editor_asks_for_words_by_the_fingerprint_of_the_catalog(admin: Client):
    page = admin.get("/policies/~create/").text
    assert f'data-words-url="/policies/~words/?v={fingerprint()[:16]}"' in page
    assert f'data-service-url="/policies/~words/PREFIX/?v={fingerprint()[:16]}"' in page


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


def test_without_javascript_there_is_one_side_the_textarea(admin: Client):
    page = admin.get("/policies/~create/").text
    assert re.search(r"<textarea[^>]* name=\"policy_document\"", page)
    assert re.search(r"<div class=\"editor-sides\"[^>]* hidden>", page)
    assert re.search(r"<div class=\"visual\"[^>]* hidden></div>", page)


def test_each_side_is_a_panel_named_by_its_tab(admin: Client):
    page = admin.get("/roles/~create/").text
    for side in ("visual", "json"):
        panel = re.search(rf"role=\"tab\" value=\"{side}\" id=\"\w+\" aria-controls=\"(\w+)\"", page)
        assert panel
        assert page.count(f'id="{panel[1]}"') == 1
