"""An account with one of everything, for the tables that walk every operation and every route."""

from datetime import timedelta

from django.utils import timezone

from policies_app.models import ConsoleSession, LastAccessedReport, ServiceLinkedRoleDeletion, User
from policies_app.operations import (
    accounts,
    attachments,
    credential_report,
    credentials,
    encryption,
    inline_policies,
    instance_profiles,
    password_policy,
    policy_versions,
    service_linked_roles,
    tags,
)
from tests.factories import Cast, document

OWN = "arn:aws:iam::123456789012:policy/Own"
SPARE = "arn:aws:iam::123456789012:policy/Spare"
INLINE = {"policy_name": "Inline"}
PASSWORD = "the-old-odd-one-8"
LINKED = "arn:aws:iam::123456789012:role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch"
DELETION = "task/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch/00000000-0000-4000-8000-000000000000"
KEY_ID = "AKIARZPUZDIKEXAMPLE7"
JOB_ID = "1f3b2c4d-0000-4000-8000-000000000001"
SESSION_ID = "5e55" * 10
SERVICE: dict[str, object] = {
    "namespace": "s3",
    "name": "Amazon S3",
    "last": None,
    "entity": None,
    "entities": [],
    "actions": [],
}


def furnish(cast: Cast) -> Cast:
    """dana has all that a user can have and erin nothing; so do the groups devs and empty, and builder and idle.

    The role of ECS is the service's, and builder is in the instance profile box.
    """
    system, inline = cast.system, INLINE | {"policy_document": document("s3:ListBucket")}
    cast.policy("Own", "s3:*")
    policy_versions.create_policy_version(system, policy_arn=OWN, policy_document=document("s3:Get*"))
    cast.policy("Spare")
    for name in ("dana", "erin"):
        cast.user(name)
    credentials.create_login_profile(system, user_name="dana", password=PASSWORD)
    cast.group("devs", "dana")
    cast.group("empty")
    for name in ("builder", "idle"):
        cast.role(name)
    attachments.put_user_permissions_boundary(system, user_name="dana", permissions_boundary=OWN)
    attachments.put_role_permissions_boundary(system, role_name="builder", permissions_boundary=OWN)
    attachments.attach_user_policy(system, user_name="dana", policy_arn=OWN)
    attachments.attach_group_policy(system, group_name="devs", policy_arn=OWN)
    attachments.attach_role_policy(system, role_name="builder", policy_arn=OWN)
    inline_policies.put_user_policy(system, user_name="dana", **inline)
    inline_policies.put_group_policy(system, group_name="devs", **inline)
    inline_policies.put_role_policy(system, role_name="builder", **inline)
    key = encryption.encrypt(KEY_ID, "an-odd-one-of-a-key")
    dana = User.objects.get(name="dana")
    dana.access_keys.create(id=KEY_ID, secret=key)
    until = timezone.now() + timedelta(hours=12)
    ConsoleSession.objects.create(pk=SESSION_ID, user=dana, expire_date=until, source_ip="192.0.2.1")
    for name in ("box", "empty-box"):
        instance_profiles.create_instance_profile(system, instance_profile_name=name)
    instance_profiles.add_role_to_instance_profile(system, instance_profile_name="box", role_name="builder")
    service_linked_roles.create_service_linked_role(system, aws_service_name="ecs.amazonaws.com")
    ServiceLinkedRoleDeletion.objects.create(id=DELETION, account=cast.account, role_arn=LINKED)
    accounts.create_account_alias(system, account_alias="the-company")
    password_policy.update_account_password_policy(system, minimum_password_length=8)
    tags.tag_policy(system, policy_arn=OWN, tags=[{"Key": "team", "Value": "red"}])
    credential_report.write(cast.account.pk)
    LastAccessedReport.objects.create(
        pk=JOB_ID, account=cast.account, principal="arn:aws:iam::123456789012:user/caller", services=[SERVICE]
    )
    return cast
