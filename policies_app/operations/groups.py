from policies_app.models import Group, Membership, User
from policies_app.models.identities import identity_arn

from . import identities
from .calls import Call, operation
from .errors import DeleteConflict, LimitExceeded
from .lists import Asked, Paging, Table
from .pages import Page, page_by_name

GROUPS_PER_USER = 10


@operation("CreateGroup")
def create_group(call: Call, *, group_name: str, path: str = "/") -> Group:
    return identities.create(call, Group(account_id=call.account_id, name=group_name, path=path))


@operation("GetGroup", reads=True)
def get_group(call: Call, *, group_name: str, marker: str = "", max_items: int = 100) -> tuple[Group, Page[User]]:
    """The group and a page of its members."""
    group = identities.find(call, Group, group_name)
    call.authorize(group)
    return group, page_by_name(User.objects.filter(groups=group), marker=marker, max_items=max_items)


@operation("ListGroups", reads=True)
def list_groups(
    call: Call,
    *,
    path_prefix: str = "/",
    search: str = "",
    marker: str = "",
    max_items: int = 100,
    backwards: bool = False,
    asked: Asked | None = None,
) -> Table[Group]:
    paging = Paging(marker=marker, max_items=max_items, backwards=backwards)
    return identities.list_page(call, Group, path_prefix, search, paging, asked)


@operation("UpdateGroup")
def update_group(
    call: Call, *, group_name: str, new_group_name: str | None = None, new_path: str | None = None
) -> Group:
    group = identities.find(call, Group, group_name, lock=True)
    return identities.rename(call, group, new_group_name, new_path)


@operation("DeleteGroup")
def delete_group(call: Call, *, group_name: str) -> None:
    group = identities.find(call, Group, group_name, lock=True)
    call.authorize(group)
    identities.refuse_while_in_use(group)
    if group.memberships.exists():
        raise DeleteConflict("Cannot delete entity, must remove users from group first.")
    group.delete()


@operation("AddUserToGroup")
def add_user_to_group(call: Call, *, group_name: str, user_name: str) -> None:
    """Adding a member again changes nothing."""
    group, user = _find_both(call, group_name, user_name)
    others = user.memberships.exclude(group=group).count()
    if others >= GROUPS_PER_USER:
        raise LimitExceeded(f"Cannot exceed quota for GroupsPerUser: {GROUPS_PER_USER}")
    Membership.objects.get_or_create(user=user, group=group)


@operation("RemoveUserFromGroup")
def remove_user_from_group(call: Call, *, group_name: str, user_name: str) -> None:
    """Removing who is not a member changes nothing."""
    group, user = _find_both(call, group_name, user_name)
    Membership.objects.filter(user=user, group=group).delete()


def _find_both(call: Call, group_name: str, user_name: str) -> tuple[Group, User]:
    """Both locked. The permission is on the group alone; of two that are absent AWS names the user."""
    group = identities.look_up(call, Group, group_name, lock=True)
    call.authorize(group or identity_arn(call.account_id, Group.KIND, group_name))
    user = identities.look_up(call, User, user_name, lock=True)
    if user is None:
        raise identities.absent(User, user_name)
    if group is None:
        raise identities.absent(Group, group_name)
    return group, user
