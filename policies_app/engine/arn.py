"""Amazon Resource Names.

Format: `arn:partition:service:region:account:resource`
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
"""

from dataclasses import dataclass
from typing import Self

from policies_app.engine.errors import InvalidArn

FIELDS = 6
"""An ARN has six fields; the colons after the fifth belong to the resource."""


@dataclass(frozen=True, slots=True)
class Arn:
    """The six fields of an ARN, without the leading `arn`. `region` and `account` may be empty."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `text`; raises `InvalidArn` when a field is missing or one that may not be empty is."""
        fields = text.split(":", FIELDS - 1)
        if len(fields) != FIELDS or fields[0] != "arn":
            raise InvalidArn(f"{text!r} is not an ARN (arn:partition:service:region:account:resource)")
        _, partition, service, region, account, resource = fields
        if not (partition and service and resource):
            raise InvalidArn(f"{text!r} has an empty partition, service or resource")
        return cls(partition, service, region, account, resource)

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"
