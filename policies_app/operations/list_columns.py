"""What lists tell of each row, and which action reading it asks for beside the list's own.

Each column of a page is read by at most one query, whatever the number of rows. What IAM's own answer to the list holds
asks for nothing else: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from policies_app.engine.compiled import compile_document
from policies_app.engine.document import Effect, Layer, PrincipalType
from policies_app.models import (
    AccessKey,
    Attachment,
    Group,
    IdentityTag,
    InlinePolicy,
    Membership,
    Policy,
    PolicyTag,
    Role,
    User,
    UserActivity,
)

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


def _gathered(rows: Sequence[Any], found: Iterable[tuple[Any, ...]]) -> Values:
    """The tuples that begin with the row's primary key, as a list for each row without it."""
    values: dict[int, list[Any]] = {row.pk: [] for row in rows}
    for pk, *value in found:
        values[pk].append(value[0] if len(value) == 1 else tuple(value))
    return values


def _groups(_: Call, rows: Sequence[User]) -> Values:
    found = Membership.objects.filter(user__in=[row.pk for row in rows]).order_by("group__name__lower")
    return _gathered(rows, found.values_list("user_id", "group__name"))


def _attached(_: Call, rows: Sequence[User | Group | Role]) -> Values:
    """Whose each policy is (its account, or None for AWS) and its name."""
    found = Attachment.objects.filter(identity__in=[row.pk for row in rows]).order_by("policy__name__lower", "policy")
    return _gathered(rows, found.values_list("identity_id", "policy__account_id", "policy__name"))


def _inline(_: Call, rows: Sequence[User | Group | Role]) -> Values:
    found = InlinePolicy.objects.filter(identity__in=[row.pk for row in rows]).order_by("name")
    return _gathered(rows, found.values_list("identity_id", "name"))


def _tags(_: Call, rows: Sequence[User | Role]) -> Values:
    found = IdentityTag.objects.filter(identity__in=[row.pk for row in rows]).order_by("key__lower")
    return _gathered(rows, found.values_list("identity_id", "key", "value"))


def _policy_tags(_: Call, rows: Sequence[Policy]) -> Values:
    found = PolicyTag.objects.filter(policy__in=[row.pk for row in rows]).order_by("key__lower")
    return _gathered(rows, found.values_list("policy_id", "key", "value"))


def _keys(_: Call, rows: Sequence[User]) -> Values:
    """When each was made, and whether it is active."""
    found = AccessKey.objects.filter(user__in=[row.pk for row in rows]).order_by("created")
    return _gathered(rows, found.values_list("user_id", "created", "is_active"))


def _key_used(_: Call, rows: Sequence[User]) -> Values:
    """When any of them was last used."""
    found = AccessKey.objects.filter(user__in=[row.pk for row in rows], last_used__isnull=False)
    used = _gathered(rows, found.values_list("user_id", "last_used"))
    return {pk: max(times, default=None) for pk, times in used.items()}


def _activity(_: Call, rows: Sequence[User]) -> Values:
    """None for who neither signed in nor used a key since they were made."""
    last = dict(UserActivity.objects.filter(user__in=[row.pk for row in rows]).values_list("user_id", "last"))
    return {row.pk: None if last[row.pk] == row.created else last[row.pk] for row in rows}


def _has_device(_: Call, rows: Sequence[User]) -> Values:
    having = set(devices.holders().filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
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


def _members(_: Call, rows: Sequence[Group]) -> Values:
    return _counted(Group.objects.filter(pk__in=[row.pk for row in rows]), _MEMBERS, [])


def _attached_to(call: Call, rows: Sequence[Policy]) -> Values:
    """How many of the account's identities."""
    return _counted(Policy.objects.filter(pk__in=[row.pk for row in rows]), _ATTACHED_TO, [call.account_id])


def _boundary_of(call: Call, rows: Sequence[Policy]) -> Values:
    return _counted(Policy.objects.filter(pk__in=[row.pk for row in rows]), _BOUNDARY_OF, [call.account_id])


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


def _counted(rows: QuerySet[Any], what: str, parameters: list[str]) -> Values:
    number = RawSQL(f"(SELECT COUNT(*) FROM ({what}) AS counted)", [*parameters, COUNTED + 1])  # noqa: S608, S611  # ours
    return dict(rows.annotate(number=number).values_list("pk", "number"))


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
