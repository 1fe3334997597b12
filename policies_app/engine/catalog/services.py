"""The services of AWS with their actions, resource types and condition keys, looked up without regard to case.

`catalog()` reads and unpacks the file (about 2 MB of text); a line is parsed when its service is first asked for.
A record is one service, its actions sorted by lower-cased name::

    prefix TAB name TAB action names TAB access levels, one letter each TAB [KEYS, TYPES, ACTIONS] as JSON
    KEYS       [[name, type, multivalued], …]
    TYPES      [[name, arn format, [position in KEYS, …]], …]
    ACTIONS    [[RESOURCES, [position in KEYS, …], [dependent action, …]], …]
    RESOURCES  [[position in TYPES, required, [position in KEYS, …]], …]

with spaces between the action names; except for the first, which is ``*`` TAB KEYS for the global condition keys.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from policies_app.engine.catalog.action_sets import ServiceActions, has_wildcard
from policies_app.engine.catalog.datafile import DIRECTORY, Source, read_header, read_records
from policies_app.engine.catalog.levels import LETTERS, AccessLevel

__all__ = [
    "AccessLevel",
    "Action",
    "ActionResource",
    "Catalog",
    "ConditionKey",
    "KeyType",
    "ResourceType",
    "Service",
    "catalog",
    "fingerprint",
    "sources",
]

PATH = DIRECTORY / "services.gz"


class KeyType(StrEnum):
    STRING = "String"
    ARN = "ARN"
    BOOL = "Bool"
    NUMERIC = "Numeric"
    DATE = "Date"
    IP_ADDRESS = "IPAddress"


@dataclass(frozen=True, slots=True)
class ConditionKey:
    """`name` may hold placeholders: ``aws:RequestTag/${TagKey}``. A `multivalued` key is a list in the request."""

    name: str
    type: KeyType
    multivalued: bool

    def matches(self, key: str) -> bool:
        return _key_regex(self.name).fullmatch(key) is not None


@dataclass(frozen=True, slots=True)
class ResourceType:
    """`arn` is a format with placeholders: ``arn:${Partition}:iam::${Account}:user/${UserNameWithPath}``."""

    name: str
    arn: str
    condition_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActionResource:
    """A resource type that an action takes. `condition_keys` are those that bear on the action for this type only."""

    resource_type: str
    required: bool
    condition_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """Without `resources` it can only be allowed on ``*``. `dependent_actions` are full names: ``iam:PassRole``."""

    service: str
    name: str
    access_level: AccessLevel
    resources: tuple[ActionResource, ...]
    condition_keys: tuple[str, ...]
    dependent_actions: tuple[str, ...]

    def __hash__(self) -> int:
        """By name alone: caches ask for it all the time."""
        return hash((self.service, self.name))

    @property
    def full_name(self) -> str:
        return f"{self.service}:{self.name}"


@dataclass(frozen=True, slots=True)
class Service:
    """The mappings are by lower-cased name."""

    prefix: str
    name: str
    actions: Mapping[str, Action]
    resource_types: Mapping[str, ResourceType]
    condition_keys: Mapping[str, ConditionKey]


class Catalog:
    """Every name is taken in any case, every answer is in AWS's own spelling."""

    def __init__(self, records: Sequence[str]) -> None:
        self._records = {record.partition("\t")[0]: record for record in records[1:]}
        self._services: dict[str, Service] = {}
        self._actions: dict[str, ServiceActions] = {}
        self.global_condition_keys = _by_name(_condition_keys(json.loads(records[0].partition("\t")[2])))

    @property
    def prefixes(self) -> Sequence[str]:
        """Of all services, sorted."""
        return tuple(self._records)

    def service(self, prefix: str) -> Service | None:
        prefix = prefix.lower()
        if prefix not in self._services and prefix in self._records:
            self._services[prefix] = _service(self._records[prefix])
        return self._services.get(prefix)

    def record(self, prefix: str) -> str | None:
        """The line of the file about a service, as the head of this module tells."""
        return self._records.get(prefix.lower())

    def service_actions(self, prefix: str) -> ServiceActions | None:
        """The names and levels alone: far cheaper than `service` where that is all that is needed."""
        prefix = prefix.lower()
        if prefix not in self._actions and prefix in self._records:
            self._actions[prefix] = _service_actions(self._records[prefix])
        return self._actions.get(prefix)

    def action(self, full_name: str) -> Action | None:
        prefix, _, name = full_name.partition(":")
        service = self.service(prefix)
        return service.actions.get(name.lower()) if service else None

    def access_level(self, full_name: str) -> AccessLevel | None:
        prefix, _, name = full_name.partition(":")
        actions = self.service_actions(prefix)
        return actions.level(name) if actions else None

    def matches(self, pattern: str) -> Iterator[tuple[ServiceActions, int]]:
        """The services of which ``pattern`` covers some action, each with the set of those (see `action_sets`)."""
        prefix, colon, name = pattern.partition(":")
        if not has_wildcard(prefix):
            actions = self.service_actions(prefix) if colon else None
            candidates = [(actions, actions.matching(name))] if actions else []
        elif pattern.endswith("*") and pattern.strip("*") in ("", ":"):
            candidates = [(actions, actions.every) for actions in self.every_service_actions()]
        else:
            candidates = [(actions, actions.matching_in_full(pattern)) for actions in self.every_service_actions()]
        return ((actions, bits) for actions, bits in candidates if bits)

    def condition_key(self, name: str) -> ConditionKey | None:
        """A global key, one of the service that ``name`` starts with, or a federation key: sts lists those."""
        own, federated = self.service(name.partition(":")[0]), self.service("sts")
        groups = [self.global_condition_keys, *(each.condition_keys for each in (own, federated) if each)]
        for keys in groups:
            if found := keys.get(name.lower()):
                return found
        return next((key for keys in groups for key in keys.values() if key.matches(name)), None)

    def every_service_actions(self) -> Iterator[ServiceActions]:
        return (actions for prefix in self._records if (actions := self.service_actions(prefix)))


