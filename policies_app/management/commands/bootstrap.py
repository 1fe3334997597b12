import os
import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.table import Table

from policies_app.models import Account, Policy
from policies_app.operations import attachments, credentials, events, groups, policies, roles, users
from policies_app.operations.accounts import create_account, make_administrator, new_password, system_call
from policies_app.operations.calls import Call
from policies_app.policy_templates import POLICY_TEMPLATES

CHIME = "arn:aws:iam::aws:policy/AmazonChime"
SUPPORT_TRUST = """\
{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::%s:root"},
            "Action": "sts:AssumeRole"
        }
    ]
}
"""


class Command(BaseCommand):
    help = "On an empty database: make the account and its administrator, and print the password once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--no-sample",
            dest="sample",
            action="store_false",
            help="without the users to try it with: alice, bob and carol",
        )

    def handle(self, *args: Any, sample: bool, **options: Any) -> None:
        account_id = fixed_account_id()
        if known := Account.objects.first():
            self.stdout.write(f"Account {known.pk} stands already. Nothing was changed.")
            return
        if not Policy.objects.filter(account=None).exists():
            raise CommandError("Load the AWS managed policies first: manage.py load_managed_policies")
        with events.unit_of_work():
            account = create_account(account_id)
            call = system_call(account, "bootstrap")
            passwords = {"admin": make_administrator(call, "admin")}
            if sample:
                passwords |= make_sample(call)
        self.stdout.write(f"Account {account.pk} is ready. Sign in with one of these; they are shown only now:")
        table = Table("User name", "Password")
        for name, password in passwords.items():
            table.add_row(name, password)
        Console(file=self.stdout, width=90).print(table)  # type: ignore[arg-type]  # an OutputWrapper writes like a file


def fixed_account_id() -> str | None:
    account_id = os.environ.get("GRANTBOOK_ACCOUNT_ID")
    if account_id and not re.fullmatch("[0-9]{12}", account_id):
        raise CommandError(f"GRANTBOOK_ACCOUNT_ID must be twelve digits, not {account_id!r}.")
    return account_id


def make_sample(call: Call) -> dict[str, str]:
    """Three users who may do less and less, and a role. Gives their passwords."""
    passwords = {name: new_password() for name in ("alice", "bob", "carol")}
    for name, password in passwords.items():
        users.create_user(call, user_name=name)
        credentials.create_login_profile(call, user_name=name, password=password)
    template = POLICY_TEMPLATES["view_own_permissions"]
    policy = policies.create_policy(
        call, policy_name=template.name, policy_document=template.text, description=template.description
    )
    attachments.attach_user_policy(call, user_name="alice", policy_arn=policy.arn)
    groups.create_group(call, group_name="ChimeUserManagers")
    attachments.attach_group_policy(call, group_name="ChimeUserManagers", policy_arn=f"{CHIME}UserManagement")
    groups.add_user_to_group(call, group_name="ChimeUserManagers", user_name="alice")
    attachments.attach_user_policy(call, user_name="bob", policy_arn=f"{CHIME}ReadOnly")
    roles.create_role(
        call,
        role_name="ChimeSupport",
        description="Looks into Chime for users who ask for help.",
        assume_role_policy_document=SUPPORT_TRUST % call.account_id,
    )
    attachments.attach_role_policy(call, role_name="ChimeSupport", policy_arn=f"{CHIME}ReadOnly")
    return passwords
