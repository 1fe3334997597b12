"""The database itself refuses to change or delete an event, whoever asks."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = [
    f"""
    CREATE TRIGGER event_refuses_{verb} BEFORE {verb} ON policies_app_event
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END
    """
    for verb in ("update", "delete")
]
POSTGRESQL = [
    """
    CREATE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'events are append-only' USING ERRCODE = 'restrict_violation'; END $$
    """,
    """
    CREATE TRIGGER event_refuses_change BEFORE UPDATE OR DELETE ON policies_app_event
    FOR EACH ROW EXECUTE FUNCTION refuse_event_change()
    """,
    """
    CREATE TRIGGER event_refuses_truncate BEFORE TRUNCATE ON policies_app_event
    EXECUTE FUNCTION refuse_event_change()
    """,
]


def add_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER event_refuses_update")
        schema_editor.execute("DROP TRIGGER event_refuses_delete")
    else:
        schema_editor.execute("DROP FUNCTION refuse_event_change CASCADE")


class Migration(migrations.Migration):
    dependencies = [("policies_app", "0001_initial")]
    operations = [migrations.RunPython(add_triggers, drop_triggers)]
