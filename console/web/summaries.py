"""The summary of documents by action, for the service that the address names: `?service=s3`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest

from policies_app.engine.analyzer.summary import ActionRow, by_action
from policies_app.engine.catalog.services import catalog
from policies_app.engine.document import Policy

MOST_ROWS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Actions:
    """`name` is empty where there is no such service; `unlisted` rows more are left out."""

    prefix: str
    name: str
    rows: tuple[ActionRow, ...] = ()
    unlisted: int = 0


def asked_actions(
    request: HttpRequest, policies: Iterable[Policy], within: Iterable[Policy] | None = None
) -> Actions | None:
    prefix = request.GET.get("service", "").strip().removesuffix(":*")[:64]
    if not prefix:
        return None
    service = catalog().service_actions(prefix)
    if service is None:
        return Actions(prefix, "")
    rows = by_action(service.prefix, *policies, within=within)
    return Actions(service.prefix, service.service_name, rows[:MOST_ROWS], max(0, len(rows) - MOST_ROWS))
