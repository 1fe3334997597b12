"""What the readers of a document share: what they say of it, the version, and the steps from plain values to text."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from policies_app.engine.document import Layer, Version
from policies_app.engine.findings import FindingType, Path, Position, Span
from policies_app.engine.json_nodes import Invalid, Plain, kind_of
from policies_app.engine.json_places import Places
from policies_app.engine.reports import LIMIT, Report, nearest, shown
from policies_app.engine.templates import Template, problems

TextAt = tuple[str, Path]
"""A text with the rest of its path: an index, or nothing for a text that stands alone."""

_REMEMBERED: Final = 8192
_LONGEST: Final = 512
_ALONE: Final = ()
_NOWHERE: Final = Span(Position(1, 0, 0), Position(1, 0, 0))


class Problem(NamedTuple):
    """What a text has, wherever it stands."""

    type: FindingType
    code: str
    message: str


def error(code: str, message: str) -> Problem:
    return Problem(FindingType.ERROR, code, message)


def warning(code: str, message: str) -> Problem:
    return Problem(FindingType.WARNING, code, message)


def remembered[*Rest, Answer](read: Callable[[str, *Rest], Answer]) -> Callable[[str, *Rest], Answer]:
    """Documents say the same few things over and over. What is long is not kept, as only hostile texts are."""
    kept = lru_cache(_REMEMBERED)(read)

    def answer(text: str, *rest: *Rest) -> Answer:
        return kept(text, *rest) if len(text) <= _LONGEST else read(text, *rest)

    return answer


class Said(NamedTuple):
    """A problem of the value at a path, or of the key that the path ends in."""

    problem: Problem
    path: Path
    at_key: bool


class Reading:
    """The state of reading one document. What is read without `located` does not say where it stands."""

    def __init__(
        self,
        kind: Layer,
        version: Version = Version.V2008,
        located: tuple[Places, Report] | None = None,
        *,
        managed: bool = False,
    ) -> None:
        self.kind = kind
        self.managed = managed
        self.version = version
        self.said: list[Said] = []
        self._located = located
        self._suspected: set[str] = set()

    def add(self, problem: Problem, path: Path, *, at_key: bool = False) -> None:
        if len(self.said) <= LIMIT:
            self.said.append(Said(problem, path, at_key))

    def error(self, code: str, message: str, path: Path, *, at_key: bool = False) -> None:
        self.add(error(code, message), path, at_key=at_key)

    def warning(self, code: str, message: str, path: Path, *, at_key: bool = False) -> None:
        self.add(warning(code, message), path, at_key=at_key)

    def suggestion(self, code: str, message: str, path: Path, *, at_key: bool = False) -> None:
        self.add(Problem(FindingType.SUGGESTION, code, message), path, at_key=at_key)

    def span(self, path: Path, *, with_key: bool = False) -> Span:
        if self._located is None:
            return _NOWHERE
        places, report = self._located
        start, end = places.value(path)
        return report.span(places.key(path)[0] if with_key else start, end)

    def elements(self, node: dict[str, Plain], known: Collection[str], path: Path, what: str) -> Mapping[str, Plain]:
        """The elements of an object by name. Unknown ones are reported, with the name that was probably meant."""
        self._suspected = set()
        if all(name in known for name in node):
            return node
        for name in node:
            if name in known:
                continue
            meant = nearest(name, known)
            message = f"{what} has no element {shown(name)}"
            if meant:
                self._suspected.add(meant)
                message += f"; did you mean `{meant}`?"
            self.error("INVALID_POLICY_ELEMENT", message, (*path, name), at_key=True)
        return {name: value for name, value in node.items() if name in known}

    def is_suspected(self, element: str) -> bool:
        """Whether an element of the object that was read last is there under a misspelt name."""
        return element in self._suspected

    def mismatch(self, what: str, expected: str, value: Plain, path: Path) -> None:
        """Report a value of the wrong kind, unless it has been reported as no JSON at all."""
        if not isinstance(value, Invalid):
            self.error("DATA_TYPE_MISMATCH", f"{what} is {expected}, not {kind_of(value)}", path)

    def string(self, value: Plain, what: str, path: Path) -> str | None:
        if type(value) is str:
            return value
        self.mismatch(what, "a string", value, path)
        return None

    def strings(self, value: Plain, what: str, path: Path) -> Sequence[TextAt] | None:
        """A string or a list of strings; None when it is neither."""
        if type(value) is str:
            return ((value, _ALONE),)
        if not isinstance(value, list):
            self.mismatch(what, "a string or a list of strings", value, path)
            return None
        texts: list[TextAt] = []
        for index, item in enumerate(value):
            if type(item) is str:
                texts.append((item, (index,)))
            else:
                self.mismatch(f"every value of {what}", "a string", item, (*path, index))
        return texts if texts or not value else None


@remembered
def read_template(text: str, version: Version) -> tuple[Template, tuple[Problem, ...]]:
    """A text in which variables may stand, read as the version of the document reads it."""
    if version is not Version.V2008:
        return Template.parse(text), tuple(error(*problem) for problem in problems(text))
    message = f"policy variables need version 2012-10-17; {shown(text)} is taken literally"
    found = (warning("VARIABLE_UNSUPPORTED_IN_VERSION", message),) if "${" in text else ()
    return Template.plain(text), found
