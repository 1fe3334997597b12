"""What a document says, taken apart so that two of them can be held against each other.

A grant is the actions that statements name for one principal on one resource under the same conditions: how they are
spread over statements, in which order and how often they are said makes no difference.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final, Self

from policies_app.engine.analyzer.containment import all_implied, canonical, covering
from policies_app.engine.catalog.action_sets import has_wildcard
from policies_app.engine.catalog.every_action import every_action
from policies_app.engine.document import Condition, Effect, NamedPrincipal, PrincipalType, Statement
from policies_app.engine.validator.globs import literal_start, overlap


@dataclass(frozen=True, slots=True)
class Resource:
    """One pattern, or with `excepted` all but what those match; neither in a role's trust policy.

    Both are canonical, `shown` is as written.
    """

    pattern: str
    excepted: frozenset[str]
    shown: tuple[str, ...] = field(compare=False)

    def covers(self, other: Self) -> bool:
        if self == other:
            return True
        if self.excepted:
            if other.pattern:
                return not any(overlap(each, other.pattern) for each in self.excepted)
            return all(any(covering(wide)(each) for wide in other.excepted) for each in self.excepted)
        if other.excepted:
            return self.pattern == "*"
        return bool(self.pattern) and covering(self.pattern)(other.pattern)


@dataclass(frozen=True, slots=True)
class Who:
    """One principal, or with `excepted` all but those; neither in the policies of identities."""

    named: NamedPrincipal | None
    excepted: frozenset[NamedPrincipal]

    def covers(self, other: Self) -> bool:
        if self == other:
            return True
        if self.named:
            return self.named.type is PrincipalType.EVERYONE
        return bool(other.excepted) and self.excepted <= other.excepted


@dataclass(frozen=True, slots=True)
class Need:
    """A condition, equal to every other that means the same."""

    spelling: str
    key: str
    values: frozenset[str]
    condition: Condition = field(compare=False)

    @classmethod
    def of(cls, condition: Condition) -> Self:
        values = frozenset(canonical(value) for value in condition.values)
        return cls(condition.spelling, condition.key, values, condition)


type Scope = tuple[Who, frozenset[Need]]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a grant is about beside its actions."""

    who: Who
    needs: frozenset[Need]
    resource: Resource


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """Actions: `known` those of the catalog as a set (see `catalog.every_action`), `unknown` patterns of none.

    `patterns` are all of them, `rests` what each NotAction leaves out. The texts are in lower case. Compared by
    identity, as what is made of two of them is remembered: one statement may name many resources.
    """

    known: int
    unknown: frozenset[str] = frozenset()
    patterns: frozenset[str] = frozenset()
    rests: frozenset[frozenset[str]] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.known or self.unknown)

    def __or__(self, other: "Named") -> "Named":
        return _either(self, other)

    def __sub__(self, other: "Named") -> "Named":
        return _without(self, other)

    def __and__(self, other: "Named") -> "Named":
        return _without(self, _without(self, other))

    def says(self, pattern: str) -> bool:
        """Whether it names all that the pattern stands for, also what is in no catalog."""
        if pattern in self.patterns or any(covering(each)(pattern) for each in self.patterns if has_wildcard(each)):
            return True
        return any(not any(overlap(each, pattern) for each in left_out) for left_out in self.rests)


@lru_cache(maxsize=4096)
def _either(one: Named, other: Named) -> Named:
    return Named(
        one.known | other.known,
        one.unknown | other.unknown,
        one.patterns | other.patterns,
        one.rests | other.rests,
    )


@lru_cache(maxsize=4096)
def _without(one: Named, other: Named) -> Named:
    known = one.known & ~other.known
    unknown = frozenset(each for each in one.unknown if not other.says(each))
    unchanged = known == one.known and len(unknown) == len(one.unknown)
    return one if unchanged else Named(known, unknown, one.patterns, one.rests)


NOTHING: Final = Named(0)


