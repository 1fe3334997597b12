"""The policies that bear on a user, role or group, the caller or another: every piece by the IAM action that reads it.

The actions on the user's ARN say what there is; groups and policies are then read all together, so that the
number of queries is the same however many there are. Each group and policy is still authorised by its own action and
ARN, and has an event of its own.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db.models import F

from policies_app.engine.document import Policy as CompiledPolicy
from policies_app.engine.evaluator import Decision
from policies_app.models import Group, Identity, InlinePolicy, Policy, PolicyVersion, Role, User
from policies_app.models.prepared import Prepared

from . import attachments, identities, inline_policies, roles, users
from .asking import Asking, asking_of
from .authorization import compile_stored
from .calls import Call
from .errors import AccessDenied


@dataclass(frozen=True, slots=True)
class Reading[T]:
    """The `value`, or the decision that refused it. Neither, where it was not asked for."""

    value: T | None = None
    refused: Decision | None = None


@dataclass(frozen=True, slots=True)
class InlineReading:
    """Of one identity: the names are told by one action, the documents by another."""

    names: Reading[list[str]]
    policies: Reading[list[InlinePolicy]]


@dataclass(frozen=True, slots=True)
class GroupReading:
    group: Group
    attached: Reading[list[Policy]]
    inline: InlineReading


@dataclass(frozen=True, slots=True)
class BearingPolicies:
    """`in_force` is the hash of the document in force of each managed policy, by ARN: those attached to the user or to
    a group, and the boundary. `compiled` are the documents that were read, by hash; None for one with errors.

    Both are empty where only what there is was asked for. Of a role or group all is said in the words of a user.
    """

    user: Reading[User]
    groups: Reading[list[Group]]
    attached: Reading[list[Policy]]
    inline: InlineReading
    through_groups: list[GroupReading]
    boundary: Policy | None
    in_force: Mapping[str, Reading[str]] = field(default_factory=dict)
    compiled: Mapping[str, CompiledPolicy | None] = field(default_factory=dict)

    @property
    def all_refused(self) -> bool:
        """Whether none of the five actions on the user's own ARN is allowed: then nothing else was asked for."""
        own = self.user, self.groups, self.attached, self.inline.names, self.inline.policies
        return all(reading.refused for reading in own)


def list_own(call: Call) -> BearingPolicies:
    """What there is, by name, and whether the documents of the own inline policies may be read. None is."""
    row, own, groups, attached, names = _user(call, call.user_name)
    with asking_of(call) as asking:
        refused = asking.would_refuse("GetUserPolicy", row)
        for name in names.value or () if refused else ():
            asking.refused("GetUserPolicy", row, user_name=row.name, policy_name=name)
    inline = InlineReading(names, Reading(refused=refused))
    through = through_groups(call, groups.value or [])
    return BearingPolicies(own, groups, attached, inline, through, own.value.boundary if own.value else None)


def read_own(call: Call) -> BearingPolicies:
    return read_user(call, call.user_name)


def read_user(call: Call, user_name: str) -> BearingPolicies:
    """Of any user that the caller knows to be there."""
    return _read(call, *_user(call, user_name))


def _user(
    call: Call, user_name: str
) -> tuple[User, Reading[User], Reading[list[Group]], Reading[list[Policy]], Reading[list[str]]]:
    name = {"user_name": user_name}
    return (
        identities.find(call, User, user_name),
        _one(users.get_user, call, **name),
        _one(users.list_groups_for_user, call, **name),
        _one(attachments.list_attached_user_policies, call, **name),
        _one(inline_policies.list_user_policies, call, **name),
    )


def read_role(call: Call, role_name: str) -> BearingPolicies:
    """Of any role that the caller knows to be there. Roles are in no groups."""
    name = {"role_name": role_name}
    return _read(
        call,
        identities.find(call, Role, role_name),
        _one(roles.get_role, call, **name),
        Reading([]),
        _one(attachments.list_attached_role_policies, call, **name),
        _one(inline_policies.list_role_policies, call, **name),
    )


def read_group(call: Call, group: Group) -> BearingPolicies:
    """Of a group that GetGroup gave: what its members have through it."""
    name = {"group_name": group.name}
    return _read(
        call,
        group,
        Reading(group),
        Reading([]),
        _one(attachments.list_attached_group_policies, call, **name),
        _one(inline_policies.list_group_policies, call, **name),
    )


def _read(
    call: Call,
    row: User | Role | Group,
    own: Reading[Any],
    groups: Reading[list[Group]],
    attached: Reading[list[Policy]],
    names: Reading[list[str]],
) -> BearingPolicies:
    boundary = own.value.boundary if own.value else None
    with asking_of(call) as asking:
        inline = _inline(asking, row.KIND.label, [(row, names)])[0]
        through_groups = _through_groups(asking, groups.value or [])
        everything = [
            *(attached.value or ()),
            *(each for group in through_groups for each in group.attached.value or ()),
        ]
        in_force = _in_force(asking, [*everything, boundary] if boundary else everything)
    keys = [
        *(
            policy.document_id
            for each in (inline, *(group.inline for group in through_groups))
            for policy in each.policies.value or ()
        ),
        *(reading.value for reading in in_force.values() if reading.value),
    ]
    return BearingPolicies(own, groups, attached, inline, through_groups, boundary, in_force, compile_stored(keys))


