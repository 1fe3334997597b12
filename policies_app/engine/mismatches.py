"""Why statements do not apply to a request: every element that does not fit, with what it wants and what it got.

Apart from the evaluator, so that a decision pays nothing for it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from policies_app.engine.conditions import holds
from policies_app.engine.decision import PolicySource, Sourced, is_bounded, statement_words
from policies_app.engine.document import Condition, Effect, NamedPrincipal, Statement
from policies_app.engine.errors import EngineError, UnresolvedVariable
from policies_app.engine.findings import Span
from policies_app.engine.guardrails import not_bearing
from policies_app.engine.matching import Matching
from policies_app.engine.principals import Naming
from policies_app.engine.reports import shown
from policies_app.engine.request import Request
from policies_app.engine.templates import Template

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Mismatch:
    """An element that does not fit.

    `element` is `Principal`, `Action`, `Resource`, their `Not` form, or `Condition`; `wanted` what the statement says
    and `got` what the request has, nothing for an absent key. `operator` and `key` are those of a condition, as
    written. `unevaluated` says why where the element could not be evaluated.
    """

    element: str
    wanted: tuple[str, ...]
    got: tuple[str, ...]
    operator: str = ""
    key: str = ""
    unevaluated: str | None = None

    def __str__(self) -> str:
        wanted = _some(self.wanted)
        if self.unevaluated:
            place = f"{self.operator} on {shown(self.key)}" if self.key else self.element
            return f"its {place} cannot be evaluated ({self.unevaluated})"
        if self.key:
            got = f"has {_some(self.got)}" if self.got else "has no such key"
            return f"its {self.operator} on {shown(self.key)} asks for {wanted}, and the request {got}"
        if self.element.startswith("Not"):
            return f"its {self.element} ({wanted}) leaves out {_some(self.got)}"
        covers = "name" if self.element == "Principal" else "cover"
        return f"its {self.element} ({wanted}) does not {covers} {_some(self.got)}"


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A statement that does not apply, and everything that keeps it from applying."""

    source: PolicySource
    index: int
    sid: str | None
    effect: Effect
    span: Span
    mismatches: tuple[Mismatch, ...]

    def explain(self) -> str:
        """One sentence for a person."""
        words = statement_words(self.source, self.index, self.sid, self.span)
        return f"{words[0].upper()}{words[1:]} does not apply: {'; '.join(map(str, self.mismatches))}."


def why_not(request: Request, policies: Iterable[Sourced]) -> tuple[Unmatched, ...]:
    """The statements that do not apply, in the order of the policies. Those with errors have no statements.

    SCPs and RCPs that do not bear on the request are left out.
    """
    free = not_bearing(request)
    policies = [(source, policy) for source, policy in policies if source.layer not in free]
    matching = Matching(request, bounded=is_bounded(source for source, _ in policies))
    return tuple(
        Unmatched(source, statement.index, statement.sid, statement.effect, statement.span, mismatches)
        for source, policy in policies
        for statement in (policy.statements if policy else ())
        if (mismatches := tuple(_mismatches(statement, matching)))
    )


def _mismatches(statement: Statement, matching: Matching) -> Iterator[Mismatch]:
    yield from _principal(statement, matching)
    action = matching.request.action
    if not statement.covers_action(action.lower()):
        element = "NotAction" if statement.not_actions else "Action"
        patterns = statement.not_actions or statement.actions
        yield Mismatch(element, tuple(pattern.text for pattern in patterns), (action,))
    if not matching.covers_resource(statement):
        element = "NotResource" if statement.not_resources else "Resource"
        templates = statement.not_resources or statement.resources
        unresolved = _unresolved(templates, matching)
        yield Mismatch(element, _sources(templates), (matching.request.resource,), unevaluated=unresolved)
    for condition in statement.conditions:
        yield from _condition(condition, statement, matching)


def _principal(statement: Statement, matching: Matching) -> Iterator[Mismatch]:
    element = "NotPrincipal" if statement.not_principal else "Principal"
    named = tuple(map(_identifier, statement.not_principal or statement.principal))
    who = (matching.request.principal.name,)
    try:
        if matching.names(statement) is Naming.NOT_AT_ALL:
            yield Mismatch(element, named, who)
    except EngineError as error:
        if statement.effect is Effect.ALLOW:
            yield Mismatch(element, named, who, unevaluated=str(error))


def _condition(condition: Condition, statement: Statement, matching: Matching) -> Iterator[Mismatch]:
    unevaluated = None
    try:
        if holds(condition, matching.lookup):
            return
    except UnresolvedVariable as error:
        unevaluated = str(error)
    except EngineError as error:
        if statement.effect is Effect.DENY:  # counts as holding
            return
        unevaluated = str(error)
    got = matching.request.values(condition.key)
    yield Mismatch("Condition", _sources(condition.values), got, condition.spelling, condition.name, unevaluated)


def _unresolved(templates: tuple[Template, ...], matching: Matching) -> str | None:
    for template in templates:
        try:
            template.test(matching.lookup)
        except UnresolvedVariable as error:
            return str(error)
    return None


def _sources(templates: tuple[Template, ...]) -> tuple[str, ...]:
    return tuple(template.source for template in templates)


def _identifier(named: NamedPrincipal) -> str:
    return named.identifier or named.type.value


def _some(values: tuple[str, ...]) -> str:
    more = f" and {len(values) - _SHOWN} more" if len(values) > _SHOWN else ""
    return (", ".join(map(shown, values[:_SHOWN])) or "nothing") + more
