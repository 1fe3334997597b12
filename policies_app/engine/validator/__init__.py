"""From a document to findings: the checks of AWS's Access Analyzer, and some beyond them.

`validate(text, kind)` answers as ValidatePolicy does: code, type, path and span. Each module holds the checks of one
kind; `checks` is their registry, `reference` AWS's list, `facts` what they are asked about.
"""

from typing import Final

from policies_app.engine.validator import (
    actions,
    attached,
    condition_keys,
    condition_values,
    empty,
    escalation,
    organizations,
    principals,
    redundancy,
    resources,
    roles,
    size,
    tags,
    trust,
)
from policies_app.engine.validator.attached import is_trust_policy
from policies_app.engine.validator.checks import depends_on_catalog
from policies_app.engine.validator.run import validate

__all__ = ["MODULES", "depends_on_catalog", "is_trust_policy", "validate"]

MODULES: Final = (
    actions,
    attached,
    condition_keys,
    condition_values,
    empty,
    escalation,
    organizations,
    principals,
    redundancy,
    resources,
    roles,
    size,
    tags,
    trust,
)
"""The modules that hold checks; importing them registers the checks."""