def _one[T](perform: Callable[..., T], call: Call, **parameters: Any) -> Reading[T]:
    try:
        return Reading(value=perform(call, **parameters))
    except AccessDenied as error:
        return Reading(refused=error.decision)


def through_groups(call: Call, groups: list[Group]) -> list[GroupReading]:
    """For the page of any user: what the groups have, by name. The documents are not asked for."""
    with asking_of(call) as asking:
        attached, names = _listed_of_groups(asking, groups)
    return [
        GroupReading(group, policies, InlineReading(inline_names, Reading()))
        for group, policies, inline_names in zip(groups, attached, names, strict=True)
    ]


def _through_groups(asking: Asking, groups: list[Group]) -> list[GroupReading]:
    attached, names = _listed_of_groups(asking, groups)
    inline = _inline(asking, "Group", list(zip(groups, names, strict=True)))
    return [GroupReading(*each) for each in zip(groups, attached, inline, strict=True)]


def _listed_of_groups(
    asking: Asking, groups: list[Group]
) -> tuple[list[Reading[list[Policy]]], list[Reading[list[str]]]]:
    """The managed policies attached to each group, and the names of its inline ones."""
    attached = _listed(asking, "ListAttachedGroupPolicies", groups, _attached)
    names = _listed(asking, "ListGroupPolicies", groups, lambda pks: _inline_names(len(pks))(*pks))
    return attached, names


def _attached(pks: list[int]) -> Iterator[tuple[int, Policy]]:
    for policy in _attached_policies(len(pks))(*pks):
        yield policy.holder, policy


@cache  # somebody is in ten groups at most
def _attached_policies(count: int) -> Prepared[Any]:
    return Prepared(
        lambda *pks: (
            Policy.objects.filter(attachments__identity_id__in=pks)
            .annotate(holder=F("attachments__identity_id"))
            .order_by("name__lower", "pk")
        ),
        *[int] * count,
    )


@cache
def _inline_names(count: int) -> Prepared[tuple[int, str]]:
    return Prepared(
        lambda *pks: (
            InlinePolicy.objects.filter(identity_id__in=pks).order_by("name").values_list("identity_id", "name")
        ),
        *[int] * count,
    )


def _listed[T](
    asking: Asking, action: str, groups: list[Group], rows: Callable[[list[int]], Iterable[tuple[int, T]]]
) -> list[Reading[list[T]]]:
    """What `rows` gives for the groups that may be listed, one reading a group."""
    refusals = [asking.refused(action, group, group_name=group.name) for group in groups]
    found: defaultdict[int, list[T]] = defaultdict(list)
    allowed = [group.pk for group, refused in zip(groups, refusals, strict=True) if refused is None]
    for pk, item in rows(allowed) if allowed else ():
        found[pk].append(item)
    return [
        Reading(refused=refused) if refused else Reading(found[group.pk])
        for group, refused in zip(groups, refusals, strict=True)
    ]


def _inline(asking: Asking, kind: str, listed: Sequence[tuple[Identity, Reading[list[str]]]]) -> list[InlineReading]:
    """The inline policies of identities of one kind, by `GetUserPolicy`, `GetGroupPolicy` or `GetRolePolicy`."""
    action, parameter = f"Get{kind}Policy", f"{kind.lower()}_name"
    refusals = []
    for identity, names in listed:
        asked = [
            asking.refused(action, identity, **{parameter: identity.name, "policy_name": name})
            for name in names.value or ()
        ]
        # With one resource for all of them, all are decided alike.
        refusals.append(asked[0] if asked else asking.would_refuse(action, identity))
    found: defaultdict[int, list[InlinePolicy]] = defaultdict(list)
    allowed = [
        identity.pk
        for (identity, names), refused in zip(listed, refusals, strict=True)
        if names.value and refused is None
    ]
    rows = InlinePolicy.objects.filter(identity_id__in=allowed).order_by("name")
    for policy in rows if allowed else ():
        found[policy.identity_id].append(policy)
    return [
        InlineReading(names, Reading(refused=refused) if refused else Reading(found[identity.pk]))
        for (identity, names), refused in zip(listed, refusals, strict=True)
    ]


def _in_force(asking: Asking, policies: Iterable[Policy]) -> dict[str, Reading[str]]:
    named = {policy.arn: policy for policy in policies}
    rows = PolicyVersion.objects.filter(policy_id__in=[policy.pk for policy in named.values()], is_default=True)
    found = rows.values_list("policy_id", "number", "document_id") if named else ()
    versions = {pk: (f"v{number}", document) for pk, number, document in found}
    return {arn: _document(asking, policy, *versions[policy.pk]) for arn, policy in named.items()}


def _document(asking: Asking, policy: Policy, version_id: str, document: str) -> Reading[str]:
    refused = asking.refused("GetPolicyVersion", policy, policy_arn=policy.arn, version_id=version_id)
    return Reading(refused=refused) if refused else Reading(document)
