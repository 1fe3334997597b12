"""What AWS publishes about its services and actions: nothing of the account, so being signed in is enough."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from console.web.requests import ConsoleRequest
from console.web.views.identities import gate
from policies_app.engine.catalog import services
from policies_app.engine.catalog.descriptions import description


@require_safe
def service(request: ConsoleRequest, prefix: str) -> HttpResponse:
    """With what the engine allows the viewer to do on anything."""
    known = _service(prefix)
    rows = [
        (action, description(action), request.call.may(action.full_name, "*").allowed)
        for action in known.actions.values()
    ]
    allowed = sum(allowed for *_, allowed in rows)
    return render(request, "catalog/service.html", {"service": known, "rows": rows, "allowed": allowed})


@require_safe
def action(request: ConsoleRequest, prefix: str, action: str) -> HttpResponse:
    """With what the engine says to the viewer who would do it on anything."""
    known = _service(prefix)
    found = known.actions.get(action.lower())
    if found is None:
        raise Http404(f"{known.name} has no action {action}.")
    context = {
        "service": known,
        "action": found,
        "description": description(found),
        "resources": [(each, known.resource_types[each.resource_type.lower()]) for each in found.resources],
        "mine": request.call.may(found.full_name, "*"),
        "why_url": f"{reverse('me:why')}?{urlencode({'action': found.full_name})}",
        "create": gate(request.call, "iam:CreatePolicy", f"arn:aws:iam::{request.call.account_id}:policy/*"),
        "create_url": f"{reverse('policies:create')}?{urlencode({'action': found.full_name})}",
    }
    return render(request, "catalog/action.html", context)


def _service(prefix: str) -> services.Service:
    if (known := services.catalog().service(prefix)) is None:
        raise Http404(f"There is no service {prefix}.")
    return known
