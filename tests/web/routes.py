"""Every route with a request of each kind to it, the actions that it needs, and somebody to ask.

`ROUTES` is the table that test_every_route.py proves guarded, and fails for a route that is missing from it.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from policies_app.operations import credentials
from tests.company import INLINE, KEY_ID, OWN, PASSWORD, SESSION_ID, SPARE
from tests.factories import TRUST, Cast, document
from tests.web.drafts import draft_of


@dataclass(frozen=True, slots=True)
class Route:
    """A request and the actions that it needs, all of them. Without `data` it is a GET, which is answered by a page;
    a POST leads to another page, unless its own answer `is_a_page`. `draft` is what a wizard has gathered before."""

    name: str
    kwargs: dict[str, str] = field(default_factory=dict)
    actions: tuple[str, ...] = ()
    data: dict[str, Any] | None = None
    query: str = ""
    is_a_page: bool = False
    draft: dict[str, Any] | None = None

    @property
    def url(self) -> str:
        return reverse(self.name, kwargs=self.kwargs) + self.query

    def drafted(self, client: Client) -> dict[str, str]:
        return {"draft": draft_of(client, **self.draft)} if self.draft and client.cookies else {}

    def address(self, client: Client) -> str:
        """Of the page, with the draft, which is sealed for whoever is signed in."""
        drafted = urlencode(self.drafted(client))
        return f"{self.url}{'&' if self.query else '?'}{drafted}" if drafted else self.url

    def ask(self, client: Client) -> Any:
        if self.data is not None:
            return client.post(self.url, self.data | self.drafted(client))
        return client.get(self.address(client))

    def __str__(self) -> str:
        return f"{'GET' if self.data is None else 'POST'} {self.name}"


USER, GROUP, ROLE = {"user_name": "dana"}, {"group_name": "devs"}, {"role_name": "builder"}
KEY, OWN_KEY = USER | {"access_key_id": KEY_ID}, {"access_key_id": "AKIARZPUZDIKEXAMPLE2"}
POLICY = {"scope": "local", "policy_name": "Own"}
SPARE_POLICY = {"scope": "local", "policy_name": "Spare"}
V2 = POLICY | {"version_id": "v2"}
FRED = {"user_name": "fred"}
TEXT = {"policy_document": document("s3:PutObject")}
NEW_PASSWORD = {"password": "a-long-and-odd-one-7"}
OWN_SESSION = "0e55" * 10
QUESTION = "?action=s3:GetObject&resource=*"
NO_TAGS = {"tags-TOTAL_FORMS": "0", "tags-INITIAL_FORMS": "0"}
ONE_TAG = {"tags-TOTAL_FORMS": "1", "tags-INITIAL_FORMS": "0", "tags-0-key": "team", "tags-0-value": "blue"}


NO_TEAM = {"tags-TOTAL_FORMS": "1", "tags-INITIAL_FORMS": "1", "tags-0-shown_key": "team", "tags-0-shown_value": "red"}


def based_on(text: str) -> dict[str, str]:
    """The form's note of which document was edited."""
    return {"base_sha256": sha256(text.encode()).hexdigest()}


def of_list(section: str, kind: str, name: str) -> list[Route]:
    """The list, its file, and its changes of several rows, here of one."""
    listed, chosen = (f"iam:List{section.capitalize()}",), {"chosen": [name]}
    delete, attach, tag = f"iam:Delete{kind}", f"iam:Attach{kind}Policy", f"iam:Tag{kind}"
    forms = {
        "delete": ((delete,), {"typed": "delete"}),
        "attach": ((attach,), {"policy": SPARE}),
        "tag": ((tag,), {"key": "team", "value": "blue"}),
        "add-to-group": (("iam:AddUserToGroup",), {"group": "devs"}),
    }
    of_kind = {"User": forms, "Role": forms.keys() - {"add-to-group"}, "Group": {"delete", "attach"}}
    return [
        Route(f"{section}:list", actions=listed),
        Route(f"{section}:export", actions=listed),
        Route(f"{section}:change", actions=listed, query=f"?change=delete&chosen={quote(name)}"),
        *(
            Route(f"{section}:change", {}, needed, data | chosen, f"?change={change}", is_a_page=True)
            for change, (needed, data) in forms.items()
            if change in of_kind.get(kind, {"delete", "tag"})
        ),
    ]


SPARE_ONE = {"User": "erin", "Group": "empty", "Role": "idle"}


