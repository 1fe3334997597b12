"""Accounts and their first administrator. Made by system tasks, since nobody can be allowed before anybody exists."""

import json
import secrets
from contextlib import suppress

from policies_app.models import Account

from . import attachments, credentials, events, users
from .calls import Call
from .errors import EntityAlreadyExists

ADMINISTRATOR_ACCESS = "arn:aws:iam::aws:policy/AdministratorAccess"
MANAGE_IDENTITIES = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {"Sid": "ManageIdentities", "Effect": "Allow", "Action": "iam:*", "Resource": "*"},
    }
)


def create_account(account_id: str | None = None) -> Account:
    """An account with the given id, or one of twelve random digits that does not begin with 0."""
    return Account.objects.create(pk=account_id or str(secrets.randbelow(9 * 10**11) + 10**11))


def system_call(account: Account, task: str) -> Call:
    """The call of a named system task, which brings the one policy that allows it to manage identities."""
    return Call.by_system(account.pk, task, MANAGE_IDENTITIES)


def make_administrator(call: Call, user_name: str) -> str:
    """Give the user, made if need be, `AdministratorAccess` and a new random password, which is returned."""
    password = new_password()
    with events.unit_of_work():
        with suppress(EntityAlreadyExists):
            users.create_user(call, user_name=user_name)
        attachments.attach_user_policy(call, user_name=user_name, policy_arn=ADMINISTRATOR_ACCESS)
        try:
            credentials.create_login_profile(call, user_name=user_name, password=password)
        except EntityAlreadyExists:
            credentials.update_login_profile(call, user_name=user_name, password=password)
    return password


def new_password() -> str:
    return secrets.token_urlsafe(15)
