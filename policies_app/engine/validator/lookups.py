"""Questions to the catalog that many statements ask alike, remembered by their text."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from policies_app.engine.catalog.action_sets import ServiceActions, has_wildcard
from policies_app.engine.catalog.services import Action, ConditionKey, Service, catalog
from policies_app.engine.patterns import compile_pattern
from policies_app.engine.reports import nearest

_REMEMBERED: Final = 8192
_LENGTHS_APART: Final = 3
_ALIKE: Final = 3


@dataclass(frozen=True, eq=False)
class ActionPattern:
    """An entry of an Action element in lower case. `name` is empty where there is no colon.

    Not slotted, for the sake of the cached properties, which load the catalog when they are first asked. Each is made
    once (see `action_pattern`), so it is compared, and looked up in caches, as the object that it is.
    """

    folded: str
    prefix: str
    name: str
    wildcard: bool

    @cached_property
    def covered(self) -> Mapping[str, int]:
        """The actions that it covers: a set (see `action_sets`) by service prefix."""
        return {actions.prefix: bits for actions, bits in catalog().matches(self.folded)}

    @cached_property
    def action(self) -> Action | None:
        """The one action that it names, if it has no wildcard."""
        return None if self.wildcard else catalog().action(self.folded)

    @cached_property
    def service(self) -> ServiceActions | None:
        return catalog().service_actions(self.prefix)

    @property
    def open(self) -> bool:
        """Whether it reaches into every service, or several."""
        return self.wildcard and (not self.prefix or has_wildcard(self.prefix))

    def names(self, service: str, action: str) -> bool:
        """Whether it covers one action, both parts in lower case."""
        return self.folded == f"{service}:{action}" if not self.wildcard else covers(self, f"{service}:{action}")


@lru_cache(maxsize=_REMEMBERED)
def action_pattern(folded: str) -> ActionPattern:
    prefix, colon, name = folded.partition(":")
    return ActionPattern(folded, prefix if colon else "", name, has_wildcard(folded))


@lru_cache(maxsize=_REMEMBERED)
def written(text: str) -> ActionPattern:
    """The pattern of an entry as it is written."""
    return action_pattern(text.lower())


@lru_cache(maxsize=_REMEMBERED)
def covers(pattern: ActionPattern, folded: str) -> bool:
    return compile_pattern(pattern.folded, ignore_case=True).test(folded)


@lru_cache(maxsize=_REMEMBERED)
def condition_key(folded: str) -> ConditionKey | None:
    """What AWS documents of a condition key, given in lower case."""
    return catalog().condition_key(folded)


def every_action(pattern: ActionPattern) -> Iterator[Action]:
    """The actions that a pattern within one service covers."""
    if pattern.action is not None:
        yield pattern.action
    elif (found := service(pattern.prefix)) is not None and pattern.service is not None:
        for name in pattern.service.names_of(pattern.covered.get(found.prefix, 0)):
            yield found.actions[name.lower()]


def guess(word: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant: one about as long that begins or ends alike, so that few are compared."""
    folded = word.lower()
    alike = [
        name
        for name in names
        if abs(len(name) - len(word)) <= _LENGTHS_APART
        and (name[:_ALIKE].lower() == folded[:_ALIKE] or name[-_ALIKE:].lower() == folded[-_ALIKE:])
    ]
    return nearest(word, alike)


def service(prefix: str) -> Service | None:
    return catalog().service(prefix)
