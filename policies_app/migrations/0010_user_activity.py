"""When users last did something, kept by the database; and indexes for what narrows the lists by facts."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Lower

TABLE = "policies_app_useractivity"
_SEEN = f"UPDATE {TABLE} SET last = {{time}} WHERE user_id = {{user}} AND last < {{time}};"  # noqa: S608  # names of ours
_MADE = f"""
INSERT INTO {TABLE} (user_id, account_id, last)
SELECT id, account_id, CASE WHEN NEW.last_login > created THEN NEW.last_login ELSE created END
FROM policies_app_identity WHERE id = NEW.identity_id;
"""  # noqa: S608  # names of ours
_SIGNED_IN = _SEEN.format(time="NEW.last_login", user="NEW.identity_id")
_USED_KEY = _SEEN.format(time="NEW.last_used", user="NEW.user_id")

# Name, what it comes after, its condition, what it does.
TRIGGERS = [
    ("user_is_made", "INSERT ON policies_app_user", "TRUE", _MADE),
    ("user_signs_in", "UPDATE OF last_login ON policies_app_user", "NEW.last_login IS NOT NULL", _SIGNED_IN),
    ("key_comes_used", "INSERT ON policies_app_accesskey", "NEW.last_used IS NOT NULL", _USED_KEY),
    ("key_is_used", "UPDATE OF last_used ON policies_app_accesskey", "NEW.last_used IS NOT NULL", _USED_KEY),
]
EARLIER = f"""
INSERT INTO {TABLE} (user_id, account_id, last)
SELECT identity.id, identity.account_id,
  CASE WHEN seen.time > identity.created THEN seen.time ELSE identity.created END
FROM policies_app_identity identity JOIN (
  SELECT person.identity_id, max(COALESCE(used.time, '0001-01-01 00:00:00+00')) AS time FROM policies_app_user person
  LEFT JOIN (
    SELECT identity_id, last_login AS time FROM policies_app_user
    UNION ALL SELECT user_id, last_used FROM policies_app_accesskey
  ) used ON used.identity_id = person.identity_id
  GROUP BY person.identity_id
) seen ON seen.identity_id = identity.id
"""  # noqa: S608  # names of ours
# What begins with a text is a range of it; the index of lists by path sorts as people do, which has no such range.
PREFIXES = "CREATE INDEX identity_by_path_prefix ON policies_app_identity (account_id, kind, path text_pattern_ops)"


def add_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for name, event, condition, action in TRIGGERS:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"CREATE TRIGGER {name} AFTER {event} WHEN {condition} BEGIN {action} END")
        else:
            schema_editor.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {action} RETURN NULL; END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {name} AFTER {event} FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION {name}()"
            )
    schema_editor.execute(EARLIER)
    if schema_editor.connection.vendor != "sqlite":
        schema_editor.execute(PREFIXES)


def drop_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for name, *_ in TRIGGERS:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {name}")
        else:
            schema_editor.execute(f"DROP FUNCTION {name} CASCADE")
    if schema_editor.connection.vendor != "sqlite":
        schema_editor.execute("DROP INDEX identity_by_path_prefix")


class Migration(migrations.Migration):
    dependencies = [("policies_app", "0009_search_and_order")]
    operations = [
        migrations.CreateModel(
            name="UserActivity",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="activity",
                        serialize=False,
                        to="policies_app.user",
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
                ("last", models.DateTimeField(editable=False)),
            ],
            options={
                "indexes": [models.Index(fields=["account", "last", "user"], name="user_activity_by_last")],
            },
        ),
        migrations.AddIndex(
            "identitytag", models.Index(Lower("key"), "value", "identity", name="identity_tag_by_key_and_value")
        ),
        migrations.AddIndex(
            "accesskey",
            models.Index(
                fields=["created", "user"], condition=models.Q(is_active=True), name="active_access_key_by_created"
            ),
        ),
        migrations.RunPython(add_triggers, drop_triggers),
    ]
