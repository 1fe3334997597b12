from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress

from policies_app.models import AccessKey, Account
from policies_app.operations import access_keys
from policies_app.operations.accounts import system_call


class Command(BaseCommand):
    help = (
        "Encrypt the secrets of all access keys anew, under the first of GRANTBOOK_ENCRYPTION_KEYS. "
        "When it is done the other ones can go, once the sessions of the last 36 hours are over. "
        "It is recorded as an event of each account."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done, lost = 0, []
        # Progress goes to stderr, so that the answer can be piped.
        with Progress(console=Console(stderr=True), transient=True) as progress:
            for account in Account.objects.order_by("id"):
                task = progress.add_task(account.pk, total=AccessKey.objects.filter(user__account=account).count())
                call = system_call(account, "reencrypt-secrets")
                found = access_keys.reencrypt_secrets(call, partial(progress.advance, task))
                done += found.done
                lost += found.lost
        if done or not lost:
            self.stdout.write(f"{done} secret{' is' if done == 1 else 's are'} encrypted under the newest key.")
        if lost:
            raise CommandError(f"No key of GRANTBOOK_ENCRYPTION_KEYS reads the secrets of {', '.join(lost)}.")
