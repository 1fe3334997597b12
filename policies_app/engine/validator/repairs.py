"""The fixes of what the parser finds, where there is one answer."""

import re
from collections.abc import Callable, Iterable
from typing import Final

from policies_app.engine.document import Effect
from policies_app.engine.findings import Finding, Fix, Span
from policies_app.engine.operators import IF_EXISTS, OPERATORS, Quantifier
from policies_app.engine.reports import Report, nearest

_ELEMENTS: Final = (
    *("Version", "Id", "Statement", "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction"),
    *("Resource", "NotResource", "Condition"),
)
_ARN_SERVICE: Final = re.compile(r'"arn:[^:"]*:[^:"]*')


def repaired(finding: Finding, text: str) -> Fix | None:
    """The fix of a finding of the parser."""
    if (mend := _MENDING.get(finding.code)) is None:
        return finding.fix
    return mend(finding, text)


def _missing_version(finding: Finding, text: str) -> Fix:
    """Inserted as the first element, on a line of its own where the element behind it has one."""
    start = finding.span.start.offset + 1
    blank = re.compile(r"\s*").match(text, start)
    indent = blank[0] if blank and "\n" in blank[0] else " "
    report = Report(text)
    inserted = f'{indent if indent != " " else ""}"Version": "2012-10-17",' + (" " if indent == " " else "")
    return Fix("Add the Version", report.span(start, start), inserted)


def _word(finding: Finding, text: str, words: Iterable[str]) -> Fix | None:
    written = _pointed(finding.span, text).strip('"')
    meant = nearest(written, words)
    return Fix(f"Change to {meant}", finding.span, f'"{meant}"') if meant else None


def _operator(finding: Finding, text: str) -> Fix | None:
    prefix, colon, name = _pointed(finding.span, text).strip('"').rpartition(":")
    base = name.removesuffix(IF_EXISTS)
    meant, quantifier = nearest(base, OPERATORS), nearest(prefix, Quantifier) if colon else ""
    if meant is None or quantifier is None:
        return None
    whole = f"{quantifier}{colon}{meant}{name[len(base) :]}"
    return Fix(f"Change to {whole}", finding.span, f'"{whole}"')


def _service_case(finding: Finding, text: str) -> Fix | None:
    written = _pointed(finding.span, text)
    head = _ARN_SERVICE.match(written)
    if head is None:
        return None
    return Fix("Write the service in lower case", finding.span, head[0].lower() + written[head.end() :])


def _pointed(span: Span, text: str) -> str:
    return text[span.start.offset : span.end.offset]


_MENDING: Final[dict[str, Callable[[Finding, str], Fix | None]]] = {
    "MISSING_VERSION": _missing_version,
    "INVALID_VERSION": lambda finding, _: Fix("Change to 2012-10-17", finding.span, '"2012-10-17"'),
    "INVALID_EFFECT": lambda finding, text: _word(finding, text, Effect),
    "INVALID_POLICY_ELEMENT": lambda finding, text: _word(finding, text, _ELEMENTS),
    "INVALID_CONDITION_OPERATOR": _operator,
    "INVALID_ARN_SERVICE_CASE": _service_case,
}