class Grants:
    """All grants of one effect in the statements of a document, in its order."""

    def __init__(self, statements: Iterable[Statement], effect: Effect) -> None:
        self.effect = effect
        self.named: dict[Terms, Named] = {}
        self.spelling: dict[str, str] = {}
        self._wide: dict[Scope, list[_ByResource]] = {}
        for statement in statements:
            if statement.effect is effect:
                named = self._actions(statement)
                for terms in _terms(statement):
                    self.named[terms] = self.named.get(terms, NOTHING) | named

    def _actions(self, statement: Statement) -> Named:
        if statement.not_actions:
            texts = [pattern.text.lower() for pattern in statement.not_actions]
            known = every_action().all
            for text in texts:
                known &= ~_covered(text)
            return Named(known, rests=frozenset([frozenset(texts)]))
        self.spelling |= {pattern.text.lower(): pattern.text for pattern in statement.actions}
        patterns = frozenset(pattern.text.lower() for pattern in statement.actions)
        known, unknown = 0, []
        for pattern in sorted(patterns):
            found = _covered(pattern)
            known |= found
            if not found:
                unknown.append(pattern)
        return Named(known, frozenset(unknown), patterns)

    @cached_property
    def _by_scope(self) -> Mapping[Scope, "_ByResource"]:
        scopes: dict[Scope, _ByResource] = {}
        for terms, named in self.named.items():
            scopes.setdefault((terms.who, terms.needs), _ByResource()).add(terms.resource, named)
        return scopes

    def lacks(self, terms: Terms, named: Named) -> Named:
        """What of a grant is in no single grant here that is as wide."""
        for other in self.as_wide(terms):
            named -= other
            if not named:
                break
        return named

    def as_wide(self, terms: Terms) -> Iterator[Named]:
        """The actions of every grant here that holds wherever one on the terms does."""
        scope = terms.who, terms.needs
        if scope not in self._wide:
            self._wide[scope] = [
                resources
                for (who, needs), resources in self._by_scope.items()
                if who.covers(terms.who) and _all_implied(needs, terms.needs)
            ]
        for resources in self._wide[scope]:
            yield from resources.as_wide(terms.resource)


class _ByResource:
    """Grants that differ in nothing but the resource, found by what their patterns begin with."""

    def __init__(self) -> None:
        self.named: dict[Resource, Named] = {}
        self.starting: defaultdict[str, list[Resource]] = defaultdict(list)
        self.lengths: set[int] = set()

    def add(self, resource: Resource, named: Named) -> None:
        self.named[resource] = named
        if resource.excepted or has_wildcard(resource.pattern):
            start = literal_start(resource.pattern)
            self.starting[start].append(resource)
            self.lengths.add(len(start))

    def as_wide(self, resource: Resource) -> Iterator[Named]:
        if same := self.named.get(resource):
            yield same
        for length in self.lengths:
            if length <= len(resource.pattern):
                for other in self.starting.get(resource.pattern[:length], ()):
                    if other != resource and other.covers(resource):
                        yield self.named[other]


def _all_implied(wide: frozenset[Need], narrow: frozenset[Need]) -> bool:
    if wide <= narrow:
        return True
    return all_implied((need.condition for need in wide), (need.condition for need in narrow))


def _terms(statement: Statement) -> list[Terms]:
    needs = frozenset(Need.of(condition) for condition in statement.conditions)
    if statement.not_resources:
        left_out = frozenset(canonical(each) for each in statement.not_resources)
        resources = [Resource("", left_out, tuple(each.source for each in statement.not_resources))]
    else:
        resources = [Resource(canonical(each), frozenset(), (each.source,)) for each in statement.resources]
    if statement.not_principal:
        everybody = [Who(None, frozenset(map(_one_spelling, statement.not_principal)))]
    else:
        everybody = [Who(_one_spelling(each), frozenset()) for each in statement.principal]
    return [
        Terms(who, needs, resource)
        for who in everybody or [Who(None, frozenset())]
        for resource in resources or [Resource("", frozenset(), ())]
    ]


def _one_spelling(principal: NamedPrincipal) -> NamedPrincipal:
    """An account's id alone means the ARN of its root."""
    if principal.type is PrincipalType.AWS and principal.identifier.isdecimal():
        return NamedPrincipal(PrincipalType.AWS, f"arn:aws:iam::{principal.identifier}:root")
    return principal


@lru_cache(maxsize=4096)
def _covered(pattern: str) -> int:
    return every_action().covered((pattern,))
