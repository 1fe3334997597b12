"""Every finding, with its type, code, path and the text that it points at."""

import json

import pytest

from policies_app.engine.parser import Layer, Parsed, parse
from tests.engine.cases import Case, load


@pytest.mark.parametrize("case", load("findings"))
def test_findings_are_complete_and_point_at_their_text(case: Case) -> None:
    text = text_of(case)
    parsed = parse(text, Layer(case.get("kind", "identity")), managed=case.get("managed", False))
    found = [finding for finding in parsed.findings if finding.code in case.get("codes_only", [finding.code])]
    assert [[str(finding.type), finding.code, list(finding.path)] for finding in found] == [
        expected[:3] for expected in case["findings"]
    ]
    for finding, (_, _, _, pointed, *said) in zip(found, case["findings"], strict=True):
        if pointed is not None:
            assert text[finding.span.start.offset : finding.span.end.offset] == pointed
        assert all(part in finding.message for part in said), finding.message
    assert_consistent(parsed)


def text_of(case: Case) -> str:
    if "text" in case:
        return str(case["text"])
    statement = case.get("statement") or {
        "Effect": "Allow",
        "Action": "*",
        "Resource": "*",
        "Condition": case["condition"],
    }
    return json.dumps({"Version": "2012-10-17", "Statement": statement}, ensure_ascii=False)


def assert_consistent(parsed: Parsed) -> None:
    """A policy comes back exactly when there is no error, and messages can be shown on a page."""
    assert (parsed.policy is None) == bool(parsed.errors)
    for finding in parsed.findings:
        finding.message.encode("utf-8")
        "".join(map(str, finding.path)).encode("utf-8")