def of_identity(section: str, kind: str, name: dict[str, str], edit: dict[str, str]) -> list[Route]:
    """What users, groups and roles have alike."""
    inline = name | INLINE
    everything = {"typed_name": next(iter(name.values())), "everything": "on"}
    attached, inlined = f"iam:ListAttached{kind}Policies", f"iam:List{kind}Policies"
    read_all = (f"iam:Get{kind}", attached, inlined)
    saved = TEXT | based_on(document("s3:ListBucket"))
    return [
        *of_list(section, kind, SPARE_ONE[kind]),
        Route(f"{section}:edit", name, (f"iam:Get{kind}", f"iam:Update{kind}")),
        Route(f"{section}:edit", name, (f"iam:Update{kind}",), edit),
        Route(f"{section}:events", name, (f"iam:Get{kind}", "cloudtrail:LookupEvents")),
        Route(f"{section}:why", name, (f"iam:Get{kind}", "iam:SimulatePrincipalPolicy"), query=QUESTION),
        Route(f"{section}:last_accessed", name, (f"iam:Get{kind}",)),
        Route(f"{section}:last_accessed", name, (f"iam:Get{kind}", "iam:GenerateServiceLastAccessedDetails"), {}),
        Route(f"{section}:attach", name, (f"iam:Get{kind}", attached, "iam:ListPolicies", f"iam:Attach{kind}Policy")),
        Route(f"{section}:attach", name, (f"iam:Attach{kind}Policy",), {"policy_arn": SPARE}),
        Route(f"{section}:detach", name, (f"iam:Detach{kind}Policy",), {"policy_arn": OWN}),
        Route(f"{section}:inline_create", name, (f"iam:Get{kind}", f"iam:Put{kind}Policy")),
        Route(f"{section}:inline_create", name, (f"iam:Put{kind}Policy",), TEXT | {"policy_name": "New"}),
        Route(f"{section}:inline_edit", inline, (f"iam:Get{kind}Policy",)),
        Route(f"{section}:inline_edit", inline, (f"iam:Put{kind}Policy",), saved),
        Route(f"{section}:inline_convert", inline, (f"iam:Get{kind}Policy", "iam:CreatePolicy")),
        Route(
            f"{section}:inline_convert",
            inline,
            (f"iam:Get{kind}Policy", "iam:CreatePolicy", f"iam:Attach{kind}Policy", f"iam:Delete{kind}Policy"),
            {"policy_name": "Made", "path": "/"} | based_on(document("s3:ListBucket")),
        ),
        Route(f"{section}:inline_delete", inline, (f"iam:Get{kind}Policy", f"iam:Delete{kind}Policy")),
        Route(f"{section}:inline_delete", inline, (f"iam:Delete{kind}Policy",), {"typed_name": "Inline"}),
        Route(f"{section}:clone", name, (*read_all, *READ_FOR_CLONING[kind], f"iam:Create{kind}")),
        Route(
            f"{section}:clone",
            name,
            (*read_all, *READ_FOR_CLONING[kind], *DONE_FOR_CLONING[kind]),
            {next(iter(name)): "twin", "path": "/", "take": TAKEN[kind]},
        ),
        Route(f"{section}:delete", name, (*read_all, *READ_FOR_DELETION[kind], f"iam:Delete{kind}")),
        Route(f"{section}:delete", name, (attached, f"iam:Detach{kind}Policy"), {"resolve": f"policy:{OWN}"}),
        Route(
            f"{section}:delete",
            name,
            (
                *(attached, inlined, f"iam:Detach{kind}Policy", f"iam:Delete{kind}Policy", f"iam:Delete{kind}"),
                *READ_FOR_DELETION[kind],
                *DONE_FOR_DELETION[kind],
            ),
            everything,
        ),
    ]


def of_bounded(section: str, kind: str, name: dict[str, str]) -> list[Route]:
    """What users and roles have alike."""
    put, remove = f"iam:Put{kind}PermissionsBoundary", f"iam:Delete{kind}PermissionsBoundary"
    return [
        Route(f"{section}:boundary", name, (f"iam:Get{kind}", "iam:ListPolicies", put)),
        Route(f"{section}:boundary", name, (put,), {"policy_arn": SPARE}),
        Route(f"{section}:delete_boundary", name, (f"iam:Get{kind}", remove)),
        Route(f"{section}:delete_boundary", name, (remove,), {}),
        Route(f"{section}:tags", name, (f"iam:Get{kind}", f"iam:List{kind}Tags")),
        Route(f"{section}:tags", name, (f"iam:Tag{kind}",), ONE_TAG),
    ]


