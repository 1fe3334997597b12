"""What stands in the way of a deletion, and the button that takes just that away."""

import pytest
from django.test import Client

from policies_app.models import Attachment, Membership, Policy, Role, User
from policies_app.operations import attachments, policy_versions
from tests.company import KEY_ID, OWN
from tests.factories import Cast, document
from tests.web.recorded import outcomes

USER, GROUP, ROLE = "/users/dana/~delete/", "/groups/devs/~delete/", "/roles/builder/~delete/"
POLICY = "/policies/local/Own/~delete/"

# The page, the button, and the operation that it is for.
BUTTONS = [
    (USER, f"policy:{OWN}", "DetachUserPolicy"),
    (USER, "inline:Inline", "DeleteUserPolicy"),
    (USER, "group:devs", "RemoveUserFromGroup"),
    (USER, f"key:{KEY_ID}", "DeleteAccessKey"),
    (USER, "password:", "DeleteLoginProfile"),
    (GROUP, f"policy:{OWN}", "DetachGroupPolicy"),
    (GROUP, "inline:Inline", "DeleteGroupPolicy"),
    (GROUP, "member:dana", "RemoveUserFromGroup"),
    (ROLE, f"policy:{OWN}", "DetachRolePolicy"),
    (ROLE, "inline:Inline", "DeleteRolePolicy"),
    (ROLE, "profile:box", "RemoveRoleFromInstanceProfile"),
    (POLICY, "attached:user:dana", "DetachUserPolicy"),
    (POLICY, "attached:group:devs", "DetachGroupPolicy"),
    (POLICY, "attached:role:builder", "DetachRolePolicy"),
    (POLICY, "bounded:user:dana", "DeleteUserPermissionsBoundary"),
    (POLICY, "bounded:role:builder", "DeleteRolePermissionsBoundary"),
]


@pytest.mark.parametrize(("page", "button", "operation"), BUTTONS)
def test_each_button_takes_away_just_that_and_leads_back(boss: Client, page: str, button: str, operation: str):
    assert f'name="resolve" value="{button}"' in boss.get(page).text
    response = boss.post(page, {"resolve": button}, follow=True)
    assert response.redirect_chain == [(page, 302)]
    assert "is out of the way" in response.text
    assert f'name="resolve" value="{button}"' not in response.text
    assert outcomes(operation) == ["success"]
    versions = 1 if page == POLICY else 0
    assert response.text.count('name="resolve"') == len([each for each in BUTTONS if each[0] == page]) - 1 + versions


@pytest.mark.parametrize(("page", "button", "operation"), BUTTONS)
def test_a_button_that_would_be_refused_says_so_and_is(
    company: Cast, boss: Client, page: str, button: str, operation: str
):
    company.inline("boss", "Not", f"iam:{operation}", effect="Deny")
    assert f"Needs iam:{operation}" in boss.get(page).text
    assert boss.post(page, {"resolve": button}).status_code == 403
    assert outcomes(operation) == ["refused"]


def test_what_is_gone_already_is_no_error(boss: Client):
    assert boss.post(USER, {"resolve": "group:nothing"}).status_code == 302
    assert boss.post(USER, {"resolve": "nothing:at-all"}).status_code == 302


@pytest.mark.parametrize("page", [USER, GROUP, ROLE, POLICY])
def test_with_everything_resolved_one_by_one_it_goes_by_its_name(boss: Client, page: str):
    for _, button, _ in [each for each in BUTTONS if each[0] == page]:
        boss.post(page, {"resolve": button})
    name = page.split("/")[-3]
    assert boss.post(f"{page}?version=v2", {"typed_name": name}).status_code == 302
    assert boss.get(page).status_code == 404


def test_what_is_lost_for_good_is_asked_about_first_and_leads_back(boss: Client):
    page = boss.get(USER).text
    for confirming, name in [("/~inline/Inline/~delete/", "Inline"), (f"/~security/~keys/{KEY_ID}/~delete/", KEY_ID)]:
        address = f"/users/dana{confirming}?then=delete"
        assert f'href="{address}"' in page
        assert f'href="{USER}"' in boss.get(address).text
        assert boss.post(address, {"typed_name": name}).headers["Location"] == USER


def test_old_versions_are_in_the_way_each_with_its_own_page(boss: Client):
    address = "/policies/local/Own/~versions/v2/~delete/?then=delete"
    assert f'href="{address}"' in boss.get(POLICY).text
    assert f'href="{POLICY}"' in boss.get(address).text
    assert boss.post(address, {"typed_name": "v2"}).headers["Location"] == POLICY
    assert "Version v2" not in boss.get(POLICY).text


def test_what_goes_along_is_told(boss: Client, company: Cast):
    assert "Permissions boundary Own: the policy itself stays" in boss.get(USER).text
    assert "Trust policy" in boss.get(ROLE).text
    assert "Tag team=red" in boss.get(POLICY).text


def test_policy_in_use_goes_with_everything_when_that_is_asked_for(boss: Client):
    assert "In the way" in boss.get(POLICY).text
    assert boss.post(f"{POLICY}?version=v2", {"typed_name": "Own"}).status_code == 422
    assert boss.post(f"{POLICY}?version=v2", {"typed_name": "Own", "everything": "on"}).status_code == 302
    assert not Policy.objects.filter(name="Own").exists()
    assert User.objects.get(name="dana").boundary is None
    assert not Attachment.objects.exists()
    assert outcomes("DetachUserPolicy") + outcomes("DeleteRolePermissionsBoundary") == ["success", "success"]


def test_policy_with_a_version_that_nobody_was_shown_stays_with_all_its_attachments(boss: Client, company: Cast):
    text = document("s3:PutObject")
    policy_versions.create_policy_version(company.system, policy_arn=OWN, policy_document=text)
    answer = boss.post(f"{POLICY}?version=v2", {"typed_name": "Own", "everything": "on"})
    assert answer.status_code == 422
    assert User.objects.get(name="dana").attachments.count() == 1
    assert outcomes("DetachUserPolicy") == []


def test_a_refusal_half_way_undoes_everything(boss: Client, company: Cast):
    company.inline("boss", "Not", "iam:DeleteUser", effect="Deny")
    assert boss.post(USER, {"typed_name": "dana", "everything": "on"}).status_code == 403
    assert Membership.objects.filter(user__name="dana").exists()
    assert outcomes("DeleteUser") == ["refused"]
    assert outcomes("RemoveUserFromGroup") == []


def test_of_a_long_list_the_page_shows_the_beginning_and_the_form_takes_all(boss: Client, company: Cast):
    policy = company.policy("Wide")
    for number in range(103):
        company.role(f"r{number:03}")
        attachments.attach_role_policy(company.system, role_name=f"r{number:03}", policy_arn=policy.arn)
    page = "/policies/local/Wide/~delete/"
    assert "100 or more" in boss.get(page).text
    assert boss.post(page, {"typed_name": "Wide", "everything": "on"}).status_code == 302
    assert not Policy.objects.filter(name="Wide").exists()
    assert Role.objects.filter(name__startswith="r").count() == 103
