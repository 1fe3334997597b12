"""What the checks ask about: each statement of a document read once, tolerantly, into facts with their paths.

The parser says what is wrong with the shape of a document; whatever has the right shape becomes a fact here, so that
a mistake in one place does not hide another elsewhere.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from policies_app.engine.arn import FIELDS
from policies_app.engine.catalog.action_sets import has_wildcard
from policies_app.engine.document import Effect, Layer
from policies_app.engine.elements.reading import remembered
from policies_app.engine.findings import Path
from policies_app.engine.json_nodes import Number, Plain
from policies_app.engine.operators import Family, Quantifier, Spelled, read_operator
from policies_app.engine.validator.lookups import ActionPattern, written

REMEMBERED: Final = 1024
"""As many statements are remembered with what there is to say of them, as most of a text stays while somebody types."""

_NO_FIELDS: Final[tuple[str, ...]] = ()


class Located(NamedTuple):
    """A text of the document, with its path."""

    text: str
    path: Path


class ActionFact(NamedTuple):
    """An entry of Action or NotAction."""

    text: str
    path: Path
    pattern: ActionPattern


class ResourceFact(NamedTuple):
    """An entry of Resource or NotResource. `fields` are the six of its ARN, or none when it is no whole ARN."""

    text: str
    path: Path
    fields: tuple[str, ...]


class PrincipalFact(NamedTuple):
    """A principal: `type` is the key it stands under, `*` for a Principal that is only a text."""

    type: str
    text: str
    path: Path


class ConditionFact(NamedTuple):
    """A key under an operator. `folded` is the key in lower case; `values` are its texts, numbers and booleans too.

    `spelled` is None for an operator that does not exist.
    """

    spelling: str
    spelled: Spelled | None
    key: str
    folded: str
    path: Path
    raw: Plain
    values: tuple[Located, ...]

    @property
    def family(self) -> Family | None:
        return self.spelled.operator.family if self.spelled else None

    @property
    def quantifier(self) -> Quantifier | None:
        return self.spelled.quantifier if self.spelled else None

    @property
    def negated(self) -> bool:
        return self.spelled is not None and self.spelled.operator.negated

    @property
    def if_exists(self) -> bool:
        return self.spelled is not None and self.spelled.if_exists


@dataclass(frozen=True, eq=False)
class StatementFacts:
    """One statement; the paths of what it holds begin in it. `effect` is None when it has none that exists.

    `action_element` and the like name the element that the entries are from: `Action`, `NotAction`, or nothing.
    """

    kind: Layer
    elements: Mapping[str, Plain]
    effect: Effect | None
    action_element: str
    actions: tuple[ActionFact, ...]
    resource_element: str
    resources: tuple[ResourceFact, ...]
    principal_element: str
    principals: tuple[PrincipalFact, ...]
    conditions: tuple[ConditionFact, ...]

    @property
    def allows(self) -> bool:
        return self.effect is Effect.ALLOW

    @property
    def denies(self) -> bool:
        return self.effect is Effect.DENY

    @cached_property
    def condition_keys(self) -> frozenset[str]:
        return frozenset(condition.folded for condition in self.conditions)

    @cached_property
    def prefixes(self) -> frozenset[str]:
        """The services whose actions are named."""
        return frozenset([action.pattern.prefix for action in self.actions])

    def may_name(self, service: str) -> bool:
        """Whether some entry may be of a service, or is of every one."""
        prefixes = self.prefixes
        return service in prefixes or any(not prefix or has_wildcard(prefix) for prefix in prefixes)

    @cached_property
    def any_resource(self) -> ResourceFact | None:
        """The first `*` among the resources."""
        return next((resource for resource in self.resources if resource.text == "*"), None)


class PlacedStatement(NamedTuple):
    path: Path
    facts: StatementFacts


@dataclass(frozen=True)
class DocumentFacts:
    """A whole document, and the type of the resource that it is for, if that is known: ``AWS::S3::Bucket``."""

    kind: Layer
    text: str
    statements: tuple[PlacedStatement, ...]
    resource_type: str


def read_facts(elements: dict[str, Plain], kind: Layer) -> StatementFacts:
    effect = elements.get("Effect")
    action_element = _present(elements, "Action")
    resource_element = _present(elements, "Resource")
    principal_element = _present(elements, "Principal")
    return StatementFacts(
        kind,
        elements,
        Effect(effect) if isinstance(effect, str) and effect in Effect else None,
        action_element,
        _actions(elements.get(action_element), action_element),
        resource_element,
        _resources(elements.get(resource_element), resource_element),
        principal_element,
        tuple(_principals(elements.get(principal_element), (principal_element,))),
        tuple(_conditions(elements.get("Condition"), ("Condition",))),
    )


def _present(elements: dict[str, Plain], name: str) -> str:
    return name if name in elements else f"Not{name}" if f"Not{name}" in elements else ""


def _actions(value: Plain, element: str) -> tuple[ActionFact, ...]:
    if not isinstance(value, list):
        return (ActionFact(value, (element,), written(value)),) if type(value) is str else ()
    return tuple(
        [ActionFact(item, (element, index), written(item)) for index, item in enumerate(value) if type(item) is str]
    )


def _resources(value: Plain, element: str) -> tuple[ResourceFact, ...]:
    if not isinstance(value, list):
        return (ResourceFact(value, (element,), fields_of(value)),) if type(value) is str else ()
    return tuple(
        [ResourceFact(item, (element, index), fields_of(item)) for index, item in enumerate(value) if type(item) is str]
    )


def _texts(value: Plain, path: Path) -> list[Located]:
    """A text or the texts of a list."""
    if isinstance(value, list):
        return [Located(item, (*path, index)) for index, item in enumerate(value) if type(item) is str]
    return [Located(value, path)] if type(value) is str else []


@remembered
def fields_of(text: str) -> tuple[str, ...]:
    """The fields of an ARN. A colon inside a variable separates none."""
    fields = _split_around_variables(text) if "${" in text else text.split(":", FIELDS - 1)
    return tuple(fields) if len(fields) == FIELDS and fields[0] == "arn" else _NO_FIELDS


def _split_around_variables(text: str) -> list[str]:
    fields = [""]
    inside = False
    for place, char in enumerate(text):
        if char == ":" and not inside and len(fields) < FIELDS:
            fields.append("")
            continue
        inside = (inside or text.startswith("${", place)) and char != "}"
        fields[-1] += char
    return fields


def _principals(value: Plain, path: Path) -> Iterator[PrincipalFact]:
    if isinstance(value, str):
        yield PrincipalFact("*", value, path)
    elif isinstance(value, dict):
        for key, entry in value.items():
            for text, where in _texts(entry, (*path, key)):
                yield PrincipalFact(key, text, where)


def _conditions(value: Plain, path: Path) -> Iterator[ConditionFact]:
    if not isinstance(value, dict):
        return
    for spelling, block in value.items():
        spelled = read_operator(spelling)
        if isinstance(block, dict):
            for key, raw in block.items():
                where: Path = (*path, spelling, key)
                yield ConditionFact(spelling, spelled, key, key.lower(), where, raw, tuple(_values(raw, where)))


def _values(raw: Plain, path: Path) -> Iterator[Located]:
    entries = [((*path, index), item) for index, item in enumerate(raw)] if isinstance(raw, list) else [(path, raw)]
    for where, item in entries:
        match item:
            case bool():
                yield Located("true" if item else "false", where)
            case str() | Number():
                yield Located(str(item), where)
