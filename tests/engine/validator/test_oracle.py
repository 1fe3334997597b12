"""The measurement itself: places of AWS's answers counted as found, missed or added."""

import json
from pathlib import Path

import pytest

from policies_app.engine.validator import oracle

POLICY = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}, '
    '{"Effect": "Allow", "Action": "s3:GetObjekt", "Resource": "*"}]}'
)
START = POLICY.index('"iam:PassRole"')


def test_recall_and_precision_count_places_by_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    location = {
        "path": [{"value": "Statement"}, {"index": 0}, {"value": "Action"}],
        "span": {"start": {"offset": START}, "end": {"offset": START + len('"iam:PassRole"')}},
    }
    finding = {"issueCode": "PASS_ROLE_WITH_STAR_IN_RESOURCE", "locations": [location]}
    records = [
        {"name": "found", "policy": POLICY, "findings": [finding]},
        {"name": "clean", "policy": POLICY, "findings": []},
    ]
    (tmp_path / "findings.json").write_text(json.dumps(records))
    assert oracle.main([str(tmp_path), "--differences"]) == 0
    lines = capsys.readouterr().out.splitlines()
    counts = next(line.split() for line in lines if line.startswith("PASS_ROLE_WITH_STAR_IN_RESOURCE"))
    assert counts[1:] == ["1", "4", "1", "100.0%", "25.0%"]
    assert "spans that agree: 1 of 1" in lines
    assert any(line.startswith("clean policies with more than suggestions: 1 of 1") for line in lines)
    assert any(line.startswith("only ours:") and "INVALID_ACTION" in line for line in lines)
