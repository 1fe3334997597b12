"""Nothing is deleted while something still hangs on it."""

import pytest

from policies_app.models import Event, Policy, Role, User
from policies_app.models import Group as GroupRow
from policies_app.operations import (
    attachments,
    credentials,
    groups,
    inline_policies,
    policies,
    policy_versions,
    roles,
    users,
)
from policies_app.operations.errors import DeleteConflict, UnmodifiableEntity
from tests.factories import Cast, document


def test_user_goes_only_after_policies_groups_and_password(cast: Cast) -> None:
    system, name = cast.system, {"user_name": "dana"}
    cast.user("dana", "s3:*")
    cast.group("devs", "dana")
    cast.attach("dana", policy := cast.policy("Own"))
    credentials.create_login_profile(system, user_name="dana", password="a-long-and-odd-one-7")
    steps = [
        (
            "must detach all policies first",
            lambda: attachments.detach_user_policy(system, **name, policy_arn=policy.arn),
        ),
        ("must delete policies first", lambda: inline_policies.delete_user_policy(system, **name, policy_name="Given")),
        ("must remove users from group", lambda: groups.remove_user_from_group(system, **name, group_name="devs")),
        ("must delete login profile first", lambda: credentials.delete_login_profile(system, **name)),
    ]
    for reason, step in steps:
        with pytest.raises(DeleteConflict, match=reason):
            users.delete_user(system, **name)
        step()
    users.delete_user(system, **name)
    assert not User.objects.filter(name="dana").exists()
    assert Event.objects.filter(operation="DeleteUser", outcome="failed", error="DeleteConflict").count() == 4


def test_group_with_members_stays(cast: Cast) -> None:
    cast.user("dana")
    cast.group("devs", "dana")
    with pytest.raises(DeleteConflict):
        groups.delete_group(cast.system, group_name="devs")
    assert GroupRow.objects.filter(name="devs").exists()


def test_role_with_inline_policy_stays(cast: Cast) -> None:
    cast.role("builder")
    inline_policies.put_role_policy(cast.system, role_name="builder", policy_name="A", policy_document=document("s3:*"))
    with pytest.raises(DeleteConflict):
        roles.delete_role(cast.system, role_name="builder")
    assert Role.objects.filter(name="builder").exists()


def test_policy_attached_or_used_as_boundary_or_with_versions_stays(cast: Cast) -> None:
    cast.user("dana")
    arn = cast.policy("Own").arn
    attachments.put_user_permissions_boundary(cast.system, user_name="dana", permissions_boundary=arn)
    with pytest.raises(DeleteConflict, match="attached"):
        policies.delete_policy(cast.system, policy_arn=arn)
    attachments.delete_user_permissions_boundary(cast.system, user_name="dana")
    policy_versions.create_policy_version(cast.system, policy_arn=arn, policy_document=document("s3:*"))
    with pytest.raises(DeleteConflict, match="more than one version"):
        policies.delete_policy(cast.system, policy_arn=arn)
    policy_versions.delete_policy_version(cast.system, policy_arn=arn, version_id="v2")
    policies.delete_policy(cast.system, policy_arn=arn)
    assert not Policy.objects.filter(name="Own").exists()


def test_default_version_stays(cast: Cast) -> None:
    with pytest.raises(DeleteConflict, match="default version"):
        policy_versions.delete_policy_version(cast.system, policy_arn=cast.policy("Own").arn, version_id="v1")


def test_aws_managed_policy_is_changed_by_nobody(cast: Cast, chime_read_only: None) -> None:
    arn = "arn:aws:iam::aws:policy/AmazonChimeReadOnly"
    with pytest.raises(UnmodifiableEntity):
        policy_versions.create_policy_version(cast.system, policy_arn=arn, policy_document=document("s3:*"))
    with pytest.raises(UnmodifiableEntity):
        policies.delete_policy(cast.system, policy_arn=arn)
