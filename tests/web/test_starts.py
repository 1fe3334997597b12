"""What a new policy starts from: nothing typed is replaced without being asked about."""

import json

import pytest
from django.test import Client

from console.web.starts import BLANK
from console.web.typed import MOST_KEPT
from policies_app.models import InlinePolicy, Policy
from policies_app.policy_templates import POLICY_TEMPLATES
from tests.factories import Cast, document

CREATE = "/policies/~create/"
FORMS = [CREATE, "/users/alice/~inline/", "/groups/ChimeUserManagers/~inline/", "/roles/ChimeSupport/~inline/"]
CHIME = "arn:aws:iam::aws:policy/AmazonChimeSDK"
MFA = POLICY_TEMPLATES["require_mfa"]
OWN_TEXT = document("s3:GetObject")


def fields(page) -> dict[str, str]:
    """What the form would send."""
    form = page.context["form"]
    return {name: form[name].value() or "" for name in form.fields} | {"started": page.context["started"] or ""}


@pytest.mark.parametrize("address", FORMS)
def test_text_that_nobody_changed_is_replaced_at_once(admin: Client, address: str):
    sent = fields(admin.get(address)) | {"policy_name": "Mine", "start": "template:require_mfa"}
    page = admin.post(address, sent)
    assert page.status_code == 200
    assert fields(page)["policy_document"] == MFA.text.rstrip()
    assert fields(page)["policy_name"] == "Mine"
    again = admin.post(address, fields(page) | {"start": "blank"})
    assert fields(again)["policy_document"] == BLANK


@pytest.mark.parametrize("address", FORMS)
def test_text_that_somebody_changed_is_asked_about(admin: Client, address: str):
    sent = fields(admin.get(address)) | {"policy_document": OWN_TEXT.replace("\n", "\r\n")}
    page = admin.post(address, sent | {"start": "template:require_mfa"})
    assert "Replace your text with RequireMFA?" in page.text
    assert fields(page)["policy_document"] == OWN_TEXT
    page = admin.post(address, fields(page) | {"replace": "template:require_mfa"})
    assert fields(page)["policy_document"] == MFA.text.rstrip()


@pytest.mark.parametrize("address", FORMS)
def test_another_policy_is_chosen_from_a_list_while_the_text_waits(admin: Client, address: str):
    sent = fields(admin.get(address)) | {"policy_name": "Mine", "start": "pick"}
    picker = admin.post(address, sent)["Location"]
    page = admin.get(f"{picker}&q=chimeSDK").text
    chosen = f"{address}?from=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FAmazonChimeSDK"
    assert f'href="{chosen}"' in page
    form = fields(admin.get(chosen))
    assert "chime:" in form["policy_document"]
    assert form["policy_name"] == "Mine"


def test_who_comes_back_from_the_list_finds_the_text(admin: Client):
    sent = fields(admin.get(CREATE)) | {"policy_name": "Mine", "policy_document": OWN_TEXT}
    admin.post(CREATE, sent | {"start": "pick"})
    page = admin.get(CREATE)
    assert (fields(page)["policy_name"], fields(page)["policy_document"]) == ("Mine", OWN_TEXT)
    assert "What you typed is back" not in page.text


def test_changed_text_is_asked_about_after_the_list_too(admin: Client):
    admin.post(CREATE, fields(admin.get(CREATE)) | {"policy_document": OWN_TEXT, "start": "pick"})
    page = admin.get(CREATE, {"from": CHIME})
    assert "Replace your text with AmazonChimeSDK?" in page.text
    assert fields(page)["policy_document"] == OWN_TEXT
    assert "chime:" in fields(admin.post(CREATE, fields(page) | {"replace": f"policy:{CHIME}"}))["policy_document"]


def test_name_and_description_of_one_start_do_not_stay_with_another(admin: Client):
    first = admin.post(CREATE, fields(admin.get(CREATE)) | {"start": "template:require_mfa"})
    assert fields(first)["policy_name"] == MFA.name
    second = fields(admin.post(CREATE, fields(first) | {"start": f"policy:{CHIME}"}))
    assert second["policy_name"] == "AmazonChimeSDK-copy"
    assert second["description"] != MFA.description


def test_refused_policy_is_shown_as_such_and_the_text_stays(carol: Client, sample: Cast):
    sample.inline("carol", "Create", "iam:CreatePolicy", "iam:ListPolicies", "iam:GetPolicy")
    row = carol.get(f"/policies/~start/?to={CREATE}&q=ChimeSDK").text
    assert "Needs <code>iam:GetPolicyVersion</code>" in row
    assert "?from=" not in row
    page = carol.post(CREATE, fields(carol.get(CREATE)) | {"policy_document": OWN_TEXT, "start": f"policy:{CHIME}"})
    assert "iam:GetPolicyVersion" in page.text
    assert "chime:" not in page.text
    assert fields(page)["policy_document"] == OWN_TEXT


def test_policy_that_is_gone_takes_no_text_with_it(admin: Client):
    sent = fields(admin.get(CREATE)) | {"policy_document": OWN_TEXT}
    page = admin.post(CREATE, sent | {"start": "policy:arn:aws:iam::aws:policy/Gone"})
    assert "Your text is as it was" in page.text
    assert fields(page)["policy_document"] == OWN_TEXT


def test_more_than_can_wait_stays_on_the_form(admin: Client):
    page = admin.post(CREATE, {"policy_document": "x" * (MOST_KEPT + 1), "start": "pick"})
    assert "too long to wait" in page.text
    assert len(fields(page)["policy_document"]) == MOST_KEPT + 1
    assert "typed" not in admin.session


@pytest.mark.parametrize("key", ["", "nope", "template:nope", "policy:", "policy:\x00", "template:\x00", "x" * 5000])
def test_start_from_anything_is_an_answer(admin: Client, key: str):
    assert admin.post(CREATE, {"policy_document": OWN_TEXT, "start": key}).status_code == 200


@pytest.mark.parametrize("key", ["blank", "template:require_mfa", "pick"])
@pytest.mark.parametrize("address", FORMS)
def test_start_saves_nothing(admin: Client, address: str, key: str):
    sent = {"policy_name": "Typed", "path": "/", "policy_document": OWN_TEXT}
    admin.post(address, sent | {"start": key})
    admin.post(address, sent | {"replace": key})
    assert not Policy.objects.filter(name="Typed").exists()
    assert not InlinePolicy.objects.filter(name="Typed").exists()


@pytest.mark.parametrize("to", ["", "/", "/policies/", "https://evil.example/", "//evil.example", "\x00", "x" * 600])
def test_list_leads_to_forms_of_policies_alone(admin: Client, to: str):
    response = admin.get("/policies/~start/", {"to": to})
    assert response.status_code == 400
    assert "?from=" not in response.text


def test_list_costs_the_same_however_long(admin: Client, sample: Cast, django_assert_max_num_queries):
    for number in range(30):
        sample.policy(f"Sample{number:02}")
    admin.get("/policies/~start/", {"to": CREATE})
    with django_assert_max_num_queries(8):
        admin.get("/policies/~start/", {"to": CREATE})


@pytest.mark.parametrize("slug", POLICY_TEMPLATES)
def test_template_is_saved_as_it_is(admin: Client, slug: str):
    """None has a finding that stops it or asks."""
    page = admin.get(CREATE, {"template": slug})
    assert json.loads(fields(page)["policy_document"])
    assert admin.post(CREATE, fields(page) | {"path": "/", "policy_name": f"T{slug}"}).status_code == 302
