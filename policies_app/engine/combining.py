"""From what each layer says to the one that keeps the request from being allowed, if any does.

Where there is no Deny, the resource control policies and the service control policies must allow at each of their
levels. Then, within one account, either the resource's policy or the identity policies must allow, and the boundary
and the session policies limit what is not granted by the resource's policy directly; across accounts both must allow.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from policies_app.engine.decision import WITHOUT_IDENTITY_POLICIES, Layer, MatchedStatement, Place, place_of
from policies_app.engine.principals import Naming
from policies_app.engine.request import PrincipalKind, Request

IDENTITY: Final = place_of(Layer.IDENTITY)
RESOURCE: Final = place_of(Layer.RESOURCE)
SESSION: Final = place_of(Layer.SESSION)
_GRANTING: Final = (Layer.RESOURCE, Layer.TRUST)


@dataclass(frozen=True, slots=True)
class Places:
    """The places of all policies, by their part in a decision.

    `organization` are the levels of RCPs and SCPs, `resource` that of the resource's policy, `limits` the boundary and
    session policies.
    """

    organization: tuple[Place, ...]
    resource: Place | None
    limits: tuple[Place, ...]

    @classmethod
    def of(cls, places: Iterable[Place]) -> Self:
        present = dict.fromkeys(places)

        def among(*layers: Layer) -> tuple[Place, ...]:
            return tuple(place for layer in layers for place in present if place.layer is layer)

        granting = next((place for place in present if place.layer in _GRANTING), None)
        return cls(among(Layer.RCP, Layer.SCP), granting, among(Layer.BOUNDARY, Layer.SESSION))


def limiting_place(request: Request, places: Places, allowing: Sequence[MatchedStatement]) -> Place | None:
    """The first place that had to allow the request and did not; None when it is allowed.

    `allowing` are the Allow statements that apply.
    """
    granted = Naming.NOT_AT_ALL
    if places.resource:
        granting = [statement.naming for statement in allowing if statement.source.layer in _GRANTING]
        granted = max(granting, default=granted)
    allowed = [statement.source.place for statement in allowing]
    return next((place for place in required_places(request, places, granted) if place not in allowed), None)


def required_places(request: Request, places: Places, granted: Naming) -> list[Place]:
    """Every place that has to allow, in the order in which AWS asks them.

    All but identity policies limit by being there. `granted` is how the resource's policy names the principal.
    """
    kind = request.principal.kind
    required = list(places.organization)
    if kind in WITHOUT_IDENTITY_POLICIES:
        return [*required, places.resource or RESOURCE]
    crosses = request.crosses_accounts
    if granted is Naming.DIRECTLY and not crosses:
        return required
    if crosses or (places.resource and _must_grant(request, places.resource)):
        required.append(places.resource or RESOURCE)
    if kind is not PrincipalKind.ROOT and (crosses or granted is not Naming.BY_IDENTITY):
        required.append(IDENTITY)
    required += places.limits
    if kind is PrincipalKind.FEDERATED_USER and SESSION not in places.limits:
        # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html: none, no permissions.
        required.append(SESSION)
    return required


def _must_grant(request: Request, resource: Place) -> bool:
    """Trust policies of roles and key policies have to allow even within the account."""
    return resource.layer is Layer.TRUST or request.action.lower().startswith("kms:")
