"""ARNs of resources against the formats that AWS documents for each service, and against the actions beside them.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from policies_app.engine.catalog.action_sets import has_wildcard
from policies_app.engine.catalog.services import Action, ResourceType, catalog
from policies_app.engine.findings import FindingType
from policies_app.engine.reports import shown
from policies_app.engine.validator.actions import ENDED_SERVICES
from policies_app.engine.validator.checks import Hit, action_check, own, resource_check, statement_check
from policies_app.engine.validator.condition_values import is_region
from policies_app.engine.validator.facts import ActionFact, ResourceFact, StatementFacts
from policies_app.engine.validator.globs import overlap
from policies_app.engine.validator.lookups import guess, service

_WORD: Final = re.compile(r"[A-Za-z0-9_-]*")
_VARIABLE: Final = re.compile(r"\$\{[^}]*\}")

_MOST_COMPARED: Final = 100
"""Statements with more resources than this are not compared with the types of their actions."""

_WITH_RESOURCES_OF_AWS: Final = frozenset({"resource-explorer-2", "ssm"})
"""Services with resources that belong to no account: public documents of Systems Manager, views of other services."""

_UNDOCUMENTED: Final = frozenset({("iam", "root")})
"""Resources that there are, though no action is listed with them."""

ARN_MATCHES_NO_RESOURCE_TYPE = own("ARN_MATCHES_NO_RESOURCE_TYPE", FindingType.SUGGESTION)
RESOURCE_NEVER_MATCHES_ACTION = own("RESOURCE_NEVER_MATCHES_ACTION", FindingType.SUGGESTION)
ACTION_NEEDS_ALL_RESOURCES = own("ACTION_NEEDS_ALL_RESOURCES", FindingType.SUGGESTION)


@action_check("WILDCARD_IN_SERVICE_NAME")
def actions_of_services_by_pattern(action: ActionFact) -> Iterator[Hit]:
    return _by_pattern(action, action.pattern.prefix)


@resource_check("WILDCARD_IN_SERVICE_NAME")
def arns_of_services_by_pattern(resource: ResourceFact) -> Iterator[Hit]:
    return _by_pattern(resource, resource.fields[2] if resource.fields else "")


def _by_pattern(entry: ActionFact | ResourceFact, prefix: str) -> Iterator[Hit]:
    if has_wildcard(prefix) and prefix != "*":
        message = f"{shown(entry.text)} also means services to come whose names look alike"
        yield Hit("WILDCARD_IN_SERVICE_NAME", entry.path, message)


@resource_check(
    "INVALID_SERVICE",
    "INVALID_ARN_REGION",
    "INVALID_ARN_RESOURCE",
    ARN_MATCHES_NO_RESOURCE_TYPE,
    "ARN_REGION_NOT_ALLOWED",
    "ARN_ACCOUNT_NOT_ALLOWED",
    "MISSING_ARN_REGION",
    "MISSING_ARN_ACCOUNT",
)
def arns_in_another_form(resource: ResourceFact) -> Iterator[Hit]:
    if resource.fields and (problem := _problem(resource.fields)):
        code, message = problem
        yield Hit(code, resource.path, f"{shown(resource.text)} {message}")


def _problem(fields: tuple[str, ...]) -> tuple[str, str] | None:
    """What is wrong with an ARN: code and message. Where a pattern may be right, it is."""
    _, _, prefix, region, account, resource = (_plain(field) for field in fields)
    if has_wildcard(prefix) or prefix != prefix.lower() or prefix in ENDED_SERVICES:
        return None
    formats = _formats(prefix)
    if formats is None:
        meant = guess(prefix, catalog().prefixes)
        return "INVALID_SERVICE", f"names no service that there is{f'; did you mean {shown(meant)}?' if meant else ''}"
    if region and not has_wildcard(region) and not is_region(region):
        return "INVALID_ARN_REGION", f"names no region that there is, {shown(region)}"
    if not formats or not resource or (prefix, resource) in _UNDOCUMENTED:
        return None
    alike = [each for each in formats if overlap(each[2], resource)]
    return _problem_of_fields(prefix, alike, region, account) if alike else _problem_of_resource(formats, resource)


def _problem_of_resource(formats: tuple[tuple[bool, bool, str], ...], resource: str) -> tuple[str, str]:
    """An ARN whose first word names no type is wrong for sure; what AWS does not document may still work."""
    words = {_WORD.match(each[2])[0] for each in formats}  # type: ignore[index]  # it matches nothing, too
    word = _WORD.match(resource)[0]  # type: ignore[index]
    if has_wildcard(resource) or "" in words or not word or word in words:
        return ARN_MATCHES_NO_RESOURCE_TYPE, "looks like no ARN that AWS documents for its service"
    meant = guess(word, words)
    return (
        "INVALID_ARN_RESOURCE",
        f"is of no resource type of its service{f'; did you mean {shown(meant)}?' if meant else ''}",
    )


def _problem_of_fields(
    prefix: str, formats: list[tuple[bool, bool, str]], region: str, account: str
) -> tuple[str, str] | None:
    """Region and account of an ARN against those formats that its resource fits; none may be filled or empty alike."""
    for at, field, name in ((0, region, "REGION"), (1, account, "ACCOUNT")):
        given = bool(field)
        if any(each[at] == given for each in formats) or (has_wildcard(field) and not field.strip("*")):
            continue
        if given:
            return f"ARN_{name}_NOT_ALLOWED", f"has {shown(field)} where ARNs of its kind have no {name.lower()}"
        if name == "ACCOUNT" and prefix in _WITH_RESOURCES_OF_AWS:
            continue
        return f"MISSING_ARN_{name}", f"lacks the {name.lower()} that ARNs of its kind have"
    return None


@lru_cache(maxsize=512)
def _formats(prefix: str) -> tuple[tuple[bool, bool, str], ...] | None:
    """Of the resource types whose ARNs name a service: with region, with account, and the pattern of the resource."""
    found = service(prefix)
    kinds = list(found.resource_types.values()) if found else _types_elsewhere(prefix)
    if found is None and not kinds:
        return None
    formats = []
    for kind in kinds:
        fields = _plain(kind.arn).split(":", 5)
        if len(fields) == 6 and fields[2] in (prefix, "*"):
            formats.append((bool(fields[3]), bool(fields[4]), fields[5]))
    return tuple(formats)


def _types_elsewhere(prefix: str) -> list[ResourceType]:
    """Some ARNs name a service by another word than its actions do: `arn:aws:catalog:…` is Service Catalog's."""
    services = filter(None, map(service, catalog().prefixes))
    return [kind for each in services for kind in each.resource_types.values() if kind.arn.split(":")[2:3] == [prefix]]


