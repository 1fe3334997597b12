"""What narrows a list by facts, so that a filter that few of a million match never looks at the million.

Each fact has an index of its own that gives whom it is true of. Where those are few they are read first, and the page
is made of them; where they are many, the list is walked in its order, which soon comes by enough of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull
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
from .search import listed, path_begins_with

FEW = 10_000
"""So many are sorted; of more, one in a hundred of a million matches, and is soon come by."""


@dataclass(frozen=True, slots=True)
class Filter:
    """`facts` are the rows that say who matches a value, whom they name in the field `of`.

    `action` is what knowing it of one asks for beside the list's own. With `others` those match whom none names, who
    can only be looked for in the order of the list.
    """

    facts: Callable[[Call, str], QuerySet[Any]]
    of: str
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
        found = filters[name]
        facts = found.facts(call, value)
        of_row = facts.filter(**{found.of: OuterRef("pk")}).order_by()
        if found.others:
            conditions &= ~Q(Exists(of_row))
            continue
        keys = list(facts.values_list(found.of, flat=True)[: FEW + 1])
        if len(keys) > FEW:
            # With a limit PostgreSQL asks it of one row after the other; an EXISTS it would work out of all at once.
            conditions &= Q(IsNull(Subquery(of_row.values("pk")[:1]), False))
        else:
            few = few.intersection(keys) if few is not None else set(keys)
    return rows.filter(conditions) if few is None else everybody.filter(conditions, pk__in=listed(list(few)))


def days_ago(text: str) -> datetime:
    if not (text.isascii() and text.isdecimal() and 1 <= len(text) <= 4):
        raise InvalidInput(f"{text} is not a number of days from 0 to 9999.")
    return timezone.now() - timedelta(days=int(text))


def _among(kind: IdentityKind) -> Callable[[Call, str], QuerySet[Any]]:
    """By their names, joined with colons, which no name holds."""

    def among(call: Call, names: str) -> QuerySet[Any]:
        named = Identity.objects.filter(name__lower__in=names.lower().split(":"))
        return named.filter(account_id=call.account_id, kind=kind)

    return among


def _policies_among(call: Call, arns: str) -> QuerySet[Any]:
    """By their ARNs, joined with spaces, which no ARN holds."""
    keys = [_named(call, arn).values("pk") for arn in arns.split()]
    return Policy.objects.filter(pk__in=keys[0].union(*keys[1:])) if keys else Policy.objects.none()


def _in_group(call: Call, name: str) -> QuerySet[Any]:
    group = Identity.objects.filter(account_id=call.account_id, kind=IdentityKind.GROUP, name__lower=name.lower())
    return Membership.objects.filter(group__in=group.values("pk"))


def _with_policy(call: Call, policy: str) -> QuerySet[Any]:
    """Attached directly: by its ARN, or by a name that both one of AWS's and one of the account's may have."""
    return Attachment.objects.filter(policy__in=_named(call, policy).values("pk"))


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


def _tagged(_: Call, tag: str) -> QuerySet[Any]:
    """By `key`, whatever its value, or by `key=value`; the case of the key makes no difference."""
    return _by_tag(IdentityTag.objects.all(), tag)


def _policy_tagged(_: Call, tag: str) -> QuerySet[Any]:
    return _by_tag(PolicyTag.objects.all(), tag)


def _by_tag[T: Model](tags: "QuerySet[T]", tag: str) -> "QuerySet[T]":
    key, sign, value = tag.partition("=")
    tags = tags.filter(key__lower=key.lower())
    return tags.filter(value=value) if sign else tags


def _unused(call: Call, days: str) -> QuerySet[Any]:
    """Neither signed in nor a key of theirs used, and not made since either."""
    return UserActivity.objects.filter(account_id=call.account_id, last__lt=days_ago(days))


def _old_keys(_: Call, days: str) -> QuerySet[Any]:
    """An active one that is older."""
    return AccessKey.objects.filter(is_active=True, created__lt=days_ago(days))


def _devices(*_: object) -> QuerySet[Any]:
    return devices.holders()


def _below(kind: IdentityKind) -> Callable[[Call, str], QuerySet[Any]]:
    def below(call: Call, path: str) -> QuerySet[Any]:
        return Identity.objects.filter(path_begins_with(path), account_id=call.account_id, kind=kind)

    return below


USER: Mapping[str, Filter] = {
    "among": Filter(_among(IdentityKind.USER), "pk"),
    "path": Filter(_below(IdentityKind.USER), "pk"),
    "group": Filter(_in_group, "user_id", "iam:ListGroupsForUser"),
    "policy": Filter(_with_policy, "identity_id", "iam:ListAttachedUserPolicies"),
    "tag": Filter(_tagged, "identity_id", "iam:ListUserTags"),
    "unused": Filter(_unused, "user_id", "iam:GetAccessKeyLastUsed"),
    "old_keys": Filter(_old_keys, "user_id", "iam:ListAccessKeys"),
    "no_mfa": Filter(_devices, "pk", "iam:ListMFADevices", others=True),
}
GROUP: Mapping[str, Filter] = {
    "among": Filter(_among(IdentityKind.GROUP), "pk"),
    "path": Filter(_below(IdentityKind.GROUP), "pk"),
    "policy": Filter(_with_policy, "identity_id", "iam:ListAttachedGroupPolicies"),
}
ROLE: Mapping[str, Filter] = {
    "among": Filter(_among(IdentityKind.ROLE), "pk"),
    "path": Filter(_below(IdentityKind.ROLE), "pk"),
    "policy": Filter(_with_policy, "identity_id", "iam:ListAttachedRolePolicies"),
    "tag": Filter(_tagged, "identity_id", "iam:ListRoleTags"),
}
POLICY: Mapping[str, Filter] = {
    "among": Filter(_policies_among, "pk"),
    "tag": Filter(_policy_tagged, "policy_id", "iam:ListPolicyTags"),
}
