"""Of whom a policy is the boundary. The index of the foreign key is of nobody's use where hardly anybody has one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("policies_app", "0010_user_activity")]
    operations = [
        migrations.AddIndex(
            "identity",
            models.Index(
                "boundary", "account", condition=models.Q(boundary__isnull=False), name="identity_by_boundary"
            ),
        ),
    ]
