"""The pages of the console and what can be done there, for the search: one table, of which each route is tested.

A text means an entry when each of its words begins a word of the entry.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Destination:
    """A page, or with an action that it `needs` a task.

    The action is asked for `on` a resource of the account, or on the viewer's own user (`me`); by the search that is,
    for the page itself decides again. `words` are what else it is looked for by.
    """

    title: str
    route: str
    icon: str
    words: str = ""
    needs: str = ""
    on: str = "me"

    def is_meant(self, text: str) -> bool:
        tokens = text.lower().split()
        return bool(tokens) and not _unknown(tokens, f"{self.title} {self.words}")


@dataclass(frozen=True, slots=True)
class ThingTask:
    """What is done to one thing of a kind; `{}` of the title is its name. Without `on` it is asked for on the thing."""

    title: str
    kind: str
    route: str
    icon: str
    needs: str
    words: str = ""
    on: str = ""

    def name_in(self, text: str) -> str:
        """The one word that is none of the task's own: `attach a policy to alice` is about alice; else empty."""
        tokens = text.split()
        unknown = _unknown([token.lower() for token in tokens], f"{self.title} {self.words} {self.kind}")
        if len(tokens) < 2 or len(unknown) != 1:
            return ""
        return next(token for token in tokens if token.lower() == unknown[0])


def _unknown(tokens: Iterable[str], words: str) -> list[str]:
    known = words.lower().replace("{}", "").split()
    return [token for token in tokens if not any(word.startswith(token) for word in known)]


PAGES = (
    Destination("Dashboard", "dashboard", "speedometer2", "home start overview"),
    Destination("Users", "users:list", "person", "people accounts"),
    Destination("Groups", "groups:list", "people", "teams"),
    Destination("Roles", "roles:list", "person-badge"),
    Destination("Policies", "policies:list", "file-earmark-text", "permissions"),
    Destination("Events", "events:list", "clock-history", "audit log record history cloudtrail"),
    Destination("Verify the record", "events:verify", "patch-check", "events audit log hash chain tampered"),
    Destination("Account settings", "account:overview", "gear", "summary"),
    Destination("Account alias", "account:alias", "tag", "name settings"),
    Destination("Password policy", "account:password_policy", "shield-lock", "account settings length expiry"),
    Destination("Quotas", "account:quotas", "bar-chart", "limits usage summary account"),
    Destination(
        "Credential report", "account:credential_report", "journal-check", "csv account download passwords keys"
    ),
    Destination("Authorization details", "account:authorization_details", "download", "json export account backup"),
    Destination("My permissions", "me:permissions", "shield-check", "me own policies"),
    Destination("My effective permissions", "me:access", "shield-check", "me what may i do own summary"),
    Destination("Why can't I…?", "me:why", "question-circle", "explain denied refused access simulate permission"),
    Destination("My password and access keys", "me:credentials", "key", "credentials security own"),
    Destination("My sessions", "me:sessions", "display", "browsers devices own"),
    Destination("My events", "me:events", "clock-history", "history own"),
    Destination("Admin site", "admin:index", "sliders", "django"),
)

TASKS = (
    Destination("Create user", "users:create", "person-plus", "new add", "iam:CreateUser", "user/*"),
    Destination("Create group", "groups:create", "people", "new add", "iam:CreateGroup", "group/*"),
    Destination("Create role", "roles:create", "person-badge", "new add", "iam:CreateRole", "role/*"),
    Destination("Create policy", "policies:create", "file-earmark-plus", "new write", "iam:CreatePolicy", "policy/*"),
    Destination("Change my password", "me:password", "lock", "reset own", "iam:ChangePassword"),
    Destination("Create an access key for me", "me:credentials", "key", "new my own", "iam:CreateAccessKey"),
    Destination("Switch role", "session:switch_role", "arrow-left-right", "assume act as become"),
    Destination(
        "Edit the password policy",
        "account:edit_password_policy",
        "shield-lock",
        "change account",
        "iam:UpdateAccountPasswordPolicy",
        "*",
    ),
)

SIGN_OUT = Destination("Sign out", "session:sign_out", "box-arrow-right", "log off logout leave end session")
"""Sent as a form: a link that signs out could be followed by accident."""

THING_TASKS = (
    ThingTask(
        "Attach a policy to {}", "user", "users:attach", "file-earmark-plus", "iam:AttachUserPolicy", "give grant"
    ),
    ThingTask("Attach a policy to group {}", "group", "groups:attach", "file-earmark-plus", "iam:AttachGroupPolicy"),
    ThingTask("Attach a policy to role {}", "role", "roles:attach", "file-earmark-plus", "iam:AttachRolePolicy"),
    ThingTask(
        "Attach policy {}", "policy", "policies:attach", "file-earmark-plus", "iam:AttachUserPolicy", on="user/*"
    ),
    ThingTask("Add {} to groups", "user", "users:add_to_group", "people", "iam:AddUserToGroup", on="group/*"),
    ThingTask("Add a member to {}", "group", "groups:add_member", "person-plus", "iam:AddUserToGroup", "user"),
    ThingTask("Set the password of {}", "user", "users:security", "lock", "iam:UpdateLoginProfile", "reset change"),
    ThingTask("Why can't {}…?", "user", "users:why", "question-circle", "iam:SimulatePrincipalPolicy", "explain"),
    ThingTask("Edit policy {}", "policy", "policies:edit", "pencil", "iam:CreatePolicyVersion", "change"),
    ThingTask(
        "Edit the trust policy of {}", "role", "roles:trust_edit", "pencil", "iam:UpdateAssumeRolePolicy", "change"
    ),
    ThingTask("Clone user {}", "user", "users:clone", "copy", "iam:CreateUser", "copy duplicate", "user/*"),
    ThingTask("Clone group {}", "group", "groups:clone", "copy", "iam:CreateGroup", "copy duplicate", "group/*"),
    ThingTask("Clone role {}", "role", "roles:clone", "copy", "iam:CreateRole", "copy duplicate", "role/*"),
    ThingTask("Clone policy {}", "policy", "policies:clone", "copy", "iam:CreatePolicy", "copy duplicate", "policy/*"),
    ThingTask("Delete user {}", "user", "users:delete", "trash", "iam:DeleteUser", "remove"),
    ThingTask("Delete group {}", "group", "groups:delete", "trash", "iam:DeleteGroup", "remove"),
    ThingTask("Delete role {}", "role", "roles:delete", "trash", "iam:DeleteRole", "remove"),
    ThingTask("Delete policy {}", "policy", "policies:delete", "trash", "iam:DeletePolicy", "remove"),
)


def name_in(text: str) -> str:
    """Whom or what the text wants something done to, in words of any task; else empty."""
    return next((name for task in THING_TASKS if (name := task.name_in(text))), "")
