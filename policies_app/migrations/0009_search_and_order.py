"""Lists are ordered by what they show, over an index. The index of the search, which came with it, is made by 0013."""

from django.db import migrations, models
from django.db.models.functions import Lower

from policies_app.models.order import OrNever


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
    ]
