"""Ways from the actions of a document to more permissions than it grants.

The paths are those of https://pathfinding.cloud (Apache-2.0) that need actions of IAM and STS alone, by their names.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from policies_app.engine.findings import FindingType, Path
from policies_app.engine.validator.checks import OF_IDENTITIES, Hit, document_check, own
from policies_app.engine.validator.facts import REMEMBERED, ActionFact, DocumentFacts, PlacedStatement, StatementFacts

PATHS: Final[Mapping[str, tuple[str, ...]]] = {
    "iam-001": ("iam:CreatePolicyVersion",),
    "iam-002": ("iam:CreateAccessKey",),
    "iam-003": ("iam:CreateAccessKey", "iam:DeleteAccessKey"),
    "iam-004": ("iam:CreateLoginProfile",),
    "iam-005": ("iam:PutRolePolicy",),
    "iam-006": ("iam:UpdateLoginProfile",),
    "iam-007": ("iam:PutUserPolicy",),
    "iam-008": ("iam:AttachUserPolicy",),
    "iam-009": ("iam:AttachRolePolicy",),
    "iam-010": ("iam:AttachGroupPolicy",),
    "iam-011": ("iam:PutGroupPolicy",),
    "iam-012": ("iam:UpdateAssumeRolePolicy",),
    "iam-013": ("iam:AddUserToGroup",),
    "iam-014": ("iam:AttachRolePolicy", "sts:AssumeRole"),
    "iam-015": ("iam:AttachUserPolicy", "iam:CreateAccessKey"),
    "iam-016": ("iam:CreatePolicyVersion", "sts:AssumeRole"),
    "iam-017": ("iam:PutRolePolicy", "sts:AssumeRole"),
    "iam-018": ("iam:PutUserPolicy", "iam:CreateAccessKey"),
    "iam-019": ("iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy"),
    "iam-020": ("iam:CreatePolicyVersion", "iam:UpdateAssumeRolePolicy"),
    "iam-021": ("iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"),
    "sts-001": ("sts:AssumeRole",),
}

_ACTIONS: Final = tuple(dict.fromkeys(action for path in PATHS.values() for action in path))

_PREFIXES: Final = frozenset({"iam", "sts"})

PRIVILEGE_ESCALATION = own("PRIVILEGE_ESCALATION", FindingType.SUGGESTION)


@document_check(PRIVILEGE_ESCALATION, kinds=OF_IDENTITIES)
def escalation_paths(document: DocumentFacts) -> Iterator[Hit]:
    """One hit where the first action of a path is granted, with all the paths that begin there.

    Conditions and resources of an Allow are not weighed: they narrow a path, but seldom close it.
    """
    granted = _granted(document.statements)
    paths: defaultdict[Path, list[str]] = defaultdict(list)
    for name, actions in PATHS.items():
        if all(action in granted for action in actions):
            paths[granted[actions[0]]].append(f"{' + '.join(actions)} ({name})")
    for place, named in paths.items():
        ways = "this is a known way" if len(named) == 1 else f"these are {len(named)} known ways"
        yield Hit(PRIVILEGE_ESCALATION, place, f"{ways} to more permissions: {'; '.join(named)}")


def _granted(statements: tuple[PlacedStatement, ...]) -> dict[str, Path]:
    """Where each action is first granted, if no Deny without conditions takes it back on all resources."""
    granted: dict[str, Path] = {}
    closed: set[str] = set()
    for path, statement in statements:
        named = _named(statement)
        if statement.allows:
            for action, place in named:
                granted.setdefault(action, (*path, *place))
        elif statement.denies and not statement.conditions and statement.any_resource is not None:
            closed.update(action for action, _ in named)
    return {action: place for action, place in granted.items() if action not in closed}


@lru_cache(REMEMBERED)
def _named(statement: StatementFacts) -> tuple[tuple[str, Path], ...]:
    """The actions of paths that a statement speaks of, and where in it."""
    if statement.action_element == "Action" and not (statement.may_name("iam") or statement.may_name("sts")):
        return ()
    entries = [entry for entry in statement.actions if entry.pattern.prefix in _PREFIXES or entry.pattern.open]
    if not entries and statement.action_element != "NotAction":
        return ()
    places = {action: _place(action, entries) for action in _ACTIONS}
    if statement.action_element == "NotAction":
        return tuple((action, ("NotAction",)) for action, place in places.items() if place is None)
    return tuple((action, place) for action, place in places.items() if place)


def _place(action: str, entries: list[ActionFact]) -> Path | None:
    service, _, name = action.lower().partition(":")
    return next((entry.path for entry in entries if entry.pattern.names(service, name)), None)
