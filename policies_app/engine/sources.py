"""Where a policy comes from: its layer, and its place within that."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from policies_app.engine.document import Layer, Policy


@dataclass(frozen=True, slots=True)
class Place:
    """A layer; of SCPs and RCPs one level of it."""

    layer: Layer
    level: str = ""


@lru_cache(1024)
def place_of(layer: Layer, level: str = "") -> Place:
    """The same object for the same place, which is quick to compare."""
    return Place(layer, level)


@dataclass(frozen=True, slots=True)
class PolicySource:
    """Where a document comes from: `arn` for a managed policy, `via` for the group that it came through.

    `key` is the SHA-256 of the document. `level` is for an SCP or RCP the root, organizational unit or account that it
    is attached to: every level must allow.
    """

    layer: Layer
    name: str
    arn: str | None = None
    via: str | None = None
    key: str = ""
    level: str = ""
    place: Place = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", place_of(self.layer, self.level))


Sourced = tuple[PolicySource, Policy | None]
"""A policy with where it comes from; None stands for a document that has errors."""


def is_bounded(sources: Iterable[PolicySource]) -> bool:
    """Whether the principal has a permissions boundary."""
    return any(source.layer is Layer.BOUNDARY for source in sources)
