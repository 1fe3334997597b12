"""What a statement's actions come to, by service and access level, in the manner of the AWS console's summaries."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from policies_app.engine.catalog.levels import AccessLevel
from policies_app.engine.catalog.services import catalog


class Reach(StrEnum):
    FULL = "Full"
    LIMITED = "Limited"
    NONE = "None"


@dataclass(frozen=True, slots=True)
class LevelCoverage:
    """`covered` of the service's `total` actions of one level; `total` is at least 1."""

    covered: int
    total: int

    @property
    def reach(self) -> Reach:
        if self.covered == self.total:
            return Reach.FULL
        return Reach.LIMITED if self.covered else Reach.NONE


@dataclass(frozen=True, slots=True)
class ServiceSummary:
    """`levels` has every level that occurs in the service, in AWS's order, also where nothing of it is covered."""

    prefix: str
    name: str
    levels: Mapping[AccessLevel, LevelCoverage]

    @property
    def reach(self) -> Reach:
        """Full only if every action of the service is covered."""
        return Reach.FULL if self.levels_of(Reach.FULL) == tuple(self.levels) else Reach.LIMITED

    def levels_of(self, reach: Reach) -> tuple[AccessLevel, ...]:
        return tuple(level for level, coverage in self.levels.items() if coverage.reach is reach)

    def __str__(self) -> str:
        """As the console has it: ``Full access``, or ``Full: List Limited: Read, Write``."""
        if self.reach is Reach.FULL:
            return "Full access"
        named = ((reach, self.levels_of(reach)) for reach in (Reach.FULL, Reach.LIMITED))
        return " ".join(f"{reach}: {', '.join(levels)}" for reach, levels in named if levels)


class Coverage(Mapping[str, ServiceSummary]):
    """The summaries of the services of which some action is covered, by prefix, sorted.

    `unmatched` holds the patterns that cover no action of the catalog, as they were written: each is a mistake, or an
    action that AWS does not document. `covered` is the set behind the summaries (see `action_sets`), by prefix.
    """

    def __init__(self, covered: Mapping[str, int], unmatched: Iterable[str]) -> None:
        self.covered = covered
        self._summaries = {prefix: summary(prefix, covered[prefix]) for prefix in sorted(covered) if covered[prefix]}
        self.unmatched = tuple(dict.fromkeys(unmatched))

    def __getitem__(self, prefix: str) -> ServiceSummary:
        return self._summaries[prefix]

    def __iter__(self) -> Iterator[str]:
        return iter(self._summaries)

    def __len__(self) -> int:
        return len(self._summaries)

    def __or__(self, other: "Coverage") -> "Coverage":
        """What either covers: for the statements of a document, or the documents of a principal."""
        prefixes = self.covered.keys() | other.covered.keys()
        both = {prefix: self.covered.get(prefix, 0) | other.covered.get(prefix, 0) for prefix in prefixes}
        return Coverage(both, self.unmatched + other.unmatched)


def expand(actions: Iterable[str], not_actions: Iterable[str] = ()) -> Coverage:
    """What the patterns of an Action element cover, and everything but what those of one NotAction element name.

    An empty `not_actions` means that there is no NotAction. Resources and conditions are not looked at.
    """
    covered, unmatched = union(actions)
    excluded, unmatched_exclusions = union(not_actions := tuple(not_actions))
    if not_actions:
        for service in catalog().every_service_actions():
            rest = service.every & ~excluded.get(service.prefix, 0)
            covered[service.prefix] = covered.get(service.prefix, 0) | rest
    return Coverage(covered, unmatched + unmatched_exclusions)


def union(patterns: Iterable[str]) -> tuple[dict[str, int], list[str]]:
    """The set of actions (see `action_sets`) by service prefix, and the patterns that match nothing."""
    covered: dict[str, int] = {}
    unmatched = []
    for pattern in patterns:
        matches = list(catalog().matches(pattern))
        for service, bits in matches:
            covered[service.prefix] = covered.get(service.prefix, 0) | bits
        if not matches:
            unmatched.append(pattern)
    return covered, unmatched


def summary(prefix: str, bits: int) -> ServiceSummary:
    actions = catalog().service_actions(prefix)
    assert actions is not None, prefix
    levels = {
        level: LevelCoverage((bits & of_level).bit_count(), of_level.bit_count())
        for level, of_level in actions.by_level.items()
    }
    return ServiceSummary(prefix, actions.service_name, levels)
