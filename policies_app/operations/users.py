from policies_app.models import Group, User
from policies_app.models.prepared import Prepared

from . import identities
from .calls import Call, operation
from .creation import Tags
from .errors import DeleteConflict
from .lists import Asked, Paging, Table


@operation("CreateUser")
def create_user(
    call: Call,
    *,
    user_name: str,
    path: str = "/",
    permissions_boundary: str | None = None,
    tags: Tags | None = None,
) -> User:
    user = User(account_id=call.account_id, name=user_name, path=path)
    user.set_unusable_password()
    return identities.create(call, user, tags=tags, boundary_arn=permissions_boundary)


@operation("GetUser", reads=True)
def get_user(call: Call, *, user_name: str) -> User:
    user = identities.find(call, User, user_name)
    call.authorize(user)
    return user


@operation("ListUsers", reads=True)
def list_users(
    call: Call,
    *,
    path_prefix: str = "/",
    search: str = "",
    marker: str = "",
    max_items: int = 100,
    backwards: bool = False,
    asked: Asked | None = None,
) -> Table[User]:
    """`search` is a part of the name, in any case."""
    paging = Paging(marker=marker, max_items=max_items, backwards=backwards)
    return identities.list_page(call, User, path_prefix, search, paging, asked)


@operation("UpdateUser")
def update_user(call: Call, *, user_name: str, new_user_name: str | None = None, new_path: str | None = None) -> User:
    user = identities.find(call, User, user_name, lock=True)
    return identities.rename(call, user, new_user_name, new_path)


@operation("DeleteUser")
def delete_user(call: Call, *, user_name: str) -> None:
    user = identities.find(call, User, user_name, lock=True)
    call.authorize(user)
    identities.refuse_while_in_use(user)
    if user.memberships.exists():
        raise DeleteConflict("Cannot delete entity, must remove users from group first.")
    if user.access_keys.exists():
        raise DeleteConflict("Cannot delete entity, must delete access keys first.")
    if user.has_console_password:
        raise DeleteConflict("Cannot delete entity, must delete login profile first.")
    call.concerns(user.boundary)
    user.delete()


@operation("ListGroupsForUser", reads=True)
def list_groups_for_user(call: Call, *, user_name: str) -> list[Group]:
    user = identities.find(call, User, user_name)
    call.authorize(user)
    return _groups_of(user.pk)


_groups_of = Prepared(lambda pk: Group.objects.filter(memberships__user_id=pk).order_by("name__lower"), int)
