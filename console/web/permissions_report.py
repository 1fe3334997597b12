"""The policies that bear on somebody as pages show them: a row for each, and what they come to together."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from policies_app.engine.analyzer.summary import Summary, summarize
from policies_app.engine.decision import Decision
from policies_app.engine.document import Policy as CompiledPolicy
from policies_app.models import Group, Policy
from policies_app.operations.bearing_policies import BearingPolicies

from .templatetags.links import address, scope


@dataclass(frozen=True, slots=True)
class Row:
    """One policy: `managed` is missing for an inline one.

    `groups` are those that it comes through; `direct` says that it is also, or only, the user's own.
    """

    name: str
    direct: bool
    groups: tuple[Group, ...]
    managed: Policy | None = None

    @property
    def url(self) -> str:
        """Of what it says, for whom it bears on."""
        if self.managed:
            return address("me:policy", scope(self.managed), self.name)
        if self.direct:
            return address("me:inline_policy", self.name)
        return address("me:group_policy", self.groups[0].name, self.name)


@dataclass(frozen=True, slots=True)
class Refusal:
    title: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class Report:
    """Each policy once, and what of the lists of them was refused."""

    read: BearingPolicies
    managed: list[Row]
    managed_refused: list[Refusal]
    inline: list[Row]
    inline_refused: list[Refusal]
    boundary: Row | None


def lay_out(read: BearingPolicies, whom: str = "you", whose: str = "Your") -> Report:
    """`whom` and `whose` are how refusals speak of whom the policies bear on."""
    return Report(
        read,
        managed=_managed(read),
        managed_refused=list(_managed_refused(read, whom)),
        inline=list(_inline(read)),
        inline_refused=list(_inline_refused(read, whose)),
        boundary=Row(read.boundary.name, False, (), read.boundary) if read.boundary else None,
    )


def _managed(read: BearingPolicies) -> list[Row]:
    groups: defaultdict[str, list[Group]] = defaultdict(list)
    direct = {policy.arn: policy for policy in read.attached.value or ()}
    policies = dict(direct)
    for through in read.through_groups:
        for policy in through.attached.value or ():
            groups[policy.arn].append(through.group)
            policies.setdefault(policy.arn, policy)
    return [Row(policy.name, arn in direct, tuple(groups[arn]), policy) for arn, policy in policies.items()]


def _inline(read: BearingPolicies) -> Iterator[Row]:
    if not read.inline.policies.refused:
        yield from (Row(name, True, ()) for name in read.inline.names.value or ())
    for through in read.through_groups:
        if not through.inline.policies.refused:
            yield from (Row(name, False, (through.group,)) for name in through.inline.names.value or ())


def _managed_refused(read: BearingPolicies, whom: str) -> Iterator[Refusal]:
    if read.attached.refused:
        yield Refusal(f"Policies attached to {whom}", read.attached.refused)
    for through in read.through_groups:
        if through.attached.refused:
            yield Refusal(f"Policies attached to group {through.group.name}", through.attached.refused)


def _inline_refused(read: BearingPolicies, whose: str) -> Iterator[Refusal]:
    sources = [(f"{whose} inline policies", read.inline)]
    sources += [(f"Inline policies of group {through.group.name}", through.inline) for through in read.through_groups]
    for title, inline in sources:
        if inline.names.refused:
            yield Refusal(f"{title}: which there are", inline.names.refused)
        if inline.policies.refused:
            names = ", ".join(inline.names.value or ()) or "what they say"
            yield Refusal(f"{title}: {names}", inline.policies.refused)


@dataclass(frozen=True, slots=True)
class Effective:
    """What the documents come to together; `incomplete` when some of them may not be read or be understood.

    `within` is the boundary that caps them, where it can be read. `documents_refused` are the managed policies' own.
    """

    policies: list[CompiledPolicy]
    within: list[CompiledPolicy] | None
    summary: Summary
    incomplete: bool
    documents_refused: list[Refusal]

    @property
    def capped(self) -> bool:
        return self.within is not None


def sum_up(report: Report) -> Effective:
    """Of what was read with its documents. An unreadable boundary caps nothing here, and makes the sum incomplete."""
    read, boundary = report.read, report.read.boundary
    named = [row.managed for row in report.managed if row.managed]
    bearing = [_compiled(read, policy) for policy in named]
    for inline in (read.inline, *(through.inline for through in read.through_groups)):
        bearing += [read.compiled[policy.document_id] for policy in inline.policies.value or ()]
    cap = _compiled(read, boundary) if boundary else None
    within = [cap] if cap else None
    policies = [policy for policy in bearing if policy]
    refused = [
        Refusal(policy.name, decision)
        for policy in ([*named, boundary] if boundary else named)
        if (decision := read.in_force[policy.arn].refused)
    ]
    lists_refused = read.user.refused or read.groups.refused or report.managed_refused or report.inline_refused
    incomplete = bool(lists_refused or None in bearing or (boundary and not cap))
    return Effective(policies, within, summarize(*policies, within=within), incomplete, refused)


def _compiled(read: BearingPolicies, policy: Policy) -> CompiledPolicy | None:
    document = read.in_force[policy.arn].value
    return read.compiled[document] if document else None
