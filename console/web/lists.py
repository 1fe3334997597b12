"""The lists of the console, and what can be done to several of their rows at once: a line each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from console.web.columns import GROUPS as GROUP_COLUMNS
from console.web.columns import POLICIES as POLICY_COLUMNS
from console.web.columns import ROLES as ROLE_COLUMNS
from console.web.columns import USERS as USER_COLUMNS
from console.web.columns import Shown
from console.web.forms import bulk
from console.web.forms.lists import GroupList, ListForm, PolicyList, RoleList, UserList
from console.web.templatetags.links import scope
from console.web.views.identities import GROUPS, ROLES, USERS, Kind
from console.web.views.identity_deletion import delete_with_everything
from policies_app.models import Identity, Policy
from policies_app.operations import groups, policies, tags
from policies_app.operations.calls import Call
from policies_app.operations.lists import Table
from policies_app.operations.pages import Page

type Row = Identity | Policy


@dataclass(frozen=True, slots=True)
class Change:
    """`perform` is given what names a row and what the form holds. `action` is asked on the row, or where `on` is.

    `sentence` says it of `{}`, such as three users, and `done` in a word. `blocking` are the columns that tell what
    stands in its way.
    """

    key: str
    label: str
    sentence: str
    icon: str
    action: str
    form: type[bulk.ChangeForm]
    perform: Callable[..., None]
    on: str = ""
    blocking: tuple[str, ...] = ()
    dangerous: bool = False
    done: str = "Done"


@dataclass(frozen=True, slots=True)
class Listed:
    """`section` is the namespace of its addresses, `kind` its word in ARNs, `name_of` what names a row in a form.

    `operation` is the one that lists; `among` is what it takes to list only those of some names.
    """

    section: str
    kind: str
    icon: str
    purpose: str
    form: type[ListForm]
    operation: Callable[..., Page[Any]]
    columns: Mapping[str, Shown]
    defaults: tuple[str, ...]
    changes: tuple[Change, ...]
    name_of: Callable[[Any], str]
    among: Callable[[Call, list[str]], str]

    def table(self, call: Call, **parameters: Any) -> Table[Any]:
        """What the operation gives to who asks it for facts."""
        found = self.operation(call, **parameters)
        assert isinstance(found, Table)
        return found

    @property
    def title(self) -> str:
        return self.section.capitalize()

    def url(self, page: str, **kwargs: str) -> str:
        return reverse(f"{self.section}:{page}", kwargs=kwargs)

    def row_url(self, name: str) -> str:
        """The page of a row, by what names it in a form."""
        return reverse(f"{self.section}:detail", args=name.split("/"))

    def names(self, text: str) -> bool:
        """Whether it can be what names a row."""
        try:
            self.row_url(text)
        except NoReverseMatch:
            return False
        return True

    def change(self, key: str) -> Change | None:
        return next((change for change in self.changes if change.key == key), None)


def _name(row: Identity) -> str:
    return row.name


def _names(_: Call, names: list[str]) -> str:
    return ":".join(names)


def _policy_name(policy: Policy) -> str:
    return f"{scope(policy)}/{policy.name}"


def _policy_arn(call: Call, name: str) -> str:
    whose, _, own = name.partition("/")
    return policies.arn_named(call, "aws" if whose == "aws" else "local", own)


def _policy_arns(call: Call, names: list[str]) -> str:
    return " ".join(_policy_arn(call, name) for name in names)


def _add_to_group(call: Call, name: str, *, group: str) -> None:
    groups.add_user_to_group(call, group_name=group, user_name=name)


def _tag_policy(call: Call, name: str, *, key: str, value: str) -> None:
    tags.tag_policy(call, policy_arn=_policy_arn(call, name), tags=[{"Key": key, "Value": value}])


def _delete_policy(call: Call, name: str, **_: str) -> None:
    policies.delete_policy(call, policy_arn=_policy_arn(call, name))


def _attach(kind: Kind) -> Change:
    def attach(call: Call, name: str, *, policy: str) -> None:
        kind.attach(call, **kind.named(name), policy_arn=policies.arn_meant(call, policy))

    return Change(
        "attach",
        "Attach policy",
        "Attach a policy to {}",
        "plus-lg",
        kind.action("Attach{}Policy"),
        bulk.AttachForm,
        attach,
        done="Attached",
    )


def _tag(kind: Kind, perform: Callable[..., None]) -> Change:
    def tag(call: Call, name: str, *, key: str, value: str) -> None:
        perform(call, **kind.named(name), tags=[{"Key": key, "Value": value}])

    return Change("tag", "Tag", "Tag {}", "tag", kind.action("Tag{}"), bulk.TagForm, tag, done="Tagged")


def _delete(kind: Kind, *blocking: str) -> Change:
    def delete(call: Call, name: str, *, everything: bool, **_: str) -> None:
        if everything:
            delete_with_everything(call, kind, kind.named(name))
        else:
            kind.delete(call, **kind.named(name))

    return Change(
        "delete",
        "Delete",
        "Delete {}",
        "trash",
        kind.action("Delete{}"),
        bulk.DeleteWithEverythingForm,
        delete,
        blocking=blocking,
        dangerous=True,
        done="Deleted",
    )


USERS_LIST = Listed(
    section="users",
    kind="user",
    icon="person",
    purpose=USERS.purpose,
    form=UserList,
    operation=USERS.list,
    columns=USER_COLUMNS,
    defaults=("groups", "policies", "activity", "mfa", "password_age", "keys", "created"),
    changes=(
        Change(
            "add-to-group",
            "Add to group",
            "Add {} to a group",
            "people",
            "iam:AddUserToGroup",
            bulk.GroupForm,
            _add_to_group,
            on="group/*",
            done="Added",
        ),
        _attach(USERS),
        _tag(USERS, tags.tag_user),
        _delete(USERS, "groups", "policies", "inline", "keys", "console"),
    ),
    name_of=_name,
    among=_names,
)
GROUPS_LIST = Listed(
    section="groups",
    kind="group",
    icon="people",
    purpose=GROUPS.purpose,
    form=GroupList,
    operation=GROUPS.list,
    columns=GROUP_COLUMNS,
    defaults=("members", "policies", "created"),
    changes=(_attach(GROUPS), _delete(GROUPS, "members", "policies", "inline")),
    name_of=_name,
    among=_names,
)
ROLES_LIST = Listed(
    section="roles",
    kind="role",
    icon="person-badge",
    purpose=ROLES.purpose,
    form=RoleList,
    operation=ROLES.list,
    columns=ROLE_COLUMNS,
    defaults=("trusted", "activity", "policies", "duration", "description"),
    changes=(_attach(ROLES), _tag(ROLES, tags.tag_role), _delete(ROLES, "policies", "inline", "profiles")),
    name_of=_name,
    among=_names,
)
POLICIES_LIST = Listed(
    section="policies",
    kind="policy",
    icon="file-earmark-text",
    purpose="Load the AWS managed policies with manage.py load_managed_policies, or create one of your own.",
    form=PolicyList,
    operation=policies.list_policies,
    columns=POLICY_COLUMNS,
    defaults=("type", "attached", "boundary", "updated"),
    changes=(
        Change("tag", "Tag", "Tag {}", "tag", "iam:TagPolicy", bulk.TagForm, _tag_policy, done="Tagged"),
        Change(
            "delete",
            "Delete",
            "Delete {}",
            "trash",
            "iam:DeletePolicy",
            bulk.DeleteForm,
            _delete_policy,
            blocking=("attached", "boundary"),
            dangerous=True,
            done="Deleted",
        ),
    ),
    name_of=_policy_name,
    among=_policy_arns,
)