@statement_check(RESOURCE_NEVER_MATCHES_ACTION, ACTION_NEEDS_ALL_RESOURCES)
def actions_on_resources_of_another_type(statement: StatementFacts) -> Iterator[Hit]:
    if statement.resource_element != "Resource" or statement.any_resource:
        return
    if not 0 < len(statement.resources) <= _MOST_COMPARED:
        return
    resources = tuple(resource.fields for resource in statement.resources)
    if not all(resources):
        return
    for entry in statement.actions if statement.action_element == "Action" else ():
        action = entry.pattern.action
        if action is None:
            continue
        if not action.resources:
            message = f"{shown(entry.text)} works on no resource of its own, so it needs Resource `*`"
            yield Hit(ACTION_NEEDS_ALL_RESOURCES, entry.path, message)
        elif not _may_match(action, resources):
            kinds = ", ".join(sorted(resource.resource_type for resource in action.resources)[:4])
            message = f"{shown(entry.text)} works on {kinds}, and none of the resources here is one"
            yield Hit(RESOURCE_NEVER_MATCHES_ACTION, entry.path, message)


@lru_cache(maxsize=4096)
def _may_match(action: Action, resources: tuple[tuple[str, ...], ...]) -> bool:
    found = service(action.service)
    assert found is not None
    formats = [_plain(found.resource_types[each.resource_type.lower()].arn).split(":", 5) for each in action.resources]
    return any(
        len(fields) != 6 or all(map(overlap, fields, map(_plain, resource)))
        for resource in resources
        for fields in formats
    )


def _plain(text: str) -> str:
    """A text with a `*` for each variable or placeholder."""
    return _VARIABLE.sub("*", text) if "$" in text else text
