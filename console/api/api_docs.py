"""`docs/api.md`: what the wire answers of all that AWS's does. `make api-docs` writes it."""

from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from typing import Final

from console.api import access_analyzer, services
from policies_app.engine.catalog.services import Action, ResourceType, catalog
from policies_app.operations import service_model
from policies_app.operations.calls import OPERATIONS

FILE: Final = Path(__file__).parents[2] / "docs" / "api.md"

# Of the service, its name in botocore and in actions, and what is built.
SERVICES: Final = (
    ("IAM", "iam", "iam", frozenset(services.IAM_ACTIONS)),
    ("STS", "sts", "sts", frozenset(services.STS_ACTIONS)),
    ("Access Analyzer", "accessanalyzer", "access-analyzer", frozenset(access_analyzer.ACTIONS)),
)
SUPPLIED: Final = frozenset(
    {
        "aws:RequestTag/${TagKey}",
        "aws:ResourceTag/${TagKey}",
        "aws:TagKeys",
        "iam:AWSServiceName",
        "iam:PassedToService",
        "iam:PermissionsBoundary",
        "iam:PolicyARN",
        "iam:ResourceTag/${TagKey}",
        "sts:ExternalId",
        "sts:RoleSessionName",
        "sts:SourceIdentity",
        "sts:TransitiveTagKeys",
    }
)
"""The condition keys of actions that operations bring; the other ones belong to what is not built."""

LISTS: Final = {
    "ListGroups": "group${PathPrefix}",
    "ListInstanceProfiles": "instance-profile${PathPrefix}",
    "ListOpenIDConnectProviders": "oidc-provider/*",
    "ListPolicies": "policy${PathPrefix}",
    "ListRoles": "role${PathPrefix}",
    "ListSAMLProviders": "saml-provider/*",
    "ListServerCertificates": "server-certificate${PathPrefix}",
    "ListUsers": "user${PathPrefix}",
    "ListVirtualMFADevices": "mfa/",
}
"""What AWS asks for, as its refusals tell, where its reference names no resource."""

EVERY_REQUEST: Final = (
    "aws:CurrentTime",
    "aws:EpochTime",
    "aws:MultiFactorAuthPresent",
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalTag/${TagKey}",
    "aws:PrincipalType",
    "aws:RequestedRegion",
    "aws:SecureTransport",
    "aws:SourceIdentity",
    "aws:SourceIp",
    "aws:TokenIssueTime",
    "aws:UserAgent",
    "aws:userid",
    "aws:username",
    "aws:ViaAWSService",
)


def lines() -> Iterator[str]:
    yield "# The API"
    yield ""
    yield "Written by `make api-docs`; a test says when it is out of date."
    yield ""
    yield "An operation is allowed by its action on the resource beside it, in the caller's account; `*` is asked for"
    yield "where an action belongs to none. What is not built is refused by name: 400 `InvalidAction` of IAM and STS,"
    yield "404 `UnknownOperationException` of Access Analyzer."
    yield ""
    yield "Every request brings these context keys, where there is a value:"
    yield "\n".join(wrap(", ".join(f"`{key}`" for key in EVERY_REQUEST) + ".", 120))
    for title, model, prefix, built in SERVICES:
        yield from _service(title, model, prefix, built)


def _service(title: str, model: str, prefix: str, built: frozenset[str]) -> Iterator[str]:
    names = service_model.service(model).operation_names
    yield ""
    yield f"## {title}: {len(built)} of {len(names)} operations"
    yield ""
    yield "| operation | built | resource | context keys |"
    yield "|---|---|---|---|"
    for name in sorted(names):
        action = catalog().action(OPERATIONS[name].action if name in OPERATIONS else f"{prefix}:{name}")
        resources = ", ".join(f"`{each}`" for each in resources_of(action)) if action else ""
        yield f"| `{name}` | {'yes' if name in built else ''} | {resources} | {_keys(action) if action else ''} |"


def _types(action: Action) -> list[ResourceType]:
    service = catalog().service(action.service)
    assert service is not None  # it has the action
    return [service.resource_types[each.resource_type.lower()] for each in action.resources]


def resources_of(action: Action) -> list[str]:
    """`user/${UserNameWithPath}`: partition and account, which are the same for all, are left out."""
    if action.name in LISTS:
        return [LISTS[action.name]]
    return [each.arn.split(":", 5)[5] for each in _types(action)] or ["*"]


def _keys(action: Action) -> str:
    keys = {*action.condition_keys, *(key for each in _types(action) for key in each.condition_keys)}
    return ", ".join(f"`{key}`" for key in sorted(keys & SUPPLIED))


def text() -> str:
    return "\n".join(lines()) + "\n"


def write() -> None:
    FILE.write_text(text(), "utf-8")
