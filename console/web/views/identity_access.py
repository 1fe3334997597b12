"""What a user or role may do, or the members of a group through it, by all its policies together."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from console.web.permissions_report import lay_out, sum_up
from console.web.requests import ConsoleRequest
from console.web.summaries import asked_actions
from policies_app.models import Group, Identity, Role
from policies_app.operations import bearing_policies
from policies_app.operations.bearing_policies import BearingPolicies
from policies_app.operations.calls import Call

from .identities import Kind, page_of


@require_safe
def access(request: ConsoleRequest, kind: Kind, **name: str) -> HttpResponse:
    """Each document is read by the action that reads it; what may not be read makes the sum incomplete."""
    identity = kind.get(request.call, **name)
    page = lay_out(_read(request.call, identity), f"the {kind.kind}", f"The {kind.kind}'s")
    effective = sum_up(page)
    context = {
        "page": page,
        "effective": effective,
        "may_ask_why": request.call.may("iam:SimulatePrincipalPolicy", identity),
        "actions": asked_actions(request, effective.policies, effective.within),
    }
    return page_of(request, kind, identity, "identities/access.html", context)


def _read(call: Call, identity: Identity) -> BearingPolicies:
    match identity:
        case Group():
            return bearing_policies.read_group(call, identity)
        case Role():
            return bearing_policies.read_role(call, identity.name)
        case _:
            return bearing_policies.read_user(call, identity.name)
