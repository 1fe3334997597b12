"""New policies: from a template, a copy or a text of one's own, and what stops them."""

import pytest
from django.test import Client

from policies_app.models import Policy
from policies_app.policy_templates import POLICY_TEMPLATES
from tests.factories import Cast, document
from tests.web.recorded import outcomes


def test_create_from_the_template_and_attach_in_two_clicks(admin: Client):
    form = admin.get("/policies/~create/?template=change_own_password").context["form"].initial
    response = admin.post("/policies/~create/", form)
    assert response["Location"] == "/policies/local/ChangeOwnPassword/~attach/"
    offer = admin.get(response["Location"]).text
    assert '<input type="hidden" name="name" value="bob">' in offer
    admin.post(response["Location"], {"kind": "user", "name": "bob"})
    policy = Policy.objects.get(name="ChangeOwnPassword")
    assert [attachment.identity.name for attachment in policy.attachments.all()] == ["bob"]
    assert outcomes("CreatePolicy") + outcomes("AttachUserPolicy") == ["success", "success"]


def test_create_keeps_path_description_and_tags(admin: Client):
    more = {"path": "/dev/", "description": "For tests.", "tags": "team=blue\r\nempty="}
    admin.post("/policies/~create/", {"policy_name": "New", "policy_document": document("s3:GetObject")} | more)
    policy = Policy.objects.get(name="New")
    assert (policy.path, policy.description) == ("/dev/", "For tests.")
    assert set(policy.tags.values_list("key", "value")) == {("team", "blue"), ("empty", "")}


def test_any_policy_can_be_copied(admin: Client):
    page = admin.get("/policies/~create/?from=arn:aws:iam::aws:policy/AmazonChimeSDK")
    assert page.context["form"]["policy_name"].value() == "AmazonChimeSDK-copy"
    assert "chime:" in page.context["form"]["policy_document"].value()


def test_copy_of_what_may_not_be_read_is_refused(carol: Client, sample: Cast):
    sample.inline("carol", "Create", "iam:CreatePolicy")
    response = carol.get("/policies/~create/?from=arn:aws:iam::aws:policy/AmazonChimeSDK")
    assert response.status_code == 403
    assert "iam:GetPolicy" in response.text


@pytest.mark.parametrize("arn", ["nonsense", "arn:aws:iam::aws:policy/Nope", "\x00", "x" * 3000])
def test_copy_of_nothing_is_an_answer(admin: Client, arn: str):
    assert admin.get("/policies/~create/", {"from": arn}).status_code in {400, 404}


def test_create_with_a_mistake_keeps_all_that_was_typed(admin: Client):
    text = document("s3:GetObject").replace("Allow", "Alow")
    response = admin.post("/policies/~create/", {"policy_name": "New", "description": "Mine.", "policy_document": text})
    assert response.status_code == 422
    assert "line 5, column" in response.text
    assert 'value="Mine."' in response.text
    assert "Alow" in response.text


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"policy_name": "a b"}, "policyName"),
        ({"policy_name": "viewownpermissions"}, "already exists"),
        ({"path": "dev"}, "&#x27;path&#x27;"),
        ({"tags": "novalue"}, "key=value"),
        ({"tags": "a=1\nA=2"}, "twice"),
        ({"policy_document": document(*[f"s3:Get{n:04}" for n in range(600)])}, "at most 6,144"),
        ({"policy_document": document("s3:GetObject") + " " * 140_000}, "at most 131,072"),
    ],
)
def test_create_says_what_is_wrong_beside_the_field(admin: Client, typed: dict[str, str], message: str):
    response = admin.post(
        "/policies/~create/", {"policy_name": "New", "policy_document": document("s3:GetObject")} | typed
    )
    assert response.status_code == 422
    assert message in response.text
    assert Policy.objects.filter(account__isnull=False).count() == 1


def test_text_that_is_too_long_says_where_the_rest_begins(admin: Client):
    """White space does not count, and what only looks like it does."""
    text = "\n".join(["\xa0" * 1_000 + "  "] * 7)
    response = admin.post("/policies/~create/", {"policy_name": "New", "policy_document": text})
    assert "The policy has 7,000 characters without white space; at most 6,144 fit." in response.text
    assert "What does not begins at line 7, column 145." in response.text


def test_create_without_permission_leaves_no_policy_and_keeps_the_text(alice: Client):
    assert alice.get("/policies/~create/").status_code == 403
    response = alice.post("/policies/~create/", {"policy_name": "New", "policy_document": document("s3:GetObject")})
    assert response.status_code == 403
    assert "s3:GetObject" in response.text
    assert not Policy.objects.filter(name="New").exists()
    assert outcomes("CreatePolicy") == ["refused"]


def test_template_names_are_those_of_the_shipped_templates(admin: Client):
    page = admin.get("/policies/~create/").text
    assert all(f'value="template:{slug}"' in page for slug in POLICY_TEMPLATES)
