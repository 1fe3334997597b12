import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Who is signed in signs in once more: the sessions of before are not kept."""

    dependencies = [
        ("policies_app", "0006_trusted_ids"),
    ]

    operations = [
        migrations.CreateModel(
            "ConsoleSession",
            [
                ("session_key", models.CharField(editable=False, max_length=40, primary_key=True, serialize=False)),
                ("session_data", models.TextField(editable=False)),
                ("expire_date", models.DateTimeField(db_index=True, editable=False)),
                ("created", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("last_used", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("source_ip", models.GenericIPAddressField(editable=False, null=True)),
                ("user_agent", models.CharField(blank=True, editable=False, max_length=512)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="console_sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
