"""SQLite plans for a large account, whatever is there.

Without statistics it takes any two equal columns for a handful of rows, and so reads all users of an account to find
those with fifty primary keys. These are what ANALYZE finds in an account of a million users, as SQLite's own
documentation advises for plans that stay the same: https://www.sqlite.org/queryplanner-ng.html#howtofix. With few rows
every plan is quick. PostgreSQL keeps its own up to date by itself.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Table, index, and its statistics: all rows, and how many of them share the first column, the first two, and so on.
STATISTICS = [
    ("accesskey", "active_access_key_by_created", "540400 23 1"),
    ("accesskey", "policies_app_accesskey_user_id_3a187997", "600499 2"),
    ("accesskey", "sqlite_autoindex_policies_app_accesskey_1", "600499 1"),
    ("attachment", "policies_app_attachment_identity_id_b41cdfa6", "291441 1"),
    ("attachment", "policies_app_attachment_policy_id_0c74ed77", "291441 58"),
    ("attachment", "sqlite_autoindex_policies_app_attachment_1", "291441 1 1"),
    ("event", "event_by_error", "207483 207483 103742 1"),
    ("event", "event_by_operation", "207483 207483 7981 1"),
    ("event", "event_by_outcome", "207483 207483 103742 1"),
    ("event", "event_by_principal", "207483 207483 69161 1"),
    ("event", "event_by_request", "207483 207483 1"),
    ("event", "event_by_resource", "207483 207483 1 1"),
    ("event", "event_by_source", "207483 207483 208 1"),
    ("event", "event_by_time", "207483 207483 1"),
    ("event", "event_changes", "59888 59888 1"),
    ("event", "policies_app_event_account_id_9e89caab", "207483 207483"),
    ("event", "sqlite_autoindex_policies_app_event_1", "207483 207483 1"),
    ("eventsubject", "event_subject_changes", "59949 59949 1 1"),
    ("eventsubject", "sqlite_autoindex_policies_app_eventsubject_1", "207223 207223 2 1"),
    ("group", "sqlite_autoindex_policies_app_group_1", "5010 1"),
    ("identity", "identity_by_boundary", "1000 100 100"),
    ("identity", "identity_by_created", "1025010 1025010 341670 25 1"),
    ("identity", "identity_by_name", "1025010 1025010 341670 1 1 1"),
    ("identity", "identity_by_path", "1025010 1025010 341670 78847 1"),
    ("identity", "identity_name_unique_without_case", "1025010 1025010 341670 1"),
    ("identity", "policies_app_identity_account_id_cae31db5", "1025010 1025010"),
    ("identity", "policies_app_identity_boundary_id_fb89fa56", "1025010 100"),
    ("identity", "sqlite_autoindex_policies_app_identity_1", "1025010 1"),
    ("identitytag", "identity_tag_by_key_and_value", "598664 299332 5443 1"),
    ("identitytag", "identity_tag_key_unique_without_case", "598664 2 1"),
    ("identitytag", "policies_app_identitytag_identity_id_3cc6e3af", "598664 2"),
    ("membership", "policies_app_membership_group_id_23f91ce8", "1996531 399"),
    ("membership", "policies_app_membership_user_id_a7876d1b", "1996531 3"),
    ("membership", "sqlite_autoindex_policies_app_membership_1", "1996531 3 1"),
    ("policy", "aws_policy_name_unique_without_case", "1582 1"),
    ("policy", "policies_app_policy_account_id_33eb9d9a", "6633 3317"),
    ("policy", "policy_by_created", "6633 3317 1 1"),
    ("policy", "policy_name_unique_without_case", "6633 3317 1"),
    ("policy", "sqlite_autoindex_policies_app_policy_1", "6633 1"),
    ("policyversion", "policies_app_policyversion_document_id_cbfe2729", "6633 1"),
    ("policyversion", "policies_app_policyversion_policy_id_e0723da1", "6633 1"),
    ("policyversion", "policy_one_default_version", "6633 1"),
    ("policyversion", "sqlite_autoindex_policies_app_policyversion_1", "6633 1 1"),
    ("role", "policies_app_role_trust_document_id_0af13b90", "20000 20000"),
    ("role", "sqlite_autoindex_policies_app_role_1", "20000 1"),
    ("user", "sqlite_autoindex_policies_app_user_1", "1000000 1"),
    ("user", "user_by_last_login", "1000000 43 1"),
    ("user", "user_by_password_changed", "1000000 43 1"),
    ("useractivity", "sqlite_autoindex_policies_app_useractivity_1", "1000000 1"),
    ("useractivity", "user_activity_by_last", "1000000 1000000 43 1"),
]


def expect_many(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "sqlite":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # makes the table of statistics
        cursor.execute("DELETE FROM sqlite_stat1")
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'index'")
        there = {name for (name,) in cursor.fetchall()}
        cursor.executemany(
            "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (%s, %s, %s)",
            [(f"policies_app_{table}", index, numbers) for table, index, numbers in STATISTICS if index in there],
        )
        cursor.execute("ANALYZE sqlite_schema")  # reads it


class Migration(migrations.Migration):
    dependencies = [("policies_app", "0011_bounded_identities")]
    operations = [migrations.RunPython(expect_many, migrations.RunPython.noop)]
