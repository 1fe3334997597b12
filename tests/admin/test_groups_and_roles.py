from policies_app.models import Group, Policy, Role, User
from policies_app.operations import groups
from tests.admin.pages import errors, recorded, submit, url
from tests.factories import TRUST, document

GROUP = "arn:aws:iam::123456789012:group/Readers"
ROLE = "arn:aws:iam::123456789012:role/Support"


def test_group_is_made_with_its_members_and_policies(admin):
    submit(
        admin,
        url(Group),
        name="Readers",
        memberships=[{"user": User.objects.get(name="bob").pk}],
        attachments=[{"policy": Policy.objects.get(name="IAMReadOnlyAccess").pk}],
        inline_policies=[{"name": "Buckets", "policy_document": document("s3:ListBucket")}],
    )
    assert Group.objects.get(name="Readers").members.get().name == "bob"
    operations = ["CreateGroup", "AddUserToGroup", "AttachGroupPolicy", "PutGroupPolicy"]
    assert recorded() == [(operation, GROUP, "success") for operation in operations]


def test_group_is_listed_renamed_and_emptied(admin, sample):
    sample.group("Readers", "bob")
    assert "Readers" in admin.get(url(Group, "list")).content.decode()
    submit(admin, url(Group.objects.get(name="Readers")), name="Writers", **{"memberships-0-DELETE": "on"})
    assert not Group.objects.get(name="Writers").members.exists()
    assert [operation for operation, _, _ in recorded()] == ["UpdateGroup", "RemoveUserFromGroup"]


def test_group_with_members_is_not_deleted(admin, sample):
    sample.group("Readers", "bob")
    group = Group.objects.get(name="Readers")
    page = admin.post(url(group, "delete"), {"post": "yes"}, follow=True)
    assert "must remove users from group first" in page.content.decode()
    groups.remove_user_from_group(sample.system, group_name="Readers", user_name="bob")
    admin.post(url(group, "delete"), {"post": "yes"})
    assert not Group.objects.filter(name="Readers").exists()
    assert recorded() == [("DeleteGroup", GROUP, "failed"), ("DeleteGroup", GROUP, "success")]


def test_role_is_made_with_its_trust_policy(admin):
    submit(
        admin,
        url(Role),
        name="Support",
        max_session_duration=7200,
        assume_role_policy_document=TRUST,
        tags=[{"key": "Team", "value": "Red"}],
    )
    role = Role.objects.get(name="Support")
    assert (role.trust_document.text, role.max_session_duration) == (TRUST, 7200)
    assert recorded() == [("CreateRole", ROLE, "success"), ("TagRole", ROLE, "success")]


def test_role_changes_are_the_operations_that_iam_has_for_them(admin, sample):
    role = sample.role("Support")
    other = TRUST.replace(":root", ":user/alice")
    submit(
        admin,
        url(role),
        description="Helps",
        assume_role_policy_document=other,
        boundary=Policy.objects.get(name="IAMFullAccess").pk,
    )
    role = Role.objects.get(name="Support")
    assert (role.description, role.trust_document.text, role.boundary.name) == ("Helps", other, "IAMFullAccess")
    operations = ["UpdateRole", "UpdateAssumeRolePolicy", "PutRolePermissionsBoundary"]
    assert recorded() == [(operation, ROLE, "success") for operation in operations]


def test_name_of_a_role_cannot_be_changed(admin, sample):
    submit(admin, url(sample.role("Support")), name="Other")
    assert Role.objects.filter(name="Support").exists()
    assert recorded() == []


def test_trust_policy_without_a_principal_is_told_where(admin, sample):
    response = submit(admin, url(sample.role("Support")), assume_role_policy_document=document("sts:AssumeRole"))
    assert "Line 4, column" in errors(response)
    assert recorded() == [("UpdateAssumeRolePolicy", ROLE, "failed")]


def test_second_edit_of_a_trust_policy_is_told(admin, sample):
    response = submit(
        admin,
        url(sample.role("Support")),
        base_sha256="0" * 64,
        assume_role_policy_document=TRUST.replace("root", "user/alice"),
    )
    assert "changed by somebody else" in errors(response)
    assert "user/alice" in response.content.decode()


def test_role_is_deleted(admin, sample):
    admin.post(url(sample.role("Support"), "delete"), {"post": "yes"})
    assert not Role.objects.filter(name="Support").exists()
    assert recorded() == [("DeleteRole", ROLE, "success")]
