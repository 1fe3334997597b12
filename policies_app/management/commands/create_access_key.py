import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from policies_app.models import Account
from policies_app.operations import access_keys
from policies_app.operations.accounts import system_call
from policies_app.operations.errors import OperationError


class Command(BaseCommand):
    help = (
        "Make an access key for a user and print it as JSON; its secret is shown only now. It is recorded as an event."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user_name")
        parser.add_argument("--account", help="the 12-digit id; needed when there is more than one account")

    def handle(self, *args: Any, user_name: str, account: str | None, **options: Any) -> None:
        accounts = Account.objects.filter(pk=account) if account else Account.objects.all()
        try:
            call = system_call(accounts.get(), "create-access-key")
        except (Account.DoesNotExist, Account.MultipleObjectsReturned) as error:
            raise CommandError("Name one account with --account.") from error
        try:
            new = access_keys.create_access_key(call, user_name=user_name)
        except OperationError as error:
            raise CommandError(error.message) from error
        pair = {
            "UserName": new.key.user.name,
            "AccessKeyId": new.key.id,
            "Status": new.key.status,
            "SecretAccessKey": new.secret,
            "CreateDate": new.key.created.isoformat(timespec="seconds"),
        }
        self.stdout.write(json.dumps(pair, indent=4))
