"""What a user or role may do, by all the policies that bear on it together."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from console.web.my_permissions import lay_out
from console.web.requests import ConsoleRequest
from console.web.summaries import asked_actions
from policies_app.operations import my_permissions

from .identities import USERS, Kind, page_of


@require_safe
def access(request: ConsoleRequest, kind: Kind, **name: str) -> HttpResponse:
    """Each document is read by the action that reads it; what may not be read makes the sum incomplete."""
    identity = kind.get(request.call, **name)
    read = my_permissions.read_user if kind is USERS else my_permissions.read_role
    page = lay_out(read(request.call, identity.name), f"the {kind.kind}", f"The {kind.kind}'s")
    effective = page.effective
    context = {
        "page": page,
        "effective": effective,
        "actions": asked_actions(request, effective.policies, effective.within),
    }
    return page_of(request, kind, identity, "identities/access.html", context)
