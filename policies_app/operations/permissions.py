"""Django's `has_perm`, answered by the engine: `policies_app.view_user` asks for `iam:GetUser`, and so on."""

from django.contrib.auth.backends import BaseBackend
from django.db.models import Model

from policies_app.models import Identity, Policy, User

from .calls import Call

# (Django's verb, model) -> the IAM action; without an object, "view" asks for the list.
ACTIONS = {
    ("view", "user"): "iam:GetUser",
    ("add", "user"): "iam:CreateUser",
    ("change", "user"): "iam:UpdateUser",
    ("delete", "user"): "iam:DeleteUser",
    ("view", "group"): "iam:GetGroup",
    ("add", "group"): "iam:CreateGroup",
    ("change", "group"): "iam:UpdateGroup",
    ("delete", "group"): "iam:DeleteGroup",
    ("view", "role"): "iam:GetRole",
    ("add", "role"): "iam:CreateRole",
    ("change", "role"): "iam:UpdateRole",
    ("delete", "role"): "iam:DeleteRole",
    ("view", "policy"): "iam:GetPolicy",
    ("add", "policy"): "iam:CreatePolicy",
    ("change", "policy"): "iam:CreatePolicyVersion",
    ("delete", "policy"): "iam:DeletePolicy",
    ("view", "event"): "cloudtrail:LookupEvents",
}
LISTS = {"user": "iam:ListUsers", "group": "iam:ListGroups", "role": "iam:ListRoles", "policy": "iam:ListPolicies"}


class PolicyBackend(BaseBackend):
    """Loads the signed-in user and answers permission questions; passwords are checked by `sign_in`."""

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id).first()

    def has_perm(self, user_obj: User, perm: str, obj: Model | None = None) -> bool:
        call = user_obj.call or Call.by_user(user_obj)
        verb, _, model = perm.removeprefix("policies_app.").partition("_")
        action = LISTS.get(model) if verb == "view" and obj is None else None
        action = action or ACTIONS.get((verb, model))
        return action is not None and call.may(action, _resource(call, model, obj)).allowed


def _resource(call: Call, model: str, obj: Model | None) -> str | Identity | Policy:
    """The object itself; without one, all of its kind in the account, which only a wide enough policy covers."""
    match obj:
        case Identity() | Policy():
            return obj
        case _ if model == "event":
            return "*"
    return f"arn:aws:iam::{call.account_id}:{model}/*"
