"""Reading JSON with the place of every key and value, and every problem located.

Stricter than `json.loads`: no duplicate keys, no NaN or Infinity, no unpaired surrogates, no control characters, only
the characters that IAM takes in a document (tab, line feed, carriage return and U+0020 to U+00FF; the pattern of
`policyDocument` in IAM's service model). Problems that leave the structure clear are reported and read past, so that
one pass shows them all; the first that does not ends the reading.
"""

import re
from collections.abc import Iterator
from typing import Final, NoReturn

from policies_app.engine.findings import Path
from policies_app.engine.json_nodes import (
    Json,
    JsonArray,
    JsonInvalid,
    JsonMember,
    JsonNumber,
    JsonObject,
    JsonString,
    JsonWord,
)
from policies_app.engine.reports import Report, shown

MAX_DEPTH: Final = 20
"""A policy needs six levels: document, statements, statement, Condition, operator, values."""

MAX_LENGTH: Final = 262_144
"""In characters. AWS's longest managed policy has 139,339; a `policyDocument` of IAM's API has at most 131,072."""

FOREIGN: Final = re.compile(r"[^\t\n\r\x20-\xff]")
_BLANK: Final = re.compile(r"(?:[ \t\n\r]|[^\t\n\r\x20-\xff])*")
_COMMENT: Final = re.compile(r"//[^\n\r]*|/\*(?s:.*?)(?:\*/|\Z)")
_PLAIN: Final = re.compile(r'[^"\\\x00-\x1f\ud800-\udfff]+')
_WORD: Final = re.compile(r"[^\s\[\]{},:\"']+")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_HEX: Final = re.compile(r"[0-9a-fA-F]{4}")
_ESCAPES: Final = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}
_ALLOWED_CONTROLS: Final = "\t\n\r"
_REPLACEMENT: Final = "\ufffd"


def read_json(text: str, report: Report) -> Json | None:
    """Read one JSON value; None when the structure is not clear. Never raises, on any text."""
    if len(text) > MAX_LENGTH:
        message = f"the document has {len(text):,} characters; at most {MAX_LENGTH:,} are read"
        report.error("DOCUMENT_TOO_LONG", message, (), MAX_LENGTH, MAX_LENGTH + 1)
        return None
    for match in FOREIGN.finditer(text):
        _report_foreign(match[0], match.start(), report)
        if report.full:
            return None
    try:
        return _Reader(text, report).document()
    except _Unclear:
        return None


def _report_foreign(char: str, start: int, report: Report) -> None:
    code = ord(char)
    if 0xD800 <= code <= 0xDFFF:
        what = f"the unpaired surrogate U+{code:04X}"
    elif code < 0x20:
        what = "the NUL character" if code == 0 else f"the control character U+{code:04X}"
    else:
        what = f"{shown(char)} (U+{code:04X})"
    message = f"{what} is not allowed in a policy document; only U+0020 to U+00FF, tabs and line breaks are"
    report.error("INVALID_CHARACTER", message, (), start, start + 1)


class _Unclear(Exception):
    """The structure is lost; what there is to say has been reported."""


