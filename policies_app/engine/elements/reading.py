"""What the readers of a document share: the report, the version, and the steps from JSON to text."""

from collections.abc import Sequence
from typing import Final

from policies_app.engine.document import PolicyKind, Version
from policies_app.engine.findings import Path
from policies_app.engine.json_nodes import Json, JsonArray, JsonInvalid, JsonObject, JsonString, kind_of
from policies_app.engine.reports import Report, nearest, shown
from policies_app.engine.templates import Template, problems

LocatedText = tuple[str, Json, Path]
"""A text with its node and its path."""

_VARIABLE_START: Final = "${"


class Reading:
    """The state of reading one document."""

    def __init__(self, report: Report, kind: PolicyKind) -> None:
        self.report = report
        self.kind = kind
        self.version = Version.V2008
        self.sids: set[str] = set()
        self._suspected: set[str] = set()

    def elements(self, node: JsonObject, known: Sequence[str], path: Path, what: str) -> dict[str, Json]:
        """The elements of an object by name. Unknown ones are reported, with the name that was probably meant."""
        self._suspected = set()
        found: dict[str, Json] = {}
        for member in node.members:
            key = member.key
            if key.value in known:
                found[key.value] = member.value
                continue
            meant = nearest(key.value, known)
            message = f"{what} has no element {shown(key.value)}"
            if meant:
                self._suspected.add(meant)
                message += f"; did you mean `{meant}`?"
            self.report.error("INVALID_POLICY_ELEMENT", message, (*path, key.value), key.start, key.end)
        return found

    def is_suspected(self, element: str) -> bool:
        """Whether an element of the object that was read last is there under a misspelt name."""
        return element in self._suspected

    def mismatch(self, what: str, expected: str, node: Json, path: Path) -> None:
        """Report a value of the wrong kind, unless it has been reported as no JSON at all."""
        if not isinstance(node, JsonInvalid):
            message = f"{what} is {expected}, not {kind_of(node)}"
            self.report.error("DATA_TYPE_MISMATCH", message, path, node.start, node.end)

    def string(self, node: Json, what: str, path: Path) -> str | None:
        if isinstance(node, JsonString):
            return node.value
        self.mismatch(what, "a string", node, path)
        return None

    def strings(self, node: Json, what: str, path: Path) -> list[LocatedText] | None:
        """A string or a list of strings; None when it is neither."""
        match node:
            case JsonString():
                return [(node.value, node, path)]
            case JsonArray():
                texts: list[LocatedText] = []
                for index, item in enumerate(node.items):
                    where: Path = (*path, index)
                    if isinstance(item, JsonString):
                        texts.append((item.value, item, where))
                    else:
                        self.mismatch(f"every value of {what}", "a string", item, where)
                return texts if texts or not node.items else None
            case _:
                self.mismatch(what, "a string or a list of strings", node, path)
                return None

    def template(self, text: str, node: Json, path: Path) -> Template:
        """A text in which variables may stand, read as the version of the document reads it."""
        if self.version is Version.V2008:
            if _VARIABLE_START in text:
                message = f"policy variables need version 2012-10-17; {shown(text)} is taken literally"
                self.report.warning("VARIABLE_UNSUPPORTED_IN_VERSION", message, path, node.start, node.end)
            return Template.plain(text)
        for code, message in problems(text):
            self.report.error(code, message, path, node.start, node.end)
        return Template.parse(text)
