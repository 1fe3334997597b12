"""Whether a document grants what it should not: certain that it does not, or not certain.

What is said against a document is so a little too much at times, and never too little: conditions of an Allow are taken
to be fulfilled, and a Deny counts where it holds wherever the Allow does (see `grants`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from policies_app.engine.analyzer.grants import NOTHING, Grants, Named, Resource, Terms
from policies_app.engine.document import Effect, Policy, Statement
from policies_app.engine.validator.globs import overlap


@dataclass(frozen=True, slots=True)
class Reason:
    """A statement that stands against a document; `lifted` says that it is a Deny which only the old document has."""

    statement: Statement
    lifted: bool = False


def new_access(existing: Policy, new: Policy) -> Iterator[Reason]:
    """Every statement of the new document that allows what none of the existing one does, and every lifted Deny."""
    allowed = Grants(existing.statements, Effect.ALLOW)
    for statement in new.statements:
        if _lacking(Grants([statement], Effect.ALLOW), allowed):
            yield Reason(statement)
    denied = Grants(new.statements, Effect.DENY)
    for statement in existing.statements:
        if _lacking(Grants([statement], Effect.DENY), denied):
            yield Reason(statement, lifted=True)


def _lacking(some: Grants, others: Grants) -> bool:
    return any(others.lacks(terms, named) for terms, named in some.named.items())


def granted(policy: Policy, asked: Policy) -> Iterator[Reason]:
    """Every statement that grants one of the actions that `asked` allows, on one of its resources, to anybody."""
    wanted = Grants(asked.statements, Effect.ALLOW).named
    denied = Grants(policy.statements, Effect.DENY)
    for statement in policy.statements:
        here = Grants([statement], Effect.ALLOW).named
        if any(_left(*grant, *wish, denied) for grant in here.items() for wish in wanted.items()):
            yield Reason(statement)


def _left(terms: Terms, named: Named, asked: Terms, wanted: Named, denied: Grants) -> Named:
    """Of the actions wanted those that a grant gives on a resource asked for, and that no Deny takes back."""
    if not _meet(terms.resource, asked.resource):
        return NOTHING
    found = _common(wanted, named)
    for resource in (terms.resource, asked.resource):
        # Where the two meet is inside of either, so what denies all of one denies that.
        for taken in denied.as_wide(Terms(terms.who, terms.needs, resource)):
            found -= taken
    return found


def _common(wanted: Named, named: Named) -> Named:
    """Patterns of actions that the catalog does not know count where some action could be meant by both."""
    unknown = {
        each for each in wanted.unknown if named.says(each) or any(overlap(each, other) for other in named.unknown)
    }
    unknown |= {each for each in named.unknown if wanted.says(each)}
    return Named(wanted.known & named.known, frozenset(unknown))


def _meet(granted_on: Resource, asked: Resource) -> bool:
    if granted_on.excepted:
        return not any(Resource(each, frozenset(), ()).covers(asked) for each in granted_on.excepted)
    # A trust policy has no resource: it is about the role itself.
    return not granted_on.pattern or overlap(_open(granted_on.pattern), asked.pattern)


def _open(pattern: str) -> str:
    """With a `*` where a variable stands; see `containment.canonical` for how those are written."""
    text, inside = [], False
    for char in pattern:
        if char == "\ue002":
            inside = True
        elif char == "\ue003":
            inside = False
            text.append("*")
        elif not inside:
            text.append(char)
    return "".join(text)
