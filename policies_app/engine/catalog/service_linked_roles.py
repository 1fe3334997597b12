"""Which role a service has in an account, and the AWS managed policy that the role carries.

The facts are a text file, one service a line, sorted::

    service TAB role name [TAB policy name [TAB "suffix"]]

AWS publishes no list of them. A line comes from what does tell: the statements of AWS managed policies that name a
role (`…:role/aws-service-role/SERVICE/NAME`) and each service's documentation. The name is `AWSServiceRoleFor` and a
word of the service's own choosing, so it cannot be made from the service's name. The policy is one of those with the
path `/aws-service-role/`. `suffix` stands where an account may have several of the role, told apart by a suffix.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from policies_app.engine.catalog.datafile import DIRECTORY

PATH = DIRECTORY / "service_linked_roles.tsv"
ROLE_PATH = "/aws-service-role/"
"""Of such a role, followed by the service and a slash; the policies' is this alone."""


@dataclass(frozen=True, slots=True)
class ServiceLinkedRole:
    """`policy` is the name of the AWS managed policy, empty for a service that AWS has ended."""

    service: str
    name: str
    policy: str = ""
    takes_suffix: bool = False

    @property
    def path(self) -> str:
        return f"{ROLE_PATH}{self.service}/"

    @property
    def policy_arn(self) -> str:
        return f"arn:aws:iam::aws:policy{ROLE_PATH}{self.policy}"


@cache
def service_linked_roles() -> Mapping[str, ServiceLinkedRole]:
    """By the service's name: `lex.amazonaws.com`."""
    roles = (_read(line) for line in PATH.read_text().splitlines())
    return MappingProxyType({role.service: role for role in roles})


def _read(line: str) -> ServiceLinkedRole:
    service, name, *rest = line.split("\t")
    return ServiceLinkedRole(service, name, "".join(rest[:1]), takes_suffix=rest[1:] == ["suffix"])
