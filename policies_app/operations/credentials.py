"""Sign-in passwords: IAM calls having one "a login profile"."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as InvalidPassword
from django.utils import timezone

from policies_app.models import User

from . import identities
from .calls import Call, operation
from .errors import EntityAlreadyExists, InvalidCurrentPassword, NoSuchEntity, PasswordPolicyViolation


@operation("CreateLoginProfile")
def create_login_profile(call: Call, *, user_name: str, password: str, password_reset_required: bool = False) -> User:
    user = identities.find(call, User, user_name, lock=True)
    call.authorize(user)
    if user.has_console_password:
        raise EntityAlreadyExists(f"Login Profile for user {user.name} already exists.")
    _set_password(user, password, reset_required=password_reset_required)
    return user


@operation("GetLoginProfile", reads=True)
def get_login_profile(call: Call, *, user_name: str) -> User:
    """The user, when there is a password to sign in with."""
    user = identities.find(call, User, user_name)
    call.authorize(user)
    _require_password(user)
    return user


@operation("UpdateLoginProfile")
def update_login_profile(call: Call, *, user_name: str, password: str, password_reset_required: bool = False) -> None:
    user = identities.find(call, User, user_name, lock=True)
    call.authorize(user)
    _require_password(user)
    _set_password(user, password, reset_required=password_reset_required)


@operation("DeleteLoginProfile")
def delete_login_profile(call: Call, *, user_name: str) -> None:
    user = identities.find(call, User, user_name, lock=True)
    call.authorize(user)
    _require_password(user)
    user.set_unusable_password()
    user.save()


@operation("ChangePassword")
def change_password(call: Call, *, old_password: str, new_password: str) -> None:
    """One's own: the user is the caller, so there is no name to give."""
    user = identities.find(call, User, call.user_name, lock=True)
    call.authorize(user)
    if not user.check_password(old_password):
        raise InvalidCurrentPassword("The old password was incorrect.")
    _set_password(user, new_password, reset_required=False)


def _require_password(user: User) -> None:
    if not user.has_console_password:
        raise NoSuchEntity(f"Login Profile for User {user.name} cannot be found.")


def _set_password(user: User, password: str, *, reset_required: bool) -> None:
    try:
        validate_password(password, user)
    except InvalidPassword as error:
        raise PasswordPolicyViolation(" ".join(error.messages)) from error
    user.set_password(password)
    user.password_changed = timezone.now()
    user.password_reset_required = reset_required
    user.save()
