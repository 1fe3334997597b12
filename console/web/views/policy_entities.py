"""The users, groups and roles that a policy is attached to, from the policy's side."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from console.web.errors import add_to_form
from console.web.forms.filters import Filters
from console.web.forms.policies import USAGES, AttachFilters, EntityFilters, IdentityForm
from console.web.panels import panel
from console.web.requests import ConsoleRequest
from console.web.templatetags.links import page as identity_page
from policies_app.models import Identity, IdentityKind, Policy
from policies_app.operations import policies
from policies_app.operations.errors import AccessDenied, OperationError
from policies_app.operations.pages import Page

from .identities import KINDS, Gate, Kind
from .policy_pages import Scope, link, of_policy, page, scope_of, url

PAGE_SIZE = 25
# What takes the policy away from somebody, by what it is to them.
ACTIONS = {"PermissionsPolicy": "Detach{}Policy", "PermissionsBoundary": "Delete{}PermissionsBoundary"}


@require_safe
@vary_on_headers("HX-Request")
@of_policy
def entities(request: ConsoleRequest, policy: Policy) -> HttpResponse:
    """Those that it is attached to, or those that it is the boundary of, a page at a time."""
    filters, status = _filters(EntityFilters, request)
    usage = filters.cleaned_data["usage"] or "PermissionsPolicy"
    found = panel(
        policies.list_entities_for_policy,
        request.call,
        policy_arn=policy.arn,
        policy_usage_filter=usage,
        **filters.parameters(),
        max_items=PAGE_SIZE,
    )
    items = found.value.items if found.value else []
    facts = policies.facts(policy)
    counts = {"PermissionsPolicy": facts.attachment_count, "PermissionsBoundary": facts.boundary_count}
    context = {
        "found": found,
        "filters": filters,
        "usage": usage,
        "label": USAGES[usage],
        "narrowed": filters.cleaned_data["kind"] or filters.cleaned_data["q"],
        "usages": [
            {"url": f"?usage={each}", "label": f"{label} {counts[each]:,}", "active": each == usage}
            for each, label in USAGES.items()
        ],
        "rows": [_row(request, policy, identity, ACTIONS[usage]) for identity in items],
        **_pager(filters, found.value),
    }
    swap = request.htmx and not request.htmx.boosted
    return page(request, policy, f"policies/entities.html{'#rows' if swap else ''}", context, status=status)


def _filters[F: Filters](form: type[F], request: ConsoleRequest) -> tuple[F, int]:
    """What the URL narrows the list to; what cannot be understood narrows nothing, and is a bad request."""
    filters = form(request.GET)
    if filters.is_valid():
        return filters, 200
    filters = form({})
    filters.full_clean()
    return filters, 400


def _pager(filters: Filters, found: Page[Any] | None) -> dict[str, str | None]:
    return {
        "next_url": filters.page_url(found.next) if found else None,
        "previous_url": filters.page_url(found.previous, backwards=True) if found else None,
    }


def _row(request: ConsoleRequest, policy: Policy, identity: Identity, action: str) -> dict[str, object]:
    kind = KINDS[IdentityKind(identity.kind)]
    decision = request.call.may(kind.action(action), identity, {"iam:PolicyARN": policy.arn})
    return {"identity": identity, "kind": kind, "url": identity_page(identity), "gate": Gate(decision)}


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@of_policy
def attach(request: ConsoleRequest, policy: Policy) -> HttpResponse:
    form = IdentityForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            kind, name = KINDS[IdentityKind(form.cleaned_data["kind"])], form.cleaned_data["name"]
            try:
                kind.attach(request.call, **kind.named(name), policy_arn=policy.arn)
            except OperationError as error:
                add_to_form(form, error)
                status = 403 if isinstance(error, AccessDenied) else 422
            else:
                _tell(request, "Attached {} to the {} {}.", link(scope_of(policy), policy.name), kind, name)
                return redirect(url(policy, "entities"))
    filters, readable = _filters(AttachFilters, request)
    status = max(status, readable)
    kind = KINDS[IdentityKind(filters.cleaned_data["kind"] or IdentityKind.USER)]
    found = panel(kind.list, request.call, search=filters.cleaned_data["q"], **filters.paging(), max_items=PAGE_SIZE)
    items = found.value.items if found.value else []
    have = panel(
        policies.list_entities_for_policy,
        request.call,
        policy_arn=policy.arn,
        policy_usage_filter="PermissionsPolicy",
        among=[identity.pk for identity in items],
    )
    context = {
        "form": form,
        "filters": filters,
        "kind": kind,
        "search_label": f"Search {kind.section}",
        "kinds": [
            {"url": f"?kind={each.kind}", "label": each.plural, "active": each is kind} for each in KINDS.values()
        ],
        "found": found,
        "rows": [_row(request, policy, identity, "Attach{}Policy") for identity in items],
        "have": {identity.pk for identity in have.value.items} if have.value else set(),
        **_pager(filters, found.value),
    }
    swap = request.htmx and not request.htmx.boosted
    return page(request, policy, f"policies/attach.html{'#rows' if swap else ''}", context, status=status)


@require_POST
def detach(request: ConsoleRequest, scope: Scope, policy_name: str) -> HttpResponse:
    """From one who has it, in the one way or the other."""
    address = reverse("policies:entities", args=[scope, policy_name])
    form = IdentityForm(request.POST)
    if not form.is_valid():
        return redirect(address)
    kind, name = KINDS[IdentityKind(form.cleaned_data["kind"])], form.cleaned_data["name"]
    arn = policies.arn_named(request.call, scope, policy_name)
    if form.cleaned_data["usage"] == "PermissionsBoundary" and kind.delete_boundary:
        # Another boundary that somebody has set meanwhile stays.
        bounded = kind.get(request.call, **kind.named(name)).boundary
        if bounded and bounded.arn == arn:
            kind.delete_boundary(request.call, **kind.named(name))
        said = "{} is no longer the permissions boundary of the {} {}."
    else:
        kind.detach(request.call, **kind.named(name), policy_arn=arn)
        said = "Detached {} from the {} {}."
    _tell(request, said, link(scope, policy_name), kind, name)
    usage = form.cleaned_data["usage"]
    return redirect(f"{address}?{urlencode({'usage': usage})}" if usage else address)


def _tell(request: ConsoleRequest, text: str, policy: SafeString, kind: Kind, name: str) -> None:
    identity = format_html('<a href="{}">{}</a>', reverse(f"{kind.section}:detail", kwargs=kind.named(name)), name)
    messages.success(request, format_html(text, policy, kind.kind, identity))
