"""Names are found by any part of them, and lists are ordered by what they show, both over an index.

The search index holds, for each name, its pieces of one, two and three characters from the second character on, in
lower case. What begins with the text that is sought is a range of the index of names, and needs no other. On SQLite the
pieces are an FTS5 table kept by triggers, on PostgreSQL a GIN index; neither can be missed by any write.

A migration that makes SQLite copy `policies_app_identity` or `policies_app_policy` loses their triggers, and has to
call `add_triggers` afterwards: tests/models/test_search_index.py notices.
"""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Lower

from policies_app.models.order import OrNever

TABLES = ("policies_app_identity", "policies_app_policy")
LONGEST_NAME = 128

_PLACES = ",".join("0" * (LONGEST_NAME - 1))


def _pieces(row: str) -> str:
    """SQLite's text of the pieces, separated by spaces; `row` is `new` or `old` in a trigger.

    The places are counted by a JSON list as long as the rest of the name: triggers take no recursive query.
    """
    piece = " || ' ' || ".join(f"substr(rest, key + 1, {length})" for length in (1, 2, 3))
    places = f"json_each('[' || substr('{_PLACES}', 1, 2 * length({row}.name) - 3) || ']')"
    return f"(SELECT group_concat({piece}, ' ') FROM (SELECT substr(lower({row}.name), 2) AS rest), {places})"  # noqa: S608  # names of ours


def _sqlite_index(table: str) -> str:
    # What stands between quotes are the characters of names that are no letters and no digits.
    return (
        f"CREATE VIRTUAL TABLE {table}_search USING fts5(pieces, content='', detail=none, "
        "tokenize=\"unicode61 remove_diacritics 0 tokenchars '_+=,.@-'\")"
    )


def _sqlite_triggers(table: str) -> list[str]:
    add = f"INSERT INTO {table}_search (rowid, pieces) VALUES (new.id, {_pieces('new')});"  # noqa: S608  # names of ours
    remove = f"INSERT INTO {table}_search ({table}_search, rowid, pieces) VALUES ('delete', old.id, {_pieces('old')});"  # noqa: S608  # names of ours
    return [
        f"CREATE TRIGGER {table}_search_insert AFTER INSERT ON {table} BEGIN {add} END",
        f"CREATE TRIGGER {table}_search_delete AFTER DELETE ON {table} BEGIN {remove} END",
        f"CREATE TRIGGER {table}_search_update AFTER UPDATE OF id, name ON {table} BEGIN {remove} {add} END",
    ]


POSTGRESQL = """
CREATE FUNCTION name_pieces(name text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    rest text := lower(substr(name, 2));
    size int := length(rest);
    pieces text[] := '{}';
BEGIN
    FOR place IN 1..size LOOP
        pieces := pieces || substr(rest, place, 1);
        IF place < size THEN pieces := pieces || substr(rest, place, 2); END IF;
        IF place < size - 1 THEN pieces := pieces || substr(rest, place, 3); END IF;
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
        for table in TABLES:
            # A short list of what is not in the index proper yet: every search reads all of it.
            schema_editor.execute(
                f"CREATE INDEX {table}_search ON {table} USING gin (name_pieces(name)) "
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
    if schema_editor.connection.vendor == "sqlite":
        for table in TABLES:
            for verb in ("insert", "delete", "update"):
                schema_editor.execute(f"DROP TRIGGER {table}_search_{verb}")
            schema_editor.execute(f"DROP TABLE {table}_search")
    else:
        schema_editor.execute("DROP FUNCTION name_pieces CASCADE")


class Migration(migrations.Migration):
    dependencies = [("policies_app", "0008_event_subjects")]
    operations = [
        migrations.AddIndex(
            "identity", models.Index("account", "kind", Lower("name"), "id", "name", name="identity_by_name")
        ),
        migrations.AddIndex("identity", models.Index("account", "kind", "created", "id", name="identity_by_created")),
        migrations.AddIndex("identity", models.Index("account", "kind", "path", "id", name="identity_by_path")),
        migrations.AddIndex(
            "user",
            models.Index(OrNever("last_login"), "identity", name="user_by_last_login"),
        ),
        migrations.AddIndex(
            "user",
            models.Index(OrNever("password_changed"), "identity", name="user_by_password_changed"),
        ),
        migrations.AddIndex("policy", models.Index("account", "created", "id", name="policy_by_created")),
        migrations.RunPython(add_search, drop_search),
    ]
