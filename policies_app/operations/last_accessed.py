"""Service last accessed: which services somebody may use, and when they last tried to, by the record of operations.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
Only what is asked of this server is on record, so of other services it is told that nobody tried. The record knows
people by their ARN: what somebody did under an earlier name is not found. No region is told, as none is recorded.
"""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import batched, chain
from typing import Any, Final

from django.db.models import Max, Q
from django.utils import timezone

from policies_app.engine.catalog.services import catalog
from policies_app.engine.compiled import compile_document
from policies_app.engine.document import Effect, Layer
from policies_app.engine.document import Policy as CompiledPolicy
from policies_app.models import Event, Group, LastAccessedReport, Policy, Role, User

from . import authorization, granting_policies, policies
from .calls import OPERATIONS, Call, operation
from .errors import NoSuchEntity
from .pages import Page, page_of_list

TRACKED: Final = timedelta(days=400)
KEPT: Final = timedelta(days=7)
BATCH: Final = 500

type Entity = User | Role
type Record = dict[str, Any]
"""As it is kept: times in ISO 8601, names in snake case."""


@operation("GenerateServiceLastAccessedDetails")
def generate_service_last_accessed_details(
    call: Call, *, arn: str, granularity: str = "SERVICE_LEVEL"
) -> LastAccessedReport:
    """Of a user, group, role or managed policy. The report is complete at once, and kept for `KEPT`."""
    subject = _find(call, arn)
    call.authorize(subject)
    created = timezone.now()
    LastAccessedReport.objects.filter(account_id=call.account_id, created__lt=created - KEPT).delete()
    documents = _documents(subject)
    granted = {service for document in documents for service in granting_policies.granted_services(document)}
    services = {service: _Service(service) for service in sorted(granted)}
    homes = {name: entry.action.partition(":")[0] for name, entry in OPERATIONS.items()}
    for entity, name, time in _attempts(call.account_id, subject, created - TRACKED):
        # An operation that is called otherwise today is passed over.
        if service := services.get(homes.get(name, "")):
            service.note(entity, name, time)
    tracked = documents if granularity == "ACTION_LEVEL" else ()
    return LastAccessedReport.objects.create(
        account_id=call.account_id,
        principal=_asker(call),
        granularity=granularity,
        created=created,
        services=[service.told(tracked) for service in services.values()],
    )


@dataclass(frozen=True, slots=True)
class LastAccessed:
    """A report with a page of its services, or of the entities that used one of them."""

    report: LastAccessedReport
    page: Page[Record]


@operation("GetServiceLastAccessedDetails", reads=True)
def get_service_last_accessed_details(
    call: Call, *, job_id: str, marker: str = "", max_items: int = 100
) -> LastAccessed:
    call.authorize("*")
    report = _report(call, job_id)
    return LastAccessed(report, page_of_list(report.services, lambda service: service["namespace"], marker, max_items))


@operation("GetServiceLastAccessedDetailsWithEntities", reads=True)
def get_service_last_accessed_details_with_entities(
    call: Call, *, job_id: str, service_namespace: str, marker: str = "", max_items: int = 100
) -> LastAccessed:
    """The users and roles that tried to use the service."""
    call.authorize("*")
    report = _report(call, job_id)
    for service in report.services:
        if service["namespace"] == service_namespace:
            return LastAccessed(report, page_of_list(service["entities"], lambda one: one["arn"], marker, max_items))
    raise NoSuchEntity(f"The service {service_namespace} is not in the report.")


def _find(call: Call, arn: str) -> User | Group | Role | Policy:
    if ":policy/" in arn:
        return policies.find(call, arn)
    return granting_policies.find_by_arn(call, arn)


def _asker(call: Call) -> str:
    """A role in whatever session."""
    return call.principal.role_arn or call.principal.arn


def _report(call: Call, job_id: str) -> LastAccessedReport:
    absent = NoSuchEntity(f"The job {job_id} cannot be found.")
    try:
        key = uuid.UUID(job_id)
    except ValueError as error:
        raise absent from error
    mine = LastAccessedReport.objects.filter(account_id=call.account_id, principal=_asker(call))
    if report := mine.filter(pk=key).first():
        return report
    raise absent


