"""Every check hits what it is for and spares its near miss; the cases are data, a file for each module of checks."""

import json
from pathlib import Path
from typing import Any

import pytest

from policies_app.engine.document import Layer
from policies_app.engine.findings import Finding
from policies_app.engine.validator import validate
from policies_app.engine.validator.checks import IMPLEMENTED, TYPES
from policies_app.engine.validator.reference import url_of

Case = dict[str, Any]

CASES: list[Case] = [
    case for path in sorted((Path(__file__).parent / "cases").glob("*.json")) for case in json.loads(path.read_text())
]
OF_TYPES = {code for code in IMPLEMENTED if IMPLEMENTED[code] == "attached"}
OF_SIZE = {code for code in IMPLEMENTED if IMPLEMENTED[code] == "size"}


@pytest.mark.parametrize("case", [pytest.param(case, id=case["code"]) for case in CASES])
def test_a_check_hits_at_its_path(case: Case) -> None:
    text = text_of(case["hit"], kind_of(case))
    found = of_code(case, text)
    assert found, [(finding.code, finding.path) for finding in validate(text, kind_of(case))]
    assert all(finding.type is TYPES[case["code"]] and finding.url == url_of(case["code"]) for finding in found)
    if "path" in case:
        found = [finding for finding in found if list(finding.path) == case["path"]]
        assert found
    if "pointed" in case:
        assert pointed(found[0], text) == case["pointed"]
    if "fixed" in case:
        assert found[0].fix is not None
        assert found[0].fix.replacement == case["fixed"]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["code"]) for case in CASES])
def test_a_check_spares_its_near_miss(case: Case) -> None:
    assert not of_code(case, text_of(case["miss"], kind_of(case)))


@pytest.mark.parametrize("case", [pytest.param(case, id=case["code"]) for case in CASES if "fixed" in case])
def test_a_fix_ends_the_finding(case: Case) -> None:
    text = text_of(case["hit"], kind_of(case))
    fix = of_code(case, text)[0].fix
    assert fix is not None
    mended = text[: fix.span.start.offset] + fix.replacement + text[fix.span.end.offset :]
    assert not of_code(case, mended)


def test_every_check_has_its_cases() -> None:
    assert {case["code"] for case in CASES} == IMPLEMENTED.keys() - OF_SIZE - OF_TYPES


def kind_of(case: Case) -> Layer:
    return Layer(case.get("kind", "identity"))


def text_of(statement: Case, kind: Layer) -> str:
    """A document of one statement, with what the case leaves out."""
    if "document" in statement:
        return json.dumps(statement["document"])
    whole: Case = {"Effect": "Allow"}
    if not {"Action", "NotAction"} & statement.keys():
        whole["Action"] = "s3:GetObject"
    if kind is not Layer.TRUST and not {"Resource", "NotResource"} & statement.keys():
        whole["Resource"] = "*"
    return json.dumps({"Version": "2012-10-17", "Statement": whole | statement})


def of_code(case: Case, text: str) -> list[Finding]:
    return [finding for finding in validate(text, kind_of(case)) if finding.code == case["code"]]


def pointed(finding: Finding, text: str) -> str:
    return text[finding.span.start.offset : finding.span.end.offset]
