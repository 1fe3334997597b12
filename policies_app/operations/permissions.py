"""Django's `has_perm`, answered by the engine: `policies_app.view_user` asks for `iam:GetUser`, and so on."""

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from policies_app.engine.evaluator import Decision
from policies_app.models import Identity, InstanceProfile, Policy, User
from policies_app.models.instance_profiles import instance_profile_arn
from policies_app.models.policies import policy_arn
from policies_app.models.prepared import Prepared

from .calls import Call

# (Django's verb, model) -> the IAM action that is asked for on the object.
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
    ("view", "instanceprofile"): "iam:GetInstanceProfile",
    ("view", "account"): "iam:GetAccountSummary",
    ("view", "passwordpolicy"): "iam:GetAccountPasswordPolicy",
    # The one IAM action that gives out every document of an account.
    ("view", "document"): "iam:GetAccountAuthorizationDetails",
    ("view", "event"): "cloudtrail:LookupEvents",
}
# To view a model, no object named, is to list its rows.
LISTS = {
    "user": "iam:ListUsers",
    "group": "iam:ListGroups",
    "role": "iam:ListRoles",
    "policy": "iam:ListPolicies",
    "instanceprofile": "iam:ListInstanceProfiles",
}
# Their actions have no resource type in IAM, so they are asked for on everything.
WITHOUT_RESOURCE = {"account", "passwordpolicy", "document", "event"}

# With the account, whose id and alias are on top of every page.
_signed_in = Prepared(lambda key: User.objects.filter(pk=key).select_related("account"), int)


class PolicyBackend(BaseBackend):
    """Loads the signed-in user and answers permission questions; passwords are checked by `sign_in`."""

    def get_user(self, user_id: int) -> User | None:
        return _signed_in.first(user_id)

    def has_perm(self, user_obj: User | AnonymousUser, perm: str, obj: Model | None = None) -> bool:
        if not isinstance(user_obj, User):
            return False
        app_label, _, codename = perm.partition(".")
        verb, _, model = codename.partition("_")
        decision = decide_permission(_call(user_obj), verb, model, obj) if app_label == "policies_app" else None
        return decision is not None and decision.allowed


def decide_permission(call: Call, verb: str, model: str, obj: Model | None = None) -> Decision | None:
    """What the engine says to Django's question, or None when no action stands for it, which allows nobody."""
    listing = verb == "view" and obj is None and model in LISTS
    action = LISTS[model] if listing else ACTIONS.get((verb, model))
    if action is None:
        return None
    match obj:
        case Identity() | Policy() | InstanceProfile():
            return call.may(action, obj)
        case _ if model in WITHOUT_RESOURCE:
            return call.may(action, "*")
    # Lists are asked for as the operations ask. A row still to be made has no name: only what covers all names will do.
    return call.may(action, any_arn(call, model, "" if listing else "*"))


def any_arn(call: Call, model: str, name: str = "*") -> str:
    """The ARN of all the rows of a kind in the caller's account."""
    if model == "policy":
        return policy_arn(call.account_id, name)
    if model == "instanceprofile":
        return instance_profile_arn(call.account_id, name)
    return f"arn:aws:iam::{call.account_id}:{model}/{name}"


def _call(user: User) -> Call:
    """The request's own call, which knows the request's context keys; outside of a request, one without them."""
    call = getattr(user, "call", None)
    return call if isinstance(call, Call) else Call.by_user(user)
