"""What pages and the editor show of the findings in a text."""

from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from policies_app.engine.findings import Finding, FindingType, Position, Span
from policies_app.engine.parser import Layer
from policies_app.engine.validator import depends_on_catalog, validate
from policies_app.operations.errors import MalformedPolicyDocument, OperationError
from policies_app.operations.trusted_ids import UNKNOWN_PRINCIPAL

_ORDER = list(FindingType)
_WORDS = {
    FindingType.ERROR: "error",
    FindingType.SECURITY_WARNING: "security warning",
    FindingType.WARNING: "warning",
    FindingType.SUGGESTION: "suggestion",
}


def find(text: str, kind: Layer, *, managed: bool = False) -> tuple[Finding, ...]:
    """The most serious first, those of one kind in the order of the text. Never raises, whatever the text."""
    found = validate(text, kind, managed=managed)
    return tuple(sorted(found, key=lambda finding: (_ORDER.index(finding.type), finding.span.start.offset)))


def with_those_of(error: OperationError | None, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """What the operation found besides: whom a trust policy names the text alone does not tell."""
    if not isinstance(error, MalformedPolicyDocument):
        return findings
    return (*(found for found in error.findings if found.code == UNKNOWN_PRINCIPAL), *findings)


def counts(findings: Iterable[Finding]) -> str:
    """``1 error, 2 security warnings``."""
    numbers = Counter(finding.type for finding in findings)
    said = [f"{number} {_WORDS[each]}{'s' if number > 1 else ''}" for each in _ORDER if (number := numbers[each])]
    return ", ".join(said) or "No problems found."


def as_json(finding: Finding) -> dict[str, Any]:
    """For the editor. Places are lines from 1 and columns from 0, in code points."""
    fix = finding.fix
    return {
        "type": finding.type,
        "code": finding.code,
        "message": finding.message,
        "url": finding.url,
        **_span(finding.span),
        "fix": {"label": fix.label, "replacement": fix.replacement, **_span(fix.span)} if fix else None,
    }


def _span(span: Span) -> dict[str, dict[str, int]]:
    return {"start": _position(span.start), "end": _position(span.end)}


def _position(position: Position) -> dict[str, int]:
    return {"line": position.line, "column": position.column}


def certain_errors(findings: Iterable[Finding]) -> list[Finding]:
    """What no later version of the catalog could make right."""
    return [each for each in findings if each.type is FindingType.ERROR and not depends_on_catalog(each.code)]


def to_confirm(findings: Iterable[Finding]) -> list[Finding]:
    """What is saved only when somebody has read it: security warnings, and what the catalog does not know."""
    asked = (FindingType.ERROR, FindingType.SECURITY_WARNING)
    return [each for each in findings if each.type in asked]


def asked_about(findings: Iterable[Finding]) -> str:
    """``errors and security warnings``."""
    types = {each.type for each in findings}
    return " and ".join(f"{_WORDS[each]}s" for each in _ORDER if each in types)


def fingerprint(findings: Iterable[Finding]) -> str:
    """Names what was warned of, wherever it stands in the text: empty for nothing."""
    lines = sorted(f"{finding.code} {finding.path!r} {finding.message}" for finding in findings)
    return sha256("\n".join(lines).encode()).hexdigest()[:32] if lines else ""
