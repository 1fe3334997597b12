"""What an account asks of its users' passwords.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
"""

from collections.abc import Mapping

import regex
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as InvalidPassword

from policies_app.models import EarlierPassword, PasswordPolicy, User

from .calls import Call, operation
from .errors import NoSuchEntity, PasswordPolicyViolation

# Of an account without a policy of its own.
DEFAULT_LENGTH = 8
DEFAULT_KINDS = 3
# What AWS counts as each kind of character, and its word for it.
KINDS: Mapping[str, tuple[str, "regex.Pattern[str]"]] = {
    "require_uppercase": ("uppercase letter", regex.compile("[A-Z]")),
    "require_lowercase": ("lowercase letter", regex.compile("[a-z]")),
    "require_numbers": ("number", regex.compile("[0-9]")),
    "require_symbols": ("symbol", regex.compile(r"[!@#$%^&*()_+\-=\[\]{}|']")),
}


@operation("UpdateAccountPasswordPolicy")
def update_account_password_policy(  # noqa: PLR0913  # what the IAM action takes
    call: Call,
    *,
    minimum_password_length: int = 6,
    require_symbols: bool = False,
    require_numbers: bool = False,
    require_uppercase_characters: bool = False,
    require_lowercase_characters: bool = False,
    allow_users_to_change_password: bool = False,
    max_password_age: int | None = None,
    password_reuse_prevention: int | None = None,
    hard_expiry: bool | None = None,
) -> PasswordPolicy:
    """The whole policy: what is not given is as if it had never been. Ages are in days."""
    call.authorize("*")
    policy, _ = PasswordPolicy.objects.update_or_create(
        account_id=call.account_id,
        defaults={
            "minimum_length": minimum_password_length,
            "require_symbols": require_symbols,
            "require_numbers": require_numbers,
            "require_uppercase": require_uppercase_characters,
            "require_lowercase": require_lowercase_characters,
            "allow_users_to_change": allow_users_to_change_password,
            "max_age": max_password_age,
            "reuse_prevention": password_reuse_prevention,
            "hard_expiry": hard_expiry,
        },
    )
    return policy


@operation("GetAccountPasswordPolicy", reads=True)
def get_account_password_policy(call: Call) -> PasswordPolicy:
    call.authorize("*")
    if policy := policy_of(call.account_id):
        return policy
    raise NoSuchEntity(f"The Password Policy with domain name {call.account_id} cannot be found.")


@operation("DeleteAccountPasswordPolicy")
def delete_account_password_policy(call: Call) -> None:
    call.authorize("*")
    deleted, _ = PasswordPolicy.objects.filter(account_id=call.account_id).delete()
    if not deleted:
        raise NoSuchEntity("The account policy with name PasswordPolicy cannot be found.")


def policy_of(account_id: str) -> PasswordPolicy | None:
    return PasswordPolicy.objects.filter(account_id=account_id).first()


def refuse_unfit(user: User, password: str) -> None:
    """Raise `PasswordPolicyViolation`, in AWS's words for what the account asks of it.

    A password that is easily guessed (the user's name, or one that many have) is no good in any account.
    """
    policy = policy_of(user.account_id)
    _refuse_weak(policy, password)
    try:
        validate_password(password, user)
    except InvalidPassword as error:
        raise PasswordPolicyViolation(" ".join(error.messages)) from error
    if policy and policy.reuse_prevention:
        _refuse_reused(user, password, policy.reuse_prevention)


def remember(user: User) -> None:
    """Keep the hash of the password that is about to go, and no more of them than the account's policy asks for."""
    policy = policy_of(user.account_id)
    kept = policy.reuse_prevention or 0 if policy else 0
    if kept and user.has_console_password:
        user.earlier_passwords.create(password=user.password)
    forgotten = user.earlier_passwords.order_by("-replaced", "-pk")[kept:]
    EarlierPassword.objects.filter(pk__in=[earlier.pk for earlier in forgotten]).delete()


def longest_minimum(account_id: str) -> int:
    """Characters that a new password must have at least."""
    policy = policy_of(account_id)
    return policy.minimum_length if policy else DEFAULT_LENGTH


def _refuse_weak(policy: PasswordPolicy | None, password: str) -> None:
    length = policy.minimum_length if policy else DEFAULT_LENGTH
    lacking = [
        f"Password should have at least one {word}"
        for name, (word, kind) in KINDS.items()
        if (policy is None or getattr(policy, name)) and not kind.search(password)
    ]
    problems = [f"Password should have a minimum length of {length}"] if len(password) < length else []
    if policy:
        problems += lacking
    elif (missing := len(lacking) - (len(KINDS) - DEFAULT_KINDS)) > 0:
        problems.append(f"Password should meet {missing} more of the following requirements: {', '.join(lacking)}")
    if problems:
        raise PasswordPolicyViolation(", ".join(problems))


def _refuse_reused(user: User, password: str, remembered: int) -> None:
    earlier = user.earlier_passwords.order_by("-replaced", "-pk").values_list("password", flat=True)[:remembered]
    used = [user.password, *earlier] if user.has_console_password else list(earlier)
    if any(check_password(password, hashed) for hashed in used):
        raise PasswordPolicyViolation(f"Password should not be one of the last {remembered} that were used")
