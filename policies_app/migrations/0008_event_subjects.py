"""Events say which objects they concern, and the database keeps an index of it that is as append-only as they are."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# SQLite's TRUNCATE is a DELETE.
SQLITE = [
    *(
        f"""
        CREATE TRIGGER event_subject_refuses_{verb} BEFORE {verb} ON policies_app_eventsubject
        BEGIN SELECT RAISE(ABORT, 'events are append-only'); END
        """
        for verb in ("update", "delete")
    ),
    """
    CREATE TRIGGER event_subjects_are_indexed AFTER INSERT ON policies_app_event WHEN NEW.subjects IS NOT NULL
    BEGIN
        INSERT INTO policies_app_eventsubject (account_id, subject, sequence, is_read)
        SELECT NEW.account_id, value, NEW.sequence, NEW.is_read FROM json_each(NEW.subjects);
    END
    """,
]
POSTGRESQL = [
    """
    CREATE TRIGGER event_subject_refuses_change BEFORE UPDATE OR DELETE ON policies_app_eventsubject
    FOR EACH ROW EXECUTE FUNCTION refuse_event_change()
    """,
    """
    CREATE TRIGGER event_subject_refuses_truncate BEFORE TRUNCATE ON policies_app_eventsubject
    EXECUTE FUNCTION refuse_event_change()
    """,
    """
    CREATE FUNCTION index_event_subjects() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN
        INSERT INTO policies_app_eventsubject (account_id, subject, sequence, is_read)
        SELECT NEW.account_id, value, NEW.sequence, NEW.is_read FROM jsonb_array_elements_text(NEW.subjects);
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER event_subjects_are_indexed AFTER INSERT ON policies_app_event
    FOR EACH ROW WHEN (NEW.subjects IS NOT NULL) EXECUTE FUNCTION index_event_subjects()
    """,
]
# Of events from before: those on the ARN that an object has now. They do not say whether they only read.
EARLIER = [
    f"""
    INSERT INTO policies_app_eventsubject (account_id, subject, sequence)
    SELECT event.account_id, thing.unique_id, event.sequence FROM policies_app_event event
    JOIN {table} thing ON event.resource = {arn} AND event.account_id = thing.account_id
    """  # noqa: S608  # names of ours
    for table, arn in (
        (
            "policies_app_identity",
            "'arn:aws:iam::' || thing.account_id || ':' || thing.kind || thing.path || thing.name",
        ),
        ("policies_app_policy", "'arn:aws:iam::' || thing.account_id || ':policy' || thing.path || thing.name"),
        (
            "policies_app_instanceprofile",
            "'arn:aws:iam::' || thing.account_id || ':instance-profile' || thing.path || thing.name",
        ),
    )
]


def add_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for name in ("event_subjects_are_indexed", "event_subject_refuses_update", "event_subject_refuses_delete"):
            schema_editor.execute(f"DROP TRIGGER {name}")
    else:
        schema_editor.execute("DROP FUNCTION index_event_subjects CASCADE")
        for name in ("event_subject_refuses_change", "event_subject_refuses_truncate"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON policies_app_eventsubject")


class Migration(migrations.Migration):
    dependencies = [("policies_app", "0007_console_sessions")]
    operations = [
        migrations.AddField("event", "is_read", models.BooleanField(null=True)),
        migrations.AddField(
            "event",
            "subjects",
            models.JSONField(null=True, help_text="unique ids of the objects that it concerns"),
        ),
        migrations.CreateModel(
            name="EventSubject",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account_id",
                        "subject",
                        "sequence",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="policies_app.account",
                    ),
                ),
                ("subject", models.CharField(max_length=21)),
                ("sequence", models.PositiveBigIntegerField()),
                ("is_read", models.BooleanField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["account", "subject", "-sequence"],
                        condition=models.Q(is_read=False),
                        name="event_subject_changes",
                    )
                ]
            },
        ),
        migrations.AddIndex("event", models.Index(fields=["account", "error", "-sequence"], name="event_by_error")),
        migrations.AddIndex(
            "event", models.Index(fields=["account", "source_ip", "-sequence"], name="event_by_source")
        ),
        migrations.AddIndex(
            "event", models.Index(fields=["account", "request_id", "-sequence"], name="event_by_request")
        ),
        migrations.AddIndex("event", models.Index(fields=["account", "time"], name="event_by_time")),
        migrations.AddIndex(
            "event",
            models.Index(fields=["account", "-sequence"], condition=models.Q(is_read=False), name="event_changes"),
        ),
        *(migrations.RunSQL(statement, migrations.RunSQL.noop) for statement in EARLIER),
        migrations.RunPython(add_triggers, drop_triggers),
    ]
