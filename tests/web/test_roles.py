import json

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from policies_app.models import InstanceProfile, Role
from policies_app.operations import instance_profiles, roles, service_linked_roles
from tests.factories import ACCOUNT, TRUST, Cast
from tests.web.recorded import outcomes

OTHER_TRUST = TRUST.replace("sts:AssumeRole", "sts:TagSession")
SERVICE_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
    }
)
FORM = {"role_name": "Auditor", "path": "/", "max_session_duration": "7200", "assume_role_policy_document": TRUST}


def test_admin_creates_a_role(admin: Client, sample: Cast):
    cap = sample.policy("Cap")
    response = admin.post(
        "/roles/~create/", FORM | {"description": "Looks.", "permissions_boundary": cap.arn}, follow=True
    )
    role = Role.objects.get(name="Auditor")
    assert (role.description, role.max_session_duration, role.boundary) == ("Looks.", 7200, cap)
    assert role.trust_document.text == TRUST
    assert 'Role <a href="/roles/Auditor/">Auditor</a> was created.' in response.text
    assert outcomes("CreateRole") == ["success"]


def test_trust_in_somebody_who_is_not_there_is_refused_with_the_place(admin: Client):
    typed = TRUST.replace("root", "user/nobody")
    response = admin.post("/roles/~create/", FORM | {"assume_role_policy_document": typed})
    assert response.status_code == 422
    assert "user/nobody` is no user or role of account" in response.context["form"].errors.as_text()
    assert "(line 1, column 82)" in response.text
    assert not Role.objects.filter(name="Auditor").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"Statement": NaN}', "\x00", "[" * 5000, '{"a":1,"a":2}'])
def test_trust_policy_with_errors_is_kept_with_each_of_them(admin: Client, text: str):
    response = admin.post("/roles/~create/", FORM | {"assume_role_policy_document": text})
    assert response.status_code == 422
    assert "assume_role_policy_document" in response.context["form"].errors
    assert "line 1, column" in response.text
    assert response.context["form"]["assume_role_policy_document"].value() == text


def test_create_is_refused_with_the_action_and_keeps_the_text(bob: Client):
    response = bob.post("/roles/~create/", FORM | {"assume_role_policy_document": SERVICE_TRUST})
    assert response.status_code == 403
    assert "iam:CreateRole" in response.text
    assert "ec2.amazonaws.com" in response.text
    assert outcomes("CreateRole") == ["refused"]


def test_admin_edits_description_and_session(admin: Client):
    response = admin.post(
        "/roles/ChimeSupport/~edit/", {"description": "", "max_session_duration": "43200"}, follow=True
    )
    assert "12 hours" in response.text
    assert Role.objects.get().description == ""
    assert outcomes("UpdateRole") == ["success"]


def test_session_that_a_program_set_is_offered_too(admin: Client, sample: Cast):
    roles.update_role(sample.system, role_name="ChimeSupport", max_session_duration=5400)
    assert '<option value="5400" selected>' in admin.get("/roles/ChimeSupport/~edit/").text
    form = {"description": "x", "max_session_duration": "5400"}
    assert admin.post("/roles/ChimeSupport/~edit/", form).status_code == 302


@pytest.mark.parametrize("duration", ["0", "3599", "43201", "x", "9" * 5000, ""])
def test_impossible_session_is_said_beside_it(admin: Client, duration: str):
    response = admin.post("/roles/ChimeSupport/~edit/", {"max_session_duration": duration})
    assert response.status_code == 422
    assert "max_session_duration" in response.context["form"].errors


def test_edit_is_refused_with_the_action(bob: Client):
    response = bob.post("/roles/ChimeSupport/~edit/", {"max_session_duration": "3600"})
    assert response.status_code == 403
    assert "iam:UpdateRole" in response.text


# The trust policy


def base_of(response) -> str:
    base: str = response.context["form"]["base_sha256"].value()
    return base


def test_trust_policy_is_shown_and_edited(admin: Client):
    assert f"arn:aws:iam::{ACCOUNT}:root" in admin.get("/roles/ChimeSupport/~trust/").text
    opened = admin.get("/roles/ChimeSupport/~trust/~edit/")
    form = {"policy_document": SERVICE_TRUST, "base_sha256": base_of(opened)}
    response = admin.post("/roles/ChimeSupport/~trust/~edit/", form, follow=True)
    assert "has a new trust policy" in response.text
    assert Role.objects.get().trust_document.text == SERVICE_TRUST
    assert outcomes("UpdateAssumeRolePolicy") == ["success"]


def test_of_two_who_edit_the_second_sees_both_texts_and_may_save_on_top(admin: Client, sample: Cast):
    opened = admin.get("/roles/ChimeSupport/~trust/~edit/")
    roles.update_assume_role_policy(sample.system, role_name="ChimeSupport", policy_document=OTHER_TRUST)
    form = {"policy_document": SERVICE_TRUST, "base_sha256": base_of(opened)}
    response = admin.post("/roles/ChimeSupport/~trust/~edit/", form)
    assert response.status_code == 422
    assert "sts:TagSession" in response.text.replace("<mark>", "").replace("</mark>", "")
    assert response.context["form"]["policy_document"].value() == SERVICE_TRUST
    assert Role.objects.get().trust_document.text == OTHER_TRUST
    admin.post("/roles/ChimeSupport/~trust/~edit/", form | {"base_sha256": base_of(response)})
    assert Role.objects.get().trust_document.text == SERVICE_TRUST
    assert outcomes("UpdateAssumeRolePolicy") == ["failed", "success"]


