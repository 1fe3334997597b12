"""The JSON cases: what a rule of the documentation means, as data.

`cases/decisions/` holds policies, a request and the outcome; `cases/findings/` a text or statement and its findings.
Each file has `rule` and `page`, the page of the documentation that the rule comes from.
"""

import json
from pathlib import Path
from typing import Any

import pytest

CASES = Path(__file__).parent / "cases"

Case = dict[str, Any]


def load(folder: str) -> list[Any]:
    """Every case of a folder as a pytest parameter; what its file says for all of its cases is filled in."""
    cases: list[Any] = []
    for path in sorted((CASES / folder).glob("*.json")):
        content = json.loads(path.read_text("utf-8"))
        assert content["page"].startswith("https://docs.aws.amazon.com/")
        shared = {key: value for key, value in content.items() if key not in ("rule", "page", "cases")}
        cases += [pytest.param(shared | case, id=f"{path.stem}: {case['promise']}") for case in content["cases"]]
    return cases
