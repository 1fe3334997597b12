"""A policy document that has been understood: frozen, and free of JSON.

The parser makes these values; everything behind it takes them as valid.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from policies_app.engine.findings import Span
from policies_app.engine.operators import IF_EXISTS, Operator, Quantifier
from policies_app.engine.patterns import Pattern
from policies_app.engine.templates import Lookup, Template

Applies = Callable[[str, Lookup], bool]
"""(resource, context) -> whether both fit a statement; raises an `EngineError` when that cannot be told."""


class Layer(StrEnum):
    """What a policy is for, which decides what its document may hold. The policies of a layer are asked as one."""

    IDENTITY = "identity"
    BOUNDARY = "boundary"
    SESSION = "session"
    RESOURCE = "resource"
    TRUST = "trust"
    SCP = "scp"
    RCP = "rcp"

    @property
    def names_principals(self) -> bool:
        """Whether its statements say whom they are about; the others are about whoever they bear on."""
        return self in _NAMING_PRINCIPALS


_NAMING_PRINCIPALS: Final = frozenset({Layer.RESOURCE, Layer.TRUST, Layer.RCP})


class Version(StrEnum):
    """The versions of the policy language; a document without one is 2008-10-17."""

    V2008 = "2008-10-17"
    V2012 = "2012-10-17"


class Effect(StrEnum):
    ALLOW = "Allow"
    DENY = "Deny"


class PrincipalType(StrEnum):
    """The keys of a Principal element; EVERYONE stands for `"*"` in any form."""

    EVERYONE = "*"
    AWS = "AWS"
    SERVICE = "Service"
    FEDERATED = "Federated"
    CANONICAL_USER = "CanonicalUser"


@dataclass(frozen=True, slots=True)
class NamedPrincipal:
    """One principal that a statement names: its type and the identifier as written (empty for EVERYONE)."""

    type: PrincipalType
    identifier: str


@dataclass(frozen=True, slots=True)
class Condition:
    """One key under one operator. `key` is in lower case, as keys have no case; `name` is as written."""

    operator: Operator
    quantifier: Quantifier | None
    if_exists: bool
    key: str
    name: str
    values: tuple[Template, ...]
    span: Span

    @property
    def spelling(self) -> str:
        """The operator as a policy spells it: `ForAnyValue:StringLikeIfExists`."""
        quantifier = f"{self.quantifier}:" if self.quantifier else ""
        return f"{quantifier}{self.operator.name}{IF_EXISTS if self.if_exists else ''}"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. Of each pair of an element and its `not_` form at most one is filled.

    Actions are compiled without regard to case, resources with it. All conditions must hold.
    """

    index: int
    sid: str | None
    effect: Effect
    principal: tuple[NamedPrincipal, ...]
    not_principal: tuple[NamedPrincipal, ...]
    actions: tuple[Pattern, ...]
    not_actions: tuple[Pattern, ...]
    resources: tuple[Template, ...]
    not_resources: tuple[Template, ...]
    conditions: tuple[Condition, ...]
    span: Span
    compiled: Applies | None = field(init=False, compare=False, repr=False, default=None)
    """Kept here by `matching`, which makes it when it is first needed."""

    @property
    def services(self) -> frozenset[str] | None:
        """The service prefixes of its actions, in lower case; None when it may speak of any service."""
        prefixes = [pattern.text.lower().partition(":")[0] for pattern in self.actions]
        wild = self.not_actions or any("*" in prefix or "?" in prefix for prefix in prefixes)
        return None if wild else frozenset(prefixes)

    def covers_action(self, folded: str) -> bool:
        """Whether the statement speaks of an action, given in lower case."""
        if self.not_actions:
            return not any(pattern.test(folded) for pattern in self.not_actions)
        return any(pattern.test(folded) for pattern in self.actions)

    @property
    def context_keys(self) -> frozenset[str]:
        return frozenset(self.key_names)

    @property
    def key_names(self) -> dict[str, str]:
        """The context keys that conditions and variables read: from lower case to how the document first writes it."""
        templates = [*self.resources, *self.not_resources]
        templates += (template for condition in self.conditions for template in condition.values)
        names = {variable.key: variable.name for template in templates for variable in template.variables}
        return names | {condition.key: condition.name for condition in self.conditions}

    @property
    def names_principals(self) -> bool:
        return bool(self.principal or self.not_principal)


_REMEMBERED_ACTIONS: Final = 512


@dataclass(frozen=True, slots=True)
class _ActionIndex:
    """Positions of statements: by action in lower case, and with the test of what is no plain name."""

    named: dict[str, list[int]]
    others: tuple[tuple[int, Callable[[str], bool]], ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole document. `context_keys` are the keys, in lower case, that conditions and variables read.

    `names_principals` tells the policies of resources from those of identities.
    """

    version: Version
    id: str | None
    statements: tuple[Statement, ...]
    context_keys: frozenset[str] = field(init=False, compare=False, repr=False)
    names_principals: bool = field(init=False, compare=False, repr=False)
    _services: frozenset[str] | None = field(init=False, compare=False, repr=False)
    _index: _ActionIndex | None = field(init=False, compare=False, repr=False, default=None)
    _by_action: dict[str, tuple[Statement, ...]] = field(init=False, compare=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        keys = frozenset[str]().union(*(statement.context_keys for statement in self.statements))
        object.__setattr__(self, "context_keys", keys)
        named = any(statement.names_principals for statement in self.statements)
        object.__setattr__(self, "names_principals", named)
        services = [statement.services for statement in self.statements]
        known = None if None in services else frozenset[str]().union(*(prefixes or () for prefixes in services))
        object.__setattr__(self, "_services", known)

    def speaks_of(self, service: str) -> bool:
        """Whether some statement may be about an action of the service, given by its prefix in lower case."""
        return self._services is None or service in self._services

    def statements_for(self, folded: str) -> tuple[Statement, ...]:
        """The statements that speak of an action, given in lower case, in document order.

        Remembered for each action, since one installation asks about the same few actions over and over.
        """
        if (known := self._by_action.get(folded)) is None:
            index = self._index or self._indexed()
            found = {*index.named.get(folded, ()), *(at for at, covers in index.others if covers(folded))}
            known = tuple(self.statements[at] for at in sorted(found))
            if len(self._by_action) >= _REMEMBERED_ACTIONS:
                self._by_action.clear()
            self._by_action[folded] = known
        return known

    def _indexed(self) -> "_ActionIndex":
        """Long lists of plain names are most of what documents say of actions."""
        named: dict[str, list[int]] = {}
        others: list[tuple[int, Callable[[str], bool]]] = []
        for at, statement in enumerate(self.statements):
            if statement.not_actions:
                others.append((at, statement.covers_action))
            for pattern in statement.actions:
                if pattern.has_wildcards:
                    others.append((at, pattern.test))
                else:
                    named.setdefault(pattern.text.lower(), []).append(at)
        index = _ActionIndex(named, tuple(others))
        object.__setattr__(self, "_index", index)
        return index
