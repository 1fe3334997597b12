"""What could be left out: actions and resources that others of their statement cover, and whole statements."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from policies_app.engine.document import Effect
from policies_app.engine.findings import FindingType
from policies_app.engine.json_nodes import Plain
from policies_app.engine.reports import shown
from policies_app.engine.validator.checks import Hit, Repair, document_check, own, statement_check
from policies_app.engine.validator.facts import (
    REMEMBERED,
    ActionFact,
    DocumentFacts,
    PlacedStatement,
    ResourceFact,
    StatementFacts,
)
from policies_app.engine.validator.globs import covering, literal_start

_MOST_COMPARED: Final = 400
"""Statements with more patterns than this are not searched for patterns that cover others, only for repetitions."""

_MOST_STATEMENTS: Final = 100

SHADOWED_STATEMENT = own("SHADOWED_STATEMENT", FindingType.SUGGESTION)


@statement_check("REDUNDANT_ACTION")
def actions_covered_by_others(statement: StatementFacts) -> Iterator[Hit]:
    if len(statement.actions) > 1:
        texts = [entry.pattern.folded for entry in statement.actions]
        yield from _redundant("REDUNDANT_ACTION", "action", statement.actions, texts)


@statement_check("REDUNDANT_RESOURCE")
def resources_covered_by_others(statement: StatementFacts) -> Iterator[Hit]:
    if len(statement.resources) > 1:
        texts = [entry.text for entry in statement.resources]
        yield from _redundant("REDUNDANT_RESOURCE", "resource", statement.resources, texts)


def _redundant(
    code: str, noun: str, entries: Sequence[ActionFact | ResourceFact], texts: Sequence[str]
) -> Iterator[Hit]:
    """A hit at every entry that covers another or is covered by it."""
    covered = _covered(texts)
    involved = covered.keys() | covered.values()
    for position, entry in enumerate(entries):
        if position in covered:
            other = entries[covered[position]].text
            problem = "is here twice" if other == entry.text else f"is covered by {shown(other)}"
            message = f"the {noun} {shown(entry.text)} {problem}"
            yield Hit(code, entry.path, message, repair=Repair(f"Remove {entry.text}", None))
        elif position in involved:
            yield Hit(code, entry.path, f"the {noun} {shown(entry.text)} covers others of this statement")


def _covered(texts: Sequence[str]) -> dict[int, int]:
    """From the position of a text that another covers to that other."""
    covered: dict[int, int] = {}
    first: dict[str, int] = {}
    for position, text in enumerate(texts):
        if text in first:
            covered[position] = first[text]
        else:
            first[text] = position
    patterns = [text for text in first if "*" in text or "?" in text]
    if not patterns or len(first) == 1 or len(patterns) > _MOST_COMPARED:
        return covered
    ordered = sorted(first)
    for pattern in patterns:
        start = literal_start(pattern)
        test = covering(pattern)
        for place in range(bisect_left(ordered, start), len(ordered)):
            other = ordered[place]
            if not other.startswith(start):
                break
            if other != pattern and first[other] not in covered and test(other):
                covered[first[other]] = first[pattern]
    return covered


@document_check("REDUNDANT_STATEMENT")
def repeated_statements(document: DocumentFacts) -> Iterator[Hit]:
    alike: defaultdict[Hashable, list[PlacedStatement]] = defaultdict(list)
    for placed in document.statements:
        alike[_outline(placed.facts)].append(placed)
    for group in alike.values():
        seen: set[Hashable] = set()
        for path, statement in group if len(group) > 1 else ():
            content = _content(statement)
            if content in seen:
                message = "this statement says the same as an earlier one"
                yield Hit("REDUNDANT_STATEMENT", path, message, repair=Repair("Remove the statement", None))
            seen.add(content)


def _outline(statement: StatementFacts) -> Hashable:
    """What statements that say the same have in common, and few others."""
    return statement.effect, min([entry.text for entry in statement.actions], default=""), statement.condition_keys


def _content(statement: StatementFacts) -> Hashable:
    """A statement without its Sid, lists of one and their order aside."""
    return frozenset((name, _hashable(value)) for name, value in statement.elements.items() if name != "Sid")


def _hashable(value: Plain) -> Hashable:
    match value:
        case dict():
            return frozenset((key, _hashable(inner)) for key, inner in value.items())
        case list() if len(value) == 1:
            return _hashable(value[0])
        case list():
            return frozenset(map(_hashable, value))
        case _:
            return value


class _Wide:
    """A statement without conditions, ready to be asked whether it speaks of all that others speak of."""

    def __init__(self, statement: StatementFacts) -> None:
        self.statement = statement
        self.open = any(entry.pattern.open for entry in statement.actions)
        self.named = frozenset(entry.pattern.folded for entry in statement.actions)
        self.wild = any(entry.pattern.wildcard for entry in statement.actions)
        self.actions = _cover(self.named)
        self.resources = _cover(frozenset(entry.text for entry in statement.resources))

    def speaks_of_all(self, other: StatementFacts) -> bool:
        """Whether every action, resource and principal of another statement is among those of this one."""
        mine, its = self.statement.elements, other.elements
        return (
            other.action_element == "Action"
            and (self.open or other.prefixes <= self.statement.prefixes)
            and other.resource_element == self.statement.resource_element
            and mine.get(self.statement.principal_element) == its.get(other.principal_element)
            and all(self.resources(entry.text) for entry in other.resources)
            and all(self.actions(entry.pattern.folded) for entry in other.actions)
        )


def _cover(known: frozenset[str]) -> Callable[[str], bool]:
    if "*" in known:
        return lambda _: True
    tests = [covering(pattern) for pattern in known if "*" in pattern or "?" in pattern]
    return lambda text: text in known or any(test(text) for test in tests)


@document_check(SHADOWED_STATEMENT)
def shadowed_statements(document: DocumentFacts) -> Iterator[Hit]:
    """A statement of which a wider one without conditions says all, or an Allow that a Deny takes back."""
    if len(document.statements) > _MOST_STATEMENTS:
        return
    wide = [found for _, statement in document.statements if (found := _wide(statement))]
    wild = [each for each in wide if each.wild]
    naming: defaultdict[str, list[_Wide]] = defaultdict(list)
    for each in wide:
        for action in () if each.wild else each.named:
            naming[action].append(each)
    for path, statement in document.statements:
        first = statement.actions[0].pattern.folded if statement.actions else ""
        for other in (*wild, *naming.get(first, ())):
            if other.statement is statement or not other.speaks_of_all(statement):
                continue
            effect = other.statement.effect
            if effect is Effect.DENY and statement.allows:
                yield Hit(SHADOWED_STATEMENT, path, "another statement denies all that this one allows")
                break
            its = _wide(statement)
            alike = its is not None and its.speaks_of_all(other.statement)
            if effect is statement.effect and not alike:
                verb = "allows" if statement.allows else "denies"
                yield Hit(SHADOWED_STATEMENT, path, f"another statement {verb} all of this, and more")
                break


@lru_cache(REMEMBERED)
def _wide(statement: StatementFacts) -> _Wide | None:
    return _Wide(statement) if _is_wide(statement) else None


def _is_wide(statement: StatementFacts) -> bool:
    """Whether a statement is easily compared: plain lists, none too long, and no conditions."""
    return (
        statement.action_element == "Action"
        and statement.resource_element in ("Resource", "")
        and statement.effect is not None
        and not statement.conditions
        and len(statement.actions) + len(statement.resources) <= _MOST_COMPARED
    )
