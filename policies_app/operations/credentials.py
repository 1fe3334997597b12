"""Sign-in passwords: IAM calls having one "a login profile"."""

from typing import Any

from django.utils import timezone

from policies_app.models import User

from . import console_sessions, guessing, identities, password_policy, service_model
from .calls import Call, operation
from .errors import (
    EntityAlreadyExists,
    InvalidCurrentPassword,
    InvalidUserType,
    NoSuchEntity,
    ThrottlingError,
)
from .password_policy import Hashing


def _hash(call: Call, *, user_name: str, password: str | None = None, **_: Any) -> Hashing:
    """For whoever may set the password; who may not waits for nothing."""
    hashing = Hashing()
    if password and (user := _allowed(call, user_name)):
        hashing.prepare(user, password)
    return hashing


def _hash_own(call: Call, *, old_password: str, new_password: str) -> Hashing:
    hashing = Hashing()
    user = _allowed(call, str(call.context.get("aws:username", "")))
    if user is None or not user.has_console_password:
        return hashing
    try:
        guessing.refuse(user.account_id, user.arn, call.origin)
    except ThrottlingError:
        return hashing
    if hashing.compare(old_password, user.password):
        hashing.prepare(user, new_password)
    return hashing


def _allowed(call: Call, user_name: str) -> User | None:
    """The user, where their password may be set."""
    user = identities.look_up(call, User, user_name)
    return user if user and call.may(call.action, user).allowed else None


@operation("CreateLoginProfile", before=_hash)
def create_login_profile(
    call: Call, *, user_name: str, password: str | None = None, password_reset_required: bool = False
) -> User:
    """IAM's model lets the password be left out, which is for the root users of an organization's accounts."""
    if password is None:
        raise service_model.missing("password")
    user = identities.find(call, User, user_name, lock=True)
    call.authorize(user)
    if user.has_console_password:
        raise EntityAlreadyExists(f"Login Profile for user {user.name} already exists.")
    _set_password(call, user, password, reset_required=password_reset_required)
    return user


@operation("GetLoginProfile", reads=True)
def get_login_profile(call: Call, *, user_name: str) -> User:
    """The user, when there is a password to sign in with."""
    user = identities.find(call, User, user_name)
    call.authorize(user)
    _require_password(user)
    return user


@operation("UpdateLoginProfile", before=_hash)
def update_login_profile(
    call: Call, *, user_name: str, password: str | None = None, password_reset_required: bool | None = None
) -> None:
    """What is not given stays, but that a new password need not be changed unless it is asked for."""
    user = identities.find(call, User, user_name, lock=True)
    call.authorize(user)
    _require_password(user)
    if password is not None:
        _set_password(call, user, password, reset_required=bool(password_reset_required))
    elif password_reset_required is not None:
        user.password_reset_required = password_reset_required
        user.save()


@operation("DeleteLoginProfile")
def delete_login_profile(call: Call, *, user_name: str) -> None:
    user = identities.find(call, User, user_name, lock=True)
    call.authorize(user)
    _require_password(user)
    password_policy.remember(user)
    user.set_unusable_password()
    user.password_reset_required = False
    user.save()
    console_sessions.end_all(user)


@operation("ChangePassword", before=_hash_own)
def change_password(call: Call, *, old_password: str, new_password: str) -> None:
    """One's own: the user is the caller, so there is no name to give."""
    if "aws:username" not in call.context:
        raise InvalidUserType("Only IAM Users can change their own password.")
    user = identities.find(call, User, call.user_name, lock=True)
    call.authorize(user)
    _require_password(user)
    guessing.refuse(user.account_id, user.arn, call.origin)
    hashing: Hashing = call.prepared
    if not hashing.matches(old_password, user.password):
        raise InvalidCurrentPassword("The old password was incorrect.")
    _set_password(call, user, new_password, reset_required=False)


def _require_password(user: User) -> None:
    if not user.has_console_password:
        raise NoSuchEntity(f"Login Profile for User {user.name} cannot be found.")


def _set_password(call: Call, user: User, password: str, *, reset_required: bool) -> None:
    hashing: Hashing = call.prepared
    password_policy.refuse_unfit(user, password, hashing)
    now = timezone.now()
    if not user.has_console_password:
        user.login_profile_created = now
    password_policy.remember(user)
    user.password = hashing.hash_of(password)
    user.password_changed = now
    user.password_reset_required = reset_required
    user.save()
    console_sessions.end_all(user)
