"""Access Analyzer: what there is to say about a document that is not stored, and whether it grants too much."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from policies_app.engine.analyzer import access as analyzer
from policies_app.engine.document import Effect, Layer, Policy, PrincipalType, Statement
from policies_app.engine.findings import Finding
from policies_app.engine.parser import parse
from policies_app.engine.validator import is_trust_policy, validate

from .calls import Call, operation
from .documents import size
from .errors import InvalidInput, MalformedPolicyDocument, UnprocessableEntity
from .pages import Page

KINDS: Final[Mapping[str, Layer]] = {
    "IDENTITY_POLICY": Layer.IDENTITY,
    "RESOURCE_POLICY": Layer.RESOURCE,
    "SERVICE_CONTROL_POLICY": Layer.SCP,
    "RESOURCE_CONTROL_POLICY": Layer.RCP,
}
TRUST_POLICY: Final = "AWS::IAM::AssumeRolePolicyDocument"
MOST_FINDINGS: Final = 1000
LARGEST: Final = 20_480
"""In characters without white space, of a document to compare: the largest that AWS stores, for an S3 bucket."""


@dataclass(frozen=True, slots=True)
class Reason:
    """`statement_index` counts from 0; both are None where no statement of the document stands against it."""

    description: str
    statement_index: int | None
    statement_id: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reasons` stand against the document; without any it passes."""

    message: str
    reasons: tuple[Reason, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.reasons


@operation("ValidatePolicy", service="access-analyzer", reads=True)
def validate_policy(
    call: Call,
    *,
    policy_document: str,
    policy_type: str,
    validate_policy_resource_type: str | None = None,
    locale: str = "EN",  # noqa: ARG001  # findings are in English, whatever is asked for
    max_results: int = MOST_FINDINGS,
    next_token: str = "",
) -> Page[Finding]:
    """The findings in the order of the text. The token is the number of those told already."""
    call.authorize("*")
    if validate_policy_resource_type and policy_type != "RESOURCE_POLICY":
        raise InvalidInput("validatePolicyResourceType is only for the policy type RESOURCE_POLICY.")
    if not 1 <= max_results <= MOST_FINDINGS:
        raise InvalidInput(f"maxResults must be between 1 and {MOST_FINDINGS}.")
    if next_token and not (next_token.isascii() and next_token.isdecimal() and len(next_token) <= 9):
        raise InvalidInput("Invalid nextToken.")
    resource_type, start = validate_policy_resource_type or "", int(next_token or 0)
    findings = validate(policy_document, _kind(policy_document, policy_type, resource_type), resource_type)
    end = start + max_results
    return Page(list(findings[start:end]), next=str(end) if end < len(findings) else "")


def _kind(text: str, policy_type: str, resource_type: str = "") -> Layer:
    """A trust policy is asked about as a resource's: where the type of the resource is not told, its text says so."""
    kind = KINDS[policy_type]
    if resource_type == TRUST_POLICY or (kind is Layer.RESOURCE and not resource_type and is_trust_policy(text)):
        return Layer.TRUST
    return kind


@operation("CheckNoNewAccess", service="access-analyzer", reads=True)
def check_no_new_access(
    call: Call, *, new_policy_document: str, existing_policy_document: str, policy_type: str
) -> Verdict:
    """Whether the new document grants nothing that the existing one does not. In doubt it is told to."""
    call.authorize("*")
    existing, new = _read(existing_policy_document, policy_type), _read(new_policy_document, policy_type)
    words = "Access that was denied is no longer denied", "New access"
    return _verdict(
        "The modified permissions do not grant new access compared to your existing policy.",
        "The modified permissions grant new access compared to your existing policy.",
        [
            _reason(words[not each.lifted], each.statement, of_new=not each.lifted)
            for each in analyzer.new_access(existing, new)
        ],
    )


@operation("CheckAccessNotGranted", service="access-analyzer", reads=True)
def check_access_not_granted(
    call: Call, *, policy_document: str, access: Sequence[Mapping[str, Sequence[str]]], policy_type: str
) -> Verdict:
    """Whether the document grants none of the actions on any of the resources. In doubt it is told to."""
    call.authorize("*")
    policy = _read(policy_document, policy_type)
    asked = _asked(access)
    return _verdict(
        "The policy document does not grant access to perform the listed actions or resources.",
        "The policy document grants access to perform one or more of the listed actions or resources.",
        [
            _reason("One or more of the listed actions or resources", each.statement)
            for each in analyzer.granted(policy, asked)
        ],
    )


@operation("CheckNoPublicAccess", service="access-analyzer", reads=True)
def check_no_public_access(call: Call, *, policy_document: str, resource_type: str) -> Verdict:
    """Whether the document of a resource lets in nobody but those that it names.

    Whether conditions keep the public out is not looked at: `UnprocessableEntity` where that decides.
    """
    call.authorize("*")
    kind = Layer.TRUST if resource_type == TRUST_POLICY else Layer.RESOURCE
    public = [statement for statement in _parsed(policy_document, kind).statements if _is_public(statement)]
    if public and all(statement.conditions for statement in public):
        raise UnprocessableEntity("Whether the conditions of the policy keep the public out cannot be told here.")
    return _verdict(
        "The resource policy does not grant public access for the given resource type.",
        "The resource policy grants public access for the given resource type.",
        [_reason("Public access granted", statement) for statement in public if not statement.conditions],
    )


def _is_public(statement: Statement) -> bool:
    everybody = any(principal.type is PrincipalType.EVERYONE for principal in statement.principal)
    return statement.effect is Effect.ALLOW and (everybody or bool(statement.not_principal))


def _read(text: str, policy_type: str) -> Policy:
    return _parsed(text, _kind(text, policy_type))


def _parsed(text: str, kind: Layer) -> Policy:
    if (length := size(text)) > LARGEST:
        raise InvalidInput(f"The policy document has {length} characters; at most {LARGEST} are compared.")
    parsed = parse(text, kind)
    if parsed.policy is None:
        raise MalformedPolicyDocument(parsed.errors)
    return parsed.policy


def _asked(access: Sequence[Mapping[str, Sequence[str]]]) -> Policy:
    """What is asked about as a document that allows it; what is not given stands for everything."""
    if not access or not any(each.get("actions") or each.get("resources") for each in access):
        raise InvalidInput("access must name at least one action or resource.")
    statements = [
        {"Effect": "Allow", "Action": list(each.get("actions") or "*"), "Resource": list(each.get("resources") or "*")}
        for each in access
    ]
    try:
        return _parsed(json.dumps({"Version": "2012-10-17", "Statement": statements}), Layer.IDENTITY)
    except MalformedPolicyDocument as error:
        raise InvalidInput(f"access: {error.findings[0].message}") from error


def _reason(words: str, statement: Statement, *, of_new: bool = True) -> Reason:
    if not of_new:
        return Reason(f"{words}: the statement with index {statement.index} of the existing policy.", None, None)
    return Reason(f"{words} in the statement with index: {statement.index}.", statement.index, statement.sid)


def _verdict(passed: str, failed: str, reasons: Iterable[Reason]) -> Verdict:
    found = tuple(reasons)
    return Verdict(failed if found else passed, found)
