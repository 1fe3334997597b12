"""Finding identities and policies by a part of their name, in any case, over the index of migration 0009."""

import json
import re
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import RawSQL

from policies_app.models import Identity, Policy

# IAM's own pattern of names: no name holds any other character, and none is longer.
NAME = re.compile(r"[\w+=,.@-]{1,128}", re.ASCII)

_LONGEST = 128
_PIECE = 3
# How far a list is read to see whether its order soon comes to enough of what matches.
_NEAR = 10_000
# So many hits of the index are sorted; with more, the order of the list mostly comes to enough of them sooner.
_SORTED = 10_000


def matching[M: Model](rows: QuerySet[M], text: str) -> QuerySet[M]:
    """Those whose name holds the text, if there is one. For a page of them `pages` takes the text, and is quicker."""
    if not text:
        return rows
    if not NAME.fullmatch(text):
        return rows.none()
    hits, asked = _hits(rows, text)
    later = Q(pk__in=RawSQL(hits, [asked]), **_holding(text))  # noqa: S611  # names of ours
    return rows.filter(begins_with(text) | later)


def first_matching[M: Model](
    rows: QuerySet[M], text: str, number: int, *, named: QuerySet[Any] | None = None
) -> QuerySet[M]:
    """Rows in order that hold the text, at least the first `number` of them. Makes a query to see which they may be.

    Where many match, they are found by reading on in this order, where few do, by sorting what the index has. `named`
    are the same rows in the same order, of a table that has the names without a join.
    """
    if not NAME.fullmatch(text):
        return rows.none()
    named = rows if named is None else named
    holding = named.filter(**_holding(text))
    hits, asked = _hits(rows, text)
    like = f"%{text.lower().replace('_', '!_')}%"
    try:
        window, window_values = named[:_NEAR].values("pk", "name").query.sql_with_params()
    except EmptyResultSet:  # of rows among none, as where a filter matches nobody, Django makes no SQL
        return rows.none()
    beginning, beginning_values = _keys(named.filter(begins_with(text)))
    few, few_values = _keys(holding.filter(pk__in=RawSQL(_FEW[connection.vendor], [])))  # noqa: S611  # no parameter
    far, far_values = _keys(holding)
    short = f"(SELECT count(*) FROM near) < {number}"  # noqa: S608  # a number
    sql = f"""
        WITH near AS MATERIALIZED (
            SELECT row.pk AS id FROM ({window}) AS row WHERE lower(row.name) LIKE %s ESCAPE '!' LIMIT {number}
        ), few(id) AS MATERIALIZED ({_if(short, hits, _SORTED + 1)})
        SELECT id FROM near
        UNION ALL {_if(short, beginning, number)}
        UNION ALL {_if(f"(SELECT count(*) FROM few) <= {_SORTED}", few, number)}
        UNION ALL {_if(f"(SELECT count(*) FROM few) > {_SORTED}", far, number)}
    """  # noqa: S608  # numbers and names of ours
    with connection.cursor() as cursor:
        cursor.execute(sql, [*window_values, like, asked, *beginning_values, *few_values, *far_values])
        keys = [key for (key,) in cursor.fetchall()]
    return rows.filter(pk__in=listed(keys))


# PostgreSQL takes a list whose length it does not know for a short one, and begins with it.
_FEW = {"sqlite": "SELECT id FROM few", "postgresql": "SELECT unnest(ARRAY(SELECT id FROM few))"}


def _if(condition: str, sql: str, number: int) -> str:
    """The first so many rows; where the condition is false, none, without looking for them."""
    if connection.vendor == "sqlite":
        # It would go through a subquery and leave out each row.
        return f"SELECT * FROM ({sql} LIMIT (SELECT CASE WHEN {condition} THEN {number} ELSE 0 END))"  # noqa: S608
    return f"SELECT * FROM ({sql} LIMIT {number}) AS first_rows WHERE {condition}"  # noqa: S608


def _keys(rows: QuerySet[Any]) -> tuple[str, Sequence[Any]]:
    return rows.values("pk").query.sql_with_params()


def _holding(text: str) -> dict[str, str]:
    return {"name__lower__contains": text.lower()}


def begins_with(text: str) -> Q:
    """Whose name begins with the text, which is one: a range of the index of names, also for a plan made beforehand."""
    text = text.lower()
    # Of what a name may hold nothing sorts after z, by whatever rules the database sorts text.
    return Q(name__lower__range=(text, text.ljust(_LONGEST, "z")), name__lower__startswith=text)


def path_begins_with(text: str) -> Q:
    """In this spelling. SQLite's own search for a prefix takes no notice of case, and uses no index."""
    if connection.vendor == "sqlite":
        return Q(path__gte=text, path__lt=f"{text}\U0010ffff")
    return Q(path__startswith=text)


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
