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


def kind_of(value: Json) -> str:
    """The kind of a value in a message."""
    match value:
        case JsonString():
            return "a string"
        case JsonNumber():
            return "a number"
        case JsonWord(value=None):
            return "null"
        case JsonWord():
            return "a boolean"
        case JsonArray():
            return "a list"
        case JsonObject():
            return "an object"
        case JsonInvalid():
            return "not JSON"
