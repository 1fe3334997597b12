"""Which services and actions somebody means by a part of a name. Spaces count for nothing: `get object` finds both."""

from collections.abc import Iterator
from functools import lru_cache

from policies_app.engine.catalog.action_sets import ServiceActions
from policies_app.engine.catalog.services import catalog

_OWN = {"iam", "sts"}


def actions_named(text: str, most: int) -> list[str]:
    """Full names: first those that are the text, then those that begin with it, then those that hold it."""
    text = "".join(text.lower().split())
    found: dict[str, None] = {}
    needles = (f"\n{text}\n", f":{text}\n", f"\n{text}", f":{text}", text)
    for needle in needles if text else ():
        for name in _holding(needle):
            found[name] = None
            if len(found) >= most:
                return list(found)
    return list(found)


def services_named(text: str, most: int) -> list[ServiceActions]:
    """By prefix, `s3`, or by a word of the service's name."""
    text = text.lower().strip()
    ranked = [(rank, service) for service in catalog().every_service_actions() if (rank := _rank(service, text))]
    return [service for _, service in sorted(ranked, key=lambda each: (each[0], each[1].prefix))[:most]]


def _rank(service: ServiceActions, text: str) -> int:
    """From 1, the best; 0 for no match."""
    name = service.service_name.lower()
    if service.prefix == text:
        return 1
    if service.prefix.startswith(text):
        return 2
    return 3 if f" {text}" in f" {name}" else 0


def _holding(needle: str) -> Iterator[str]:
    spelled, lowered = _names()
    at = lowered.find(needle)
    while at >= 0:
        inside = at + 1 if needle.startswith("\n") else at
        start, end = lowered.rfind("\n", 0, inside) + 1, lowered.find("\n", inside)
        yield spelled[start:end]
        at = lowered.find(needle, end)


@lru_cache(maxsize=1)
def _names() -> tuple[str, str]:
    """All full names, one a line, as AWS spells them and in small letters: one search of the text finds any of them.

    The actions of this console itself come first.
    """
    services = sorted(catalog().every_service_actions(), key=lambda service: service.prefix not in _OWN)
    lines = (f"{service.prefix}:{name}" for service in services for name in service.names)
    spelled = "\n" + "\n".join(lines) + "\n"
    return spelled, spelled.lower()
