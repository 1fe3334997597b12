"""From the text of a policy to a `Policy`, or to everything that is wrong with it.

Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
The names of elements are taken exactly as the grammar writes them, as IAM does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from policies_app.engine.document import Policy, PolicyKind, Statement, Version
from policies_app.engine.elements.organizations import ORGANIZATION_KINDS, check_version
from policies_app.engine.elements.reading import Reading
from policies_app.engine.elements.statements import read_statement
from policies_app.engine.findings import Finding, FindingType
from policies_app.engine.json_document import Document, is_deep, read_document, read_slowly
from policies_app.engine.json_nodes import Plain
from policies_app.engine.json_text import MAX_LENGTH
from policies_app.engine.reports import Report, shown

__all__ = ["Parsed", "PolicyKind", "parse"]

_ELEMENTS: Final = ("Version", "Id", "Statement")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What came of a text. `policy` is None when one of the findings is an ERROR."""

    policy: Policy | None
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.type is FindingType.ERROR)


@dataclass(frozen=True, slots=True)
class Examined:
    """What there is to say about a text, and its value and places, if its structure is clear."""

    document: Document | None
    findings: tuple[Finding, ...]


def parse(text: str, kind: PolicyKind) -> Parsed:
    """Read a policy document. Never raises, whatever the text; findings come in the order of the text."""
    policy, examined = _read(text, kind, spans=True)
    return Parsed(policy, examined.findings)


def examine(text: str, kind: PolicyKind) -> Examined:
    """The findings of `parse`, for less, and what they were found in."""
    return _read(text, kind, spans=False)[1]


def _read(text: str, kind: PolicyKind, *, spans: bool) -> tuple[Policy | None, Examined]:
    report = Report(text[: MAX_LENGTH + 1])
    document = read_document(text, report)
    policy = _read_policy(document, kind, report, spans=spans) if document else None
    if document and report.errors and is_deep(document.value):
        report = Report(text)
        document, policy = read_slowly(text, report), None
    findings = tuple(sorted(report.findings, key=lambda finding: finding.span.start.offset))
    return None if report.errors else policy, Examined(document, findings)


def _read_policy(document: Document, kind: PolicyKind, report: Report, *, spans: bool) -> Policy | None:
    tree = document.value
    reading = Reading(report, document.places, kind, spans=spans)
    if not isinstance(tree, dict):
        reading.mismatch("a policy document", "an object", tree, ())
        return None
    elements = reading.elements(tree, _ELEMENTS, (), "a policy document")
    _read_version(elements, reading)
    if kind in ORGANIZATION_KINDS:
        check_version(reading, named="Version" in elements)
    policy_id = reading.string(elements["Id"], "Id", ("Id",)) if "Id" in elements else None
    statements = _read_statements(elements, reading)
    return Policy(reading.version, policy_id, statements) if spans else None


def _read_version(elements: Mapping[str, Plain], reading: Reading) -> None:
    if "Version" not in elements:
        if not reading.is_suspected("Version") and reading.kind not in ORGANIZATION_KINDS:
            message = "there is no Version, so this is version 2008-10-17, which has no policy variables"
            reading.warning("MISSING_VERSION", message, ())
        return
    text = reading.string(elements["Version"], "Version", ("Version",))
    if text is None:
        return
    if text in Version:
        reading.version = Version(text)
    else:
        message = f"{shown(text)} is not a version of the policy language; use `2012-10-17`"
        reading.error("INVALID_VERSION", message, ("Version",))
        reading.version = Version.V2012  # the better guess, which spares the reader warnings about variables


def _read_statements(elements: Mapping[str, Plain], reading: Reading) -> tuple[Statement, ...]:
    if "Statement" not in elements:
        if not reading.is_suspected("Statement"):
            reading.error("MISSING_STATEMENT", "the policy has no Statement", ())
        return ()
    match elements["Statement"]:
        case dict() as single:
            read = [read_statement(single, 0, ("Statement",), reading)]
        case []:
            reading.error("MISSING_STATEMENT", "the policy has no Statement", ("Statement",))
            return ()
        case list() as several:
            read = [read_statement(item, index, ("Statement", index), reading) for index, item in enumerate(several)]
        case other:
            reading.mismatch("Statement", "an object or a list of objects", other, ("Statement",))
            return ()
    return tuple(statement for statement in read if statement is not None)
