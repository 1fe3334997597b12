"""What an account asks of its users' passwords.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import regex
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as InvalidPassword

from policies_app.models import EarlierPassword, PasswordPolicy, User

from .calls import Call, operation
from .errors import ConcurrentModification, NoSuchEntity, PasswordPolicyViolation

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


@dataclass(slots=True)
class Hashing:
    """What takes a sixth of a second for each hash, done ahead of the transaction: whether passwords are the hashed.

    What was not compared, since the user or the policy has changed in between, cannot be told in the transaction.
    """

    known: dict[tuple[str, str], bool] = field(default_factory=dict)
    hashed: dict[str, str] = field(default_factory=dict)

    def compare(self, password: str, hashed: str) -> bool:
        self.known[password, hashed] = check_password(password, hashed)
        return self.known[password, hashed]

    def matches(self, password: str, hashed: str) -> bool:
        return _done(self.known, (password, hashed))

    def prepare(self, user: User, password: str) -> None:
        """Hash what may become the user's password, unless it is refused, at once or as one that was used."""
        policy = policy_of(user.account_id)
        try:
            _refuse_guessed(user, policy, password)
        except PasswordPolicyViolation:
            return
        if not any(self.compare(password, hashed) for hashed in _used(user, policy)):
            self.hashed[password] = make_password(password)

    def hash_of(self, password: str) -> str:
        return _done(self.hashed, password)


def _done[K, V](found: Mapping[K, V], key: K) -> V:
    try:
        return found[key]
    except KeyError:
        raise ConcurrentModification(
            "The user's password or the password policy was changed at the same moment. Nothing was changed; try again."
        ) from None


def refuse_unfit(user: User, password: str, hashing: Hashing) -> None:
    """Raise `PasswordPolicyViolation`, in AWS's words for what the account asks of it.

    A password that is easily guessed (the user's name, or one that many have) is no good in any account.
    """
    policy = policy_of(user.account_id)
    _refuse_guessed(user, policy, password)
    if policy and any(hashing.matches(password, hashed) for hashed in _used(user, policy)):
        raise PasswordPolicyViolation(
            f"Password should not be one of the last {policy.reuse_prevention} that were used"
        )


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


def _refuse_guessed(user: User, policy: PasswordPolicy | None, password: str) -> None:
    _refuse_weak(policy, password)
    try:
        validate_password(password, user)
    except InvalidPassword as error:
        raise PasswordPolicyViolation(" ".join(error.messages)) from error


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


def _used(user: User, policy: PasswordPolicy | None) -> list[str]:
    """The hashes of the passwords that the policy forbids to use again, the newest first."""
    if policy is None or not policy.reuse_prevention:
        return []
    newest = user.earlier_passwords.order_by("-replaced", "-pk").values_list("password", flat=True)
    earlier = list(newest[: policy.reuse_prevention])
    return [user.password, *earlier] if user.has_console_password else earlier
