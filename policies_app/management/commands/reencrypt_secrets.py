from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import track

from policies_app.models import AccessKey
from policies_app.operations import encryption


class Command(BaseCommand):
    help = (
        "Encrypt the secrets of all access keys anew, under the first of GRANTBOOK_ENCRYPTION_KEYS. "
        "When it is done the other ones can go, once the sessions of the last 36 hours are over."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        lost, total = [], AccessKey.objects.count()
        rows = AccessKey.objects.order_by("id").values_list("id", "secret").iterator()
        # Progress goes to stderr, so that the answer can be piped.
        for key_id, secret in track(rows, "", total, console=Console(stderr=True), transient=True):
            try:
                rotated = encryption.rotate(secret)
            except encryption.WrongSecret:
                lost.append(key_id)
            else:
                AccessKey.objects.filter(pk=key_id, secret=secret).update(secret=rotated)
        self.stdout.write(f"{total - len(lost)} secrets are encrypted under the newest key.")
        if lost:
            raise CommandError(f"No key of GRANTBOOK_ENCRYPTION_KEYS reads the secrets of {', '.join(lost)}.")
