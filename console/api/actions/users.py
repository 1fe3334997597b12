from typing import Any

from console.api.registry import Action, Output, boundary_of, own_by_default, page_of, tags_as_given, tags_of
from policies_app.models import User
from policies_app.operations import users


def listed(user: User) -> dict[str, Any]:
    """What lists tell of a user: neither the tags nor the boundary."""
    return {
        "Path": user.path,
        "UserName": user.name,
        "UserId": user.unique_id,
        "Arn": user.arn,
        "CreateDate": user.created,
        "PasswordLastUsed": user.last_login,
    }


def created(user: User) -> Output:
    return {"User": listed(user) | {"PermissionsBoundary": boundary_of(user), "Tags": tags_as_given(user)}}


def whole(user: User) -> Output:
    return {"User": listed(user) | {"PermissionsBoundary": boundary_of(user), "Tags": tags_of(user) or None}}


ACTIONS = {
    "CreateUser": Action(users.create_user, created),
    "GetUser": Action(users.get_user, whole, own_by_default),
    "ListUsers": Action(users.list_users, page_of("Users", listed)),
    "UpdateUser": Action(users.update_user),
    "DeleteUser": Action(users.delete_user),
}
