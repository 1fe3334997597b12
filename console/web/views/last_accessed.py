"""Which services somebody may use, when each was used last, by whom, and which policy grants it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.vary import vary_on_headers

from console.web.forms.last_accessed import ReportFilters
from console.web.panels import Panel, panel
from console.web.requests import ConsoleRequest
from console.web.sealing import seal, unseal
from console.web.templatetags.links import policy_page
from policies_app.models import Identity, Policy
from policies_app.operations import granting_policies, last_accessed
from policies_app.operations.calls import Call
from policies_app.operations.errors import NoSuchEntity
from policies_app.operations.granting_policies import GrantingPolicy
from policies_app.operations.last_accessed import LastAccessed, Record
from policies_app.operations.pages import page_of_list

from .identities import Kind, form_view, gate, page_of
from .policy_pages import of_policy, page, url

PAGE_SIZE = 100
MOST_SERVICES = 1000
REPORT = "components/last_accessed.html#report"


@form_view
@vary_on_headers("HX-Request")
def of_identity(request: ConsoleRequest, kind: Kind, **name: str) -> HttpResponse:
    identity = kind.get(request.call, **name)
    if request.method == "POST":
        return _generate(request, identity)
    report = _report(request, identity)
    if request.htmx and not request.htmx.boosted:
        return render(request, REPORT, report)
    return page_of(request, kind, identity, "identities/last_accessed.html", report)


@form_view
@vary_on_headers("HX-Request")
@of_policy
def of_one_policy(request: ConsoleRequest, policy: Policy) -> HttpResponse:
    if request.method == "POST":
        return _generate(request, policy)
    report = _report(request, policy)
    if not policy.is_aws_managed:
        report["edit_url"] = url(policy, "edit")
    if request.htmx and not request.htmx.boosted:
        return render(request, REPORT, report)
    return page(request, policy, "policies/last_accessed.html", report)


def _generate(request: ConsoleRequest, subject: Identity | Policy) -> HttpResponse:
    """The report is kept for a while, so its page has an address, which serves for this subject alone."""
    generate = last_accessed.generate_service_last_accessed_details
    made = generate(request.call, arn=subject.arn, granularity="ACTION_LEVEL")
    return redirect(f"{request.path}?{urlencode({'report': seal(__name__, [subject.arn, str(made.pk)])})}")


@dataclass(frozen=True, slots=True)
class Action:
    name: str
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Service:
    """A row; its `state` is used, unused, or untracked: then nobody here can say whether it was used."""

    namespace: str
    name: str
    state: str
    last: datetime | None
    entity: str
    actions: list[Action]
    granted_by: list[tuple[GrantingPolicy, str]]

    @property
    def used_actions(self) -> int:
        return sum(1 for action in self.actions if action.last)


def _report(request: ConsoleRequest, subject: Identity | Policy) -> dict[str, Any]:
    """What `components/last_accessed.html` shows; without a report, the button that makes one."""
    call = request.call
    filters = ReportFilters(request.GET)
    filters.full_clean()
    asked: dict[str, Any] = filters.cleaned_data
    context: dict[str, Any] = {
        "subject": subject,
        "is_policy": isinstance(subject, Policy),
        "may_generate": gate(call, "iam:GenerateServiceLastAccessedDetails", subject),
        "filters": filters,
    }
    arn, job_id = unseal(__name__, asked.get("report", "")) or ("", "")
    if arn != subject.arn:
        return context
    try:
        found = panel(last_accessed.get_service_last_accessed_details, call, job_id=job_id, max_items=MOST_SERVICES)
    except NoSuchEntity:  # it is kept for a week
        return context
    context["found"] = found
    if found.value:
        context |= _table(call, subject, found.value, asked)
    return context


def _table(call: Call, subject: Identity | Policy, found: LastAccessed, asked: dict[str, Any]) -> dict[str, Any]:
    every = found.page.items
    states = {service["namespace"]: _state(service) for service in every}
    listed = [
        service
        for service in every
        if asked.get("show", "") in {"", states[service["namespace"]]}
        and asked.get("q", "").lower() in f"{service['namespace']} {service['name']}".lower()
    ]
    shown = page_of_list(listed, lambda service: str(service["namespace"]), asked.get("marker", ""), PAGE_SIZE)
    names = [service["namespace"] for service in shown.items]
    granting = _granting(call, subject, names) if names else Panel(value={})
    following = {name: asked[name] for name in ("report", "show", "q") if asked.get(name)} | {"marker": shown.next}
    return {
        "report": found.report,
        "since": last_accessed.recorded_since(call.account_id),
        "counts": Counter(states.values()),
        "rows": [_service(service, states, granting.value or {}) for service in shown.items],
        "granting": granting,
        "next_url": f"?{urlencode(following)}" if shown.next else None,
        "previous_url": f"?{urlencode(following | {'marker': ''})}" if asked.get("marker") else None,
    }


def _state(service: Record) -> str:
    if service["last"]:
        return "used"
    return "unused" if service["namespace"] in last_accessed.recorded_services() else "untracked"


def _granting(call: Call, subject: Identity | Policy, namespaces: list[str]) -> Panel[dict[str, list[GrantingPolicy]]]:
    """A policy grants its services itself."""
    if isinstance(subject, Policy):
        return Panel(value={})
    ask = granting_policies.list_policies_granting_service_access
    return panel(ask, call, arn=subject.arn, service_namespaces=namespaces)


def _service(service: Record, states: dict[str, str], granting: dict[str, list[GrantingPolicy]]) -> Service:
    namespace = service["namespace"]
    return Service(
        namespace,
        service["name"],
        states[namespace],
        _moment(service["last"]),
        service["entity"] or "",
        [Action(action["name"], _moment(action["last"])) for action in service["actions"]],
        [(policy, _page_of_grant(policy)) for policy in granting.get(namespace, ())],
    )


def _moment(kept: str | None) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None


def _page_of_grant(policy: GrantingPolicy) -> str:
    if policy.arn:
        return policy_page(policy.arn)
    assert policy.holder_kind
    return reverse(f"{policy.holder_kind}s:inline_edit", args=[policy.holder, policy.name])
