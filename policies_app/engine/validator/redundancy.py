"""What could be left out: actions and resources that others of their statement cover."""

from collections.abc import Iterator, Sequence

from policies_app.engine.patterns import compile_pattern
from policies_app.engine.reports import shown
from policies_app.engine.validator.checks import Hit, Repair, statement_check
from policies_app.engine.validator.facts import ActionFact, ResourceFact, StatementFacts


@statement_check("REDUNDANT_ACTION")
def actions_covered_by_others(statement: StatementFacts) -> Iterator[Hit]:
    yield from _redundant("REDUNDANT_ACTION", "action", statement.actions)


@statement_check("REDUNDANT_RESOURCE")
def resources_covered_by_others(statement: StatementFacts) -> Iterator[Hit]:
    yield from _redundant("REDUNDANT_RESOURCE", "resource", statement.resources)


def _redundant(code: str, noun: str, entries: Sequence[ActionFact | ResourceFact]) -> Iterator[Hit]:
    """A hit at every entry that covers another or is covered by it."""
    if len(entries) < 2:
        return
    texts = [entry.text.lower() if isinstance(entry, ActionFact) else entry.text for entry in entries]
    covering = _covering(texts)
    involved = covering.keys() | covering.values()
    for position, entry in enumerate(entries):
        if position in covering:
            message = f"the {noun} {shown(entry.text)} is covered by {shown(entries[covering[position]].text)}"
            yield Hit(code, entry.path, message, repair=Repair(f"Remove {entry.text}", None))
        elif position in involved:
            yield Hit(code, entry.path, f"the {noun} {shown(entry.text)} covers others of this statement")


def _covering(texts: Sequence[str]) -> dict[int, int]:
    """From the position of a text that another covers to that other."""
    covering: dict[int, int] = {}
    first: dict[str, int] = {}
    for position, text in enumerate(texts):
        if text in first:
            covering[position] = first[text]
        else:
            first[text] = position
    for text, position in first.items():
        if "*" not in text and "?" not in text:
            continue
        test = compile_pattern(text, ignore_case=False).test
        for other, at in first.items():
            if at != position and at not in covering and test(other):
                covering[at] = position
    return covering
