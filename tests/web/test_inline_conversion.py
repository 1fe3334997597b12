"""An inline policy becomes a managed one, and at no moment may anybody do more or less."""

from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from policies_app.models import Identity, InlinePolicy, Policy, User
from policies_app.operations import attachments, inline_policies
from policies_app.operations.calls import Call
from policies_app.operations.documents import MANAGED_POLICY_SIZE
from tests.factories import Cast, document
from tests.web.recorded import outcomes

SUBJECTS = [("users", "dana", "User"), ("groups", "devs", "Group"), ("roles", "builder", "Role")]
PAGE = "/users/dana/~inline/Inline/~convert/"
every = pytest.mark.parametrize(("section", "name", "noun"), SUBJECTS)


def convert(client: Client, page: str = PAGE, **form: str) -> Any:
    shown = client.get(page)
    base = shown.context["form"]["base_sha256"].value()
    return client.post(page, {"policy_name": "Made", "path": "/", "base_sha256": base} | form)


def is_untouched(name: str = "dana") -> bool:
    return InlinePolicy.objects.filter(identity__name=name).exists() and not Policy.objects.filter(name="Made").exists()


@every
def test_the_same_document_is_attached_in_its_place(boss: Client, section: str, name: str, noun: str):
    text = InlinePolicy.objects.get(identity__name=name).document
    answer = convert(boss, f"/{section}/{name}/~inline/Inline/~convert/", path="/team/", description="Was inline.")
    assert answer.headers["Location"] == f"/{section}/{name}/"
    made = Policy.objects.get(name="Made")
    assert (made.path, made.description, made.versions.get().document) == ("/team/", "Was inline.", text)
    identity = Identity.objects.get(name=name)
    assert made in [each.policy for each in identity.attachments.all()]
    assert not identity.inline_policies.exists()
    for operation in ("CreatePolicy", f"Attach{noun}Policy", f"Delete{noun}Policy"):
        assert outcomes(operation) == ["success"]


def test_what_the_user_may_do_is_the_same_before_and_after(boss: Client):
    dana, asked = User.objects.get(name="dana"), ("s3:ListBucket", "s3:PutObject", "iam:CreateUser")
    before = [Call.by_user(dana).may(action, "*").outcome for action in asked]
    convert(boss)
    assert [Call.by_user(dana).may(action, "*").outcome for action in asked] == before


@every
@pytest.mark.parametrize("action", ["CreatePolicy", "Attach{}Policy", "Delete{}Policy"])
def test_a_refused_step_is_said_before_and_undoes_all(
    boss: Client, company: Cast, section: str, name: str, noun: str, action: str
):
    action, page = action.format(noun), f"/{section}/{name}/~inline/Inline/~convert/"
    shown = boss.get(page).context["form"]["base_sha256"].value()
    company.inline("boss", "Not", f"iam:{action}", effect="Deny")
    assert f"iam:{action}" in boss.get(page).text
    answer = boss.post(page, {"policy_name": "Made", "path": "/", "base_sha256": shown})
    assert answer.status_code == 403
    assert is_untouched(name)


def test_taken_name_is_said_beside_the_name_and_nothing_typed_is_lost(boss: Client):
    answer = convert(boss, policy_name="Own", description="A text of mine.")
    assert answer.status_code == 422
    assert "already exists" in str(answer.context["form"].errors["policy_name"])
    assert 'value="A text of mine."' in answer.text
    assert is_untouched()


def test_impossible_name_is_said_beside_the_name(boss: Client):
    answer = convert(boss, policy_name="no spaces")
    assert "policy_name" in answer.context["form"].errors
    assert is_untouched()


def test_full_attachments_undo_it_and_are_named(boss: Client, company: Cast):
    for number in range(9):
        company.attach("dana", company.policy(f"P{number}"))
    answer = convert(boss)
    assert answer.status_code == 422
    assert "PoliciesPerUser" in answer.text
    assert is_untouched()
    assert outcomes("CreatePolicy") == []
    assert outcomes("AttachUserPolicy") == ["failed"]


def test_text_too_long_for_a_managed_policy_is_named(boss: Client, company: Cast):
    long = document("s3:GetObject", resource=[f"arn:aws:s3:::{'b' * 200}{number}" for number in range(40)])
    assert len(long) > MANAGED_POLICY_SIZE
    inline_policies.put_role_policy(company.system, role_name="builder", policy_name="Inline", policy_document=long)
    answer = convert(boss, "/roles/builder/~inline/Inline/~convert/")
    assert answer.status_code == 422
    assert "PolicySize" in answer.text
    assert is_untouched("builder")


def test_text_of_the_old_version_is_said_to_be_one(boss: Client, company: Cast):
    old = document("s3:GetObject").replace("2012-10-17", "2008-10-17")
    inline_policies.put_role_policy(company.system, role_name="builder", policy_name="Inline", policy_document=old)
    answer = convert(boss, "/roles/builder/~inline/Inline/~convert/")
    assert answer.status_code == 422
    assert "a managed policy must have the Version `2012-10-17` (line 2, column 14)" in answer.text
    assert is_untouched("builder")


def test_text_that_somebody_changed_meanwhile_is_shown_and_not_converted_unseen(boss: Client, company: Cast):
    base = boss.get(PAGE).context["form"]["base_sha256"].value()
    company.inline("dana", "Inline", "s3:DeleteBucket")
    answer = boss.post(PAGE, {"policy_name": "Made", "path": "/", "base_sha256": base})
    assert answer.status_code == 422
    assert "Somebody changed the policy" in answer.text
    assert "s3:DeleteBucket" in answer.text
    assert is_untouched()
    again = {"policy_name": "Made", "path": "/", "base_sha256": answer.context["form"]["base_sha256"].value()}
    assert boss.post(PAGE, again).status_code == 302
    assert "s3:DeleteBucket" in Policy.objects.get(name="Made").versions.get().document.text


def test_role_of_a_service_keeps_its_policies(boss: Client):
    assert boss.get("/roles/AWSServiceRoleForECS/~inline/None/~convert/").status_code == 404


def test_the_permissions_page_leads_there(boss: Client):
    assert f'href="{PAGE}"' in boss.get("/users/dana/").text


def test_boundary_stays_in_force(boss: Client, company: Cast):
    attachments.put_user_permissions_boundary(
        company.system, user_name="dana", permissions_boundary="arn:aws:iam::123456789012:policy/Spare"
    )
    convert(boss)
    assert not Call.by_user(User.objects.get(name="dana")).may("s3:ListBucket", "*").allowed


@pytest.mark.django_db(transaction=True)
def test_whoever_is_decided_about_meanwhile_may_do_the_same_all_along(transactional_db: None):
    cast, done, seen = Cast(), Event(), set[bool]()
    cast.user("erin", "s3:ListBucket")
    cast.user("boss", "*")
    client = Client()
    client.force_login(User.objects.get(name="boss"))

    def ask_all_along() -> None:
        try:
            while not done.is_set():
                seen.add(Call.by_user(User.objects.get(name="erin")).may("s3:ListBucket", "*").allowed)
        finally:
            connection.close()

    asking = Thread(target=ask_all_along)
    asking.start()
    answer = convert(client, "/users/erin/~inline/Given/~convert/")
    done.set()
    asking.join()
    assert answer.status_code == 302
    assert seen == {True}
