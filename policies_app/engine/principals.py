"""Whether a statement's Principal or NotPrincipal speaks of the one who makes a request, and how.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from enum import IntEnum

from policies_app.engine.document import NamedPrincipal, PrincipalType, Statement
from policies_app.engine.errors import UnknownPrincipal
from policies_app.engine.request import Principal, PrincipalKind


class Naming(IntEnum):
    """How a statement speaks of a principal; more direct ways are greater.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
    """

    NOT_AT_ALL = 0
    BY_ACCOUNT = 1
    """Through the account, whose identity policies decide which of its principals are meant."""
    BY_IDENTITY = 2
    """A session through its role or user: within the account it needs no identity policy, and stays within limits."""
    DIRECTLY = 3
    """By its own ARN or as everybody: within the account no identity policy, boundary or session policy is asked."""


_IN_AN_ACCOUNT = frozenset(
    {PrincipalKind.USER, PrincipalKind.ASSUMED_ROLE, PrincipalKind.FEDERATED_USER, PrincipalKind.ROOT}
)


def naming(statement: Statement, principal: Principal, *, bounded: bool) -> Naming:
    """How the statement speaks of the principal; raises `UnknownPrincipal` when that cannot be told.

    Nobody with a permissions boundary (`bounded`) is ever exempt by a NotPrincipal.
    """
    if not statement.not_principal:
        return _closest(statement.principal, principal)
    exempt = not bounded and _is_exempt(statement.not_principal, principal)
    return Naming.NOT_AT_ALL if exempt else Naming.DIRECTLY


def _is_exempt(listed: tuple[NamedPrincipal, ...], principal: Principal) -> bool:
    """Whether a NotPrincipal spares the principal.

    AWS may look at the account first, then at the role, then at the session, and denies whom it does not find: so it
    asks that the account is named beside the user, or beside the role.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    """
    if any(named.type is PrincipalType.EVERYONE for named in listed):
        return True
    ways = {_names(named, principal) for named in listed}
    match principal.kind:
        case PrincipalKind.ASSUMED_ROLE:
            return {Naming.BY_ACCOUNT, Naming.BY_IDENTITY} <= ways
        case PrincipalKind.USER | PrincipalKind.FEDERATED_USER:
            return Naming.BY_ACCOUNT in ways and max(ways) > Naming.BY_ACCOUNT
        case _:
            return Naming.DIRECTLY in ways


def _closest(listed: tuple[NamedPrincipal, ...], principal: Principal) -> Naming:
    closest, unknown = Naming.NOT_AT_ALL, False
    for named in listed:
        if named.type is PrincipalType.CANONICAL_USER and principal.canonical_user is None:
            unknown = unknown or principal.kind in _IN_AN_ACCOUNT
        else:
            closest = max(closest, _names(named, principal))
    if unknown and closest is Naming.NOT_AT_ALL:
        raise UnknownPrincipal(f"the canonical user id of account {principal.account} is not known")
    return closest


def _names(named: NamedPrincipal, principal: Principal) -> Naming:
    match named.type:
        case PrincipalType.EVERYONE:
            return Naming.DIRECTLY
        case PrincipalType.SERVICE:
            same = principal.kind is PrincipalKind.SERVICE and named.identifier.lower() == principal.arn.lower()
            return Naming.DIRECTLY if same else Naming.NOT_AT_ALL
        case PrincipalType.FEDERATED:
            same = principal.kind is PrincipalKind.FEDERATED and named.identifier == principal.arn
            return Naming.DIRECTLY if same else Naming.NOT_AT_ALL
        case PrincipalType.CANONICAL_USER:
            return _through_account(principal) if named.identifier == principal.canonical_user else Naming.NOT_AT_ALL
        case PrincipalType.AWS:
            return _names_in_account(named.identifier, principal)


def _names_in_account(identifier: str, principal: Principal) -> Naming:
    if principal.kind not in _IN_AN_ACCOUNT:
        return Naming.NOT_AT_ALL
    if identifier == principal.arn and principal.kind is not PrincipalKind.ROOT:
        return Naming.DIRECTLY
    if identifier in (principal.role_arn, principal.user_arn):
        return Naming.BY_IDENTITY
    return _through_account(principal) if account_of(identifier) == principal.account else Naming.NOT_AT_ALL


def _through_account(principal: Principal) -> Naming:
    """The account is its root user as well."""
    return Naming.DIRECTLY if principal.kind is PrincipalKind.ROOT else Naming.BY_ACCOUNT


def account_of(identifier: str) -> str | None:
    """The account that `123456789012` or `arn:aws:iam::123456789012:root` stands for; None for other principals."""
    if identifier.isdecimal():
        return identifier
    fields = identifier.split(":")
    return fields[4] if len(fields) == 6 and fields[5] == "root" else None
