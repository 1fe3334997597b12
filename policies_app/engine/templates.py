"""Texts with policy variables: `${aws:username}`, `${aws:PrincipalTag/team, 'default'}`, `${*}`, `${?}`, `${$}`.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
Variables belong to version 2012-10-17; in 2008-10-17 the same characters are plain text.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Self

from policies_app.engine.errors import UnresolvedVariable
from policies_app.engine.patterns import Pattern, Token, matcher, tokens

Lookup = Callable[[str], tuple[str, ...]]
"""From a context key in lower case to its values in the request; empty when the request has none."""

_VARIABLE: Final = re.compile(r"\$\{([^{}]*)\}")
_KEY: Final = re.compile(r"[^\s,'\"${}*?:]+:[^\s,'\"${}*?][^,'\"${}*?]*(?<!\s)|[^\s,'\"${}*?:]+")
_QUOTED: Final = re.compile(r"'([^']*)'")
_SPECIAL: Final = frozenset("*?$")


@dataclass(frozen=True, slots=True)
class Text:
    """Text as written; its wildcards are wildcards."""

    text: str


@dataclass(frozen=True, slots=True)
class Literal:
    """Text whose wildcards are plain characters."""

    text: str


@dataclass(frozen=True, slots=True)
class Variable:
    """The value of a context key. `key` is in lower case, as keys have no case; `name` is as written."""

    key: str
    name: str
    default: str | None


Part = Text | Literal | Variable


@dataclass(frozen=True, slots=True)
class Template:
    """A text to compare with, resolved against the context of each request."""

    source: str
    parts: tuple[Part, ...]
    fixed: Pattern | None = field(compare=False, repr=False)
    """The pattern, when no variable has to be resolved first."""
    _pieces: tuple[Token | Variable, ...] = field(compare=False, repr=False)
    """The tokens between the variables, kept where there are variables."""

    @classmethod
    def plain(cls, text: str) -> Self:
        """A template in a version without variables."""
        return cls._of(text, (Text(text),))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a text of version 2012-10-17. What `problems` complains about stays plain text."""
        if "${" not in text:
            return cls.plain(text)
        parts: list[Part] = []
        end = 0
        for match in _VARIABLE.finditer(text):
            if (part := _variable(match[1])) is None:
                continue
            if text[end : match.start()]:
                parts.append(Text(text[end : match.start()]))
            parts.append(part)
            end = match.end()
        if text[end:]:
            parts.append(Text(text[end:]))
        return cls._of(text, tuple(parts))

    @classmethod
    def _of(cls, source: str, parts: tuple[Part, ...]) -> Self:
        if any(isinstance(part, Variable) for part in parts):
            return cls(source, parts, None, tuple(_pieces(parts)))
        return cls(source, parts, Pattern(source, False, matcher(_tokens_of(parts))), ())

    @property
    def variables(self) -> tuple[Variable, ...]:
        return tuple(part for part in self.parts if isinstance(part, Variable))

    @property
    def fixed_text(self) -> str:
        """The text, when no variable has to be resolved first."""
        return self.text(_no_values)

    @property
    def fixed_tokens(self) -> list[Token]:
        """The pattern's tokens, when no variable has to be resolved first."""
        return _tokens_of(self.parts)

    @property
    def prefix(self) -> str:
        """Of a template with variables, what every text that it covers begins with."""
        first = self._pieces[0] if self._pieces else ""
        return first if isinstance(first, str) else ""

    def text(self, lookup: Lookup) -> str:
        """The text with every variable replaced; raises `UnresolvedVariable`."""
        return "".join(_value(part, lookup) if isinstance(part, Variable) else part.text for part in self.parts)

    def tokens(self, lookup: Lookup) -> list[Token]:
        """The pattern's tokens; a substituted value is literal even where it holds `*` or `?`."""
        return [_value(piece, lookup) if isinstance(piece, Variable) else piece for piece in self._pieces]

    def test(self, lookup: Lookup) -> Callable[[str], bool]:
        """The pattern's matcher for one request; raises `UnresolvedVariable`."""
        return self.fixed.test if self.fixed else _matcher(tuple(self.tokens(lookup)))


def problems(text: str) -> list[tuple[str, str]]:
    """What is wrong with the variables of a text: pairs of an issue code and a message."""
    found: list[tuple[str, str]] = []
    rest = _VARIABLE.sub("", text)
    if "${" in rest:
        found.append(("MISSING_BRACE_IN_VARIABLE", "a policy variable is not closed; write `${key}`"))
    for match in _VARIABLE.finditer(text):
        inside = match[1]
        if not inside.strip():
            found.append(("EMPTY_VARIABLE", "a policy variable is empty; write `${key}`"))
        elif _variable(inside) is not None:
            continue
        elif inside.count("'") % 2:
            found.append(("MISSING_QUOTE_IN_VARIABLE", f"the default of `{match[0]}` is not closed by a single quote"))
        elif "," not in inside and re.search(r"\s", inside):
            found.append(("UNSUPPORTED_SPACE_IN_VARIABLE", f"`{match[0]}` has a space; write `${{key}}`"))
        else:
            found.append(
                (
                    "INVALID_VARIABLE",
                    f"`{match[0]}` is not a policy variable; write `${{key}}` or `${{key, 'default'}}`",
                )
            )
    return found


def _variable(inside: str) -> Literal | Variable | None:
    if inside in _SPECIAL:
        return Literal(inside)
    key, comma, rest = inside.partition(",")
    default = _QUOTED.fullmatch(rest.strip()) if comma else None
    if not _KEY.fullmatch(key) or (comma and default is None):
        return None
    return Variable(key.lower(), key, default[1] if default else None)


def _no_values(_key: str) -> tuple[str, ...]:
    return ()


def _value(variable: Variable, lookup: Lookup) -> str:
    """A key with several values cannot be a policy variable, so it counts as unresolved."""
    values = lookup(variable.key)
    if len(values) == 1:
        return values[0]
    if variable.default is None or values:
        raise UnresolvedVariable(variable.key)
    return variable.default


@lru_cache(4096)
def _matcher(resolved: tuple[Token, ...]) -> Callable[[str], bool]:
    """The same principal's values are put into the same patterns again and again."""
    return matcher(resolved)


def _pieces(parts: Iterable[Part]) -> Iterator[Token | Variable]:
    for part in parts:
        match part:
            case Variable():
                yield part
            case Literal(text):
                yield text
            case Text(text):
                yield from tokens(text)


def _tokens_of(parts: Iterable[Part]) -> list[Token]:
    """The tokens of parts without variables."""
    return [piece for piece in _pieces(parts) if not isinstance(piece, Variable)]
