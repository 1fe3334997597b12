"""Measure `validate` against recorded answers of AWS's ValidatePolicy: `make oracle ORACLE=DIR`.

DIR holds `findings.json`: a list of `name`, `policy` (the text), and `findings` with `findingType`, `issueCode` and
`locations`. A location of AWS is a finding here, so the two are compared as sets of (policy, code, path).
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path as File
from time import perf_counter
from typing import Any

from policies_app.engine.document import Layer
from policies_app.engine.findings import Finding, FindingType
from policies_app.engine.validator import validate
from policies_app.engine.validator.reference import AWS_CHECKS

Key = tuple[str, str, tuple[Any, ...]]
"""Policy, code and path."""


@dataclass
class Agreement:
    """`spans` counts the places of AWS that were found and whose spans are the same, too."""

    expected: set[Key] = field(default_factory=set)
    found: set[Key] = field(default_factory=set)
    clean: int = 0
    spoilt: list[str] = field(default_factory=list)
    spans: int = 0
    seconds: float = 0.0


def compare(records: Iterable[dict[str, Any]]) -> Agreement:
    """Only codes of AWS count; a policy is spoilt when AWS finds nothing and we more than suggestions."""
    agreement = Agreement()
    for record in records:
        name, text = record["name"], record["policy"]
        start = perf_counter()
        findings = validate(text, Layer.IDENTITY)
        agreement.seconds += perf_counter() - start
        expected = {(name, code, path): span for code, path, span in _of_aws(record["findings"])}
        agreement.expected |= expected.keys()
        agreement.found |= {(name, each.code, each.path) for each in findings if each.code in AWS_CHECKS}
        agreement.spans += sum(
            expected.get((name, each.code, each.path)) == (each.span.start.offset, each.span.end.offset)
            for each in findings
        )
        if not record["findings"]:
            agreement.clean += 1
            if severe := [each for each in findings if each.type is not FindingType.SUGGESTION]:
                agreement.spoilt.append(f"{name}: {_shown(severe)}")
    return agreement


def _of_aws(findings: Iterable[dict[str, Any]]) -> Iterator[tuple[str, tuple[Any, ...], tuple[int, int]]]:
    for finding in findings:
        for location in finding["locations"]:
            path = tuple(next(iter(step.values())) for step in location["path"])
            span = location["span"]
            yield finding["issueCode"], path, (span["start"]["offset"], span["end"]["offset"])


def _shown(findings: Iterable[Finding]) -> str:
    return ", ".join(f"{finding.code} at {finding.path}" for finding in findings)


def table(agreement: Agreement) -> Iterator[str]:
    """Recall and precision by code."""
    agreed = agreement.expected & agreement.found
    counts = [Counter(code for _, code, _ in keys) for keys in (agreement.expected, agreement.found, agreed)]
    yield f"{'code':64} {'AWS':>5} {'ours':>5} {'both':>5} {'recall':>7} {'precision':>9}"
    for code in sorted(counts[0] | counts[1]):
        yield _line(code, *(count[code] for count in counts))
    yield _line("all", *(count.total() for count in counts))


def _line(code: str, expected: int, found: int, both: int) -> str:
    recall = f"{both / expected:7.1%}" if expected else f"{'-':>7}"
    precision = f"{both / found:9.1%}" if found else f"{'-':>9}"
    return f"{code:64} {expected:5} {found:5} {both:5} {recall} {precision}"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("directory", type=File)
    parser.add_argument("--differences", action="store_true", help="list every place that only one of the two has")
    options = parser.parse_args(arguments)
    agreement = compare(json.loads((options.directory / "findings.json").read_text("utf-8")))
    lines = list(table(agreement))
    if options.differences:
        lines += [f"only AWS:  {key}" for key in sorted(agreement.expected - agreement.found, key=str)]
        lines += [f"only ours: {key}" for key in sorted(agreement.found - agreement.expected, key=str)]
    both = len(agreement.expected & agreement.found)
    lines.append(f"spans that agree: {agreement.spans} of {both}")
    share = len(agreement.spoilt) / agreement.clean if agreement.clean else 0.0
    lines.append(
        f"clean policies with more than suggestions: {len(agreement.spoilt)} of {agreement.clean} ({share:.1%})"
    )
    lines += [f"  {spoilt}" for spoilt in agreement.spoilt]
    lines.append(f"{agreement.seconds:.2f} s in all")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
