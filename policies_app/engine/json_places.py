"""From a path in a document to the text that stands there, looked up only for what is reported."""

import json
import re
from functools import cached_property
from json.decoder import scanstring  # type: ignore[attr-defined]  # the stubs leave it out
from typing import Final, NamedTuple

from policies_app.engine.findings import Path
from policies_app.engine.json_nodes import Json, JsonArray, JsonObject

_BLANK: Final = re.compile(r"[ \t\n\r]*")
_SCAN: Final = json.JSONDecoder(parse_int=str).scan_once  # type: ignore[attr-defined]  # the stubs leave it out


class Place(NamedTuple):
    """Offsets of a value and, in an object, of its key; for an item of a list both are the same."""

    start: int
    end: int
    key_start: int
    key_end: int


class Inside(NamedTuple):
    """The places within a part of a text, counted from an offset in the whole, and the part's text, if it is known."""

    places: "Places"
    offset: int
    text: str


Step = str | int
Inner = dict[Step, Place]


class Places:
    """The places of one text by path; `_read` says what stands inside a list or an object that starts somewhere.

    A path of ValidatePolicy says nothing of a single statement that stands outside a list, so neither do these:
    `("Statement", "Action")`.
    """

    def __init__(self) -> None:
        self._inner: dict[int, Inner] = {}

    def value(self, path: Path) -> tuple[int, int]:
        """Where the value at a path stands; of what is not there, what is nearest to it from outside."""
        return self._at(path)[:2]

    def key(self, path: Path) -> tuple[int, int]:
        """Where the key that a path ends in stands."""
        return self._at(path)[2:]

    def item(self, path: Path) -> tuple[int, int] | None:
        """A list's item with one comma beside it, so that cutting it leaves a list; None for the only item."""
        index = path[-1] if path else None
        if not isinstance(index, int):
            return None
        beside = self._children(self._at(path[:-1]))
        if index + 1 in beside:
            return beside[index].start, beside[index + 1].start
        return (beside[index - 1].end, beside[index].end) if index - 1 in beside and index in beside else None

    def inside(self, path: Path) -> Inside:
        """The places within the value at a path alone."""
        raise NotImplementedError

    def _at(self, path: Path) -> Place:
        place = self._whole
        for step in path:
            inner = self._children(place).get(step)
            if inner is None:
                break
            place = inner
        return place

    def _children(self, place: Place) -> Inner:
        if place.start not in self._inner:
            self._inner[place.start] = self._read(place.start)
        return self._inner[place.start]

    @property
    def _whole(self) -> Place:
        raise NotImplementedError

    def _read(self, start: int) -> Inner:
        raise NotImplementedError


class TextPlaces(Places):
    """The places of a text that the standard library reads: it skips values at the speed of C."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    @cached_property
    def _whole(self) -> Place:
        start, end = self._skip(0), len(self._text.rstrip(" \t\n\r"))
        return Place(start, end, start, end)

    def inside(self, path: Path) -> Inside:
        start, end = self.value(path)
        text = self._text[start:end]
        return Inside(TextPlaces(text), start, text)

    def _skip(self, at: int) -> int:
        return _BLANK.match(self._text, at).end()  # type: ignore[union-attr]  # it matches nothing, too

    def _read(self, start: int) -> Inner:
        text, inner = self._text, Inner()
        opening = text[start]
        if opening not in "{[":
            return inner
        at = self._skip(start + 1)
        while text[at] not in "}]":
            step: Step = len(inner)
            key_start, key_end = at, at
            if opening == "{":
                step, key_end = scanstring(text, at + 1, True)
                at = self._skip(self._skip(key_end) + 1)
            end = _SCAN(text, at)[1]
            inner[step] = Place(at, end, key_start if opening == "{" else at, key_end if opening == "{" else end)
            at = self._skip(end)
            if text[at] == ",":
                at = self._skip(at + 1)
        return inner


class TreePlaces(Places):
    """The places of a text with mistakes, of which the parser's reader made what it could."""

    def __init__(self, tree: Json) -> None:
        super().__init__()
        self._tree = tree
        self._nodes = {tree.start: tree}

    @property
    def _whole(self) -> Place:
        return Place(self._tree.start, self._tree.end, self._tree.start, self._tree.end)

    def inside(self, path: Path) -> Inside:
        start = self.value(path)[0]
        return Inside(TreePlaces(self._nodes[start]), 0, "")

    def _read(self, start: int) -> Inner:
        match self._nodes.get(start):
            case JsonArray(items=items):
                self._nodes.update((item.start, item) for item in items)
                return {index: Place(item.start, item.end, item.start, item.end) for index, item in enumerate(items)}
            case JsonObject(members=members):
                self._nodes.update((member.value.start, member.value) for member in members)
                return {
                    member.key.value: Place(member.value.start, member.value.end, member.key.start, member.key.end)
                    for member in members
                }
            case _:
                return {}
