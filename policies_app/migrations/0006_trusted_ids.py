import json
import re
from collections.abc import Iterator
from typing import Any

from django.db import migrations, models

NAMING = re.compile(
    r"arn:aws:iam::(?P<account>[0-9]{12}):(?P<kind>user|role)(?P<path>/(?:.*/)?)(?P<name>[^/]+)"
    r"|arn:aws:sts::(?P<of>[0-9]{12}):assumed-role/(?P<role>[^/]+)/[^/]+"
)


def resolve(apps: Any, schema_editor: Any) -> None:
    """By who has the name now: whom it meant then is not known. An ARN that names nobody now names nobody for good."""
    identities = apps.get_model("policies_app", "Identity").objects
    here = set(apps.get_model("policies_app", "Account").objects.values_list("pk", flat=True))
    for role in apps.get_model("policies_app", "Role").objects.select_related("trust_document"):
        for arn in arns_in(json.loads(role.trust_document.text)):
            parts = NAMING.fullmatch(arn)
            if not parts or (parts["account"] or parts["of"]) not in here:
                continue
            if parts["role"]:
                sought = {"account_id": parts["of"], "kind": "role", "name": parts["role"]}
            else:
                sought = {"account_id": parts["account"]} | {key: parts[key] for key in ("kind", "path", "name")}
            found = identities.filter(**sought).first()
            role.trusted_ids[arn] = found.unique_id if found else ""
        if role.trusted_ids:
            role.save(update_fields=["trusted_ids"])


def arns_in(value: Any) -> Iterator[str]:
    """Every text in a document: only those that are principals are ever looked up again."""
    match value:
        case dict():
            for item in value.values():
                yield from arns_in(item)
        case list():
            for item in value:
                yield from arns_in(item)
        case str():
            yield value


class Migration(migrations.Migration):
    dependencies = [
        ("policies_app", "0005_reports"),
    ]

    operations = [
        migrations.AddField("role", "trusted_ids", models.JSONField(default=dict, editable=False)),
        migrations.RunPython(resolve, migrations.RunPython.noop),
    ]