READ_FOR_CLONING = {"User": ("iam:ListGroupsForUser",), "Group": (), "Role": ()}
TAKEN = {"User": ["groups", "attached", "inline"], "Group": ["attached", "inline"], "Role": ["attached", "inline"]}
DONE_FOR_CLONING = {
    kind: (
        *(f"iam:Create{kind}", f"iam:Attach{kind}Policy", f"iam:Get{kind}Policy", f"iam:Put{kind}Policy"),
        *(("iam:AddUserToGroup",) if kind == "User" else ()),
    )
    for kind in TAKEN
}
READ_FOR_DELETION = {
    "User": ("iam:ListGroupsForUser", "iam:ListAccessKeys", "iam:GetLoginProfile"),
    "Group": ("iam:GetGroup",),
    "Role": ("iam:ListInstanceProfilesForRole",),
}
DONE_FOR_DELETION = {
    "User": ("iam:RemoveUserFromGroup", "iam:DeleteAccessKey", "iam:DeleteLoginProfile"),
    "Group": ("iam:RemoveUserFromGroup",),
    "Role": ("iam:RemoveRoleFromInstanceProfile",),
}

ROUTES = [
    Route("dashboard", actions=("iam:GetAccountSummary", "cloudtrail:LookupEvents")),
    Route("events:list", actions=("cloudtrail:LookupEvents",)),
    Route("events:detail", {"sequence": "1"}, ("cloudtrail:LookupEvents", "iam:GetPolicyVersion")),
    Route("events:verify", actions=("cloudtrail:LookupEvents",)),
    Route("events:export", {"file_format": "csv"}, ("cloudtrail:LookupEvents",)),
    Route("events:export", {"file_format": "jsonl"}, ("cloudtrail:LookupEvents",)),
    # Account
    Route("account:overview", actions=("iam:ListAccountAliases",)),
    Route("account:alias", actions=("iam:CreateAccountAlias",)),
    Route("account:alias", actions=("iam:CreateAccountAlias",), data={"account_alias": "another"}),
    Route("account:delete_alias", actions=("iam:ListAccountAliases", "iam:DeleteAccountAlias")),
    Route(
        "account:delete_alias",
        actions=("iam:ListAccountAliases", "iam:DeleteAccountAlias"),
        data={"typed_name": "the-company"},
    ),
    Route("account:password_policy", actions=("iam:GetAccountPasswordPolicy",)),
    Route(
        "account:edit_password_policy",
        actions=("iam:GetAccountPasswordPolicy", "iam:UpdateAccountPasswordPolicy"),
    ),
    Route(
        "account:edit_password_policy",
        actions=("iam:UpdateAccountPasswordPolicy",),
        data={"minimum_password_length": "12"},
    ),
    Route("account:delete_password_policy", actions=("iam:DeleteAccountPasswordPolicy",)),
    Route(
        "account:delete_password_policy",
        actions=("iam:DeleteAccountPasswordPolicy",),
        data={"typed_name": "default"},
    ),
    Route("account:quotas", actions=("iam:GetAccountSummary",), query="?fullest=1"),
    Route("account:credential_report", actions=("iam:GetCredentialReport",)),
    Route("account:generate_credential_report", actions=("iam:GenerateCredentialReport",), data={}),
    Route("account:credential_report_file", actions=("iam:GetCredentialReport",)),
    Route("account:authorization_details", actions=("iam:GetAccountAuthorizationDetails",)),
    Route("authorization_details_file", actions=("iam:GetAccountAuthorizationDetails",)),
    Route(
        "search:results",
        actions=("iam:ListUsers", "iam:ListGroups", "iam:ListRoles", "iam:ListPolicies"),
        query="?q=de",
    ),
    Route(
        "me:permissions",
        actions=(
            "iam:GetUser",
            "iam:ListGroupsForUser",
            "iam:ListAttachedUserPolicies",
            "iam:ListUserPolicies",
            "iam:GetUserPolicy",
        ),
    ),
    Route(
        "me:access",
        actions=(
            *("iam:GetUser", "iam:ListGroupsForUser", "iam:ListAttachedUserPolicies", "iam:ListUserPolicies"),
            "iam:GetUserPolicy",
        ),
    ),
    Route("me:policy", POLICY, ("iam:GetPolicy", "iam:ListPolicyVersions", "iam:GetPolicyVersion")),
    Route("me:inline_policy", {"policy_name": "P0"}, ("iam:GetUserPolicy",)),
    Route("me:group_policy", GROUP | INLINE, ("iam:GetGroupPolicy",)),
    Route(
        "me:password",
        actions=("iam:ChangePassword",),
        data={"old_password": PASSWORD, "new_password": "a-long-and-odd-one-7", "repeated": "a-long-and-odd-one-7"},
    ),
    Route("me:credentials", actions=("iam:GetLoginProfile", "iam:ListAccessKeys")),
    Route("me:sessions", actions=("iam:GetLoginProfile",)),
    Route("me:revoke_session", {"session_id": OWN_SESSION}, ("iam:ChangePassword",), {}),
    Route("me:revoke_sessions", actions=("iam:ChangePassword",), data={}),
    Route("me:events", actions=("cloudtrail:LookupEvents",)),
    Route("me:why", actions=("iam:SimulatePrincipalPolicy",), query=QUESTION),
    Route("me:create_access_key", actions=("iam:CreateAccessKey",), data={}, is_a_page=True),
    Route("me:access_key_status", OWN_KEY, ("iam:UpdateAccessKey",), {"status": "Inactive"}),
    Route("me:delete_access_key", OWN_KEY, ("iam:ListAccessKeys", "iam:DeleteAccessKey")),
    Route("me:delete_access_key", OWN_KEY, ("iam:DeleteAccessKey",), {"typed_name": OWN_KEY["access_key_id"]}),
    # Users
    *of_identity("users", "User", USER, {"new_user_name": "dana", "new_path": "/eng/"}),
    *of_bounded("users", "User", USER),
    Route("users:create", actions=("iam:CreateUser",)),
    Route("users:create", actions=("iam:CreateUser",), data=NO_TAGS | {"user_name": "fred", "path": "/"}),
    Route("users:create_permissions", actions=("iam:ListGroups",), query="?way=groups", draft=FRED),
    Route("users:create_permissions", actions=("iam:ListUsers",), query="?way=copy", draft=FRED),
    Route("users:create_permissions", actions=("iam:ListPolicies",), query="?way=policies", draft=FRED),
    Route("users:create_boundary", actions=("iam:ListPolicies",), draft=FRED),
    Route(
        "users:create_review",
        actions=("iam:GetUser", "iam:ListGroupsForUser", "iam:ListAttachedUserPolicies", "iam:ListUserPolicies"),
        draft=FRED | {"copied_arn": "arn:aws:iam::123456789012:user/dana"},
    ),
    Route(
        "users:create_result",
        actions=("iam:CreateUser", "iam:CreateLoginProfile", "iam:AddUserToGroup", "iam:AttachUserPolicy"),
        data={},
        draft=FRED
        | {"sign_in": "generated", "group_arns": ["arn:aws:iam::123456789012:group/empty"], "policy_arns": [SPARE]},
        is_a_page=True,
    ),
    Route(
        "users:detail",
        USER,
        (
            "iam:GetUser",
            "iam:ListAttachedUserPolicies",
            "iam:ListUserPolicies",
            "iam:ListGroupsForUser",
            "iam:ListAttachedGroupPolicies",
            "iam:ListGroupPolicies",
        ),
    ),
    Route(
        "users:access",
        USER,
        (
            *("iam:GetUser", "iam:ListGroupsForUser", "iam:ListAttachedUserPolicies", "iam:ListUserPolicies"),
            *("iam:GetUserPolicy", "iam:ListAttachedGroupPolicies", "iam:ListGroupPolicies"),
            *("iam:GetGroupPolicy", "iam:GetPolicyVersion"),
        ),
    ),
    Route("users:groups", USER, ("iam:GetUser", "iam:ListGroupsForUser")),
    Route("users:add_to_group", USER, ("iam:GetUser", "iam:ListGroupsForUser", "iam:ListGroups")),
    Route("users:add_to_group", USER, ("iam:AddUserToGroup",), {"group_name": "empty"}),
    Route("users:remove_from_group", USER, ("iam:RemoveUserFromGroup",), GROUP),
    Route("users:security", USER, ("iam:GetUser", "iam:GetLoginProfile", "iam:ListAccessKeys")),
    Route("users:create_access_key", USER, ("iam:CreateAccessKey",), {}, is_a_page=True),
    Route("users:access_key_status", KEY, ("iam:UpdateAccessKey",), {"status": "Inactive"}),
    Route("users:delete_access_key", KEY, ("iam:ListAccessKeys", "iam:DeleteAccessKey")),
    Route("users:delete_access_key", KEY, ("iam:DeleteAccessKey",), {"typed_name": KEY_ID}),
    Route("users:revoke_session", USER | {"session_id": SESSION_ID}, ("iam:UpdateLoginProfile",), {}),
    Route("users:revoke_sessions", USER, ("iam:UpdateLoginProfile",), {}),
    Route("users:create_password", {"user_name": "erin"}, ("iam:CreateLoginProfile",), NEW_PASSWORD),
    Route("users:change_password", USER, ("iam:UpdateLoginProfile",), NEW_PASSWORD),
    Route("users:remove_password", USER, ("iam:DeleteLoginProfile",), {}),
    # Groups
    *of_identity("groups", "Group", GROUP, {"new_group_name": "devs", "new_path": "/eng/"}),
    Route("groups:create", actions=("iam:CreateGroup",)),
    Route("groups:create", actions=("iam:CreateGroup",), data={"group_name": "ops", "path": "/"}),
    Route("groups:detail", GROUP, ("iam:GetGroup", "iam:ListAttachedGroupPolicies", "iam:ListGroupPolicies")),
    Route(
        "groups:access",
        GROUP,
        (
            *("iam:GetGroup", "iam:ListAttachedGroupPolicies", "iam:ListGroupPolicies", "iam:GetGroupPolicy"),
            "iam:GetPolicyVersion",
        ),
    ),
    Route("groups:members", GROUP, ("iam:GetGroup",)),
    Route("groups:add_member", GROUP, ("iam:GetGroup", "iam:ListUsers", "iam:AddUserToGroup")),
    Route("groups:add_member", GROUP, ("iam:AddUserToGroup",), {"user_name": "erin"}),
    Route("groups:remove_member", GROUP, ("iam:RemoveUserFromGroup",), USER),
    # Roles
    Route("session:switch_role", {}, ("sts:AssumeRole",), {"account": "123456789012", "role": "builder"}),
    *of_identity("roles", "Role", ROLE, {"description": "Builds.", "max_session_duration": "7200"}),
    *of_bounded("roles", "Role", ROLE),
    Route("roles:create", actions=("iam:CreateRole", "iam:ListPolicies")),
    Route(
        "roles:create",
        actions=("iam:CreateRole",),
        data=NO_TAGS
        | {"role_name": "runner", "path": "/", "max_session_duration": "3600", "assume_role_policy_document": TRUST},
    ),
    Route(
        "roles:detail",
        ROLE,
        (
            *("iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"),
            "iam:ListInstanceProfilesForRole",
        ),
    ),
    Route(
        "roles:instance_profile",
        ROLE | {"instance_profile_name": "box"},
        ("iam:GetRole", "iam:GetInstanceProfile", "iam:ListInstanceProfileTags"),
    ),
    Route("roles:instance_profile", ROLE | {"instance_profile_name": "box"}, ("iam:TagInstanceProfile",), ONE_TAG),
    Route(
        "roles:access",
        ROLE,
        (
            *("iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "iam:GetRolePolicy"),
            "iam:GetPolicyVersion",
        ),
    ),
    Route("roles:trust", ROLE, ("iam:GetRole",)),
    Route("roles:trust_edit", ROLE, ("iam:GetRole",)),
    Route(
        "roles:trust_edit",
        ROLE,
        ("iam:UpdateAssumeRolePolicy",),
        {"policy_document": TRUST.replace("root", "user/dana")} | based_on(TRUST),
    ),
    # Policies
    *of_list("policies", "Policy", "local/Spare"),
    Route("policies:create", actions=("iam:CreatePolicy",), data=TEXT | {"policy_name": "Fresh", "path": "/"}),
    Route(
        "policies:create",
        actions=("iam:CreatePolicy", "iam:GetPolicy", "iam:GetPolicyVersion"),
        query=f"?from={OWN}",
    ),
    Route("policies:start", actions=("iam:ListPolicies",), query="?to=/policies/~create/"),
    Route("policies:names", actions=("iam:ListUsers", "iam:ListGroups", "iam:ListRoles", "iam:ListPolicies")),
    Route("policies:detail", POLICY, ("iam:GetPolicy", "iam:GetPolicyVersion")),
    Route("policies:edit", POLICY, ("iam:GetPolicy", "iam:GetPolicyVersion", "iam:CreatePolicyVersion")),
    Route("policies:edit", POLICY, ("iam:GetPolicy", "iam:CreatePolicyVersion"), TEXT | {"base_version_id": "v1"}),
    Route("policies:versions", POLICY, ("iam:GetPolicy", "iam:ListPolicyVersions")),
    Route("policies:version", V2, ("iam:GetPolicy", "iam:GetPolicyVersion")),
    Route("policies:compare", POLICY, ("iam:GetPolicy", "iam:GetPolicyVersion"), query="?left=v1&right=v2"),
    Route("policies:set_default", V2, ("iam:GetPolicy", "iam:GetPolicyVersion", "iam:SetDefaultPolicyVersion")),
    Route("policies:set_default", V2, ("iam:SetDefaultPolicyVersion",), {}),
    Route("policies:delete_version", V2, ("iam:GetPolicy", "iam:GetPolicyVersion", "iam:DeletePolicyVersion")),
    Route("policies:delete_version", V2, ("iam:DeletePolicyVersion",), {"typed_name": "v2"}),
    Route("policies:entities", POLICY, ("iam:GetPolicy", "iam:ListEntitiesForPolicy")),
    Route("policies:attach", POLICY, ("iam:GetPolicy", "iam:ListUsers", "iam:ListEntitiesForPolicy")),
    Route("policies:attach", POLICY, ("iam:GetPolicy", "iam:AttachUserPolicy"), {"kind": "user", "name": "erin"}),
    Route("policies:detach", POLICY, ("iam:DetachUserPolicy",), {"kind": "user", "name": "dana"}),
    Route(
        "policies:detach",
        POLICY,
        ("iam:GetUser", "iam:DeleteUserPermissionsBoundary"),
        {"kind": "user", "name": "dana", "usage": "PermissionsBoundary"},
    ),
    Route("policies:tags", POLICY, ("iam:GetPolicy", "iam:ListPolicyTags")),
    Route("policies:tags", POLICY, ("iam:GetPolicy", "iam:TagPolicy"), ONE_TAG),
    Route("policies:tags", POLICY, ("iam:GetPolicy", "iam:UntagPolicy"), NO_TEAM),
    Route("policies:events", POLICY, ("iam:GetPolicy", "cloudtrail:LookupEvents")),
    Route("policies:clone", POLICY, ("iam:GetPolicy", "iam:GetPolicyVersion", "iam:CreatePolicy")),
    Route(
        "policies:clone",
        POLICY,
        ("iam:GetPolicy", "iam:GetPolicyVersion", "iam:CreatePolicy"),
        {"policy_name": "Twin", "path": "/"},
    ),
    Route("policies:last_accessed", POLICY, ("iam:GetPolicy",)),
    Route("policies:last_accessed", POLICY, ("iam:GetPolicy", "iam:GenerateServiceLastAccessedDetails"), {}),
    Route("policies:delete", SPARE_POLICY, ("iam:GetPolicy", "iam:ListPolicyVersions")),
    Route("policies:delete", POLICY, ("iam:GetPolicy", "iam:ListPolicyVersions", "iam:ListEntitiesForPolicy")),
    Route(
        "policies:delete",
        POLICY,
        ("iam:GetPolicy", "iam:ListEntitiesForPolicy", "iam:DetachUserPolicy"),
        {"resolve": "attached:user:dana"},
    ),
    Route("policies:delete", SPARE_POLICY, ("iam:GetPolicy", "iam:DeletePolicy"), {"typed_name": "Spare"}),
]
# Every GET, those that ask for no action as well.
PAGES = [
    *(route for route in ROUTES if route.data is None),
    Route("me:password"),
    Route("session:switch_role"),
    Route("catalog:service", {"prefix": "s3"}),
    Route("catalog:action", {"prefix": "s3", "action": "GetObject"}),
]
REFUSED = 'class="refused'


def caller(company: Cast, *statements: tuple[str, str]) -> Client:
    """Somebody signed in, with one inline policy for each (effect, action)."""
    user = company.user("caller")
    credentials.create_login_profile(company.system, user_name="caller", password=PASSWORD)
    for number, (effect, action) in enumerate(statements):
        company.inline("caller", f"P{number}", action, effect=effect)
    user.access_keys.create(id=OWN_KEY["access_key_id"], secret="sealed")
    user.console_sessions.create(pk=OWN_SESSION, expire_date=timezone.now() + timedelta(hours=1))
    user.refresh_from_db()
    client = Client()
    client.force_login(user)
    return client
