from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from policies_app.models import Account, EventChain
from policies_app.operations.verification import verify

COLUMNS = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())


class Command(BaseCommand):
    help = "Recompute each account's chain of events, and tell which were altered, deleted or inserted."

    def handle(self, *args: Any, **options: Any) -> None:
        flaws = []
        # Progress goes to stderr, so that the answer can be piped.
        with Progress(*COLUMNS, console=Console(stderr=True), transient=True) as progress:
            for account_id in Account.objects.order_by("id").values_list("id", flat=True):
                total = EventChain.objects.filter(account_id=account_id).values_list("sequence", flat=True).first() or 0
                task = progress.add_task(account_id, total=total)
                found = verify(account_id, advance=partial(progress.advance, task))
                flaws += [f"{account_id}: {flaw}" for flaw in found.flaws]
                if found.untold:
                    flaws.append(f"{account_id}: and {found.untold:,} more.")
                if found.is_whole:
                    self.stdout.write(f"{account_id}: {found.end} events, whole.")
        if flaws:
            raise CommandError("\n".join(flaws))
