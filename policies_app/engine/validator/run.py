"""Running every check over a document, and turning what they answer into findings with places."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from policies_app.engine.document import PolicyKind
from policies_app.engine.findings import Finding, FindingType, Fix
from policies_app.engine.json_places import Places
from policies_app.engine.parser import examine
from policies_app.engine.reports import Report
from policies_app.engine.validator.checks import (
    CONDITION_CHECKS,
    DOCUMENT_CHECKS,
    STATEMENT_CHECKS,
    TYPES,
    ConditionCheck,
    DocumentCheck,
    Hit,
    StatementCheck,
)
from policies_app.engine.validator.facts import DocumentFacts, read_facts
from policies_app.engine.validator.reference import url_of
from policies_app.engine.validator.repairs import repaired

LIMIT: Final = 1000
"""After this many findings of checks the rest is dropped: nobody reads further."""

SUPERSEDED: Final = dict.fromkeys(
    ("EMPTY_ARRAY_CONDITION_FORALLVALUES", "EMPTY_ARRAY_CONDITION_FORANYVALUE", "EMPTY_ARRAY_CONDITION_IFEXISTS"),
    "EMPTY_ARRAY_CONDITION",
)
"""Codes of checks that say more exactly what a code of the parser says of the same place."""

_SEVERITY: Final = {finding_type: rank for rank, finding_type in enumerate(FindingType)}


def validate(text: str, kind: PolicyKind) -> tuple[Finding, ...]:
    """Everything there is to say about a document, in the order of its text. Never raises, whatever the text."""
    examined = examine(text, kind)
    findings = [_as_aws_types_it(finding, text) for finding in examined.findings]
    facts = read_facts(examined.document.value, text, kind) if examined.document else None
    if examined.document and facts and (hits := _new_hits(facts, findings)):
        replaced = {(SUPERSEDED[hit.code], hit.path) for hit in hits if hit.code in SUPERSEDED}
        findings = [finding for finding in findings if (finding.code, finding.path) not in replaced]
        findings += _located(hits, text, examined.document.places)
    return tuple(sorted(findings, key=_place))


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


def _new_hits(facts: DocumentFacts, findings: list[Finding]) -> list[Hit]:
    """What the checks say that the parser has not said already of the same place."""
    said = {(finding.code, finding.path) for finding in findings}
    hits: list[Hit] = []
    for hit in _hits(facts):
        if (hit.code, hit.path) not in said:
            said.add((hit.code, hit.path))
            hits.append(hit)
            if len(hits) == LIMIT:
                break
    return hits


def _hits(facts: DocumentFacts) -> Iterator[Hit]:
    of_conditions, of_statements, of_documents = _checks(facts.kind)
    for document_check in of_documents:
        yield from document_check(facts)
    for statement in facts.statements:
        for statement_check in of_statements:
            yield from statement_check(statement)
        for condition in statement.conditions:
            for condition_check in of_conditions:
                yield from condition_check(condition)


@lru_cache
def _checks(kind: PolicyKind) -> tuple[list[ConditionCheck], list[StatementCheck], list[DocumentCheck]]:
    return (
        [registered.check for registered in CONDITION_CHECKS if kind in registered.kinds],
        [registered.check for registered in STATEMENT_CHECKS if kind in registered.kinds],
        [registered.check for registered in DOCUMENT_CHECKS if kind in registered.kinds],
    )


def _located(hits: list[Hit], text: str, places: Places) -> list[Finding]:
    report = Report(text)
    findings = []
    for hit in hits:
        place = places.key(hit.path) if hit.at_key else places.value(hit.path)
        fix = _fix(hit, place, places, report)
        url = url_of(hit.code)
        findings.append(Finding(TYPES[hit.code], hit.code, hit.message, hit.path, report.span(*place), fix, url))
    return findings


def _fix(hit: Hit, place: tuple[int, int], places: Places, report: Report) -> Fix | None:
    if hit.repair is None:
        return None
    label, replacement = hit.repair
    if replacement is not None:
        return Fix(label, report.span(*place), replacement)
    item = places.item(hit.path)
    return Fix(label, report.span(*item), "") if item else None
