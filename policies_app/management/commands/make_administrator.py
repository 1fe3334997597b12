from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from policies_app.models import Account
from policies_app.operations.accounts import make_administrator, system_call
from policies_app.operations.errors import OperationError


class Command(BaseCommand):
    help = (
        "For a locked-out installation: give a user AdministratorAccess and a new password. It is recorded as an event."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user_name", help="made if there is no such user")
        parser.add_argument("--account", help="the 12-digit id; needed when there is more than one account")

    def handle(self, *args: Any, user_name: str, account: str | None, **options: Any) -> None:
        accounts = Account.objects.filter(pk=account) if account else Account.objects.all()
        try:
            call = system_call(accounts.get(), "recovery")
        except (Account.DoesNotExist, Account.MultipleObjectsReturned) as error:
            raise CommandError("Name one account with --account.") from error
        try:
            password = make_administrator(call, user_name)
        except OperationError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{user_name} has AdministratorAccess. New password, shown once: {password}")
