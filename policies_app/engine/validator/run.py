"""Running every check over a document, and turning what they answer into findings with places."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from policies_app.engine.document import Layer, Version
from policies_app.engine.elements.reading import Reading, Said, remembered
from policies_app.engine.elements.statements import read_statement
from policies_app.engine.findings import Finding, FindingType, Fix, Path
from policies_app.engine.json_document import Document, is_deep, read_again, read_document, read_slowly
from policies_app.engine.json_nodes import Plain
from policies_app.engine.json_places import Places, TextPlaces
from policies_app.engine.json_text import MAX_LENGTH
from policies_app.engine.parser import check_sids, is_too_deep, read_head, report_said
from policies_app.engine.reports import Report
from policies_app.engine.validator.checks import (
    ACTION_CHECKS,
    CONDITION_CHECKS,
    CONDITIONAL_CHECKS,
    DOCUMENT_CHECKS,
    RESOURCE_CHECKS,
    STATEMENT_CHECKS,
    TYPES,
    ConditionCheck,
    DocumentCheck,
    Hit,
    StatementCheck,
)
from policies_app.engine.validator.facts import (
    REMEMBERED,
    ActionFact,
    DocumentFacts,
    PlacedStatement,
    ResourceFact,
    StatementFacts,
    fields_of,
    read_facts,
)
from policies_app.engine.validator.lookups import written
from policies_app.engine.validator.reference import url_of
from policies_app.engine.validator.repairs import repaired

LIMIT: Final = 1000
"""After this many findings of checks the rest is dropped: nobody reads further."""

_LONGEST: Final = 8192
"""A longer statement is not remembered: few are, and they would take much memory."""

SUPERSEDED: Final = dict.fromkeys(
    ("EMPTY_ARRAY_CONDITION_FORALLVALUES", "EMPTY_ARRAY_CONDITION_FORANYVALUE", "EMPTY_ARRAY_CONDITION_IFEXISTS"),
    "EMPTY_ARRAY_CONDITION",
)
"""Codes of checks that say more exactly what a code of the parser says of the same place."""

_SEVERITY: Final = {finding_type: rank for rank, finding_type in enumerate(FindingType)}


class Note(NamedTuple):
    """A hit with its place, counted from the start of what it was found in."""

    hit: Hit
    start: int
    end: int
    item: tuple[int, int] | None
    """What is cut to mend the hit, where the mending is to take away."""


@dataclass(frozen=True, slots=True)
class StatementNotes:
    """All that there is to say about one statement alone. `facts` is None when it is no object."""

    facts: StatementFacts | None
    said: tuple[Said, ...]
    hits: tuple[Note, ...]


def validate(text: str, kind: Layer, resource_type: str = "", *, managed: bool = False) -> tuple[Finding, ...]:
    """Everything there is to say about a document, in the order of its text. Never raises, whatever the text.

    `resource_type` is what a resource policy is for, where that is known, as CloudFormation names it. `managed` is as
    `parse` takes it.
    """
    report = Report(text[: MAX_LENGTH + 1])
    document = read_document(text, report)
    reading = Reading(kind, managed=managed)
    findings = _findings(document, text, reading, resource_type, report) if document else []
    if document and report.errors and is_deep(document.value):
        report, findings = Report(text), []
        read_slowly(text, report)
    of_parser = [_as_aws_types_it(finding, text) for finding in report.findings]
    return tuple(sorted(of_parser + findings, key=_place))


def _findings(document: Document, text: str, reading: Reading, resource_type: str, report: Report) -> list[Finding]:
    """Those of the checks; what the parser says goes into the report."""
    kind = reading.kind
    head = read_head(document.value, reading)
    statements = head.statements if head else []
    check_sids(statements, reading)
    report_said(reading.said, document.places, report)
    findings: list[Finding] = []
    facts: list[PlacedStatement] = []
    for path, value in statements:
        if len(findings) >= LIMIT:
            break
        places, offset, part = document.places.inside(path)
        if 0 < len(part) <= _LONGEST:
            notes = _remembered(part, kind, reading.version)
        else:
            notes = _notes(value, places, kind, reading.version)
        report_said(notes.said, places, report, offset, path)
        findings += [_finding(note, report, offset, path) for note in notes.hits]
        if notes.facts:
            facts.append(PlacedStatement(path, notes.facts))
    if head:
        whole = DocumentFacts(kind, text, tuple(facts), resource_type)
        hits = (hit for check in _checks(kind).of_documents for hit in check(whole))
        findings += [_finding(_note(hit, document.places), report, 0, ()) for hit in islice(hits, LIMIT)]
    return findings


@lru_cache(REMEMBERED)
def _remembered(part: str, kind: Layer, version: Version) -> StatementNotes:
    """Of a statement by its text: while somebody types, all but one stay as they are, and documents share many."""
    return _notes(read_again(part), TextPlaces(part), kind, version)


def _place(finding: Finding) -> tuple[int, int, int]:
    return finding.span.start.offset, -finding.span.end.offset, _SEVERITY[finding.type]


def _as_aws_types_it(finding: Finding, text: str) -> Finding:
    """A finding of the parser with AWS's link, and AWS's type where that is the more severe one.

    The parser's errors are what IAM refuses to store, which stays an error whatever Access Analyzer calls it.
    """
    type_of_aws = TYPES.get(finding.code, finding.type)
    severer = min(finding.type, type_of_aws, key=_SEVERITY.__getitem__)
    url = url_of(finding.code)
    return Finding(severer, finding.code, finding.message, finding.path, finding.span, repaired(finding, text), url)


def _notes(value: Plain, places: Places, kind: Layer, version: Version) -> StatementNotes:
    reading = Reading(kind, version)
    read_statement(value, 0, (), reading)
    if is_too_deep(value, reading.said):  # nothing that follows the nesting may see it
        return StatementNotes(None, tuple(reading.said), ())
    said = {(each.problem.code, each.path) for each in reading.said}
    facts = read_facts(value, kind) if isinstance(value, dict) else None
    hits: dict[tuple[str, Path], Hit] = {}
    for hit in _hits(facts) if facts else ():
        if (hit.code, hit.path) not in said:
            hits.setdefault((hit.code, hit.path), hit)
            if len(hits) == LIMIT:
                break
    superseded = {(SUPERSEDED[hit.code], hit.path) for hit in hits.values() if hit.code in SUPERSEDED}
    return StatementNotes(
        facts,
        tuple(each for each in reading.said if (each.problem.code, each.path) not in superseded),
        tuple(_note(hit, places) for hit in hits.values()),
    )


def _hits(statement: StatementFacts) -> Iterator[Hit]:
    for action in statement.actions:
        for hit in _hits_of_action(action.text):
            yield hit._replace(path=action.path)
    for resource in statement.resources:
        for hit in _hits_of_resource(resource.text):
            yield hit._replace(path=resource.path)
    checks = _checks(statement.kind)
    for statement_check in checks.of_statements:
        yield from statement_check(statement)
    if statement.conditions:
        for conditional_check in checks.of_conditional_statements:
            yield from conditional_check(statement)
        for condition in statement.conditions:
            for condition_check in checks.of_conditions:
                yield from condition_check(condition)


@remembered
def _hits_of_action(text: str) -> tuple[Hit, ...]:
    action = ActionFact(text, (), written(text))
    return tuple(hit for each in ACTION_CHECKS for hit in each.check(action))


@remembered
def _hits_of_resource(text: str) -> tuple[Hit, ...]:
    resource = ResourceFact(text, (), fields_of(text))
    return tuple(hit for each in RESOURCE_CHECKS for hit in each.check(resource))


class _Checks(NamedTuple):
    of_documents: list[DocumentCheck]
    of_statements: list[StatementCheck]
    of_conditional_statements: list[StatementCheck]
    of_conditions: list[ConditionCheck]


@lru_cache
def _checks(kind: Layer) -> _Checks:
    return _Checks(
        [each.check for each in DOCUMENT_CHECKS if kind in each.kinds],
        [each.check for each in STATEMENT_CHECKS if kind in each.kinds],
        [each.check for each in CONDITIONAL_CHECKS if kind in each.kinds],
        [each.check for each in CONDITION_CHECKS if kind in each.kinds],
    )


def _note(hit: Hit, places: Places) -> Note:
    start, end = places.key(hit.path) if hit.at_key else places.value(hit.path)
    cutting = hit.repair is not None and hit.repair.text is None
    return Note(hit, start, end, places.item(hit.path) if cutting else None)


def _finding(note: Note, report: Report, offset: int, within: Path) -> Finding:
    hit = note.hit
    span = report.span(note.start + offset, note.end + offset)
    fix = None
    if hit.repair and hit.repair.text is not None:
        fix = Fix(hit.repair.label, span, hit.repair.text)
    elif hit.repair and note.item:
        fix = Fix(hit.repair.label, report.span(note.item[0] + offset, note.item[1] + offset), "")
    return Finding(TYPES[hit.code], hit.code, hit.message, (*within, *hit.path), span, fix, url_of(hit.code))
