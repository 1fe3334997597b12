"""Sign-in passwords: IAM calls having one "a login profile"."""

from django.utils import timezone

from policies_app.models import User

from . import identities, password_policy, service_model
from .calls import Call, operation
from .errors import EntityAlreadyExists, InvalidCurrentPassword, InvalidUserType, NoSuchEntity


@operation("CreateLoginProfile")
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
def update_login_profile(
    call: Call, *, user_name: str, password: str | None = None, password_reset_required: bool | None = None
) -> None:
    """What is not given stays, but that a new password need not be changed unless it is asked for."""
    user = identities.find(call, User, user_name, lock=True)
    call.authorize(user)
    _require_password(user)
    if password is not None:
        _set_password(user, password, reset_required=bool(password_reset_required))
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


@operation("ChangePassword")
def change_password(call: Call, *, old_password: str, new_password: str) -> None:
    """One's own: the user is the caller, so there is no name to give."""
    if "aws:username" not in call.context:
        raise InvalidUserType("Only IAM Users can change their own password.")
    user = identities.find(call, User, call.user_name, lock=True)
    call.authorize(user)
    _require_password(user)
    if not user.check_password(old_password):
        raise InvalidCurrentPassword("The old password was incorrect.")
    _set_password(user, new_password, reset_required=False)


def _require_password(user: User) -> None:
    if not user.has_console_password:
        raise NoSuchEntity(f"Login Profile for User {user.name} cannot be found.")


def _set_password(user: User, password: str, *, reset_required: bool) -> None:
    password_policy.refuse_unfit(user, password)
    now = timezone.now()
    if not user.has_console_password:
        user.login_profile_created = now
    password_policy.remember(user)
    user.set_password(password)
    user.password_changed = now
    user.password_reset_required = reset_required
    user.save()
