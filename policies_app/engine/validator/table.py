"""`docs/checks.md`: AWS's checks and our own, and where each is. `python -m policies_app.engine.validator.table`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from policies_app.engine.validator import MODULES
from policies_app.engine.validator.checks import IMPLEMENTED, TYPES
from policies_app.engine.validator.reference import AWS_CHECKS, PAGE, url_of

FILE: Final = Path(__file__).parents[3] / "docs" / "checks.md"

OF_PARSER: Final = frozenset(
    """
DATA_TYPE_MISMATCH DUPLICATE_KEYS_WITH_DIFFERENT_CASE EMPTY_ARRAY_CONDITION EMPTY_OBJECT_CONDITION EMPTY_SID_VALUE
EMPTY_VARIABLE INVALID_ARN_ACCOUNT INVALID_ARN_PREFIX INVALID_ARN_SERVICE_CASE INVALID_CONDITION_KEY_FORMAT
INVALID_CONDITION_OPERATOR INVALID_EFFECT INVALID_PARTITION INVALID_POLICY_ELEMENT INVALID_PRINCIPAL_FORMAT
INVALID_PRINCIPAL_KEY INVALID_VARIABLE_FOR_OPERATOR INVALID_VERSION JSON_SYNTAX_ERROR MISSING_ACTION MISSING_ARN_FIELD
MISSING_BRACE_IN_VARIABLE MISSING_EFFECT MISSING_PRINCIPAL MISSING_QUOTE_IN_VARIABLE MISSING_RESOURCE
MISSING_STATEMENT MISSING_VERSION NULL_WITH_IF_EXISTS NULL_WITH_QUALIFIER RCP_SYNTAX_ERROR_ACTION
RCP_SYNTAX_ERROR_ALLOW RCP_SYNTAX_ERROR_NOTACTION RCP_SYNTAX_ERROR_PRINCIPAL
ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE
ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL SCP_SYNTAX_ERROR_PRINCIPAL TYPE_MISMATCH_BOOLEAN
TYPE_MISMATCH_DATE TYPE_MISMATCH_IP_RANGE TYPE_MISMATCH_NUMBER TYPE_MISMATCH_STRING UNIQUE_SIDS_RECOMMENDED
UNIQUE_SIDS_REQUIRED UNSUPPORTED_ACTION_IN_POLICY
UNSUPPORTED_ELEMENT_COMBINATION UNSUPPORTED_PRINCIPAL UNSUPPORTED_SID UNSUPPORTED_SPACE_IN_VARIABLE
UNSUPPORTED_WILDCARD_IN_PRINCIPAL VARIABLE_UNSUPPORTED_IN_ELEMENT VARIABLE_UNSUPPORTED_IN_VERSION
WILDCARD_WITHOUT_LIKE_OPERATOR
""".split()  # noqa: SIM905  # fifty quoted names in a list read worse
)
"""What the parser finds of AWS's codes."""

_STALE: Final = "no: service control policies have the full language since 2025-09"
ELSEWHERE: Final = {
    "SCP_SYNTAX_ERROR_ACTION_WILDCARD": _STALE,
    "SCP_SYNTAX_ERROR_ALLOW_CONDITION": _STALE,
    "SCP_SYNTAX_ERROR_ALLOW_NOTACTION": _STALE,
    "SCP_SYNTAX_ERROR_ALLOW_RESOURCE": _STALE,
    "SCP_SYNTAX_ERROR_NOTRESOURCE": _STALE,
}
"""What no check of its own code looks for, and why."""


def lines() -> Iterator[str]:
    own = sorted(TYPES.keys() - AWS_CHECKS.keys())
    done = [code for code in AWS_CHECKS if code in IMPLEMENTED or code in OF_PARSER]
    yield "# Checks"
    yield ""
    yield "Written by `python -m policies_app.engine.validator.table`; a test says when it is out of date."
    yield ""
    yield f"Of the {len(AWS_CHECKS)} issue codes of [AWS's policy check reference]({PAGE}), {len(done)} are given."
    yield "The parser's own errors (what IAM refuses to store) stay errors where Access Analyzer only warns."
    yield ""
    yield "| code | type | where |"
    yield "|---|---|---|"
    for code, finding_type in AWS_CHECKS.items():
        yield f"| [`{code}`]({url_of(code)}) | {finding_type} | {_where(code)} |"
    yield ""
    yield f"## Beyond AWS: {len(own)} codes"
    yield ""
    yield "| code | type | where |"
    yield "|---|---|---|"
    for code in own:
        yield f"| `{code}` | {TYPES[code]} | {_where(code)} |"


def _where(code: str) -> str:
    modules = [IMPLEMENTED[code]] if code in IMPLEMENTED else []
    if code in OF_PARSER:
        modules.append("parser")
    return ", ".join(f"`{module}`" for module in modules) or ELSEWHERE[code]


def text() -> str:
    assert MODULES  # importing them fills the registry
    return "\n".join(lines()) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
    sys.stdout.write(f"{FILE}\n")
