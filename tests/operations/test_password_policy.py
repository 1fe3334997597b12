"""What an account asks of passwords, wherever one is set, and when one has served its time."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from policies_app.engine.catalog import managed_policies
from policies_app.models import EarlierPassword, Event, PasswordPolicy, User
from policies_app.operations import credentials, events, password_policy, sign_in
from policies_app.operations.accounts import ADMINISTRATOR_ACCESS, make_administrator
from policies_app.operations.calls import NOWHERE
from policies_app.operations.errors import (
    AccessDenied,
    ConcurrentModification,
    InvalidCurrentPassword,
    InvalidUserType,
    NoSuchEntity,
    PasswordPolicyViolation,
    SignInFailed,
    ThrottlingError,
    ValidationError,
)
from policies_app.operations.managed_policies import load_managed_policies
from tests.factories import Cast, call_of

GOOD = "Blue-Horse-7"


@pytest.fixture
def dana(cast: Cast) -> User:
    user = cast.user("dana", "iam:ChangePassword")
    credentials.create_login_profile(cast.system, user_name="dana", password=GOOD)
    user.refresh_from_db()
    return user


def ask(cast: Cast, **rules: Any) -> None:
    password_policy.update_account_password_policy(cast.system, **rules)


def set_password(cast: Cast, password: str) -> None:
    credentials.update_login_profile(cast.system, user_name="dana", password=password)


def enter(password: str) -> User:
    return sign_in.sign_in(account="123456789012", user_name="dana", password=password, origin=NOWHERE)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("Ab1-", "Password should have a minimum length of 8"),
        ("blue-horse", "1 more of the following requirements: {}uppercase letter, {}number"),
        ("blue horse", "2 more of the following requirements: {}uppercase letter, {}number, {}symbol"),
        ("P@ssw0rd", "This password is too common."),
    ],
)
def test_without_a_policy_it_is_8_characters_of_3_kinds(cast: Cast, dana: User, password: str, words: str) -> None:
    with pytest.raises(PasswordPolicyViolation) as refusal:
        set_password(cast, password)
    assert refusal.value.message.removeprefix("Password should meet ") == words.replace(
        "{}", "Password should have at least one "
    )
    assert User.objects.get().check_password(GOOD)


@pytest.mark.parametrize(
    ("rule", "lacking", "words"),
    [
        ({"minimum_password_length": 14}, "Blue-Horse-77", "Password should have a minimum length of 14"),
        ({"require_uppercase_characters": True}, "blue-horse-7", "Password should have at least one uppercase letter"),
        ({"require_lowercase_characters": True}, "BLUE-HORSE-7", "Password should have at least one lowercase letter"),
        ({"require_numbers": True}, "Blue-Horse-X", "Password should have at least one number"),
        ({"require_symbols": True}, "BlueHorse77é", "Password should have at least one symbol"),
    ],
)
def test_each_rule_of_a_policy_is_asked_for(
    cast: Cast, dana: User, rule: dict[str, int], lacking: str, words: str
) -> None:
    ask(cast, **{"minimum_password_length": 6} | rule)
    with pytest.raises(PasswordPolicyViolation, match=f"^{words}$"):
        set_password(cast, lacking)
    with pytest.raises(PasswordPolicyViolation, match=f"^{words}$"):
        credentials.change_password(call_of(dana), old_password=GOOD, new_password=lacking)
    cast.user("erin")
    with pytest.raises(PasswordPolicyViolation, match=f"^{words}$"):
        credentials.create_login_profile(cast.system, user_name="erin", password=lacking)
    assert Event.objects.filter(error="PasswordPolicyViolation").count() == 3


def test_a_policy_takes_the_place_of_what_is_asked_without_one(cast: Cast, dana: User) -> None:
    ask(cast)
    set_password(cast, "horsey")
    assert User.objects.get().check_password("horsey")


def test_an_update_is_the_whole_policy(cast: Cast) -> None:
    ask(cast, minimum_password_length=20, require_symbols=True, max_password_age=60, hard_expiry=True)
    ask(cast, require_numbers=True)
    policy = PasswordPolicy.objects.get()
    assert (policy.minimum_length, policy.require_symbols, policy.require_numbers) == (6, False, True)
    assert (policy.max_age, policy.hard_expiry, policy.reuse_prevention) == (None, None, None)


def test_what_aws_does_not_take_is_refused(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="3 validation errors detected"):
        ask(cast, minimum_password_length=129, max_password_age=1096, password_reuse_prevention=25)
    assert not PasswordPolicy.objects.exists()


def test_a_policy_goes_once(cast: Cast) -> None:
    ask(cast)
    password_policy.delete_account_password_policy(cast.system)
    with pytest.raises(NoSuchEntity, match=r"The account policy with name PasswordPolicy cannot be found\."):
        password_policy.delete_account_password_policy(cast.system)
    words = r"The Password Policy with domain name 123456789012 cannot be found\."
    with pytest.raises(NoSuchEntity, match=words):
        password_policy.get_account_password_policy(cast.system)


def test_a_password_is_not_used_again_while_it_is_remembered(cast: Cast, dana: User) -> None:
    ask(cast, minimum_password_length=8, password_reuse_prevention=2)
    used = [GOOD, "Blue-Horse-8", "Blue-Horse-9", "Blue-Horse-10"]
    for new in used[1:]:
        set_password(cast, new)
    for old in used[1:]:
        with pytest.raises(PasswordPolicyViolation, match="one of the last 2"):
            set_password(cast, old)
    set_password(cast, GOOD)
    assert EarlierPassword.objects.count() == 2


def test_a_password_taken_away_is_remembered_too(cast: Cast, dana: User) -> None:
    ask(cast, minimum_password_length=8, password_reuse_prevention=1)
    credentials.delete_login_profile(cast.system, user_name="dana")
    with pytest.raises(PasswordPolicyViolation):
        credentials.create_login_profile(cast.system, user_name="dana", password=GOOD)


def test_without_a_policy_that_asks_for_it_no_earlier_password_is_kept(cast: Cast, dana: User) -> None:
    ask(cast, minimum_password_length=8, password_reuse_prevention=5)
    set_password(cast, "Blue-Horse-8")
    ask(cast, minimum_password_length=8)
    set_password(cast, "Blue-Horse-9")
    assert not EarlierPassword.objects.exists()


def age(dana: User, days: int) -> None:
    User.objects.filter(pk=dana.pk).update(password_changed=timezone.now() - timedelta(days=days))


def test_who_signs_in_with_an_expired_password_must_choose_another(cast: Cast, dana: User) -> None:
    ask(cast, max_password_age=30)
    age(dana, 29)
    assert not enter(GOOD).password_reset_required
    age(dana, 30)
    assert enter(GOOD).password_reset_required
    credentials.change_password(call_of(dana), old_password=GOOD, new_password="Blue-Horse-8")
    assert not enter("Blue-Horse-8").password_reset_required


def test_after_a_hard_expiry_only_an_administrator_helps(cast: Cast, dana: User) -> None:
    ask(cast, max_password_age=30, hard_expiry=True)
    age(dana, 30)
    with pytest.raises(SignInFailed, match=r"Your password has expired\. Ask an administrator for a new one\."):
        enter(GOOD)
    assert Event.objects.filter(operation="ConsoleLogin").latest("sequence").outcome == "failed"
    with pytest.raises(SignInFailed, match="password is incorrect"):
        enter("wrong")
    set_password(cast, "Blue-Horse-8")
    assert enter("Blue-Horse-8") == dana


def test_the_policy_lets_nobody_change_a_password_whom_no_policy_lets(cast: Cast) -> None:
    erin = cast.user("erin")
    credentials.create_login_profile(cast.system, user_name="erin", password=GOOD)
    ask(cast, allow_users_to_change_password=True)
    with pytest.raises(AccessDenied):
        credentials.change_password(call_of(erin), old_password=GOOD, new_password="Blue-Horse-8")


def test_changing_a_password_needs_one_and_a_user(cast: Cast) -> None:
    erin = cast.user("erin", "iam:ChangePassword")
    with pytest.raises(NoSuchEntity, match=r"Login Profile for User erin cannot be found\."):
        credentials.change_password(call_of(erin), old_password=GOOD, new_password="Blue-Horse-8")
    with pytest.raises(InvalidUserType, match="Only IAM Users can change their own password"):
        credentials.change_password(cast.system, old_password=GOOD, new_password="Blue-Horse-8")


def test_a_locked_out_installation_is_helped_whatever_its_policy_asks(cast: Cast) -> None:
    load_managed_policies(policy for policy in managed_policies.load() if policy.arn == ADMINISTRATOR_ACCESS)
    kinds = ("symbols", "numbers", "uppercase_characters", "lowercase_characters")
    ask(cast, minimum_password_length=100, **{f"require_{kind}": True for kind in kinds})
    password = make_administrator(cast.system, "admin")
    assert len(password) == 100
    assert User.objects.get(name="admin").check_password(password)


def test_a_login_profile_is_as_old_as_its_first_password(cast: Cast, dana: User) -> None:
    set_password(cast, "Blue-Horse-8")
    user = User.objects.get()
    assert user.login_profile_created == dana.login_profile_created
    assert user.password_changed != dana.password_changed


@pytest.mark.parametrize("new", ["Blue-Horse-8", GOOD], ids=["fit", "reused"])
def test_no_password_is_hashed_while_others_wait_to_write(
    cast: Cast, dana: User, new: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(cast, minimum_password_length=8, password_reuse_prevention=24)
    set_password(cast, "Blue-Horse-9")
    inside: list[bool] = []
    for name in ("check_password", "make_password"):
        hashing = getattr(password_policy, name)

        def watched(*args: Any, hashing: Any = hashing) -> Any:
            inside.append(events._pending.get() is not None)
            return hashing(*args)

        monkeypatch.setattr(password_policy, name, watched)
    with suppress(PasswordPolicyViolation):
        credentials.change_password(call_of(dana), old_password="Blue-Horse-9", new_password=new)
    assert len(inside) >= 3
    assert not any(inside)


def test_what_was_changed_while_it_was_hashed_is_not_overwritten(
    cast: Cast, dana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = password_policy.Hashing.prepare

    def slow(hashing: password_policy.Hashing, user: User, password: str) -> None:
        prepare(hashing, user, password)
        monkeypatch.undo()
        set_password(cast, "Blue-Horse-9")

    monkeypatch.setattr(password_policy.Hashing, "prepare", slow)
    with pytest.raises(ConcurrentModification, match="try again"):
        credentials.change_password(call_of(dana), old_password=GOOD, new_password="Blue-Horse-8")
    assert User.objects.get().check_password("Blue-Horse-9")


def test_ten_wrong_old_passwords_make_one_wait_and_count_when_signing_in(cast: Cast, dana: User) -> None:
    for _ in range(10):
        with pytest.raises(InvalidCurrentPassword):
            credentials.change_password(call_of(dana), old_password="wrong", new_password="Blue-Horse-8")
    with pytest.raises(ThrottlingError, match="Too many attempts"):
        credentials.change_password(call_of(dana), old_password=GOOD, new_password="Blue-Horse-8")
    with pytest.raises(ThrottlingError):
        enter(GOOD)


def test_what_the_action_does_not_take_is_refused_before_anything_is_hashed(cast: Cast, dana: User) -> None:
    with pytest.raises(ValidationError):
        credentials.change_password(call_of(dana), old_password="", new_password="")
