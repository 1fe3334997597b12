"""Actions and their services, against the catalog.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from policies_app.engine.catalog.services import catalog
from policies_app.engine.findings import FindingType
from policies_app.engine.reports import shown
from policies_app.engine.validator.checks import Hit, Repair, action_check, own
from policies_app.engine.validator.facts import ActionFact
from policies_app.engine.validator.lookups import action_pattern, guess

ENDED_SERVICES: Final = frozenset(
    {
        "deepcomposer",
        "deeplens",
        "deepracer",
        "gamesparks",
        "iot1click",
        "iotroborunner",
        "iotthingsgraph",
        "macie",
        "mobilehub",
        "sumerian",
        "zocalo",
    }
)
"""Services that AWS has ended and documents no more; policies that still name them do no harm."""

OTHER_CAPITALS = own("OTHER_CAPITALS", FindingType.SUGGESTION)
WILDCARD_MATCHES_NO_ACTION = own("WILDCARD_MATCHES_NO_ACTION", FindingType.SUGGESTION)


@action_check("INVALID_ACTION", "INVALID_SERVICE_IN_ACTION", WILDCARD_MATCHES_NO_ACTION)
def actions_that_do_not_exist(action: ActionFact) -> Iterator[Hit]:
    pattern = action.pattern
    if not pattern.name or pattern.prefix == "*" or pattern.prefix in ENDED_SERVICES:
        return
    if pattern.service is None:
        yield _unknown_service(action)
    elif not pattern.wildcard and pattern.action is None:
        yield _unknown_action(action)
    elif pattern.wildcard and not pattern.covered:
        message = f"{shown(action.text)} matches no action that AWS documents"
        yield Hit(WILDCARD_MATCHES_NO_ACTION, action.path, message)


def _unknown_service(action: ActionFact) -> Hit:
    prefix = action.text.partition(":")[0]
    meant = _nearest_prefix(action.pattern.prefix)
    whole = meant and meant + action.text[len(prefix) :]
    if whole and not action_pattern(whole.lower()).covered:
        whole = None  # a service that is spelt alike, and another one
    return _with_guess("INVALID_SERVICE_IN_ACTION", action, f"there is no service {shown(prefix)}", whole)


def _unknown_action(action: ActionFact) -> Hit:
    meant = _nearest_action(action.pattern.prefix, action.pattern.name)
    return _with_guess("INVALID_ACTION", action, f"unknown action {shown(action.text)}", meant)


def _with_guess(code: str, action: ActionFact, message: str, meant: str | None) -> Hit:
    if not meant:
        return Hit(code, action.path, message)
    repair = Repair(f"Change to {meant}", f'"{meant}"')
    return Hit(code, action.path, f"{message}; did you mean {shown(meant)}?", repair=repair)


@action_check(OTHER_CAPITALS)
def actions_in_other_capitals(entry: ActionFact) -> Iterator[Hit]:
    """Actions have no case, but read best as AWS writes them."""
    action = entry.pattern.action
    if action is not None and entry.text != action.full_name:
        message = f"AWS writes {shown(entry.text)} as {shown(action.full_name)}"
        repair = Repair(f"Change to {action.full_name}", f'"{action.full_name}"')
        yield Hit(OTHER_CAPITALS, entry.path, message, repair=repair)


@lru_cache(maxsize=1024)
def _nearest_prefix(prefix: str) -> str | None:
    return guess(prefix, catalog().prefixes)


@lru_cache(maxsize=1024)
def _nearest_action(prefix: str, name: str) -> str | None:
    service = catalog().service_actions(prefix)
    meant = guess(name, service.names) if service else None
    return f"{prefix}:{meant}" if meant else None
