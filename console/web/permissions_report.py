"""The policies that bear on somebody as a page shows them: a card for each, and what they come to together."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from policies_app.engine.analyzer.summary import Summary, summarize
from policies_app.engine.compiled import compile_document
from policies_app.engine.decision import Decision
from policies_app.engine.document import Layer
from policies_app.engine.document import Policy as CompiledPolicy
from policies_app.models import Document, Group
from policies_app.operations.bearing_policies import BearingPolicies, ManagedReading

from .documents import readable

KEPT: Final = 512
"""Documents of which what a page shows is kept."""


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A document that may be read; `policy` and `summary` are missing where it cannot be understood.

    There is one of each document, which never changes, and neither does what is worked out and drawn of it.
    """

    text: str
    policy: CompiledPolicy | None
    summary: Summary | None

    @classmethod
    def of(cls, document: Document) -> "Shown":
        return _shown(document.sha256, document.text)


@lru_cache(KEPT)
def _shown(sha256: str, text: str) -> Shown:
    policy = compile_document(sha256, text, Layer.IDENTITY)
    return Shown(readable(text), policy, summarize(policy) if policy else None)


@lru_cache(KEPT)
def _drawn(shown: Shown, label: str) -> SafeString:
    return render_to_string("components/policy_summary.html", {"summary": shown.summary, "label": label})


@dataclass(frozen=True, slots=True)
class Card:
    """One policy: `managed` is missing for an inline one, `shown` where its document may not be read.

    `groups` are those that it comes through; `direct` says that it is also, or only, the user's own.
    """

    name: str
    direct: bool
    groups: tuple[Group, ...]
    shown: Shown | None
    managed: ManagedReading | None = None

    @property
    def summary_table(self) -> SafeString | None:
        return _drawn(self.shown, self.name) if self.shown and self.shown.summary else None


@dataclass(frozen=True, slots=True)
class Refusal:
    title: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class Effective:
    """What the documents come to together; `incomplete` when some of them may not be read or be understood.

    `within` is the boundary that caps them, where it can be read.
    """

    policies: list[CompiledPolicy]
    within: list[CompiledPolicy] | None
    summary: Summary
    incomplete: bool

    @property
    def capped(self) -> bool:
        return self.within is not None


@dataclass(frozen=True, slots=True)
class Report:
    read: BearingPolicies
    managed: list[Card]
    managed_refused: list[Refusal]
    inline: list[Card]
    inline_refused: list[Refusal]
    boundary: Card | None
    effective: Effective


def lay_out(read: BearingPolicies, whom: str = "you", whose: str = "Your") -> Report:
    """`whom` and `whose` are how refusals speak of whom the policies bear on."""
    managed, inline = _managed(read), _inline(read)
    managed_refused, inline_refused = list(_managed_refused(read, whom)), list(_inline_refused(read, whose))
    boundary = _card(read.managed[read.boundary.arn]) if read.boundary else None
    refused = bool(read.user.refused or read.groups.refused or managed_refused or inline_refused)
    effective = _effective([*managed, *inline], boundary, refused=refused)
    return Report(read, managed, managed_refused, inline, inline_refused, boundary, effective)


def _managed(read: BearingPolicies) -> list[Card]:
    groups: defaultdict[str, list[Group]] = defaultdict(list)
    direct = [policy.arn for policy in read.attached.value or ()]
    for through in read.through_groups:
        for policy in through.attached.value or ():
            groups[policy.arn].append(through.group)
    own = set(direct)
    arns = [*direct, *(arn for arn in groups if arn not in own)]
    return [_card(read.managed[arn], direct=arn in own, groups=tuple(groups[arn])) for arn in arns]


def _card(managed: ManagedReading, *, direct: bool = False, groups: tuple[Group, ...] = ()) -> Card:
    version = managed.in_force.value
    return Card(managed.named.name, direct, groups, Shown.of(version.document) if version else None, managed)


def _inline(read: BearingPolicies) -> list[Card]:
    own = [Card(policy.name, True, (), Shown.of(policy.document)) for policy in read.inline.policies.value or ()]
    through = [
        Card(policy.name, False, (through.group,), Shown.of(policy.document))
        for through in read.through_groups
        for policy in through.inline.policies.value or ()
    ]
    return own + through


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


def _effective(cards: list[Card], boundary: Card | None, *, refused: bool) -> Effective:
    """An unreadable boundary caps nothing here, and makes the sum incomplete."""
    policies = [card.shown.policy for card in cards if card.shown and card.shown.policy]
    bearing = [*cards, boundary] if boundary else cards
    incomplete = refused or not all(card.shown and card.shown.policy for card in bearing)
    cap = boundary.shown.policy if boundary and boundary.shown else None
    within = [cap] if cap else None
    return Effective(policies, within, summarize(*policies, within=within), incomplete)
