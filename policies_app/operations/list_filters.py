"""What narrows a list by facts, so that a filter that few of a million match never looks at the million.

Each fact has an index of its own that gives whom it is true of. Where those are few they are read first, and the page
is made of them; where they are many, the list is walked in its order, which soon comes by enough of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from policies_app.engine.arn import Arn
from policies_app.engine.errors import InvalidArn
from policies_app.models import (
    AccessKey,
    Attachment,
    Identity,
    IdentityKind,
    IdentityTag,
    Membership,
    Policy,
    PolicyTag,
    UserActivity,
)

from . import devices
from .calls import Call
from .errors import InvalidInput

FEW = 2000

type Keys = QuerySet[Any, int]


@dataclass(frozen=True, slots=True)
class Filter:
    """Who matches a value, by primary key; `action` is what knowing it of one asks for beside the list's own.

    `others` gives those who do not match instead, who can only be looked for in the order of the list.
    """

    keys: Callable[[Call, str], Keys]
    action: str = ""
    others: bool = False


def narrowed[M: Model](
    call: Call, rows: "QuerySet[M]", everybody: "QuerySet[M]", filters: Mapping[str, Filter], asked: Mapping[str, str]
) -> "QuerySet[M]":
    """Those of `rows` who match all that is asked.

    `everybody` are the same rows by a condition that no index serves: for where the few are known already, since
    SQLite, which does not count what an index finds, would rather walk the whole list in its order.
    """
    few: set[int] | None = None
    conditions = Q()
    for name, value in asked.items():
        matching = filters[name].keys(call, value)
        if filters[name].others:
            conditions &= ~Q(pk__in=matching)
            continue
        found = list(matching[: FEW + 1])
        if len(found) > FEW:
            conditions &= Q(pk__in=matching)
        else:
            few = few.intersection(found) if few is not None else set(found)
    return rows.filter(conditions) if few is None else everybody.filter(conditions, pk__in=few)


def days_ago(text: str) -> datetime:
    if not (text.isascii() and text.isdecimal() and 1 <= len(text) <= 4):
        raise InvalidInput(f"{text} is not a number of days from 0 to 9999.")
    return timezone.now() - timedelta(days=int(text))


def _among(kind: IdentityKind) -> Callable[[Call, str], Keys]:
    """By their names, joined with colons, which no name holds."""

    def among(call: Call, names: str) -> Keys:
        named = Identity.objects.filter(name__lower__in=names.lower().split(":"))
        return named.filter(account_id=call.account_id, kind=kind).values_list("pk", flat=True)

    return among


def _policies_among(call: Call, arns: str) -> Keys:
    """By their ARNs, joined with spaces, which no ARN holds."""
    keys = [_named(call, arn).values_list("pk", flat=True) for arn in arns.split()]
    return keys[0].union(*keys[1:]) if keys else Policy.objects.none().values_list("pk", flat=True)


def _in_group(call: Call, name: str) -> Keys:
    members = Membership.objects.filter(group__account_id=call.account_id, group__name__lower=name.lower())
    return members.values_list("user_id", flat=True)


def _with_policy(call: Call, policy: str) -> Keys:
    """Attached directly: by its ARN, or by a name that both one of AWS's and one of the account's may have."""
    having = Attachment.objects.filter(policy__in=_named(call, policy))
    return having.values_list("identity_id", flat=True)


def _named(call: Call, policy: str) -> QuerySet[Policy]:
    own, name = Q(account_id=call.account_id) | Q(account=None), policy
    if policy.startswith("arn:"):
        try:
            arn = Arn.parse(policy)
        except InvalidArn as error:
            raise InvalidInput(f"ARN {policy} is not valid.") from error
        path, _, name = arn.resource.removeprefix("policy").rpartition("/")
        own = Q(account_id=None if arn.account == "aws" else call.account_id, path=f"{path}/")
        if arn.account not in {"aws", call.account_id}:
            return Policy.objects.none()
    return Policy.objects.filter(own, name__lower=name.lower())


def _tagged(_: Call, tag: str) -> Keys:
    """By `key`, whatever its value, or by `key=value`; the case of the key makes no difference."""
    return _by_tag(IdentityTag.objects.all(), tag).values_list("identity_id", flat=True)


def _policy_tagged(_: Call, tag: str) -> Keys:
    return _by_tag(PolicyTag.objects.all(), tag).values_list("policy_id", flat=True)


def _by_tag[T: Model](tags: "QuerySet[T]", tag: str) -> "QuerySet[T]":
    key, sign, value = tag.partition("=")
    tags = tags.filter(key__lower=key.lower())
    return tags.filter(value=value) if sign else tags


def _unused(call: Call, days: str) -> Keys:
    """Neither signed in nor a key of theirs used, and not made since either."""
    unused = UserActivity.objects.filter(account_id=call.account_id, last__lt=days_ago(days))
    return unused.values_list("user_id", flat=True)


def _old_keys(_: Call, days: str) -> Keys:
    """An active one that is older."""
    return AccessKey.objects.filter(is_active=True, created__lt=days_ago(days)).values_list("user_id", flat=True)


def _devices(*_: object) -> Keys:
    return devices.holders().values_list("pk", flat=True)


def _below(kind: IdentityKind) -> Callable[[Call, str], Keys]:
    def below(call: Call, path: str) -> Keys:
        """In this spelling. SQLite's own search for a prefix takes no notice of case, and uses no index."""
        under = Q(path__gte=path, path__lt=f"{path}\U0010ffff")
        if connection.vendor != "sqlite":
            under = Q(path__startswith=path)
        return Identity.objects.filter(under, account_id=call.account_id, kind=kind).values_list("pk", flat=True)

    return below


USER: Mapping[str, Filter] = {
    "among": Filter(_among(IdentityKind.USER)),
    "path": Filter(_below(IdentityKind.USER)),
    "group": Filter(_in_group, "iam:ListGroupsForUser"),
    "policy": Filter(_with_policy, "iam:ListAttachedUserPolicies"),
    "tag": Filter(_tagged, "iam:ListUserTags"),
    "unused": Filter(_unused, "iam:GetAccessKeyLastUsed"),
    "old_keys": Filter(_old_keys, "iam:ListAccessKeys"),
    "no_mfa": Filter(_devices, "iam:ListMFADevices", others=True),
}
GROUP: Mapping[str, Filter] = {
    "among": Filter(_among(IdentityKind.GROUP)),
    "path": Filter(_below(IdentityKind.GROUP)),
    "policy": Filter(_with_policy, "iam:ListAttachedGroupPolicies"),
}
ROLE: Mapping[str, Filter] = {
    "among": Filter(_among(IdentityKind.ROLE)),
    "path": Filter(_below(IdentityKind.ROLE)),
    "policy": Filter(_with_policy, "iam:ListAttachedRolePolicies"),
    "tag": Filter(_tagged, "iam:ListRoleTags"),
}
POLICY: Mapping[str, Filter] = {
    "among": Filter(_policies_among),
    "tag": Filter(_policy_tagged, "iam:ListPolicyTags"),
}
