from typing import Any

from console.api.registry import Action, InPages, Output, page_of
from policies_app.models import Group, User
from policies_app.operations import groups, users
from policies_app.operations.pages import Page

from .users import listed as listed_user


def listed(group: Group) -> dict[str, Any]:
    return {
        "Path": group.path,
        "GroupName": group.name,
        "GroupId": group.unique_id,
        "Arn": group.arn,
        "CreateDate": group.created,
    }


def created(group: Group) -> Output:
    return {"Group": listed(group)}


def with_members(found: tuple[Group, Page[User]]) -> Output:
    group, members = found
    return created(group) | page_of("Users", listed_user)(members)


ACTIONS = {
    "CreateGroup": Action(groups.create_group, created),
    "GetGroup": Action(groups.get_group, with_members),
    "ListGroups": Action(groups.list_groups, page_of("Groups", listed)),
    "UpdateGroup": Action(groups.update_group),
    "DeleteGroup": Action(groups.delete_group),
    "AddUserToGroup": Action(groups.add_user_to_group),
    "RemoveUserFromGroup": Action(groups.remove_user_from_group),
    "ListGroupsForUser": Action(
        InPages("ListGroupsForUser", users.list_groups_for_user, lambda group: group.name.lower()),
        page_of("Groups", listed),
    ),
}
