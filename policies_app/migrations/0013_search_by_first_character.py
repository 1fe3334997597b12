"""Names are found by any part of them, over an index that no write can miss.

It holds, for each name, its pieces of one, two and three characters from the second character on, in lower case, each
under the kind and the first character of whose name it is: `ua/lic` of a user `alice`. What begins with the text that is
sought is a range of the index of names, and needs no other. Those that begin with one character are neighbours there: of
a text that a hundred thousand names hold, the index tells where the first of them are in their order. On SQLite it is an
FTS5 table kept by triggers, on PostgreSQL a GIN index. It replaces one without the first characters.

A migration that makes SQLite copy `policies_app_identity` or `policies_app_policy` loses their triggers, and has to
call `add_triggers` afterwards: tests/models/test_search_index.py notices.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# With what tells the kind of a row.
TABLES = {"policies_app_identity": "{row}kind", "policies_app_policy": "'policy'"}
LONGEST_NAME = 128

_PLACES = ",".join("0" * (LONGEST_NAME - 1))


def _pieces(table: str, row: str = "") -> str:
    """SQLite's text of the pieces, separated by spaces; `row` is `new.` or `old.` in a trigger.

    The places are counted by a JSON list as long as the rest of the name: triggers take no recursive query.
    """
    start = f"substr({TABLES[table].format(row=row)}, 1, 1) || lower(substr({row}name, 1, 1)) || '/'"
    piece = " || ' ' || ".join(f"start || substr(rest, key + 1, {length})" for length in (1, 2, 3))
    places = f"json_each('[' || substr('{_PLACES}', 1, 2 * length({row}name) - 3) || ']')"
    name = f"(SELECT {start} AS start, lower(substr({row}name, 2)) AS rest)"  # names of ours
    return f"(SELECT group_concat({piece}, ' ') FROM {name}, {places})"  # noqa: S608  # names of ours


def _sqlite_index(table: str) -> str:
    # What stands between quotes are the slash and the characters of names that are no letters and no digits.
    return (
        f"CREATE VIRTUAL TABLE {table}_search USING fts5(pieces, content='', detail=none, "
        "tokenize=\"unicode61 remove_diacritics 0 tokenchars '/_+=,.@-'\")"
    )


def _sqlite_triggers(table: str) -> list[str]:
    add = f"INSERT INTO {table}_search (rowid, pieces) VALUES (new.id, {_pieces(table, 'new.')});"  # noqa: S608  # names of ours
    old = f"('delete', old.id, {_pieces(table, 'old.')})"
    remove = f"INSERT INTO {table}_search ({table}_search, rowid, pieces) VALUES {old};"  # noqa: S608  # names of ours
    return [
        f"CREATE TRIGGER {table}_search_insert AFTER INSERT ON {table} BEGIN {add} END",
        f"CREATE TRIGGER {table}_search_delete AFTER DELETE ON {table} BEGIN {remove} END",
        f"CREATE TRIGGER {table}_search_update AFTER UPDATE OF id, name ON {table} BEGIN {remove} {add} END",
    ]


# Its cost says that it is for the index: no plan is to work it out for row after row.
POSTGRESQL = """
CREATE FUNCTION name_pieces(kind text, name text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
DECLARE
    start text := substr(kind, 1, 1) || lower(substr(name, 1, 1)) || '/';
    rest text := lower(substr(name, 2));
    size int := length(rest);
    pieces text[] := '{}';
BEGIN
    FOR place IN 1..size LOOP
        pieces := pieces || (start || substr(rest, place, 1));
        IF place < size THEN pieces := pieces || (start || substr(rest, place, 2)); END IF;
        IF place < size - 1 THEN pieces := pieces || (start || substr(rest, place, 3)); END IF;
    END LOOP;
    RETURN pieces;
END $$
"""


def add_search(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for table in TABLES:
            schema_editor.execute(_sqlite_index(table))
            schema_editor.execute(
                f"INSERT INTO {table}_search (rowid, pieces) SELECT id, {_pieces(table)} FROM {table}"  # noqa: S608  # names of ours
            )
        add_triggers(apps, schema_editor)
    else:
        schema_editor.execute(POSTGRESQL)
        for table, kind in TABLES.items():
            # A short list of what is not in the index proper yet: every search reads all of it.
            schema_editor.execute(
                f"CREATE INDEX {table}_search ON {table} USING gin (name_pieces({kind.format(row='')}, name)) "
                "WITH (gin_pending_list_limit = 256)"
            )


def add_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """SQLite's. Safe to run where they are."""
    for table in TABLES:
        for verb in ("insert", "delete", "update"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_search_{verb}")
        for statement in _sqlite_triggers(table):
            schema_editor.execute(statement)


def drop_search(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The earlier one as well, which may not be there."""
    if schema_editor.connection.vendor == "sqlite":
        for table in TABLES:
            for verb in ("insert", "delete", "update"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_search_{verb}")
            schema_editor.execute(f"DROP TABLE IF EXISTS {table}_search")
    else:
        schema_editor.execute("DROP FUNCTION IF EXISTS name_pieces(text), name_pieces(text, text) CASCADE")


def make_search(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    drop_search(apps, schema_editor)
    add_search(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("policies_app", "0012_sqlite_expects_many_rows")]
    operations = [migrations.RunPython(make_search, drop_search)]
