"""The registry of checks, and what a check answers.

A check is a function over the facts of a condition, a statement or a document that yields hits. The decorator names
the issue codes that it can give; their types and links are AWS's (see `reference`), or stand with codes of our own.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from policies_app.engine.document import Layer
from policies_app.engine.findings import FindingType, Path
from policies_app.engine.validator.facts import ActionFact, ConditionFact, DocumentFacts, ResourceFact, StatementFacts
from policies_app.engine.validator.reference import AWS_CHECKS


class Repair(NamedTuple):
    """How to mend a hit: put a text, or with None nothing, in place of what the hit points at.

    Taking away an item of a list takes the comma beside it along.
    """

    label: str
    text: str | None


class Hit(NamedTuple):
    """A problem at a path; `at_key` points at the key that the path ends in rather than at its value."""

    code: str
    path: Path
    message: str
    at_key: bool = False
    repair: Repair | None = None


ActionCheck = Callable[[ActionFact], Iterator[Hit]]
ResourceCheck = Callable[[ResourceFact], Iterator[Hit]]
ConditionCheck = Callable[[ConditionFact], Iterator[Hit]]
StatementCheck = Callable[[StatementFacts], Iterator[Hit]]
DocumentCheck = Callable[[DocumentFacts], Iterator[Hit]]

EVERY_KIND: Final = frozenset(Layer)
OF_IDENTITIES: Final = frozenset({Layer.IDENTITY, Layer.BOUNDARY, Layer.SESSION})
OF_RESOURCES: Final = frozenset({Layer.RESOURCE, Layer.TRUST})


@dataclass(frozen=True, slots=True)
class Registered[Check]:
    check: Check
    kinds: frozenset[Layer]


ACTION_CHECKS: Final[list[Registered[ActionCheck]]] = []
RESOURCE_CHECKS: Final[list[Registered[ResourceCheck]]] = []
"""Those of an entry by itself, whatever stands around it; what they say of a text is remembered."""

CONDITION_CHECKS: Final[list[Registered[ConditionCheck]]] = []
STATEMENT_CHECKS: Final[list[Registered[StatementCheck]]] = []
CONDITIONAL_CHECKS: Final[list[Registered[StatementCheck]]] = []
"""Those of statements with conditions, of which most statements have none."""

DOCUMENT_CHECKS: Final[list[Registered[DocumentCheck]]] = []
TYPES: Final[dict[str, FindingType]] = dict(AWS_CHECKS)
"""The type of every code, of our own too."""

IMPLEMENTED: Final[dict[str, str]] = {}
"""Every code that some check gives, with the module that it is in."""


_OF_CATALOG: Final = frozenset(
    {
        "ARN_ACCOUNT_NOT_ALLOWED",
        "ARN_REGION_NOT_ALLOWED",
        "INVALID_ACTION",
        "INVALID_ARN_REGION",
        "INVALID_ARN_RESOURCE",
        "INVALID_GLOBAL_CONDITION_KEY",
        "INVALID_REGION",
        "INVALID_SERVICE",
        "INVALID_SERVICE_CONDITION_KEY",
        "INVALID_SERVICE_IN_ACTION",
        "MISSING_ARN_ACCOUNT",
        "MISSING_ARN_REGION",
        "MISSING_QUALIFIER",
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
    }
)


def depends_on_catalog(code: str) -> bool:
    """Whether AWS may have announced since, what makes a finding of a check wrong: IAM stores such documents."""
    return code in _OF_CATALOG


def own(code: str, finding_type: FindingType) -> str:
    """A code beyond AWS's."""
    TYPES[code] = finding_type
    return code


def _register[Check: Callable[..., Iterator[Hit]]](
    registry: list[Registered[Check]], codes: tuple[str, ...], kinds: frozenset[Layer]
) -> Callable[[Check], Check]:
    def register(check: Check) -> Check:
        for code in codes:
            assert code in TYPES, code
            IMPLEMENTED[code] = check.__module__.rpartition(".")[2]
        registry.append(Registered(check, kinds))
        return check

    return register


def action_check(*codes: str) -> Callable[[ActionCheck], ActionCheck]:
    return _register(ACTION_CHECKS, codes, EVERY_KIND)


def resource_check(*codes: str) -> Callable[[ResourceCheck], ResourceCheck]:
    return _register(RESOURCE_CHECKS, codes, EVERY_KIND)


def condition_check(*codes: str, kinds: frozenset[Layer] = EVERY_KIND) -> Callable[[ConditionCheck], ConditionCheck]:
    return _register(CONDITION_CHECKS, codes, kinds)


def statement_check(*codes: str, kinds: frozenset[Layer] = EVERY_KIND) -> Callable[[StatementCheck], StatementCheck]:
    return _register(STATEMENT_CHECKS, codes, kinds)


def conditional_check(*codes: str, kinds: frozenset[Layer] = EVERY_KIND) -> Callable[[StatementCheck], StatementCheck]:
    return _register(CONDITIONAL_CHECKS, codes, kinds)


def document_check(*codes: str, kinds: frozenset[Layer] = EVERY_KIND) -> Callable[[DocumentCheck], DocumentCheck]:
    return _register(DOCUMENT_CHECKS, codes, kinds)
