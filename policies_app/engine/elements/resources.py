"""Reading a resource: an ARN with wildcards and policy variables, or `*`.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
Errors are what IAM refuses to store; what it stores although it can never match is a warning.
"""

import re
from collections.abc import Iterator
from typing import Final

from policies_app.engine.arn import FIELDS
from policies_app.engine.document import Version
from policies_app.engine.elements.reading import Problem, error, read_template, remembered, warning
from policies_app.engine.reports import shown
from policies_app.engine.templates import Template

PARTITIONS: Final = (
    "aws",
    "aws-cn",
    "aws-eusc",
    "aws-iso",
    "aws-iso-b",
    "aws-iso-e",
    "aws-iso-f",
    "aws-us-gov",
)

_VARIABLE: Final = re.compile(r"\$\{[^{}]*\}")
_SERVICE: Final = re.compile(r"[A-Za-z0-9.*?\-]+")
_ACCOUNT: Final = re.compile(r"|aws|[0-9]{12}|[^*?$]*[*?$](?s:.*)")


@remembered
def read_resource(text: str, version: Version) -> tuple[Template, tuple[Problem, ...]]:
    template, problems = read_template(text, version)
    return template, (*_problems_of_arn(text), *problems) if text != "*" else problems


def _problems_of_arn(text: str) -> Iterator[Problem]:
    # A colon inside a variable separates no fields.
    fields = _VARIABLE.sub("$", text).split(":", FIELDS - 1)
    if fields[0] != "arn":
        yield error("INVALID_ARN_PREFIX", f"the resource {shown(text)} is neither an ARN (`arn:…`) nor `*`")
        return
    if len(fields) < FIELDS:
        message = f"the ARN {shown(text)} has {len(fields)} of the six fields arn:partition:service:region:account:id"
        if len(fields) < 3 or not text.endswith("*"):
            yield error("MISSING_ARN_FIELD", message)
            return
        yield warning("MISSING_ARN_FIELD", f"{message}; its last `*` stands for the rest")
        fields += ["*"] * (FIELDS - len(fields))
    _, partition, service, region, account, resource = fields
    if partition != "*" and partition not in PARTITIONS:
        yield error("INVALID_PARTITION", f"the ARN {shown(text)} has an unknown partition, {shown(partition)}")
    if not _SERVICE.fullmatch(service):
        yield error("INVALID_SERVICE", f"the ARN {shown(text)} names no service in its third field")
    elif service != service.lower():
        yield warning("INVALID_ARN_SERVICE_CASE", f"the service of {shown(text)} is written in lower case in every ARN")
    if service == "iam" and region:
        yield error("ARN_REGION_NOT_ALLOWED", f"IAM's ARNs have no region; {shown(text)} has {shown(region)}")
    if not _ACCOUNT.fullmatch(account):
        yield warning("INVALID_ARN_ACCOUNT", f"the account of {shown(text)} is not a number of twelve digits")
    if not resource:
        yield warning("INVALID_ARN_RESOURCE", f"the ARN {shown(text)} ends before the resource")
