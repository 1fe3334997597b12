"""From what each layer says to the one that keeps the request from being allowed, if any does.

Where there is no Deny, the resource control policies and the service control policies must allow at each of their
levels. Then, within one account, either the resource's policy or the identity policies must allow, and the boundary
and the session policies limit what is not granted by the resource's policy directly; across accounts both must allow.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
"""

from collections.abc import Sequence
from typing import Final

from policies_app.engine.decision import WITHOUT_IDENTITY_POLICIES, Layer, MatchedStatement, Place
from policies_app.engine.principals import Naming
from policies_app.engine.request import PrincipalKind, Request

IDENTITY: Final = Place(Layer.IDENTITY)
_GRANTING: Final = (Layer.RESOURCE, Layer.TRUST)


def limiting_place(request: Request, present: Sequence[Place], allowing: Sequence[MatchedStatement]) -> Place | None:
    """The first place that had to allow the request and did not; None when it is allowed.

    `allowing` are the Allow statements that apply, `present` the places of all policies.
    """
    granting = [statement.naming for statement in allowing if statement.source.layer in _GRANTING]
    required = required_places(request, present, max(granting, default=Naming.NOT_AT_ALL))
    allowed = {statement.source.place for statement in allowing}
    return next((place for place in required if place not in allowed), None)


def required_places(request: Request, present: Sequence[Place], granted: Naming) -> list[Place]:
    """Every place that has to allow, in the order in which AWS asks them.

    All but identity policies limit by being there. `granted` is how the resource's policy names the principal.
    """
    organization = [place for layer in (Layer.RCP, Layer.SCP) for place in present if place.layer is layer]
    return organization + _required(request, present, granted)


def _required(request: Request, present: Sequence[Place], granted: Naming) -> list[Place]:
    """The places below the organization that have to allow, in the order in which AWS asks them."""
    kind = request.principal.kind
    resource = next((place for place in present if place.layer in _GRANTING), None)
    if kind in WITHOUT_IDENTITY_POLICIES:
        return [resource or Place(Layer.RESOURCE)]
    crosses = request.crosses_accounts
    if granted is Naming.DIRECTLY and not crosses:
        return []
    required: list[Place] = []
    if crosses or (resource is not None and _must_grant(request, resource)):
        required.append(resource or Place(Layer.RESOURCE))
    if kind is not PrincipalKind.ROOT and (crosses or granted is not Naming.BY_IDENTITY):
        required.append(IDENTITY)
    required += (place for layer in (Layer.BOUNDARY, Layer.SESSION) for place in present if place.layer is layer)
    if kind is PrincipalKind.FEDERATED_USER and Place(Layer.SESSION) not in required:
        # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html: none, no permissions.
        required.append(Place(Layer.SESSION))
    return required


def _must_grant(request: Request, resource: Place) -> bool:
    """Trust policies of roles and key policies have to allow even within the account."""
    return resource.layer is Layer.TRUST or request.action.lower().startswith("kms:")
