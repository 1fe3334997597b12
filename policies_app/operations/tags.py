"""Tags of users, roles, customer managed policies and instance profiles. Groups have none, as in IAM."""

from collections.abc import Mapping
from typing import Any

from policies_app.models import IdentityTag, InstanceProfile, InstanceProfileTag, Policy, PolicyTag, Role, User
from policies_app.models.policies import Tag
from policies_app.models.prepared import Prepared

from . import identities, instance_profiles, policies
from .calls import Call, operation
from .creation import Tags, refuse_duplicate_keys, request_context
from .errors import LimitExceeded, UnmodifiableEntity

type Tagged = User | Role | Policy | InstanceProfile

TAGS_PER_RESOURCE = 50


@operation("TagUser")
def tag_user(call: Call, *, user_name: str, tags: Tags) -> None:
    _tag(call, identities.find(call, User, user_name, lock=True), tags)


@operation("TagRole")
def tag_role(call: Call, *, role_name: str, tags: Tags) -> None:
    _tag(call, identities.find(call, Role, role_name, lock=True), tags)


@operation("TagPolicy")
def tag_policy(call: Call, *, policy_arn: str, tags: Tags) -> None:
    _tag(call, policies.find(call, policy_arn, lock=True), tags)


@operation("TagInstanceProfile")
def tag_instance_profile(call: Call, *, instance_profile_name: str, tags: Tags) -> None:
    _tag(call, instance_profiles.find(call, instance_profile_name, lock=True), tags)


@operation("UntagUser")
def untag_user(call: Call, *, user_name: str, tag_keys: list[str]) -> None:
    _untag(call, identities.find(call, User, user_name, lock=True), tag_keys)


@operation("UntagRole")
def untag_role(call: Call, *, role_name: str, tag_keys: list[str]) -> None:
    _untag(call, identities.find(call, Role, role_name, lock=True), tag_keys)


@operation("UntagPolicy")
def untag_policy(call: Call, *, policy_arn: str, tag_keys: list[str]) -> None:
    _untag(call, policies.find(call, policy_arn, lock=True), tag_keys)


@operation("UntagInstanceProfile")
def untag_instance_profile(call: Call, *, instance_profile_name: str, tag_keys: list[str]) -> None:
    _untag(call, instance_profiles.find(call, instance_profile_name, lock=True), tag_keys)


@operation("ListUserTags", reads=True)
def list_user_tags(call: Call, *, user_name: str) -> list[tuple[str, str]]:
    return _list(call, identities.find(call, User, user_name))


@operation("ListRoleTags", reads=True)
def list_role_tags(call: Call, *, role_name: str) -> list[tuple[str, str]]:
    return _list(call, identities.find(call, Role, role_name))


@operation("ListPolicyTags", reads=True)
def list_policy_tags(call: Call, *, policy_arn: str) -> list[tuple[str, str]]:
    return _list(call, policies.find(call, policy_arn))


@operation("ListInstanceProfileTags", reads=True)
def list_instance_profile_tags(call: Call, *, instance_profile_name: str) -> list[tuple[str, str]]:
    return _list(call, instance_profiles.find(call, instance_profile_name))


def of(row: Tagged) -> list[tuple[str, str]]:
    """Each key and its value, in the order of the keys; for answers that tell of the row and have been allowed."""
    return _OF[type(row)](row.pk)


def as_given(row: Tagged) -> list[tuple[str, str]]:
    """Of what was just made: in the order of the request."""
    return list(row.tags.order_by("pk").values_list("key", "value"))


def _prepared(model: type[Tag], owner: str) -> Prepared[tuple[str, str]]:
    return Prepared(
        lambda pk: model._default_manager.filter(**{owner: pk}).order_by("key").values_list("key", "value"), int
    )


_of_identity = _prepared(IdentityTag, "identity")
_OF: Mapping[type[Any], Prepared[tuple[str, str]]] = {
    User: _of_identity,
    Role: _of_identity,
    Policy: _prepared(PolicyTag, "policy"),
    InstanceProfile: _prepared(InstanceProfileTag, "instance_profile"),
}


def _tag(call: Call, row: Tagged, tags: Tags) -> None:
    """A key that is there already, in whatever case, gets the new value and the new spelling."""
    refuse_duplicate_keys(tags)
    call.authorize(row, request_context(tags))
    _refuse_aws_managed(row)
    _delete(row, [tag["Key"] for tag in tags])
    if row.tags.count() + len(tags) > TAGS_PER_RESOURCE:
        raise LimitExceeded(f"Cannot exceed quota for TagsPerResource: {TAGS_PER_RESOURCE}")
    for tag in tags:
        row.tags.create(key=tag["Key"], value=tag["Value"])


def _untag(call: Call, row: Tagged, tag_keys: list[str]) -> None:
    call.authorize(row, {"aws:TagKeys": tuple(tag_keys)})
    _refuse_aws_managed(row)
    _delete(row, tag_keys)


def _delete(row: Tagged, keys: list[str]) -> None:
    """Compared here and not by the database: SQLite knows the case of ASCII letters only."""
    folded = {key.lower() for key in keys}
    row.tags.filter(pk__in=[tag.pk for tag in row.tags.all() if tag.key.lower() in folded]).delete()


def _list(call: Call, row: Tagged) -> list[tuple[str, str]]:
    call.authorize(row)
    return list(row.tags.order_by("key__lower").values_list("key", "value"))


def _refuse_aws_managed(row: Tagged) -> None:
    if isinstance(row, Policy) and row.is_aws_managed:
        raise UnmodifiableEntity(f"The policy {row.name} is managed by AWS and cannot be changed.")
