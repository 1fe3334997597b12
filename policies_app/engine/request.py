"""What the engine is asked about: who wants to do what, to which resource, in which context."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from policies_app.engine.arn import FIELDS


class PrincipalKind(StrEnum):
    USER = "user"
    ASSUMED_ROLE = "assumedRole"
    ROOT = "root"
    SERVICE = "service"
    FEDERATED = "federated"
    FEDERATED_USER = "federatedUser"
    SYSTEM = "system"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who makes a request.

    `arn` is the user's, root's, role session's or (of GetFederationToken) federated user's ARN; for a SERVICE its name
    (`ec2.amazonaws.com`), for FEDERATED the identity provider (an ARN or `accounts.google.com`), for ANONYMOUS empty.
    `account` is twelve digits, or empty for those that belong to none. `role_arn` is the role behind an ASSUMED_ROLE
    session, `user_arn` the user behind a FEDERATED_USER, `canonical_user` the account's canonical user id if known.
    """

    arn: str
    account: str
    kind: PrincipalKind
    role_arn: str | None = None
    user_arn: str | None = None
    canonical_user: str | None = None

    name: str = field(init=False, compare=False, repr=False)
    """A short name for a sentence: `alice`, `Auditor/alice-session`, `ec2.amazonaws.com`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self._named())

    def _named(self) -> str:
        match self.kind:
            case PrincipalKind.USER:
                return self.arn.rpartition("/")[2]
            case PrincipalKind.ANONYMOUS:
                return "an anonymous caller"
            case PrincipalKind.ROOT:
                return f"the root user of account {self.account}"
            case PrincipalKind.ASSUMED_ROLE:
                return self.arn.partition(":assumed-role/")[2] or self.arn
            case PrincipalKind.FEDERATED_USER:
                return self.arn.partition(":federated-user/")[2] or self.arn
            case _:
                return self.arn


@dataclass(frozen=True, slots=True)
class Request:
    """One question. `action` is `service:Action` in any case; `resource` an ARN or `*`.

    `context` maps condition keys, in any case, to one value or to a tuple of several; an empty tuple is an absent key.
    It is read when a decision needs it, so it must not change.
    `resource_account` owns the resource; left out, it is the account of the ARN or, where that names none (`*`,
    `arn:aws:s3:::photos`), the principal's.
    """

    principal: Principal
    action: str
    resource: str
    context: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    resource_account: str | None = None
    _values: dict[str, tuple[str, ...]] | None = field(init=False, default=None, compare=False, repr=False)

    def _folded(self) -> dict[str, tuple[str, ...]]:
        """The context by lower-case key; worked out when it is first asked, as many decisions ask nothing of it."""
        values = {
            key.lower(): (value,) if isinstance(value, str) else tuple(value) for key, value in self.context.items()
        }
        object.__setattr__(self, "_values", values)
        return values

    def values(self, key: str) -> tuple[str, ...]:
        """The values of a context key, given in lower case; empty when the request does not have it."""
        values = self._values
        return (self._folded() if values is None else values).get(key, ())

    def noting(self, missing: set[str]) -> Callable[[str], tuple[str, ...]]:
        """`values`, adding to `missing` the keys that the request does not have."""
        get, miss = (self._folded() if self._values is None else self._values).get, missing.add

        def values(key: str) -> tuple[str, ...]:
            found = get(key)
            if found:
                return found
            miss(key)
            return ()

        return values

    @property
    def owner(self) -> str:
        """The account that owns the resource."""
        if self.resource_account is not None:
            return self.resource_account
        return account_in(self.resource) or self.principal.account

    @property
    def crosses_accounts(self) -> bool:
        return self.owner != self.principal.account


def account_in(arn: str) -> str | None:
    """The account that an ARN names, if it names one."""
    fields = arn.split(":", FIELDS - 1)
    return fields[4] if len(fields) == FIELDS and fields[4].isdecimal() else None
