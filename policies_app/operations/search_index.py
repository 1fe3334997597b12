"""SQL over the index of pieces of names that migration 0013 makes, on SQLite and on PostgreSQL.

The index has each name's pieces of one, two and three characters from its second character on, each under the kind and
the first character of whose name it is: `ua/lic`. So it is asked once for each character that a name may begin with.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

LONGEST_NAME = 128
# How the pieces of each kind begin; those of identities of all kinds in one list, such as a policy's, are three.
_KINDS = {"user": "u", "group": "g", "role": "r", "policy": "p", "identity": "ugr"}
_CHARACTERS = "+,-.0123456789=@_abcdefghijklmnopqrstuvwxyz"
_PIECE = 3

_LATER, _EARLIER = {"sqlite": ("max", "min"), "postgresql": ("greatest", "least")}[connection.vendor]


@dataclass(frozen=True, slots=True)
class ByName:
    """Names in their order, those beyond a `marker` if there is one; of `rows` the ones before it are left out here.

    Of two bounds SQLite begins at one alone, maybe at the one further off, and reads all that stands between them.
    """

    rows: QuerySet[Any]
    falling: bool = False
    marker: str = ""

    def between(self, first: RawSQL, last: RawSQL) -> QuerySet[Any]:
        if self.marker and self.falling:
            last = RawSQL(f"{_EARLIER}({last.sql}, %s)", [*last.params, self.marker])  # noqa: S611  # SQL of ours
        elif self.marker:
            first = RawSQL(f"{_LATER}({first.sql}, %s)", [*first.params, self.marker])  # noqa: S611  # likewise
        return self.rows.filter(name__lower__range=(first, last))

    def beginning(self, text: str) -> QuerySet[Any]:
        """Those that begin with the text. Of what a name may hold nothing sorts after z."""
        first, last = RawSQL("%s", [text]), RawSQL("%s", [text.ljust(LONGEST_NAME, "z")])
        return self.between(first, last).filter(name__lower__startswith=text)

    def beginning_so(self) -> QuerySet[Any]:
        """Those that begin with the letter of the row of `start` that is known where the query stands."""
        last = RawSQL(f"start.letter || '{'z' * (LONGEST_NAME - 1)}'", [])  # noqa: S611  # no parameter
        return self.between(RawSQL("start.letter", []), last)


def starts(kind: str, text: str) -> tuple[str, list[Any]]:
    """SQL of a table `start` of each `letter` and of the `pieces` that names hold that do, and its parameters."""
    last = max(0, len(text) - _PIECE)
    # One after the other, and the last: each piece is looked up, and more of them leave out hardly any more names.
    pieces = sorted({text[place : place + _PIECE] for place in (*range(0, last, _PIECE), last)})
    letters = [letter for letter in _CHARACTERS for _ in _KINDS[kind]]
    asked = [[f"{of}{letter}/{piece}" for piece in pieces] for letter in _CHARACTERS for of in _KINDS[kind]]
    if connection.vendor == "sqlite":
        rows = [[letter, '"' + '" "'.join(these) + '"'] for letter, these in zip(letters, asked, strict=True)]
        columns = "json_extract(value, '$[0]') AS letter, json_extract(value, '$[1]') AS pieces"
        return f"(SELECT {columns} FROM json_each(%s)) AS start", [json.dumps(rows)]  # noqa: S608  # names of ours
    columns = "unnest(%s::text[], %s::text[]) AS start(letter, pieces)"
    return columns, [letters, [" ".join(these) for these in asked]]


def first_hits(kind: str, number: int) -> str:
    """SQL of so many names that hold the pieces of one `start` after the other: primary keys and letters."""
    if connection.vendor == "sqlite":
        return f"SELECT hit.rowid, start.letter FROM start CROSS JOIN {_hits(kind)} LIMIT {number}"  # noqa: S608  # SQL of ours
    # With a limit of its own it is asked for each start, and not read from all rows at once.
    each = f"SELECT hit.id FROM {_hits(kind)} LIMIT {number}"  # noqa: S608  # likewise
    return f"SELECT hit.id, start.letter FROM start CROSS JOIN LATERAL ({each}) AS hit LIMIT {number}"  # noqa: S608  # likewise


def for_each_start(found: str, kind: str, *, falling: bool) -> str:
    """SQL of the keys that `found` finds for one `start` after the other, of those for which there are hits.

    Of the first starts the table `few` of first hits tells; that is of the last of them that it has only begun to.
    """
    there = f"(start.letter IN (SELECT letter FROM few) OR EXISTS (SELECT 1 FROM {_hits(kind)}))"  # noqa: S608  # SQL of ours
    first = "<= (SELECT max(letter) FROM few)" if falling else ">= (SELECT min(letter) FROM few)"
    if connection.vendor == "sqlite":  # where no subquery can take what stands before it, but a function can
        keys = f"(SELECT json_group_array(pk) FROM ({found}))"  # noqa: S608  # likewise
        each = f"json_each(CASE WHEN {there} THEN {keys} ELSE '[]' END)"
        return f"SELECT found.value AS pk FROM start CROSS JOIN {each} AS found WHERE start.letter {first}"  # noqa: S608  # likewise
    each = f"SELECT pk FROM ({found}) AS first_rows WHERE {there}"  # noqa: S608  # likewise
    return f"SELECT found.pk FROM start CROSS JOIN LATERAL ({each}) AS found WHERE start.letter {first}"  # noqa: S608  # likewise


def _hits(kind: str) -> str:
    table = "policies_app_policy" if kind == "policy" else "policies_app_identity"
    if connection.vendor == "sqlite":
        return f"{table}_search AS hit WHERE hit.{table}_search MATCH start.pieces"
    pieces = "name_pieces('policy', hit.name)" if kind == "policy" else "name_pieces(hit.kind, hit.name)"
    return f"{table} AS hit WHERE {pieces} @> string_to_array(start.pieces, ' ')"