@lru_cache(maxsize=1)
def catalog() -> Catalog:
    return Catalog(read_records(PATH))


def fingerprint() -> str:
    """SHA-256 (hex) of the facts, read from the file's header."""
    return read_header(PATH).sha256


def sources() -> tuple[Source, ...]:
    return read_header(PATH).sources


def _service(record: str) -> Service:
    prefix, name, names, levels, details = record.split("\t")
    raw_keys, raw_types, raw_actions = json.loads(details)
    keys = _condition_keys(raw_keys)

    def key_names(positions: list[int]) -> tuple[str, ...]:
        return tuple(keys[position].name for position in positions)

    types = [ResourceType(type_name, arn, key_names(positions)) for type_name, arn, positions in raw_types]
    actions = (
        Action(
            prefix,
            action_name,
            LETTERS[letter],
            tuple(ActionResource(types[at].name, bool(required), key_names(on)) for at, required, on in resources),
            key_names(positions),
            tuple(dependent),
        )
        for action_name, letter, (resources, positions, dependent) in zip(
            names.split(" "), levels, raw_actions, strict=True
        )
    )
    return Service(prefix, name, _by_name(actions), _by_name(types), _by_name(keys))


def _service_actions(record: str) -> ServiceActions:
    prefix, name, names, levels, _ = record.split("\t")
    return ServiceActions(prefix, name, tuple(names.split(" ")), tuple(names.lower().split(" ")), levels)


def _condition_keys(raw: list[list[Any]]) -> list[ConditionKey]:
    return [ConditionKey(name, KeyType(key_type), bool(multivalued)) for name, key_type, multivalued in raw]


def _by_name[Named: (Action, ResourceType, ConditionKey)](items: Iterable[Named]) -> Mapping[str, Named]:
    return MappingProxyType({item.name.lower(): item for item in items})


@lru_cache(maxsize=1024)
def _key_regex(name: str) -> re.Pattern[str]:
    return re.compile(".+".join(re.escape(part) for part in re.split(r"\$\{[^}]*\}", name)), re.IGNORECASE | re.DOTALL)
