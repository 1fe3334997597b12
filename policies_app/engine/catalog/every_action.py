"""Every action of the catalog in one row, so that a set of them, of whatever services, is one integer.

Bit n stands for the n-th action: services sorted by prefix, each with its actions in the order of `action_sets`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from policies_app.engine.catalog.services import catalog


@dataclass(frozen=True, slots=True)
class EveryAction:
    """`names` are full names; `first` is the bit of a service's first action, by prefix."""

    names: tuple[str, ...]
    first: dict[str, int]

    @property
    def all(self) -> int:
        return (1 << len(self.names)) - 1

    def of_service(self, prefix: str) -> int:
        actions = catalog().service_actions(prefix)
        return actions.every << self.first[actions.prefix] if actions else 0

    def covered(self, patterns: Sequence[str]) -> int:
        """The actions that one of the patterns of an Action element covers."""
        found = 0
        for pattern in patterns:
            for service, bits in catalog().matches(pattern):
                found |= bits << self.first[service.prefix]
        return found


@lru_cache(maxsize=1)
def every_action() -> EveryAction:
    names: list[str] = []
    first: dict[str, int] = {}
    for service in catalog().every_service_actions():
        first[service.prefix] = len(names)
        names += (f"{service.prefix}:{name}" for name in service.names)
    return EveryAction(tuple(names), first)