def _documents(subject: User | Group | Role | Policy) -> list[CompiledPolicy]:
    """Those that allow: what a boundary takes away is not looked at, as IAM has it."""
    if isinstance(subject, Policy):
        document = subject.versions.select_related("document").get(is_default=True).document
        compiled = compile_document(document.sha256, document.text, Layer.IDENTITY)
        return [compiled] if compiled else []
    bearing = authorization.compile_all(authorization.policy_sources(subject.pk))
    return [policy for source, policy in bearing if source.layer is Layer.IDENTITY and policy]


# What is on record --------------------------------------------------------------------------------------------------


def _attempts(
    account_id: str, subject: User | Group | Role | Policy, since: datetime
) -> Iterator[tuple[Entity, str, datetime]]:
    """Each operation that somebody who has the subject's permissions tried, with the last time."""
    users, roles = _bearers(account_id, subject)
    events = Event.objects.filter(account_id=account_id, time__gte=since)
    for batch in batched(users, BATCH, strict=False):
        by_arn = {user.arn: user for user in batch}
        tried = events.filter(principal__in=list(by_arn)).values_list("principal", "operation")
        for arn, name, time in tried.annotate(last=Max("time")).order_by():
            yield by_arn[arn], name, time
    for role in roles:
        if role.last_used is None:
            continue
        sessions = events.filter(principal__startswith=f"arn:aws:sts::{account_id}:assumed-role/{role.name}/")
        for name, time in sessions.values_list("operation").annotate(last=Max("time")).order_by():
            yield role, name, time


def _bearers(account_id: str, subject: User | Group | Role | Policy) -> tuple[Iterable[User], Iterable[Role]]:
    match subject:
        case User():
            return [subject], []
        case Role():
            return [], [subject]
        case Group():
            return User.objects.filter(memberships__group=subject).iterator(chunk_size=BATCH), []
    attached = Q(attachments__policy=subject) | Q(memberships__group__attachments__policy=subject)
    users = User.objects.filter(attached, account_id=account_id).distinct()
    roles = Role.objects.filter(attachments__policy=subject, account_id=account_id)
    return users.iterator(chunk_size=BATCH), roles.iterator(chunk_size=BATCH)


# What is told -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Service:
    namespace: str
    last: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    entities: dict[str, Record] = field(default_factory=dict)

    def note(self, entity: Entity, name: str, time: datetime) -> None:
        self.last[name] = max(self.last.get(name, (time, entity.arn)), (time, entity.arn))
        known = self.entities.setdefault(entity.arn, _described(entity) | {"last": time})
        known["last"] = max(known["last"], time)

    def told(self, tracked: Sequence[CompiledPolicy]) -> Record:
        """With the last use of each action that this server performs and one of the documents allows."""
        time, arn = max(self.last.values(), default=(None, None))
        actions = catalog().service_actions(self.namespace)
        return {
            "namespace": self.namespace,
            "name": actions.service_name if actions else self.namespace,
            "last": time,
            "entity": arn,
            "entities": sorted(self.entities.values(), key=lambda entity: str(entity["arn"])),
            "actions": [
                self._action(name) for name in _performed(self.namespace) if _allow(tracked, self.namespace, name)
            ],
        }

    def _action(self, name: str) -> Record:
        time, arn = self.last.get(name, (None, None))
        return {"name": name, "last": time, "entity": arn}


def _described(entity: Entity) -> Record:
    kind = str(entity.KIND).upper()
    return {"arn": entity.arn, "name": entity.name, "type": kind, "id": entity.unique_id, "path": entity.path}


def recorded_services() -> frozenset[str]:
    """Those whose requests come to this server; of the others nothing can be on record."""
    return frozenset(entry.action.partition(":")[0] for entry in OPERATIONS.values())


def recorded_since(account_id: str) -> datetime:
    """From when on there is a record to look at: the first event's time, or when what is tracked begins."""
    first = Event.objects.filter(account_id=account_id).order_by("sequence").values_list("time", flat=True).first()
    begin = timezone.now() - TRACKED
    return max(first or begin, begin)


def _performed(service: str) -> list[str]:
    return sorted(name for name, entry in OPERATIONS.items() if entry.action.startswith(f"{service}:"))


def _allow(documents: Sequence[CompiledPolicy], service: str, name: str) -> bool:
    statements = chain.from_iterable(document.statements for document in documents)
    action = f"{service}:{name}".lower()
    return any(statement.effect is Effect.ALLOW and statement.covers_action(action) for statement in statements)
