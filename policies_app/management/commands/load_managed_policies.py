from typing import Any

from django.core.management.base import BaseCommand

from policies_app.engine.catalog import managed_policies
from policies_app.operations.managed_policies import load_managed_policies


class Command(BaseCommand):
    help = "Bring the stored AWS managed policies up to date with the set that ships with Grantbook."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load_managed_policies(managed_policies.load())
        if loaded.created:
            self.stdout.write(f"Loaded {len(loaded.created)} AWS managed policies.")
        if loaded.changed:
            self.stdout.write(f"New versions of {len(loaded.changed)}: {', '.join(loaded.changed)}")
