"""From the text of a policy to a `Policy`, or to everything that is wrong with it.

Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
The names of elements are taken exactly as the grammar writes them, as IAM does.
"""

from dataclasses import dataclass
from typing import Final

from policies_app.engine.document import Policy, PolicyKind, Statement, Version
from policies_app.engine.elements.organizations import ORGANIZATION_KINDS, check_version
from policies_app.engine.elements.reading import Reading
from policies_app.engine.elements.statements import read_statement
from policies_app.engine.findings import Finding, FindingType
from policies_app.engine.json_nodes import Json, JsonArray, JsonInvalid, JsonObject, JsonString
from policies_app.engine.json_text import MAX_LENGTH, read_json
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


def parse(text: str, kind: PolicyKind) -> Parsed:
    """Read a policy document. Never raises, whatever the text; findings come in the order of the text."""
    report = Report(text[: MAX_LENGTH + 1])
    tree = read_json(text, report)
    policy = _read_policy(tree, kind, report) if tree is not None else None
    findings = tuple(sorted(report.findings, key=lambda finding: finding.span.start.offset))
    if any(finding.type is FindingType.ERROR for finding in findings):
        policy = None
    return Parsed(policy, findings)


def _read_policy(tree: Json, kind: PolicyKind, report: Report) -> Policy | None:
    reading = Reading(report, kind)
    if not isinstance(tree, JsonObject):
        reading.mismatch("a policy document", "an object", tree, ())
        return None
    elements = reading.elements(tree, _ELEMENTS, (), "a policy document")
    _read_version(tree, elements.get("Version"), reading)
    if kind in ORGANIZATION_KINDS:
        check_version(tree, elements.get("Version"), reading)
    name = elements.get("Id")
    policy_id = reading.string(name, "Id", ("Id",)) if name is not None else None
    statements = _read_statements(tree, elements.get("Statement"), reading)
    return Policy(reading.version, policy_id, statements)


def _read_version(tree: JsonObject, node: Json | None, reading: Reading) -> None:
    if node is None:
        if not reading.is_suspected("Version") and reading.kind not in ORGANIZATION_KINDS:
            message = "there is no Version, so this is version 2008-10-17, which has no policy variables"
            reading.report.warning("MISSING_VERSION", message, (), tree.start, tree.end)
        return
    text = reading.string(node, "Version", ("Version",))
    if text is None:
        return
    if text in Version:
        reading.version = Version(text)
    else:
        message = f"{shown(text)} is not a version of the policy language; use `2012-10-17`"
        reading.report.error("INVALID_VERSION", message, ("Version",), node.start, node.end)
        reading.version = Version.V2012  # the better guess, which spares the reader warnings about variables


def _read_statements(tree: JsonObject, node: Json | None, reading: Reading) -> tuple[Statement, ...]:
    report = reading.report
    match node:
        case None:
            if not reading.is_suspected("Statement"):
                report.error("MISSING_STATEMENT", "the policy has no Statement", (), tree.start, tree.end)
            return ()
        case JsonObject():
            nodes: tuple[Json, ...] = (node,)
        case JsonArray(items=()):
            report.error("MISSING_STATEMENT", "the policy has no Statement", ("Statement",), node.start, node.end)
            return ()
        case JsonArray():
            nodes = node.items
        case JsonInvalid() | JsonString() | _:
            reading.mismatch("Statement", "an object or a list of objects", node, ("Statement",))
            return ()
    single = isinstance(node, JsonObject)
    read = [
        read_statement(item, index, ("Statement",) if single else ("Statement", index), reading)
        for index, item in enumerate(nodes)
    ]
    return tuple(statement for statement in read if statement is not None)
