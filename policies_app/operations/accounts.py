"""Accounts, their aliases and their first administrator.

Accounts are made by system tasks, since nobody can be allowed before anybody exists.
"""

import json
import secrets
import string
from contextlib import suppress

from django.db.models import Q

from policies_app.models import Account

from . import attachments, credentials, events, password_policy, users
from .calls import Call, operation
from .creation import unique_name
from .errors import EntityAlreadyExists, InvalidRequest, NoSuchEntity

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


def find_account(text: str) -> Account | None:
    """By its id or by its alias, as people type it to sign in."""
    return Account.objects.filter(Q(pk=text) | Q(alias=text)).first()


def system_call(account: Account, task: str) -> Call:
    """The call of a named system task, which brings the one policy that allows it to manage identities."""
    return Call.by_system(account.pk, task, MANAGE_IDENTITIES)


def make_administrator(call: Call, user_name: str) -> str:
    """Give the user, made if need be, `AdministratorAccess` and a new random password, which is returned."""
    password = new_password(password_policy.longest_minimum(call.account_id))
    with events.unit_of_work():
        with suppress(EntityAlreadyExists):
            users.create_user(call, user_name=user_name)
        attachments.attach_user_policy(call, user_name=user_name, policy_arn=ADMINISTRATOR_ACCESS)
        try:
            credentials.create_login_profile(call, user_name=user_name, password=password)
        except EntityAlreadyExists:
            credentials.update_login_profile(call, user_name=user_name, password=password)
    return password


def new_password(least: int = 0) -> str:
    """Of at least 20 characters and of every kind, so that it is what any account's policy asks for."""
    kinds = (string.ascii_uppercase, string.ascii_lowercase, string.digits, "-_")
    every = [secrets.choice(kind) for kind in kinds]
    rest = [secrets.choice("".join(kinds)) for _ in range(max(20, least) - len(every))]
    characters = every + rest
    secrets.SystemRandom().shuffle(characters)
    return "".join(characters)


@operation("CreateAccountAlias")
def create_account_alias(call: Call, *, account_alias: str) -> None:
    """An account has one alias: a new one takes the place of that before, as in AWS."""
    call.authorize("*")
    if account_alias.isdecimal() and len(account_alias) == 12:
        # Who signs in names the account by either.
        raise InvalidRequest("An account alias must not look like an account ID.")
    account = Account.objects.select_for_update().get(pk=call.account_id)
    taken = f"The account alias {account_alias} already exists."
    if account.alias == account_alias:
        raise EntityAlreadyExists(taken)
    account.alias = account_alias
    with unique_name(taken):
        account.save(update_fields=["alias"])


@operation("DeleteAccountAlias")
def delete_account_alias(call: Call, *, account_alias: str) -> None:
    call.authorize("*")
    deleted = Account.objects.filter(pk=call.account_id, alias=account_alias).update(alias=None)
    if not deleted:
        raise NoSuchEntity(f"The account alias with name {account_alias} cannot be found.")


@operation("ListAccountAliases", reads=True)
def list_account_aliases(call: Call) -> list[str]:
    """One, or none."""
    call.authorize("*")
    account = Account.objects.get(pk=call.account_id)
    return [account.alias] if account.alias else []
