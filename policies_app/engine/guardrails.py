"""Whom and what the policies of an organization bear on. Those that do not bear are as if they were not there.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
That the management account is free of them, and that each bears on the accounts below it alone, is for the caller to
know, who says which policies there are.
"""

from typing import Final

from policies_app.engine.catalog.rcp_services import RCP_EXEMPT_ACTIONS, RCP_SERVICES
from policies_app.engine.decision import WITHOUT_IDENTITY_POLICIES, Layer
from policies_app.engine.request import Request

_SERVICE_LINKED: Final = ":role/aws-service-role/"

_NONE: Final = frozenset[Layer]()
_SCP: Final = frozenset({Layer.SCP})
_RCP: Final = frozenset({Layer.RCP})
_BOTH: Final = frozenset({Layer.SCP, Layer.RCP})


def not_bearing(request: Request) -> frozenset[Layer]:
    """The layers whose policies do not bear on the request.

    Service-linked roles are free of both. SCPs limit users and roles of an account, which services, identity providers
    and anonymous callers are not. RCPs limit the actions of some services, and not who assumes a service-linked role.
    """
    principal = request.principal
    if principal.role_arn is not None and _SERVICE_LINKED in principal.role_arn:
        return _BOTH
    free = not _limited_by_rcps(request.action) or _SERVICE_LINKED in request.resource
    if principal.kind in WITHOUT_IDENTITY_POLICIES:
        return _BOTH if free else _SCP
    return _RCP if free else _NONE


def _limited_by_rcps(action: str) -> bool:
    """Whether RCPs apply to an action, given in any case."""
    folded = action.lower()
    return folded.partition(":")[0] in RCP_SERVICES and folded not in RCP_EXEMPT_ACTIONS
