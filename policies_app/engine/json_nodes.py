"""JSON with places: every value knows where it starts and ends in its text, as character offsets, end exclusive."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JsonString:
    """`value` never holds a surrogate or NUL; where the text does, an error is reported and U+FFFD stands for it."""

    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class JsonNumber:
    """A number by its spelling, so that its size costs nothing."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class JsonWord:
    """`true`, `false` or `null`."""

    value: bool | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class JsonInvalid:
    """Something that stands where a value belongs and is none; already reported."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class JsonArray:
    items: tuple["Json", ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class JsonMember:
    key: JsonString
    value: "Json"


@dataclass(frozen=True, slots=True)
class JsonObject:
    """`members` has no key twice: of duplicates, already reported, the first is kept."""

    members: tuple[JsonMember, ...]
    start: int
    end: int


Json = JsonString | JsonNumber | JsonWord | JsonInvalid | JsonArray | JsonObject


class Number(str):
    """A number by its spelling."""

    __slots__ = ()


class Invalid:
    """Stands in a plain value where a `JsonInvalid` stands in the tree."""

    __slots__ = ()


Plain = dict[str, "Plain"] | list["Plain"] | str | Number | bool | Invalid | None
"""A value without its place: what `json.loads` makes of it, numbers by their spelling."""


def plain(node: Json) -> Plain:
    match node:
        case JsonString():
            return node.value
        case JsonNumber():
            return Number(node.text)
        case JsonWord():
            return node.value
        case JsonArray():
            return [plain(item) for item in node.items]
        case JsonObject():
            return {member.key.value: plain(member.value) for member in node.members}
        case JsonInvalid():
            return Invalid()


def kind_of(value: Plain) -> str:
    """The kind of a value in a message."""
    match value:
        case Number():
            return "a number"
        case str():
            return "a string"
        case None:
            return "null"
        case bool():
            return "a boolean"
        case list():
            return "a list"
        case dict():
            return "an object"
        case Invalid():
            return "not JSON"
