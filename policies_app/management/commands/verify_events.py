from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress

from policies_app.models import Account, EventChain
from policies_app.operations import events


class Command(BaseCommand):
    help = "Recompute each account's chain of events, and name the first one that was altered, deleted or inserted."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = []
        # Progress goes to stderr, so that the answer can be piped.
        with Progress(console=Console(stderr=True), transient=True) as progress:
            for account_id in Account.objects.order_by("id").values_list("id", flat=True):
                total = EventChain.objects.filter(account_id=account_id).values_list("sequence", flat=True).first() or 0
                task = progress.add_task(account_id, total=total)
                if sequence := events.verify(account_id, partial(progress.advance, task)):
                    broken.append(f"{account_id}: broken at event {sequence} of {total}.")
                else:
                    self.stdout.write(f"{account_id}: {total} events, whole.")
        if broken:
            raise CommandError("\n".join(broken))
