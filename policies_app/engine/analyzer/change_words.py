"""How actions and the terms of a grant are said in a sentence; what is quoted stands between backticks."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from policies_app.engine.analyzer.grants import Named, Need, Resource, Terms, Who
from policies_app.engine.catalog.action_sets import ServiceActions
from policies_app.engine.catalog.every_action import every_action
from policies_app.engine.catalog.levels import AccessLevel
from policies_app.engine.catalog.services import catalog
from policies_app.engine.document import NamedPrincipal, PrincipalType

_SERVICES_NAMED: Final = 3
_TERMS_NAMED: Final = 2
_MOST_TELLING: Final = (
    AccessLevel.PERMISSIONS_MANAGEMENT,
    AccessLevel.WRITE,
    AccessLevel.TAGGING,
    AccessLevel.READ,
    AccessLevel.LIST,
)


def _join(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


# Actions -------------------------------------------------------------------------------------------------------------


def actions_in_words(named: Named, spelling: dict[str, str]) -> str:
    """``every action of Amazon SQS and `s3:PutObject` and 12 more write actions of Amazon S3``."""
    if named.known == every_action().all:
        return "every action"
    services = list(by_service(named.known))
    services.sort(key=lambda found: -found[1].bit_count())
    said = [_of_service(service, bits) for service, bits in services[:_SERVICES_NAMED]]
    if rest := services[_SERVICES_NAMED:]:
        number = sum(bits.bit_count() for _, bits in rest)
        said.append(f"{number:,} {_actions(number)} of {len(rest):,} more service{'s' if len(rest) > 1 else ''}")
    if named.unknown:
        texts = sorted(spelling.get(each, each) for each in named.unknown)
        more = f" and {len(texts) - 1:,} more" if len(texts) > 1 else ""
        said.append(f"`{texts[0]}`{more} (in no catalog of AWS's actions)")
    return _join(said)


def by_service(known: int) -> Iterator[tuple[ServiceActions, int]]:
    """The services of a set of actions, each with its own set (see `action_sets`)."""
    first = every_action().first
    for service in catalog().every_service_actions():
        if bits := known >> first[service.prefix] & service.every:
            yield service, bits


def _of_service(service: ServiceActions, bits: int) -> str:
    number = bits.bit_count()
    if bits == service.every and number > 1:
        return f"every action of {service.service_name}"
    levels = ((level, bits & service.by_level.get(level, 0)) for level in _MOST_TELLING)
    level, told = next((level, of_level) for level, of_level in levels if of_level)
    names = [f"`{service.prefix}:{name}`" for name in service.names_of(told)[:2]]
    if number == len(names):
        return _join(names)
    sort = f"{level.lower()} " if told == bits else ""
    return f"{names[0]} and {number - 1:,} more {sort}{_actions(number - 1)} of {service.service_name}"


def _actions(number: int) -> str:
    return "action" if number == 1 else "actions"


# Terms ---------------------------------------------------------------------------------------------------------------


def terms_in_words(
    whos: Sequence[Who], resources: Sequence[Resource], needs: frozenset[Need], *, unconditional: bool = False
) -> str:
    """`` to `…` on `…` if `…` ``; with `unconditional` the absence of conditions is said."""
    said = [_to(whos), _on(resources), _if(needs)]
    if unconditional and not needs:
        said.append("under no condition")
    return "".join(f" {part}" for part in said if part)


def what_differs(terms: Terms, others: Iterable[Terms]) -> tuple[str, str]:
    """Of terms and those that they are compared with, the elements that differ: their name, and the others in words."""
    others = list(others)
    who, resource, needs = (
        any(other.who != terms.who for other in others),
        any(other.resource != terms.resource for other in others),
        any(other.needs != terms.needs for other in others),
    )
    name = {(True, False, False): "Principals", (False, True, False): "Resources", (False, False, True): "Conditions"}
    phrases = dict.fromkeys(
        terms_in_words(
            [other.who] if who else [], [other.resource] if resource else [], other.needs if needs else frozenset(),
            unconditional=needs and not (who or resource),
        ).strip()
        for other in others
    )  # fmt: skip
    shown = list(phrases)[:_TERMS_NAMED]
    more = len(phrases) - len(shown)
    said = " and ".join(shown) + (f" and on {more:,} other terms" if more else "")
    return name.get((who, resource, needs), "Terms"), said


def _to(whos: Sequence[Who]) -> str:
    said = []
    for who in whos:
        if who.named:
            said.append(_principal(who.named))
        elif who.excepted:
            said.append(f"everyone but {_join(sorted(map(_principal, who.excepted)))}")
    return f"to {_some(said, 'principals')}" if said else ""


def _principal(principal: NamedPrincipal) -> str:
    return "everyone" if principal.type is PrincipalType.EVERYONE else f"`{principal.identifier}`"


def _on(resources: Sequence[Resource]) -> str:
    said = []
    for resource in resources:
        if resource.excepted:
            said.append(f"all resources but {_some([f'`{each}`' for each in resource.shown], 'patterns')}")
        elif resource.pattern == "*":
            said.append("all resources")
        elif resource.pattern:
            said.append(f"`{resource.shown[0]}`")
    return f"on {_some(said, 'resources')}" if said else ""


def _some(said: Sequence[str], what: str) -> str:
    if len(said) <= _TERMS_NAMED + 1:
        return _join(said)
    return f"{', '.join(said[:_TERMS_NAMED])} and {len(said) - _TERMS_NAMED:,} more {what}"


def _if(needs: frozenset[Need]) -> str:
    said = sorted(_need_in_words(need) for need in needs)
    return f"if {_join(said)}" if said else ""


def _need_in_words(need: Need) -> str:
    values = ", ".join(template.source for template in need.condition.values)
    return f"`{need.spelling} {need.condition.name}: {values}`"
