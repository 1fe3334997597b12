"""Everything that an account holds, a page at a time: `GetAccountAuthorizationDetails`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from policies_app.models import (
    Attachment,
    Group,
    Identity,
    IdentityTag,
    InlinePolicy,
    InstanceProfile,
    Policy,
    PolicyVersion,
    Role,
    User,
)

from . import identities, policies
from .calls import Call, operation
from .errors import InvalidInput
from .pages import page_by_name


@dataclass(slots=True)
class AuthorizationDetails:
    """One page. The rows come with all that AWS tells of them, so that reading them asks the database nothing more.

    A policy comes `with_counts`, and its versions newest first.
    """

    users: list[User] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    next: str = ""


@operation("GetAccountAuthorizationDetails", reads=True)
def get_account_authorization_details(
    call: Call,
    *,
    filter: Sequence[str] = (),  # noqa: A002  # IAM's name for it
    marker: str = "",
    max_items: int = 100,
) -> AuthorizationDetails:
    """Users first, then groups, roles, the account's own policies, and those of AWS's that the account uses.

    `filter` names the kinds (`SECTIONS`); none means all. A marker is `Kind:` and that of the page of the kind.
    A page takes the same number of queries whatever is stored.
    """
    call.authorize("*")
    details = AuthorizationDetails()
    asked = [kind for kind in SECTIONS if not filter or kind in filter]
    kind, within = _read_marker(marker)
    if kind:
        asked = asked[asked.index(kind) :] if kind in asked else []
    left = max_items
    for kind in asked:
        section = SECTIONS[kind]
        if left == 0:
            if section.rows(call).exists():
                details.next = f"{kind}:"
                break
            continue
        page = page_by_name(section.rows(call), marker=within, max_items=left)
        getattr(details, section.list).extend(page.items)
        left -= len(page.items)
        within = ""
        if page.next:
            details.next = f"{kind}:{page.next}"
            break
    return details


def _read_marker(marker: str) -> tuple[str, str]:
    kind, colon, within = marker.partition(":")
    if marker and (kind not in SECTIONS or not colon):
        raise InvalidInput(f"Invalid Marker: {marker}")
    return kind, within


@dataclass(frozen=True, slots=True)
class Section:
    """`list` is the field of `AuthorizationDetails` that its rows go to."""

    list: str
    rows: "Callable[[Call], QuerySet[Any]]"


OF_IDENTITIES: Final = (
    Prefetch("inline_policies", InlinePolicy.objects.select_related("document").order_by("name")),
    Prefetch("attachments", Attachment.objects.select_related("policy").order_by("policy__name__lower", "policy_id")),
)
TAGS: Final = Prefetch("tags", IdentityTag.objects.order_by("key"))


def _users(call: Call) -> QuerySet[User]:
    groups = Prefetch("groups", Group.objects.order_by("name__lower"))
    return identities.in_account(call, User).select_related("boundary").prefetch_related(*OF_IDENTITIES, TAGS, groups)


def _groups(call: Call) -> QuerySet[Group]:
    return identities.in_account(call, Group).prefetch_related(*OF_IDENTITIES)


def _roles(call: Call) -> QuerySet[Role]:
    rows = identities.in_account(call, Role).select_related("boundary", "trust_document")
    profiles = Prefetch("instance_profiles", InstanceProfile.objects.order_by("name__lower"))
    return rows.prefetch_related(*OF_IDENTITIES, TAGS, profiles)


def _own_policies(call: Call) -> QuerySet[Policy]:
    return _with_versions(call, Policy.objects.filter(account_id=call.account_id))


def _aws_policies(call: Call) -> QuerySet[Policy]:
    """Only those in use, as AWS has it: the others are the same in every account."""
    attached = Attachment.objects.filter(policy=OuterRef("pk"), identity__account_id=call.account_id)
    bounding = Identity.objects.filter(boundary=OuterRef("pk"), account_id=call.account_id)
    return _with_versions(call, Policy.objects.filter(Exists(attached) | Exists(bounding), account=None))


def _with_versions(call: Call, rows: QuerySet[Policy]) -> QuerySet[Policy]:
    versions = Prefetch("versions", PolicyVersion.objects.select_related("document").order_by("-number"))
    return policies.with_counts(call, rows).prefetch_related(versions)


SECTIONS: Final[Mapping[str, Section]] = {
    "User": Section("users", _users),
    "Group": Section("groups", _groups),
    "Role": Section("roles", _roles),
    "LocalManagedPolicy": Section("policies", _own_policies),
    "AWSManagedPolicy": Section("policies", _aws_policies),
}
