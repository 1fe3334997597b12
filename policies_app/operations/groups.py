from policies_app.models import Group, Membership, User

from . import identities
from .calls import Call, operation
from .errors import DeleteConflict, LimitExceeded
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
) -> Page[Group]:
    paging = {"marker": marker, "max_items": max_items, "backwards": backwards}
    return identities.list_page(call, Group, path_prefix, search, paging)


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
    group = identities.find(call, Group, group_name, lock=True)
    call.authorize(group)
    user = identities.find(call, User, user_name, lock=True)
    others = user.memberships.exclude(group=group).count()
    if others >= GROUPS_PER_USER:
        raise LimitExceeded(f"Cannot exceed quota for GroupsPerUser: {GROUPS_PER_USER}")
    Membership.objects.get_or_create(user=user, group=group)


@operation("RemoveUserFromGroup")
def remove_user_from_group(call: Call, *, group_name: str, user_name: str) -> None:
    group = identities.find(call, Group, group_name, lock=True)
    call.authorize(group)
    user = identities.find(call, User, user_name, lock=True)
    Membership.objects.filter(user=user, group=group).delete()
