from datetime import datetime
from typing import Any

from console.api.registry import Action, Output
from policies_app.models import LastAccessedReport
from policies_app.operations import last_accessed
from policies_app.operations.last_accessed import LastAccessed, Record


def _job(found: LastAccessed) -> Output:
    """A report is complete as soon as it is there."""
    report = found.report
    return {
        "JobStatus": "COMPLETED",
        "JobType": report.granularity,
        "JobCreationDate": report.created,
        "JobCompletionDate": report.completed,
        "IsTruncated": bool(found.page.next),
        "Marker": found.page.next or None,
    }


def started(report: LastAccessedReport) -> Output:
    return {"JobId": str(report.id)}


def services(found: LastAccessed) -> Output:
    return _job(found) | {"ServicesLastAccessed": [_service(service, found.report) for service in found.page.items]}


def _service(service: Record, report: LastAccessedReport) -> dict[str, Any]:
    with_actions = report.granularity == "ACTION_LEVEL"
    return {
        "ServiceName": service["name"],
        "ServiceNamespace": service["namespace"],
        "LastAuthenticated": _time(service["last"]),
        "LastAuthenticatedEntity": service["entity"],
        "TotalAuthenticatedEntities": len(service["entities"]),
        "TrackedActionsLastAccessed": [_action(action) for action in service["actions"]] if with_actions else None,
    }


def _action(action: Record) -> dict[str, Any]:
    return {
        "ActionName": action["name"],
        "LastAccessedEntity": action["entity"],
        "LastAccessedTime": _time(action["last"]),
    }


def entities(found: LastAccessed) -> Output:
    return _job(found) | {"EntityDetailsList": [_entity(entity) for entity in found.page.items]}


def _entity(entity: Record) -> dict[str, Any]:
    info = {name.capitalize(): entity[name] for name in ("arn", "name", "type", "id", "path")}
    return {"EntityInfo": info, "LastAuthenticated": _time(entity["last"])}


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


ACTIONS = {
    "GenerateServiceLastAccessedDetails": Action(last_accessed.generate_service_last_accessed_details, started),
    "GetServiceLastAccessedDetails": Action(last_accessed.get_service_last_accessed_details, services),
    "GetServiceLastAccessedDetailsWithEntities": Action(
        last_accessed.get_service_last_accessed_details_with_entities, entities
    ),
}
