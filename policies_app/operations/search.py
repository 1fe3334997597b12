"""Finding identities and policies by a part of their name, in any case, over the index of migration 0009."""

import re
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from policies_app.models import Group, Identity, Policy, Role, User

# IAM's own pattern of names: no name holds any other character, and no name is longer.
NAME = re.compile(r"[\w+=,.@-]{1,128}", re.ASCII)
_PIECE = 3


def matching[M: (Identity, User, Group, Role, Policy)](rows: QuerySet[M], text: str) -> QuerySet[M]:
    """Those whose name holds the text, if there is one. For a page of them `pages` takes the text, and is quicker."""
    if not text:
        return rows
    if not NAME.fullmatch(text):
        return rows.none()
    return rows.filter(_begins_with(text) | _holds_later(rows, text))


def _begins_with(text: str) -> Q:
    """A range of the index of names."""
    text = text.lower()
    if connection.vendor == "sqlite":
        # Its own prefix search uses no index; text sorts by code point there, always.
        return Q(name__lower__gte=text, name__lower__lt=text[:-1] + chr(ord(text[-1]) + 1))
    return Q(name__lower__startswith=text)


def _holds_later(rows: QuerySet[Any], text: str) -> Q:
    """After its first character. All pieces of the text are in the name; whether they adjoin is looked at then."""
    sql, asked = _hits(rows, text)
    return Q(pk__in=RawSQL(sql, [asked]), name__lower__contains=text.lower())  # noqa: S611  # names of ours


def _hits(rows: QuerySet[Any], text: str) -> tuple[str, Any]:
    """The SQL of the primary keys, and its one parameter."""
    table = (Policy if rows.model is Policy else Identity)._meta.db_table
    pieces = sorted({text.lower()[place : place + _PIECE] for place in range(max(1, len(text) - _PIECE + 1))})
    if connection.vendor == "sqlite":
        quoted = " ".join(f'"{piece}"' for piece in pieces)
        return f"SELECT rowid FROM {table}_search WHERE {table}_search MATCH %s", quoted  # noqa: S608  # names of ours
    return f"SELECT id FROM {table} WHERE name_pieces(name) @> %s::text[]", pieces  # noqa: S608  # names of ours
