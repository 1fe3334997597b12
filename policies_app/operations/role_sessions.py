"""AssumeRole: temporary credentials of a role, for whom its trust policy and the caller's own policies let in.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q

from policies_app.engine.compiled import compile_document
from policies_app.engine.evaluator import Decision, Layer, PolicySet, PolicySource, Sourced, decide_assume_role
from policies_app.engine.parser import parse
from policies_app.engine.request import Request
from policies_app.models import Policy, Role

from . import events, sessions
from .calls import Call, Context, assumed_role_arn, event_of, operation
from .creation import Tags, refuse_duplicate_keys, request_context
from .errors import (
    AccessDenied,
    InvalidInput,
    InvalidParameterValue,
    InvalidRequest,
    MalformedPolicyDocument,
    PackedPolicyTooLarge,
)
from .sts import new_session, refuse_device
from .tag_context import tag_context
from .trusted_ids import as_meant

DEFAULT_DURATION = 3600
LONGEST_CHAINED = 3600
LONGEST_POLICY = 2048  # characters, with white space
MOST_POLICIES = 10
PACKED_BYTES = 4096
"""Of policies and tags, compressed, in a token, which travels as a header."""

ARN = re.compile(r"arn:[^:\s]+:[^:\s]+:[^:\s]*:[^:\s]*:\S+")
ROLE_ARN = re.compile(r"arn:aws:iam::(?P<account>[0-9]{12}):role(?P<path>/(?:.*/)?)(?P<name>[^/]+)")


@dataclass(frozen=True, slots=True)
class AssumedRole:
    """`packed_size` is the percentage that policies and tags take of what they may; None without any."""

    role: Role
    session: sessions.Session
    packed_size: int | None

    @property
    def arn(self) -> str:
        return assumed_role_arn(self.role, self.session.name)

    @property
    def unique_id(self) -> str:
        return f"{self.role.unique_id}:{self.session.name}"


@operation("AssumeRole", service="sts")
def assume_role(  # noqa: PLR0913  # it takes what its action takes
    call: Call,
    *,
    role_arn: str,
    role_session_name: str,
    policy_arns: list[dict[str, str]] | None = None,
    policy: str = "",
    duration_seconds: int = DEFAULT_DURATION,
    tags: Tags | None = None,
    transitive_tag_keys: Sequence[str] = (),
    external_id: str | None = None,
    serial_number: str | None = None,
    token_code: str | None = None,
    source_identity: str = "",
) -> AssumedRole:
    call.resource = role_arn
    _check_policy(policy)
    inherited = _inherited_tags(call)
    _check_tags(tags or (), transitive_tag_keys, inherited)
    source_identity = _lasting_source_identity(call, source_identity)

    role = _find(role_arn)
    call.concerns(role)
    context = {"sts:RoleSessionName": role_session_name, **request_context(tags)}
    if external_id is not None:
        context["sts:ExternalId"] = external_id
    if source_identity:
        context["sts:SourceIdentity"] = source_identity
    if transitive_tag_keys:
        context["sts:TransitiveTagKeys"] = tuple(transitive_tag_keys)
    _authorize(call, "AssumeRole", role, role_arn, context)
    if tags or inherited:
        _authorize(call, "TagSession", role, role_arn, context)
    if source_identity:
        _authorize(call, "SetSourceIdentity", role, role_arn, context)
    assert role  # nobody is let into one that is not there
    refuse_device(serial_number, token_code)

    _check_duration(call, role, duration_seconds)
    managed = [each.get("arn", "") for each in policy_arns or ()]
    all_tags = {**inherited, **{tag["Key"]: tag["Value"] for tag in tags or ()}}
    packed_size = _packed_size(policy, managed, all_tags)
    session = replace(
        new_session(role.account_id, role.unique_id, duration_seconds),
        name=role_session_name,
        policy=policy,
        policy_ids=_policy_ids(role, managed),
        tags=tuple(all_tags.items()),
        transitive=tuple(_spelled(all_tags, [*inherited, *transitive_tag_keys])),
        source_identity=source_identity,
    )
    if role.account_id != call.account_id:
        _record_at(role, call, {"role_arn": role_arn, "role_session_name": role_session_name})
    return AssumedRole(role, session, packed_size)


def _record_at(role: Role, call: Call, parameters: dict[str, Any]) -> None:
    """Whose role it is learns as well that somebody of another account took it on."""
    event = event_of(call, parameters)
    event.account_id = role.account_id
    with events.unit_of_work() as record:
        record.append(event)


def _find(role_arn: str) -> Role | None:
    """By its exact ARN: here, and only here, the name of a role and its path have their case."""
    if not ARN.fullmatch(role_arn):
        raise InvalidRequest(f"{role_arn} is invalid")
    if not (parts := ROLE_ARN.fullmatch(role_arn)):
        return None
    return Role.objects.filter(
        account_id=parts["account"], kind=Role.KIND, name=parts["name"], path=parts["path"]
    ).first()


def _authorize(call: Call, action: str, role: Role | None, role_arn: str, context: Context) -> None:
    """Which of the policies refused would tell that the role is there: the reason is for who may read it."""
    decision = _decide(call, action, role, role_arn, context)
    if not decision.allowed:
        may_read = not decision.request.crosses_accounts and call.may("iam:GetRole", role or role_arn).allowed
        raise AccessDenied(decision, tells_why=may_read)


def may_assume(call: Call, role: Role) -> Decision:
    """What a user would be told who takes on the role under their own name, without a record: for a button."""
    return _decide(call, "AssumeRole", role, role.arn, {"sts:RoleSessionName": call.user_name})


def _decide(call: Call, action: str, role: Role | None, role_arn: str, context: Context) -> Decision:
    """One that is not there is refused as one that trusts nobody."""
    trust, policies = _trust(role, call), call.load_policies()
    asked = PolicySet([trust, *policies]).context_keys(f"sts:{action}")
    own, of_roles = tag_context(asked, call.grants, [role] if role else [])
    known = call.context | own | (of_roles[0] if of_roles else {}) | dict(context)
    request = Request(call.principal, f"sts:{action}", role_arn, known)
    return decide_assume_role(request, trust, policies)


def _trust(role: Role | None, call: Call) -> Sourced:
    if role is None:
        return PolicySource(layer=Layer.TRUST, name="trust policy"), None
    document = role.trust_document
    source = PolicySource(layer=Layer.TRUST, name="trust policy", key=document.sha256)
    policy = compile_document(document.sha256, document.text, Layer.TRUST)
    unique_id = str(call.context.get("aws:userid", "")).partition(":")[0]
    return source, policy and as_meant(policy, role.trusted_ids, call.principal, unique_id)


def _check_policy(policy: str) -> None:
    if len(policy) > LONGEST_POLICY:
        raise InvalidRequest(
            f"1 validation error detected: Value '{policy}' at 'policy' failed to satisfy constraint: "
            f"Member must have length less than or equal to {LONGEST_POLICY}"
        )
    if policy and (errors := parse(policy, Layer.IDENTITY).errors):
        raise MalformedPolicyDocument(errors)


def _inherited_tags(call: Call) -> dict[str, str]:
    if call.session is None:
        return {}
    return {key: value for key, value in call.session.tags if key in call.session.transitive}


def _check_tags(tags: Iterable[Mapping[str, str]], transitive: Sequence[str], inherited: Mapping[str, str]) -> None:
    try:
        refuse_duplicate_keys([dict(tag) for tag in tags])
    except InvalidInput as error:
        raise InvalidParameterValue(error.message) from error
    keys = {tag["Key"].lower() for tag in tags}
    if keys & {key.lower() for key in inherited}:
        raise InvalidParameterValue(
            "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from "
            "the calling session."
        )
    if not keys.issuperset(key.lower() for key in transitive):
        raise InvalidParameterValue("The specified transitive tag key must be included in the requested tags.")


def _spelled(tags: Iterable[str], keys: Iterable[str]) -> list[str]:
    """The keys as the tags spell them."""
    folded = {key.lower() for key in keys}
    return [key for key in tags if key.lower() in folded]


def _lasting_source_identity(call: Call, wanted: str) -> str:
    """Once set it stays, through every role of a chain."""
    known = call.session.source_identity if call.session else ""
    if known and wanted not in ("", known):
        raise InvalidParameterValue("The source identity of the calling session cannot be changed.")
    return known or wanted


def _check_duration(call: Call, role: Role, seconds: int) -> None:
    if call.session is not None and call.session.is_of_role and seconds > LONGEST_CHAINED:
        raise InvalidRequest(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
        )
    if seconds > role.max_session_duration:
        raise InvalidRequest("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")


def _policy_ids(role: Role, arns: Sequence[str]) -> tuple[int, ...]:
    """Of managed policies of the role's account or AWS's own."""
    if len(arns) > MOST_POLICIES:
        raise InvalidRequest(f"A session takes at most {MOST_POLICIES} managed policies.")
    names = [arn.rpartition("/")[2] for arn in arns]
    rows = Policy.objects.filter(Q(account_id=role.account_id) | Q(account=None), name__in=names) if names else ()
    found = {policy.arn: policy.pk for policy in rows}
    if missing := [arn for arn in arns if arn not in found]:
        raise InvalidRequest(f"Policy {missing[0]} does not exist or is not attachable.")
    return tuple(dict.fromkeys(found[arn] for arn in arns))


def _packed_size(policy: str, arns: Sequence[str], tags: Mapping[str, str]) -> int | None:
    if not (policy or arns or tags):
        return None
    percent = -(-100 * len(sessions.pack([policy, *arns, tags])) // PACKED_BYTES)
    if percent > 100:
        raise PackedPolicyTooLarge(
            f"Packed policy consumes {percent}% of allotted space, please use smaller policy."
            if policy or arns
            else f"Packed size of session tags consumes {percent}% of allotted space."
        )
    return percent
