"""What lists tell of each row, and which action reading it asks for beside the list's own.

Each column of a page is read by at most one query, whatever the number of rows. What IAM's own answer to the list holds
asks for nothing else: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL

from policies_app.engine.compiled import compile_document
from policies_app.engine.document import Effect, Layer, PrincipalType
from policies_app.models import (
    AccessKey,
    Attachment,
    Group,
    IdentityTag,
    InlinePolicy,
    InstanceProfile,
    Membership,
    Policy,
    PolicyTag,
    Role,
    User,
    UserActivity,
)
from policies_app.models.prepared import Prepared

from . import devices
from .calls import Call, Context
from .creation import request_context

COUNTED = 1000
"""Of members and of what a policy is attached to: a count of COUNTED + 1 says "more than that"."""

type Row = User | Group | Role | Policy
type Values = Mapping[int, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """`read` gives a value for each of the rows, by primary key; `context` is what `action` is asked with."""

    read: Callable[[Call, Sequence[Any]], Values]
    action: str = ""
    context: Callable[[Any], Context] | None = None


def _own(value: Callable[[Any], Any]) -> Callable[[Call, Sequence[Any]], Values]:
    return lambda _, rows: {row.pk: value(row) for row in rows}


# The rows of a page come as one parameter, so that the SQL is the same for all pages, and made once.
_KEYS = {
    "sqlite": "SELECT value FROM json_each(%s)",
    "postgresql": "SELECT value::bigint FROM json_array_elements_text(%s::json)",
}


def _among(keys: str) -> RawSQL:
    return RawSQL(_KEYS[connection.vendor], [keys])  # noqa: S611  # nothing in it but the parameter


def _keys_of(rows: Sequence[Any]) -> str:
    return json.dumps([row.pk for row in rows])


def _gathered(facts: type[Model], of: str, *fields: str, by: Sequence[str]) -> Callable[[Call, Sequence[Any]], Values]:
    """A list for each row of what the `facts` of it, which name it in the field `of`, hold in these fields."""
    found = Prepared(
        lambda keys: (
            facts._default_manager.filter(**{f"{of}__in": _among(keys)}).order_by(*by).values_list(f"{of}_id", *fields)
        ),
        str,
    )

    def read(_: Call, rows: Sequence[Any]) -> Values:
        values: dict[int, list[Any]] = {row.pk: [] for row in rows}
        for pk, *value in found(_keys_of(rows)):
            values[pk].append(value[0] if len(value) == 1 else tuple(value))
        return values

    return read


_groups = _gathered(Membership, "user", "group__name", by=["group__name__lower"])
# Whose each policy is (its account, or None for AWS) and its name.
_attached = _gathered(
    Attachment, "identity", "policy__account_id", "policy__name", by=["policy__name__lower", "policy"]
)
_inline = _gathered(InlinePolicy, "identity", "name", by=["name"])
_profiles = _gathered(InstanceProfile, "role", "name", by=["name"])
_tags = _gathered(IdentityTag, "identity", "key", "value", by=["key__lower"])
_policy_tags = _gathered(PolicyTag, "policy", "key", "value", by=["key__lower"])
# When each was made, and whether it is active.
_keys = _gathered(AccessKey, "user", "created", "is_active", by=["created"])
_uses = _gathered(AccessKey, "user", "last_used", by=["created"])
_last = _gathered(UserActivity, "user", "last", by=["user"])


def _key_used(call: Call, rows: Sequence[User]) -> Values:
    """When any of them was last used."""
    return {pk: max(filter(None, times), default=None) for pk, times in _uses(call, rows).items()}


def _activity(call: Call, rows: Sequence[User]) -> Values:
    """None for who neither signed in nor used a key since they were made."""
    last = _last(call, rows)
    return {row.pk: None if last[row.pk] == [row.created] else last[row.pk][0] for row in rows}


def _has_device(_: Call, rows: Sequence[User]) -> Values:
    having = set(devices.holders().filter(pk__in=_among(_keys_of(rows))).values_list("pk", flat=True))
    return {row.pk: row.pk in having for row in rows}


def _password_changed(user: User) -> datetime | None:
    return user.password_changed if user.has_console_password else None


def _trusted(role: Role) -> list[tuple[PrincipalType, str]]:
    """Whom its trust policy names, each once; with a NotPrincipal everybody else as well."""
    document = role.trust_document
    policy = compile_document(document.sha256, document.text, Layer.TRUST)
    allowing = [each for each in policy.statements if each.effect is Effect.ALLOW] if policy else []
    named = {(each.type, each.identifier): None for statement in allowing for each in statement.principal}
    if any(statement.not_principal for statement in allowing):
        named[PrincipalType.EVERYONE, ""] = None
    return list(named)


def _bounded(role: Role) -> Context:
    return request_context(boundary_arn=role.boundary.arn if role.boundary else None)


# Django cannot make a subquery of a subquery that is cut off, and without the cut a group of a million is counted.
_MEMBERS = "SELECT 1 FROM policies_app_membership m WHERE m.group_id = policies_app_group.identity_id LIMIT %s"
_ATTACHED_TO = (
    # To SQLite a CROSS JOIN is in this order: else it reads all identities of the account.
    "SELECT 1 FROM policies_app_attachment a CROSS JOIN policies_app_identity i"
    " WHERE i.id = a.identity_id AND a.policy_id = policies_app_policy.id AND i.account_id = %s LIMIT %s"
)
_BOUNDARY_OF = (
    "SELECT 1 FROM policies_app_identity i WHERE i.boundary_id = policies_app_policy.id AND i.account_id = %s LIMIT %s"
)


def _counted(model: type[Model], what: str, *kinds: type[str]) -> Prepared[tuple[int, int]]:
    def counted(keys: str, *parameters: str) -> QuerySet[Any, Any]:
        number = RawSQL(f"(SELECT COUNT(*) FROM ({what}) AS counted)", [*parameters, COUNTED + 1])  # noqa: S608, S611  # ours
        rows = model._default_manager.filter(pk__in=_among(keys)).annotate(number=number)
        numbers: QuerySet[Any, Any] = rows.values_list("pk", "number")
        return numbers

    return Prepared(counted, str, *kinds)


_member_counts = _counted(Group, _MEMBERS)
_attachment_counts = _counted(Policy, _ATTACHED_TO, str)
_boundary_counts = _counted(Policy, _BOUNDARY_OF, str)


def _members(_: Call, rows: Sequence[Group]) -> Values:
    return dict(_member_counts(_keys_of(rows)))


def _attached_to(call: Call, rows: Sequence[Policy]) -> Values:
    """How many of the account's identities."""
    return dict(_attachment_counts(_keys_of(rows), call.account_id))


