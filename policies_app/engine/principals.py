"""Whether a statement's Principal or NotPrincipal speaks of the one who makes a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from enum import Enum

from policies_app.engine.document import NamedPrincipal, PrincipalType, Statement
from policies_app.engine.request import Principal, PrincipalKind


class Naming(Enum):
    """How a statement speaks of a principal."""

    NOT_AT_ALL = 0
    BY_ACCOUNT = 1
    """Through the account, whose identity policies decide which of its principals are meant."""
    DIRECTLY = 2


_IN_AN_ACCOUNT = frozenset({PrincipalKind.USER, PrincipalKind.ASSUMED_ROLE, PrincipalKind.ROOT})


def naming(statement: Statement, principal: Principal) -> Naming:
    """How the statement speaks of the principal.

    NotPrincipal exempts only those whom it names themselves: AWS asks for the user's ARN beside the account's, so the
    account alone exempts nobody but its root user.
    """
    if statement.not_principal:
        exempt = any(_names(named, principal) is Naming.DIRECTLY for named in statement.not_principal)
        return Naming.NOT_AT_ALL if exempt else Naming.DIRECTLY
    ways = [_names(named, principal) for named in statement.principal]
    return max(ways, key=lambda way: way.value, default=Naming.NOT_AT_ALL)


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
        case PrincipalType.AWS:
            return _names_in_account(named.identifier, principal)


def _names_in_account(identifier: str, principal: Principal) -> Naming:
    if principal.kind not in _IN_AN_ACCOUNT:
        return Naming.NOT_AT_ALL
    if account_of(identifier) == principal.account:
        return Naming.DIRECTLY if principal.kind is PrincipalKind.ROOT else Naming.BY_ACCOUNT
    return Naming.DIRECTLY if identifier in (principal.arn, principal.role_arn) else Naming.NOT_AT_ALL


def account_of(identifier: str) -> str | None:
    """The account that `123456789012` or `arn:aws:iam::123456789012:root` stands for; None for other principals."""
    if identifier.isdecimal():
        return identifier
    fields = identifier.split(":")
    return fields[4] if len(fields) == 6 and fields[5] == "root" else None
