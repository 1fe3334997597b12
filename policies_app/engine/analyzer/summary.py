"""What documents say, by service and access level, as the policy summaries of the AWS console do.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary.html
The console writes "Multiple" where the statements about a service differ; here each pair of resources and conditions
has a row of its own, so that every row is true by itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from policies_app.engine.catalog.coverage import Coverage, Reach, ServiceSummary, expand
from policies_app.engine.catalog.levels import AccessLevel
from policies_app.engine.catalog.services import catalog
from policies_app.engine.document import Condition, Effect, Policy, Statement

ALL_SERVICES: Final = "All services"
_EVERYTHING: Final = "*"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a row is about: `excepted` is a NotResource; neither it nor `resources` is for a role's trust policy.

    `conditions` are sentences such as ``Bool aws:MultiFactorAuthPresent: true``; all of them must hold.
    """

    resources: tuple[str, ...]
    excepted: tuple[str, ...]
    conditions: tuple[str, ...]

    @property
    def all_resources(self) -> bool:
        return _EVERYTHING in self.resources


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """`access` reads much as in the console: ``Full access``, ``Full: List; Limited: Read, Write``.

    `prefix` is empty for all services but those of `excepted_services`, which have rows of their own if any of their
    actions is covered.
    """

    service: str
    prefix: str
    access: str
    scope: Scope
    excepted_services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """`unrecognized` are the action patterns that match nothing in the catalog, as they were written."""

    allows: tuple[SummaryRow, ...]
    denies: tuple[SummaryRow, ...]
    unrecognized: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActionRow:
    """`name` is the full name of an action that documents allow, or deny, on the scope."""

    name: str
    level: AccessLevel
    effect: Effect
    scope: Scope


def summarize(*policies: Policy, within: Iterable[Policy] | None = None) -> Summary:
    """Sum up documents together, what they allow and what they deny apart.

    `within` are documents that cap the allowing ones, as a permissions boundary does: an action that they do not
    allow on any resource, under any condition, is left out. What they deny is added.
    """
    allowing, denying = _both(policies, within)
    unmatched = [name for coverage in (*allowing.values(), *denying.values()) for name in coverage.unmatched]
    return Summary(_rows(allowing), _rows(denying), tuple(dict.fromkeys(unmatched)))


def by_action(prefix: str, *policies: Policy, within: Iterable[Policy] | None = None) -> tuple[ActionRow, ...]:
    """The same for one service, by action: sorted by name, what is denied before what is allowed."""
    if (service := catalog().service_actions(prefix)) is None:
        return ()
    allowing, denying = _both(policies, within)
    found = []
    for effect, scopes in ((Effect.DENY, denying), (Effect.ALLOW, allowing)):
        for scope, coverage in scopes.items():
            for level, of_level in service.by_level.items():
                names = service.names_of(coverage.covered.get(service.prefix, 0) & of_level)
                found += [ActionRow(f"{service.prefix}:{name}", level, effect, scope) for name in names]
    return tuple(sorted(found, key=lambda row: row.name.lower()))


def _both(
    policies: Iterable[Policy], within: Iterable[Policy] | None
) -> tuple[dict[Scope, Coverage], dict[Scope, Coverage]]:
    """What is allowed and what is denied, by scope."""
    caps = None if within is None else tuple(within)
    statements = [statement for policy in policies for statement in policy.statements]
    limiting = [statement for policy in caps or () for statement in policy.statements]
    allowing = _by_scope(statement for statement in statements if statement.effect is Effect.ALLOW)
    denying = _by_scope(statement for statement in (*statements, *limiting) if statement.effect is Effect.DENY)
    if caps is not None:
        allowed = _by_scope(statement for statement in limiting if statement.effect is Effect.ALLOW)
        allowing = {scope: _common(coverage, allowed.values()) for scope, coverage in allowing.items()}
    return allowing, denying


def _by_scope(statements: Iterable[Statement]) -> dict[Scope, Coverage]:
    """The patterns of one scope are expanded together: a union of many small coverages takes quadratic time."""
    actions: defaultdict[Scope, list[str]] = defaultdict(list)
    rests: list[tuple[Scope, Coverage]] = []
    for statement in statements:
        scope = _scope(statement)
        actions[scope] += (pattern.text for pattern in statement.actions)
        if statement.not_actions:
            rests.append((scope, expand((), [pattern.text for pattern in statement.not_actions])))
    found = {scope: expand(patterns) for scope, patterns in actions.items()}
    for scope, rest in rests:
        found[scope] |= rest
    return found


def _scope(statement: Statement) -> Scope:
    return Scope(
        resources=tuple(template.source for template in statement.resources),
        excepted=tuple(template.source for template in statement.not_resources),
        conditions=tuple(_sentence(condition) for condition in statement.conditions),
    )


def _sentence(condition: Condition) -> str:
    values = ", ".join(template.source for template in condition.values)
    return f"{condition.spelling} {_spelled(condition.key)}: {values}"


def _spelled(key: str) -> str:
    """The key in AWS's own spelling, where the catalog knows one without placeholders."""
    known = catalog().condition_key(key)
    return known.name if known and "$" not in known.name else key


def _common(coverage: Coverage, caps: Iterable[Coverage]) -> Coverage:
    allowed: dict[str, int] = {}
    for cap in caps:
        for prefix, bits in cap.covered.items():
            allowed[prefix] = allowed.get(prefix, 0) | bits
    common = {prefix: bits & allowed.get(prefix, 0) for prefix, bits in coverage.covered.items()}
    return Coverage(common, coverage.unmatched)


def _rows(by_scope: Mapping[Scope, Coverage]) -> tuple[SummaryRow, ...]:
    rows = [row for scope, coverage in by_scope.items() for row in _rows_of(scope, coverage)]
    return tuple(sorted(rows, key=lambda row: (row.prefix != "", row.service.lower())))


def _rows_of(scope: Scope, coverage: Coverage) -> Iterator[SummaryRow]:
    """One row a service; one for all services together when more than half of them are covered in full."""
    full = {prefix for prefix, service in coverage.items() if service.reach is Reach.FULL}
    together = len(full) * 2 > len(catalog().prefixes)
    if together:
        names = {_name(prefix) for prefix in catalog().prefixes if prefix not in full}
        yield SummaryRow(ALL_SERVICES, "", "Full access", scope, tuple(sorted(names, key=str.lower)))
    for prefix, service in coverage.items():
        if not (together and prefix in full):
            yield _row(scope, service)


def _row(scope: Scope, service: ServiceSummary) -> SummaryRow:
    return SummaryRow(service.name, service.prefix, _access(service), scope)


def _access(service: ServiceSummary) -> str:
    if service.reach is Reach.FULL:
        return "Full access"
    levels = ((reach, service.levels_of(reach)) for reach in (Reach.FULL, Reach.LIMITED))
    return "; ".join(f"{reach}: {', '.join(of_reach)}" for reach, of_reach in levels if of_reach)


def _name(prefix: str) -> str:
    service = catalog().service_actions(prefix)
    return service.service_name if service else prefix