def _boundary_of(call: Call, rows: Sequence[Policy]) -> Values:
    return dict(_boundary_counts(_keys_of(rows), call.account_id))


_PATH = _own(lambda row: row.path)
_ARN = _own(lambda row: row.arn)
_CREATED = _own(lambda row: row.created)

USER: Mapping[str, Column] = {
    "path": Column(_PATH),
    "groups": Column(_groups, "iam:ListGroupsForUser"),
    "policies": Column(_attached, "iam:ListAttachedUserPolicies"),
    "inline": Column(_inline, "iam:ListUserPolicies"),
    "activity": Column(_activity, "iam:GetAccessKeyLastUsed"),
    "sign_in": Column(_own(lambda user: user.last_login)),
    "console": Column(_own(lambda user: user.has_console_password), "iam:GetLoginProfile"),
    "password_age": Column(_own(_password_changed), "iam:GetLoginProfile"),
    "keys": Column(_keys, "iam:ListAccessKeys"),
    "key_used": Column(_key_used, "iam:GetAccessKeyLastUsed"),
    "mfa": Column(_has_device, "iam:ListMFADevices"),
    "tags": Column(_tags, "iam:ListUserTags"),
    "created": Column(_CREATED),
    "arn": Column(_ARN),
}
GROUP: Mapping[str, Column] = {
    "path": Column(_PATH),
    "members": Column(_members, "iam:GetGroup"),
    "policies": Column(_attached, "iam:ListAttachedGroupPolicies"),
    "inline": Column(_inline, "iam:ListGroupPolicies"),
    "created": Column(_CREATED),
    "arn": Column(_ARN),
}
ROLE: Mapping[str, Column] = {
    "path": Column(_PATH),
    "trusted": Column(_own(_trusted)),
    # What ListRoles leaves out: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html
    "activity": Column(_own(lambda role: role.last_used), "iam:GetRole", _bounded),
    "description": Column(_own(lambda role: role.description)),
    "duration": Column(_own(lambda role: role.max_session_duration)),
    "policies": Column(_attached, "iam:ListAttachedRolePolicies"),
    "inline": Column(_inline, "iam:ListRolePolicies"),
    "profiles": Column(_profiles, "iam:ListInstanceProfilesForRole"),
    "tags": Column(_tags, "iam:ListRoleTags"),
    "created": Column(_CREATED),
    "arn": Column(_ARN),
}
POLICY: Mapping[str, Column] = {
    "type": Column(_own(lambda policy: policy)),
    "attached": Column(_attached_to),
    "boundary": Column(_boundary_of),
    "description": Column(_own(lambda policy: policy.description), "iam:GetPolicy"),
    "tags": Column(_policy_tags, "iam:ListPolicyTags"),
    "path": Column(_PATH),
    "updated": Column(_own(lambda policy: policy.updated)),
    "created": Column(_CREATED),
    "arn": Column(_ARN),
}