def test_who_may_only_read_the_role_sees_the_text_and_a_locked_button(carol: Client, sample: Cast):
    sample.inline("carol", "Given", "iam:GetRole")
    page = carol.get("/roles/ChimeSupport/~trust/~edit/").text
    assert "iam:UpdateAssumeRolePolicy" in page
    assert "sts:AssumeRole" in page
    assert "<textarea" not in page


def test_trust_policy_is_refused_with_the_action_and_keeps_the_text(bob: Client):
    response = bob.post("/roles/ChimeSupport/~trust/~edit/", {"policy_document": SERVICE_TRUST})
    assert response.status_code == 403
    assert "iam:UpdateAssumeRolePolicy" in response.text
    assert "ec2.amazonaws.com" in response.text


def test_delete_with_everything_takes_the_role_out_of_its_instance_profile(admin: Client, sample: Cast):
    instance_profiles.create_instance_profile(sample.system, instance_profile_name="box")
    instance_profiles.add_role_to_instance_profile(sample.system, instance_profile_name="box", role_name="ChimeSupport")
    assert "Place in instance profile box" in admin.get("/roles/ChimeSupport/~delete/").text
    refused = admin.post("/roles/ChimeSupport/~delete/", {"typed_name": "ChimeSupport"})
    assert "must remove roles from instance profile first" in refused.text
    admin.post("/roles/ChimeSupport/~delete/", {"typed_name": "ChimeSupport", "everything": "on"})
    assert InstanceProfile.objects.get().role is None
    assert not Role.objects.filter(name="ChimeSupport").exists()


def test_a_role_of_a_service_is_not_deleted_here(admin: Client, sample: Cast):
    name = service_linked_roles.create_service_linked_role(sample.system, aws_service_name="ecs.amazonaws.com").name
    response = admin.post(f"/roles/{name}/~delete/", {"typed_name": name})
    assert response.status_code == 422
    assert "this role is only modifiable by AWS" in response.text
    assert Role.objects.filter(name=name).exists()


def test_delete_with_everything_detaches_first(admin: Client):
    admin.post("/roles/ChimeSupport/~delete/", {"typed_name": "ChimeSupport", "everything": "on"})
    assert not Role.objects.exists()
    assert outcomes("DetachRolePolicy") == outcomes("DeleteRole") == ["success"]


def test_refused_list_and_page_name_the_action(bob: Client):
    assert "iam:ListRoles" in bob.get("/roles/").text
    assert "iam:GetRole" in bob.get("/roles/ChimeSupport/").text
    assert outcomes("ListRoles") == outcomes("GetRole") == ["refused"]


@pytest.mark.parametrize(("tab", "count"), [("", 10), ("~trust/", 4), ("~tags/", 6), ("~events/", 6)])
def test_pages_take_the_same_queries_however_much_there_is(
    admin: Client, sample: Cast, django_assert_num_queries: DjangoAssertNumQueries, tab: str, count: int
):
    admin.get(f"/roles/ChimeSupport/{tab}")
    with django_assert_num_queries(count):
        admin.get(f"/roles/ChimeSupport/{tab}")
    for number in range(5):
        policy = sample.policy(f"P{number}")
        admin.post("/roles/ChimeSupport/~attach/", {"policy_arn": policy.arn})
    with django_assert_num_queries(count):
        admin.get(f"/roles/ChimeSupport/{tab}")


# Instance profiles


@pytest.fixture
def boxed(sample: Cast) -> InstanceProfile:
    """The profile box hands out the role ChimeSupport."""
    profile = instance_profiles.create_instance_profile(sample.system, instance_profile_name="box")
    instance_profiles.add_role_to_instance_profile(sample.system, instance_profile_name="box", role_name="ChimeSupport")
    return profile


def test_role_names_its_instance_profiles_which_have_their_tags_as_all_else_has(admin: Client, boxed: InstanceProfile):
    address = "/roles/ChimeSupport/~instance-profiles/box/"
    assert f'href="{address}"' in admin.get("/roles/ChimeSupport/").text
    sent = {"tags-TOTAL_FORMS": "1", "tags-INITIAL_FORMS": "0", "tags-0-key": "team", "tags-0-value": "blue"}
    assert "Changed the tags of the instance profile box" in admin.post(address, sent, follow=True).text
    assert [str(tag) for tag in boxed.tags.all()] == ["team=blue"]
    assert 'value="blue"' in admin.get(address).text
    sent |= {"tags-0-key": "", "tags-0-value": "", "tags-0-shown_key": "team", "tags-0-shown_value": "blue"}
    admin.post(address, sent)
    assert not boxed.tags.exists()
    assert outcomes("TagInstanceProfile") + outcomes("UntagInstanceProfile") == ["success", "success"]


def test_tags_of_an_instance_profile_are_refused_by_name(carol: Client, boxed: InstanceProfile, sample: Cast):
    sample.inline("carol", "Some", "iam:GetRole", "iam:GetInstanceProfile")
    address = "/roles/ChimeSupport/~instance-profiles/box/"
    assert "iam:ListInstanceProfileTags" in carol.get(address).text
    sent = {"tags-TOTAL_FORMS": "1", "tags-INITIAL_FORMS": "0", "tags-0-key": "team", "tags-0-value": "blue"}
    assert carol.post(address, sent).status_code == 403
    assert not boxed.tags.exists()
