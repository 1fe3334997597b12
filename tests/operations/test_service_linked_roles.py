"""A service-linked role is its service's: made whole, changed by nobody, deleted by a task of its own."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from policies_app.engine.catalog import managed_policies
from policies_app.engine.catalog.service_linked_roles import ROLE_PATH, service_linked_roles
from policies_app.models import Role
from policies_app.operations import (
    attachments,
    inline_policies,
    instance_profiles,
    roles,
    tags,
)
from policies_app.operations import service_linked_roles as operations
from policies_app.operations.errors import (
    AccessDenied,
    InvalidInput,
    NoSuchEntity,
    OperationError,
    PolicyNotAttachable,
    UnknownService,
    UnmodifiableEntity,
)
from policies_app.operations.managed_policies import load_managed_policies
from tests.factories import TRUST, Cast, call_of, document

CHIME = "voiceconnector.chime.amazonaws.com"
NAME = "AWSServiceRoleForAmazonChimeVoiceConnector"
POLICY = "AmazonChimeVoiceConnectorServiceLinkedRolePolicy"
POLICY_ARN = f"arn:aws:iam::aws:policy/aws-service-role/{POLICY}"


@pytest.fixture
def linked(cast: Cast) -> Role:
    load_managed_policies(policy for policy in managed_policies.load() if policy.name == POLICY)
    return operations.create_service_linked_role(cast.system, aws_service_name=CHIME, description="For calls.")


def test_every_service_has_a_role_of_its_own_and_a_policy_that_aws_publishes() -> None:
    published = {policy.name for policy in managed_policies.load() if policy.path == ROLE_PATH}
    known = service_linked_roles().values()
    assert {role.policy for role in known if role.policy} <= published
    assert len({role.name for role in known}) == len(known)
    assert list(service_linked_roles()) == sorted(service_linked_roles())
    assert all(role.name.startswith("AWSServiceRoleFor") and len(role.name) <= 64 for role in known)


def test_it_has_the_services_path_trust_and_policy(linked: Role) -> None:
    assert linked.arn == f"arn:aws:iam::123456789012:role/aws-service-role/{CHIME}/{NAME}"
    (statement,) = json.loads(linked.trust_document.text)["Statement"]
    assert (statement["Effect"], statement["Principal"]) == ("Allow", {"Service": [CHIME]})
    assert [attachment.policy.arn for attachment in linked.attachments.all()] == [POLICY_ARN]
    assert linked.description == "For calls."


def test_an_account_has_one_unless_the_service_takes_a_suffix(cast: Cast, linked: Role) -> None:
    taken = f"Service role name {NAME} has been taken in this account, please try a different suffix."
    with pytest.raises(InvalidInput, match=taken):
        operations.create_service_linked_role(cast.system, aws_service_name=CHIME)
    with pytest.raises(InvalidInput, match=f"Custom suffix is not allowed for {CHIME}"):
        operations.create_service_linked_role(cast.system, aws_service_name=CHIME, custom_suffix="two")
    for suffix in (None, "two"):
        operations.create_service_linked_role(
            cast.system, aws_service_name="autoscaling.amazonaws.com", custom_suffix=suffix
        )
    names = Role.objects.exclude(pk=linked.pk).values_list("name", flat=True)
    assert sorted(names) == ["AWSServiceRoleForAutoScaling", "AWSServiceRoleForAutoScaling_two"]


def test_a_service_that_has_none_is_refused(cast: Cast) -> None:
    with pytest.raises(UnknownService, match=r"Cannot find Service Linked Role template for none\.amazonaws\.com"):
        operations.create_service_linked_role(cast.system, aws_service_name="none.amazonaws.com")
    assert not Role.objects.exists()


def test_which_service_may_be_a_condition(cast: Cast) -> None:
    condition = {"StringLike": {"iam:AWSServiceName": "*.chime.amazonaws.com"}}
    dana = call_of(cast.user("dana"))
    inline_policies.put_user_policy(
        cast.system,
        user_name="dana",
        policy_name="Chime",
        policy_document=document("iam:CreateServiceLinkedRole", Condition=condition),
    )
    assert operations.create_service_linked_role(dana, aws_service_name=CHIME).name == NAME
    with pytest.raises(AccessDenied):
        operations.create_service_linked_role(dana, aws_service_name="ecs.amazonaws.com")


ROLE = {"role_name": NAME}
CHANGES: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (attachments.attach_role_policy, {"policy_arn": POLICY_ARN}),
    (attachments.detach_role_policy, {"policy_arn": POLICY_ARN}),
    (attachments.put_role_permissions_boundary, {"permissions_boundary": POLICY_ARN}),
    (attachments.delete_role_permissions_boundary, {}),
    (inline_policies.put_role_policy, {"policy_name": "A", "policy_document": document("s3:*")}),
    (inline_policies.delete_role_policy, {"policy_name": "A"}),
    (roles.update_assume_role_policy, {"policy_document": TRUST}),
    (roles.update_role, {"max_session_duration": 7200}),
    (roles.delete_role, {}),
    (instance_profiles.add_role_to_instance_profile, {"instance_profile_name": "box"}),
    (instance_profiles.remove_role_from_instance_profile, {"instance_profile_name": "box"}),
]


@pytest.mark.parametrize(("change", "given"), CHANGES, ids=lambda value: getattr(value, "__name__", ""))
def test_nobody_changes_it(cast: Cast, linked: Role, change: Callable[..., Any], given: dict[str, Any]) -> None:
    instance_profiles.create_instance_profile(cast.system, instance_profile_name="box")
    words = f"Cannot perform the operation on the protected role '{NAME}' - this role is only modifiable by AWS"
    with pytest.raises(UnmodifiableEntity) as refusal:
        change(cast.system, **ROLE, **given)
    assert refusal.value.message == words
    kept = Role.objects.get(pk=linked.pk)
    assert (kept.attachments.count(), kept.inline_policies.count(), kept.boundary) == (1, 0, None)
    assert (kept.trust_document, kept.max_session_duration) == (linked.trust_document, 3600)


def test_who_may_not_change_it_is_refused_before_anything_else(cast: Cast, linked: Role) -> None:
    with pytest.raises(AccessDenied):
        roles.delete_role(call_of(cast.user("dana")), role_name=NAME)


def test_its_description_and_its_tags_are_the_accounts(cast: Cast, linked: Role) -> None:
    roles.update_role(cast.system, role_name=NAME, description="Ours.", max_session_duration=3600)
    tags.tag_role(cast.system, role_name=NAME, tags=[{"Key": "team", "Value": "blue"}])
    assert Role.objects.get(pk=linked.pk).description == "Ours."
    assert tags.list_role_tags(cast.system, role_name=NAME) == [("team", "blue")]


def test_its_policy_is_for_nobody_else(cast: Cast, linked: Role) -> None:
    cast.role("builder")
    with pytest.raises(PolicyNotAttachable, match=r"Cannot attach a Service Role Policy to a Customer Role\."):
        attachments.attach_role_policy(cast.system, role_name="builder", policy_arn=POLICY_ARN)
    assert not Role.objects.get(name="builder").attachments.exists()


def test_a_deletion_is_done_and_its_task_tells_so(cast: Cast, linked: Role) -> None:
    task = operations.delete_service_linked_role(cast.system, role_name=NAME).pk
    assert task.startswith(f"task/aws-service-role/{CHIME}/{NAME}/")
    assert not Role.objects.exists()
    status = operations.get_service_linked_role_deletion_status(cast.system, deletion_task_id=task)
    assert status == "SUCCEEDED"
    assert operations.create_service_linked_role(cast.system, aws_service_name=CHIME).name == NAME


@pytest.mark.parametrize("name", ["builder", "none"])
def test_only_a_service_linked_role_is_deleted_by_a_task(cast: Cast, name: str) -> None:
    cast.role("builder")
    with pytest.raises(NoSuchEntity, match=f"role with name {name} cannot be found"):
        operations.delete_service_linked_role(cast.system, role_name=name)
    assert Role.objects.filter(name="builder").exists()


def test_a_task_is_told_to_who_may_ask_about_its_role_and_an_unknown_one_to_nobody(cast: Cast, linked: Role) -> None:
    task = operations.delete_service_linked_role(cast.system, role_name=NAME).pk
    dana, raised = call_of(cast.user("dana")), []
    for each in (task, "task/none"):
        with pytest.raises(OperationError) as refusal:
            operations.get_service_linked_role_deletion_status(dana, deletion_task_id=each)
        raised.append(type(refusal.value))
    assert raised == [AccessDenied, AccessDenied]
    with pytest.raises(NoSuchEntity):
        operations.get_service_linked_role_deletion_status(cast.system, deletion_task_id="task/none")
