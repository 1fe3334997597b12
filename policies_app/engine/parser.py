"""From the text of a policy to a `Policy`, or to everything that is wrong with it.

Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
The names of elements are taken exactly as the grammar writes them, as IAM does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from policies_app.engine.document import Layer, Policy, Version
from policies_app.engine.elements.reading import Reading, Said
from policies_app.engine.elements.statements import read_statement
from policies_app.engine.findings import Finding, FindingType, Path
from policies_app.engine.json_document import is_deep, read_document, read_slowly
from policies_app.engine.json_nodes import Plain
from policies_app.engine.json_places import Places
from policies_app.engine.json_text import MAX_LENGTH
from policies_app.engine.reports import Report, shown

__all__ = ["Layer", "Parsed", "parse"]

_ELEMENTS: Final = ("Version", "Id", "Statement")
_OF_2012: Final = {Layer.SCP: "a service control policy", Layer.RCP: "a resource control policy"}


@dataclass(frozen=True, slots=True)
class Parsed:
    """What came of a text. `policy` is None when one of the findings is an ERROR."""

    policy: Policy | None
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.type is FindingType.ERROR)


def parse(text: str, kind: Layer, *, managed: bool = False) -> Parsed:
    """Read a policy document. Never raises, whatever the text; findings come in the order of the text.

    `managed` asks for what IAM asks of a managed policy before it stores it: the present version of the language.
    """
    report = Report(text[: MAX_LENGTH + 1])
    document = read_document(text, report)
    policy = None
    if document:
        reading = Reading(kind, located=(document.places, report), managed=managed)
        policy = _read_policy(document.value, reading)
        if is_too_deep(document.value, reading.said):
            report = Report(text)
            read_slowly(text, report)
        else:
            report_said(reading.said, document.places, report)
    findings = tuple(sorted(report.findings, key=lambda finding: finding.span.start.offset))
    return Parsed(None if report.errors else policy, findings)


def is_too_deep(value: Plain, said: Iterable[Said]) -> bool:
    """Whether the slow reader has the last word: nothing is nested deep without an error."""
    return any(each.problem.type is FindingType.ERROR for each in said) and is_deep(value)


def report_said(said: Iterable[Said], places: Places, report: Report, offset: int = 0, within: Path = ()) -> None:
    """Report at the places of a part of a text what was said of it."""
    for problem, path, at_key in said:
        if report.full:
            return
        start, end = places.key(path) if at_key else places.value(path)
        report.add(*problem, (*within, *path), start + offset, end + offset)


def _read_policy(value: Plain, reading: Reading) -> Policy | None:
    head = read_head(value, reading)
    if head is None:
        return None
    read = [read_statement(entry, index, path, reading) for index, (path, entry) in enumerate(head.statements)]
    check_sids(head.statements, reading)
    return Policy(reading.version, head.id, tuple(statement for statement in read if statement is not None))


class Head(NamedTuple):
    """What stands around the statements, and their paths and values."""

    id: str | None
    statements: list[tuple[Path, Plain]]


def read_head(value: Plain, reading: Reading) -> Head | None:
    if not isinstance(value, dict):
        reading.mismatch("a policy document", "an object", value, ())
        return None
    elements = reading.elements(value, _ELEMENTS, (), "a policy document")
    _read_version(elements, reading)
    policy_id = reading.string(elements["Id"], "Id", ("Id",)) if "Id" in elements else None
    return Head(policy_id, _statements(elements, reading))


def check_sids(statements: Iterable[tuple[Path, Plain]], reading: Reading) -> None:
    """Of each Sid that another statement has already. IAM refuses it; S3 and others take it."""
    known: set[str] = set()
    for path, statement in statements:
        sid = statement.get("Sid") if isinstance(statement, dict) else None
        if type(sid) is not str or not sid:
            continue
        if sid in known and reading.kind is Layer.RESOURCE:
            message = f"{shown(sid)} is the Sid of another statement; some services refuse that"
            reading.warning("UNIQUE_SIDS_RECOMMENDED", message, (*path, "Sid"))
        elif sid in known:
            message = f"{shown(sid)} is the Sid of another statement; every Sid in a policy is unique"
            reading.error("UNIQUE_SIDS_REQUIRED", message, (*path, "Sid"))
        known.add(sid)


def _read_version(elements: Mapping[str, Plain], reading: Reading) -> None:
    what = "a managed policy" if reading.managed else _OF_2012.get(reading.kind)
    demand = f"{what} must have the Version `{Version.V2012}`" if what else ""
    if "Version" not in elements:
        if demand:
            reading.version = Version.V2012  # what is meant, which spares the reader warnings about variables
        if reading.is_suspected("Version"):
            return
        if demand:
            reading.error("MISSING_VERSION", demand, ())
        else:
            message = "there is no Version, so this is version 2008-10-17, which has no policy variables"
            reading.warning("MISSING_VERSION", message, ())
        return
    text = reading.string(elements["Version"], "Version", ("Version",))
    if text is None:
        return
    if text in Version:
        reading.version = Version(text)
        if demand and reading.version is Version.V2008:
            reading.error("INVALID_VERSION", demand, ("Version",))
    else:
        message = f"{shown(text)} is not a version of the policy language; use `{Version.V2012}`"
        reading.error("INVALID_VERSION", message, ("Version",))
        reading.version = Version.V2012  # the better guess, which spares the reader warnings about variables


def _statements(elements: Mapping[str, Plain], reading: Reading) -> list[tuple[Path, Plain]]:
    if "Statement" not in elements:
        if not reading.is_suspected("Statement"):
            reading.error("MISSING_STATEMENT", "the policy has no Statement", ())
        return []
    match elements["Statement"]:
        case dict() as single:
            return [(("Statement",), single)]
        case []:
            reading.error("MISSING_STATEMENT", "the policy has no Statement", ("Statement",))
        case list() as several:
            return [(("Statement", index), statement) for index, statement in enumerate(several)]
        case other:
            reading.mismatch("Statement", "an object or a list of objects", other, ("Statement",))
    return []
