"""Finding identities and policies by a part of their name, in any case."""

import json
import re
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import RawSQL

from . import search_index
from .search_index import LONGEST_NAME, ByName

# IAM's own pattern of names: no name holds any other character, and none is longer.
NAME = re.compile(r"[\w+=,.@-]{1,128}", re.ASCII)

# How far a list is read to see whether its order soon comes to enough of what matches: 1 ms.
_NEAR = 10_000
# So many hits of the index are sorted; with more, the order of the list comes to enough of them sooner. That of names
# does so in any case, as it is read where there are hits alone.
_SORTED, _SORTED_BY_NAME = 10_000, 1_000
# More than there are, of all kinds: SQLite takes no notice of an order without a limit.
_LETTERS = 256


def first_matching[M: Model](
    rows: QuerySet[M],
    text: str,
    number: int,
    *,
    kind: str = "",
    named: QuerySet[Any] | None = None,
    by_name: ByName | None = None,
) -> QuerySet[M]:
    """Rows in order that hold the text, at least the first `number` of them. Makes a query to see which they may be.

    Where many match, they are found by reading on in this order, where few do, by sorting what the index has. `named`
    are the same rows in the same order, of a table that has the names without a join. With `by_name`, which are they as
    well, only those are read on in whose first character has hits. All are of the `kind`, or of that which their model
    is named for: identities are of any, and have no `by_name`.
    """
    if not NAME.fullmatch(text):
        return rows.none()
    try:
        sql, values = _first_keys(rows, text.lower(), number, kind or str(rows.model._meta.model_name), named, by_name)
    except EmptyResultSet:  # of rows among none, as where a filter matches nobody, Django makes no SQL
        return rows.none()
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        keys = [key for (key,) in cursor.fetchall()]
    return rows.filter(pk__in=listed(keys))


def _first_keys(
    rows: QuerySet[Any], text: str, number: int, kind: str, named: QuerySet[Any] | None, by_name: ByName | None
) -> tuple[str, list[Any]]:
    """SQL of their primary keys, and its parameters. What is not asked of one part is not worked out."""
    walked, most = rows if named is None else named, _SORTED_BY_NAME if by_name else _SORTED
    holding = walked.filter(name__lower__contains=text)
    start, start_values = search_index.starts(kind, text)
    window, window_values = walked[:_NEAR].values("pk", low=F("name__lower")).query.sql_with_params()
    few, few_values = _keys(holding.filter(pk__in=RawSQL(_FEW[connection.vendor], [])))  # noqa: S611  # no parameter
    if by_name:
        begin, begin_values = _keys(by_name.beginning(text))
        used, used_values = _keys(by_name.beginning_so().order_by()[:1])
        far, far_values = _keys(by_name.beginning_so().filter(name__lower__contains=text)[:number])
        far = search_index.for_each_start(far, kind, falling=by_name.falling)
    else:
        begin, begin_values = _keys(walked.filter(begins_with(text)))
        used, used_values = "SELECT 1", ()
        far, far_values = _keys(holding)
    turn = "DESC" if by_name and by_name.falling else "ASC"
    short, many = f"(SELECT count(*) FROM near) < {number}", f"(SELECT count(*) FROM few) > {most}"  # noqa: S608  # numbers
    sql = f"""
        WITH near AS MATERIALIZED (
            SELECT row.pk AS id FROM ({window}) AS row WHERE row.low LIKE %s ESCAPE '!' LIMIT {number}
        ), start AS MATERIALIZED (
            SELECT letter, pieces FROM {start}
            WHERE CASE WHEN {short} THEN EXISTS ({used}) END ORDER BY letter {turn} LIMIT {_LETTERS}
        ), few(id, letter) AS MATERIALIZED ({search_index.first_hits(kind, most + 1)})
        SELECT id FROM near
        UNION ALL {_if(short, begin, number)}
        UNION ALL {_if(f"NOT {many}", few, number)}
        UNION ALL {_if(many, far, number)}
    """  # noqa: S608  # numbers and SQL of ours
    like = f"%{text.replace('_', '!_')}%"
    values = [*window_values, like, *start_values, *used_values, *begin_values, *few_values, *far_values]
    return sql, values


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


def begins_with(text: str) -> Q:
    """Whose name begins with the text, which is one: a range of the index of names, also for a plan made beforehand."""
    text = text.lower()
    # Of what a name may hold nothing sorts after z, by whatever rules the database sorts text.
    return Q(name__lower__range=(text, text.ljust(LONGEST_NAME, "z")), name__lower__startswith=text)


def path_begins_with(text: str) -> Q:
    """In this spelling. SQLite's own search for a prefix takes no notice of case, and uses no index."""
    if connection.vendor == "sqlite":
        return Q(path__gte=text, path__lt=f"{text}\U0010ffff")
    return Q(path__startswith=text)


def listed(keys: list[int]) -> RawSQL:
    """As one parameter, so that the SQL stays the same however many there are."""
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(keys)])
    return RawSQL("SELECT unnest(%s::bigint[])", [keys])
