"""Finding identities and policies by a part of their name, in any case, over the index of migration 0009."""

import json
import re
from typing import Any

from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import RawSQL

from policies_app.models import Identity, Policy

# IAM's own pattern of names: no name holds any other character, and none is longer.
NAME = re.compile(r"[\w+=,.@-]{1,128}", re.ASCII)

_LONGEST = 128
_PIECE = 3
_HIT = 2
# How far a list is read to see whether its order soon comes to enough of what matches.
_NEAR = 2000
# So many hits of the index are sorted; with more, the order of the list comes to enough of them sooner.
_SORTED = 2000
_FIRST = """
WITH near AS MATERIALIZED (
    SELECT count(*) AS found
    FROM (SELECT 1 FROM ({near}) AS row_near WHERE lower(row_near.name) LIKE %s ESCAPE '!' LIMIT {number}) AS match_near
)
SELECT 0, found FROM near
UNION ALL SELECT 1, beginning.* FROM ({beginning}) AS beginning WHERE (SELECT found FROM near) < {number}
UNION ALL SELECT {hit}, hit.* FROM ({hits} AND (SELECT found FROM near) < {number} LIMIT {most}) AS hit
"""


def matching[M: Model](rows: QuerySet[M], text: str) -> QuerySet[M]:
    """Those whose name holds the text, if there is one. For a page of them `pages` takes the text, and is quicker."""
    if not text:
        return rows
    if not NAME.fullmatch(text):
        return rows.none()
    hits, asked = _hits(rows, text)
    later = Q(pk__in=RawSQL(hits, [asked]), name__lower__contains=text.lower())  # noqa: S611  # names of ours
    return rows.filter(begins_with(text) | later)


def first_matching[M: Model](rows: QuerySet[M], text: str, number: int) -> QuerySet[M]:
    """Rows in order that hold the text, at least the first `number` of them. Makes a query to see how to find them.

    Where many match, reading on in this order finds them soonest; where few do, sorting what the index has.
    """
    if not NAME.fullmatch(text):
        return rows.none()
    held = rows.filter(name__lower__contains=text.lower())
    near, near_values = rows[:_NEAR].values("name").query.sql_with_params()
    beginning, beginning_values = rows.filter(begins_with(text))[:number].values("pk").query.sql_with_params()
    hits, asked = _hits(rows, text)
    sql = _FIRST.format(near=near, beginning=beginning, hits=hits, number=number, most=_SORTED + 1, hit=_HIT)
    holds = f"%{text.lower().replace('_', '!_')}%"
    with connection.cursor() as cursor:
        cursor.execute(sql, [*near_values, holds, *beginning_values, asked])
        (_, found), *candidates = cursor.fetchall()
    if found == number or sum(source == _HIT for source, _ in candidates) > _SORTED:
        return held
    return held.filter(pk__in=listed([pk for _, pk in candidates]))


def begins_with(text: str) -> Q:
    """Whose name begins with the text, which is one: a range of the index of names, also for a plan made beforehand."""
    text = text.lower()
    # Of what a name may hold nothing sorts after z, by whatever rules the database sorts text.
    return Q(name__lower__range=(text, text.ljust(_LONGEST, "z")), name__lower__startswith=text)


def _hits(rows: QuerySet[Any], text: str) -> tuple[str, Any]:
    """SQL of the primary keys of names that hold all pieces of the text after their first character; its parameter."""
    table = (Policy if rows.model is Policy else Identity)._meta.db_table
    pieces = sorted({text.lower()[place : place + _PIECE] for place in range(max(1, len(text) - _PIECE + 1))})
    if connection.vendor == "sqlite":
        quoted = " ".join(f'"{piece}"' for piece in pieces)
        return f"SELECT rowid FROM {table}_search WHERE {table}_search MATCH %s", quoted  # noqa: S608  # names of ours
    return f"SELECT id FROM {table} WHERE name_pieces(name) @> %s::text[]", pieces  # noqa: S608  # names of ours


def listed(keys: list[int]) -> RawSQL:
    """As one parameter, so that the SQL stays the same however many there are."""
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(keys)])
    return RawSQL("SELECT unnest(%s::bigint[])", [keys])