class _Reader:
    """A recursive-descent reader; `MAX_DEPTH` bounds the recursion."""

    def __init__(self, text: str, report: Report) -> None:
        self.text = text
        self.report = report
        self.at = 0

    def document(self) -> Json:
        self.skip_blank()
        if self.at == len(self.text):
            self.fail("the document is empty", (), 0, len(self.text))
        value = self.value((), 1)
        self.skip_blank()
        if self.at < len(self.text):
            self.error("there is text after the end of the document", (), self.at, len(self.text))
        return value

    # -- reporting -----------------------------------------------------------------------------------------------

    def error(self, message: str, path: Path, start: int, end: int) -> None:
        self.report.error("JSON_SYNTAX_ERROR", message, path, start, end)

    def fail(self, message: str, path: Path, start: int, end: int) -> NoReturn:
        self.error(message, path, start, end)
        raise _Unclear

    def fail_here(self, expected: str, path: Path) -> NoReturn:
        if self.at == len(self.text):
            self.fail(f"the document ends where {expected} belongs", path, self.at, self.at)
        word = _WORD.match(self.text, self.at)
        end = word.end() if word else self.at + 1
        self.fail(f"{shown(self.text[self.at : end])} stands where {expected} belongs", path, self.at, end)

    # -- structure -----------------------------------------------------------------------------------------------

    def peek(self) -> str:
        """The next character, or nothing at the end."""
        return self.text[self.at : self.at + 1]

    def skip_blank(self) -> None:
        """Skip white space, and also what has been reported: foreign characters and comments."""
        while True:
            self.at = _BLANK.match(self.text, self.at).end()  # type: ignore[union-attr]  # it matches nothing, too
            comment = _COMMENT.match(self.text, self.at)
            if comment is None:
                return
            self.error("JSON has no comments", (), comment.start(), comment.end())
            self.at = comment.end()

    def value(self, path: Path, depth: int) -> Json:
        match self.peek():
            case '"':
                return self.string(path)
            case "{" | "[" as bracket:
                if depth > MAX_DEPTH:
                    self.fail(f"the document is nested deeper than {MAX_DEPTH} levels", path, self.at, self.at + 1)
                return self.object(path, depth) if bracket == "{" else self.array(path, depth)
            case "" | "}" | "]" | "," | ":":
                self.fail_here("a value", path)
            case "'":
                self.fail("JSON strings stand in double quotation marks", path, self.at, self.at + 1)
        return self.word(path)

    def word(self, path: Path) -> JsonNumber | JsonWord | JsonInvalid:
        start = self.at
        word = _WORD.match(self.text, start)
        if word is None:  # a blank that JSON does not know, such as a no-break space
            self.fail_here("a value", path)
        self.at = word.end()
        if word[0] in _WORDS:
            return JsonWord(_WORDS[word[0]], start, self.at)
        if _NUMBER.fullmatch(word[0]):
            return JsonNumber(word[0], start, self.at)
        if word[0].lstrip("+-") in ("NaN", "Infinity"):
            message = f"{shown(word[0])} is not a JSON number"
        elif word[0].lower() in _WORDS or word[0] == "None":
            message = f"{shown(word[0])} is not JSON; write true, false or null in lower case"
        elif word[0][0] in "+-.0123456789":
            message = f"{shown(word[0])} is not a JSON number"
        else:
            message = f"{shown(word[0])} is not a JSON value; strings stand in double quotation marks"
        self.error(message, path, start, self.at)
        return JsonInvalid(start, self.at)

    def array(self, path: Path, depth: int) -> JsonArray:
        start = self.at
        items: list[Json] = []
        for _ in self.elements("]", path):
            items.append(self.value((*path, len(items)), depth + 1))
        return JsonArray(tuple(items), start, self.at)

    def object(self, path: Path, depth: int) -> JsonObject:
        start = self.at
        members: list[JsonMember] = []
        seen: dict[str, JsonString] = {}
        for _ in self.elements("}", path):
            if self.peek() != '"':
                self.fail_here("a key in double quotation marks", path)
            key = self.string(path)
            self.skip_blank()
            if self.peek() != ":":
                self.fail_here(f"a colon after the key {shown(key.value)}", path)
            self.at += 1
            self.skip_blank()
            value = self.value((*path, key.value), depth + 1)
            if key.value in seen:
                line = self.report.position(seen[key.value].start).line
                message = f"the key {shown(key.value)} stands here twice; it is on line {line} already"
                self.report.error("DUPLICATE_KEY", message, (*path, key.value), key.start, key.end)
            else:
                seen[key.value] = key
                members.append(JsonMember(key, value))
        return JsonObject(tuple(members), start, self.at)

    def elements(self, closing: str, path: Path) -> Iterator[None]:
        """Stop in front of every element of a list or object, and after its closing bracket.

        A missing comma and one too many are reported and read past.
        """
        opening = self.at
        self.at += 1
        self.skip_blank()
        comma: int | None = None
        while self.peek() != closing:
            if self.at == len(self.text):
                line = self.report.position(opening).line
                message = f"{shown(self.text[opening])} of line {line} is never closed"
                self.fail(message, path, self.at, self.at)
            yield
            self.skip_blank()
            comma = None
            if self.peek() == ",":
                comma = self.at
                self.at += 1
                self.skip_blank()
            elif self.peek() in ('"', "{", "["):
                self.error("a comma is missing here", path, self.at, self.at)
            elif self.peek() not in (closing, ""):
                self.fail_here(f"a comma or `{closing}`", path)
        if comma is not None:
            self.error(f"a comma stands in front of `{closing}`", path, comma, comma + 1)
        self.at += 1

    # -- strings -------------------------------------------------------------------------------------------------

    def string(self, path: Path) -> JsonString:
        start = self.at
        self.at += 1
        pieces: list[str] = []
        while True:
            if plain := _PLAIN.match(self.text, self.at):
                pieces.append(plain[0])
                self.at = plain.end()
            match self.peek():
                case '"':
                    self.at += 1
                    return JsonString("".join(pieces), start, self.at)
                case "\\":
                    pieces.append(self.escape(path))
                case "" | "\n" | "\r":
                    self.fail("a string is not closed on its line", path, start, self.at)
                case "\t":
                    self.error("a tab in a string is written as \\t", path, self.at, self.at + 1)
                    pieces.append("\t")
                    self.at += 1
                case _:  # a control character or a raw surrogate, already reported
                    pieces.append(_REPLACEMENT)
                    self.at += 1

    def escape(self, path: Path) -> str:
        start = self.at
        letter = self.text[start + 1 : start + 2]
        if letter != "u":
            self.at = min(start + 2, len(self.text))
            if letter in _ESCAPES:
                return self.checked(_ESCAPES[letter], path, start)
            if letter in ("\n", "\r", ""):
                self.at = start + 1
                return ""  # the string ends here without a quotation mark, which its reader reports
            self.error(f"{shown(self.text[start : self.at])} is not an escape sequence", path, start, self.at)
            return letter if not "\ud800" <= letter <= "\udfff" and letter >= " " else _REPLACEMENT
        code = self.hexadecimal(start + 2)
        if code is None:
            self.at = start + 2
            self.error("\\u is followed by four hexadecimal digits", path, start, self.at)
            return _REPLACEMENT
        self.at = start + 6
        if 0xD800 <= code <= 0xDBFF and self.text.startswith("\\u", self.at):
            low = self.hexadecimal(self.at + 2)
            if low is not None and 0xDC00 <= low <= 0xDFFF:
                self.at += 6
                return chr(0x10000 + (code - 0xD800 << 10) + low - 0xDC00)
        return self.checked(chr(code), path, start)

    def hexadecimal(self, at: int) -> int | None:
        digits = _HEX.match(self.text, at)
        return int(digits[0], 16) if digits else None

    def checked(self, char: str, path: Path, start: int) -> str:
        """An escaped character, or U+FFFD for one that no string may hold."""
        if "\ud800" <= char <= "\udfff":
            self.error(f"`{self.text[start : self.at]}` is an unpaired surrogate", path, start, self.at)
        elif char < " " and char not in _ALLOWED_CONTROLS:
            self.error(f"`{self.text[start : self.at]}` is a control character", path, start, self.at)
        else:
            return char
        return _REPLACEMENT
