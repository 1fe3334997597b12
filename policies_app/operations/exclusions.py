"""Which of an identity's policies a simulation leaves out: the PolicyExclusionList of SimulatePrincipalPolicy."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from policies_app.engine.arn import Arn
from policies_app.engine.decision import Layer, PolicySource
from policies_app.engine.errors import InvalidArn
from policies_app.engine.patterns import compile_pattern
from policies_app.models import Identity, IdentityKind

from .errors import InvalidInput

TYPES: Final = ("inline", "aws-managed", "user-managed", "permission-boundary", "scp", "rcp")

_INLINE: Final = ("PolicyName", "AttachmentType", "AttachmentName")


def remaining(
    sources: Iterable[PolicySource], identity: Identity, identifiers: Iterable[dict[str, Any]]
) -> list[PolicySource]:
    """The sources that no identifier matches, each being `PolicyType`, `PolicyArn` or `InlinePolicyIdentifier`."""
    excluded = [_matcher(identifier, identity) for identifier in identifiers]
    return [source for source in sources if not any(matches(source) for matches in excluded)]


def _matcher(identifier: dict[str, Any], identity: Identity) -> Callable[[PolicySource], bool]:
    match list(identifier.items()):
        case [("PolicyType", kind)] if kind in TYPES:
            return lambda source: _type(source) == kind
        case [("PolicyArn", str(arn))]:
            pattern = _read_arn(arn)
            return lambda source: source.arn is not None and source.layer is Layer.IDENTITY and pattern(source.arn)
        case [("InlinePolicyIdentifier", dict(inline))] if set(inline) == set(_INLINE):
            wanted = tuple(inline[name] for name in _INLINE)
            return lambda source: source.arn is None and (source.name, *_attachment(source, identity)) == wanted
    raise InvalidInput("A PolicyIdentifier has one of PolicyType, PolicyArn and InlinePolicyIdentifier.")


def _attachment(source: PolicySource, identity: Identity) -> tuple[str, str]:
    return (IdentityKind.GROUP.value, source.via) if source.via else (identity.kind, identity.name)


def _type(source: PolicySource) -> str:
    if source.layer is Layer.BOUNDARY:
        return "permission-boundary"
    if source.arn is None:
        return "inline"
    return "aws-managed" if Arn.parse(source.arn).account == "aws" else "user-managed"


def _read_arn(pattern: str) -> Callable[[str], bool]:
    """Wildcards stand in the resource's name only: at most one `*`."""
    try:
        wanted = Arn.parse(pattern)
    except InvalidArn as error:
        raise InvalidInput(f"ARN {pattern} is not valid.") from error
    before = pattern[: len(pattern) - len(wanted.resource)]
    if "*" in before or "?" in before or wanted.resource.count("*") > 1:
        raise InvalidInput(f"{pattern} has wildcards other than one `*`, and `?`, in the policy's name.")
    return compile_pattern(pattern, ignore_case=False).matches
