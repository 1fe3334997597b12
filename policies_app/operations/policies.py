"""Managed policies. Their versions are in `policy_versions`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from policies_app.engine.arn import Arn
from policies_app.engine.errors import InvalidArn
from policies_app.models import Attachment, Identity, Policy, PolicyVersion
from policies_app.models.policies import policy_arn as arn_of_policy

from . import documents, lists
from .calls import Call, operation
from .creation import Tags, authorize_creation, refuse_duplicate_keys, unique_name
from .errors import (
    DeleteConflict,
    InvalidInput,
    InvalidRequest,
    NoSuchEntity,
    UnmodifiableEntity,
)
from .lists import Asked, Paging, Source, page_of
from .pages import Page, in_path, page_by_name

# How AWS says that there is no such policy depends on what it was wanted for.
NOT_FOUND = "was not found"
NOT_ATTACHABLE = "does not exist or is not attachable"


def find(
    call: Call, policy_arn: str, *, lock: bool = False, rows: QuerySet[Policy] | None = None, absent: str = NOT_FOUND
) -> Policy:
    """The AWS managed policy, or the account's own one, of that exact ARN; `rows` are where to look for it.

    One that is absent is refused before it is reported absent: who may not ask learns nothing.
    """
    if policy := look_up(call, policy_arn, lock=lock, rows=rows):
        return policy
    call.authorize(policy_arn)
    raise NoSuchEntity(f"Policy {policy_arn} {absent}.")


def find_attachable(call: Call, policy_arn: str, *, lock: bool = False) -> Policy:
    """The policy that an identity is to have. The permission is on the identity and has been asked for."""
    if policy := look_up(call, policy_arn, lock=lock):
        return policy
    raise NoSuchEntity(f"Policy {policy_arn} {NOT_ATTACHABLE}.")


def find_boundary(call: Call, policy_arn: str) -> Policy:
    """The policy that is to cap an identity, locked. The permission is on the identity and has been asked for."""
    if policy := look_up(call, policy_arn, lock=True):
        return policy
    raise NoSuchEntity(f"Scope ARN: {policy_arn} {NOT_ATTACHABLE}.")


def look_up(call: Call, policy_arn: str, *, lock: bool = False, rows: QuerySet[Policy] | None = None) -> Policy | None:
    """None for what is absent; raises for what is no ARN, or another thing's than a policy's."""
    try:
        arn = Arn.parse(policy_arn)
    except InvalidArn as error:
        raise InvalidRequest(f"ARN {policy_arn} is not valid.") from error
    if arn.service != "iam" or not arn.resource.startswith("policy/"):
        raise InvalidInput(f"ARN {policy_arn} is not valid.")
    rows = (visible(call) if rows is None else rows).filter(name__lower=arn.resource.rpartition("/")[2].lower())
    if lock:
        rows = rows.select_for_update(of=("self",))
    policy = next((policy for policy in rows if policy.arn == policy_arn), None)
    call.concerns(policy)
    return policy


def arn_named(call: Call, scope: Literal["aws", "local"], name: str) -> str:
    """The ARN of the policy that a page's address names: an address holds no path, as names are unique within a scope.

    Gives the ARN without a path for one that is absent, which the operation then refuses or reports as absent.
    """
    account_id = call.account_id if scope == "local" else None
    row = Policy.objects.filter(account_id=account_id, name__lower=name.lower()).first()
    asked = arn_of_policy(account_id, name)
    if row is None:
        return asked
    call.asked[row.arn] = asked
    return row.arn


def arn_meant(call: Call, text: str) -> str:
    """The ARN of the policy that somebody types the name of, the account's own before AWS's; an ARN is itself."""
    if text.startswith("arn:"):
        return text
    rows = visible(call).filter(name__lower=text.lower()).order_by(F("account").asc(nulls_last=True))
    row = rows.first()
    return row.arn if row else arn_of_policy(call.account_id, text)


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """What AWS tells of a policy beyond the row: counts are of this account's identities."""

    default_version_id: str
    attachment_count: int
    boundary_count: int


def facts(policy: Policy) -> PolicyFacts:
    """Of a policy that GetPolicy or ListPolicies gave, which have them from `with_counts`."""
    counted: Any = policy  # no type knows what a query adds
    return PolicyFacts(f"v{counted.default_version}", counted.attachment_count, counted.boundary_count)


def with_counts(call: Call, rows: QuerySet[Policy]) -> QuerySet[Policy]:
    """Each with `attachment_count` and `boundary_count`, of this account's identities, and its `default_version`."""
    attached = Attachment.objects.filter(policy=OuterRef("pk"), identity__account_id=call.account_id)
    bounded = Identity.objects.filter(boundary=OuterRef("pk"), account_id=call.account_id)
    return rows.annotate(
        attachment_count=_number_of(attached, "policy"),
        boundary_count=_number_of(bounded, "boundary"),
        default_version=Subquery(
            PolicyVersion.objects.filter(policy=OuterRef("pk"), is_default=True).values("number")[:1]
        ),
    )


def _number_of(rows: QuerySet[Any], by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def find_allowed(
    call: Call, policy_arn: str, *, lock: bool = False, rows: QuerySet[Policy] | None = None, absent: str = NOT_FOUND
) -> Policy:
    policy = find(call, policy_arn, lock=lock, rows=rows, absent=absent)
    call.authorize(policy)
    return policy


def visible(call: Call) -> QuerySet[Policy]:
    return Policy.objects.filter(Q(account_id=call.account_id) | Q(account=None))


@operation("CreatePolicy")
def create_policy(
    call: Call,
    *,
    policy_name: str,
    policy_document: str,
    path: str = "/",
    description: str = "",
    tags: Tags | None = None,
) -> Policy:
    policy = Policy(account_id=call.account_id, name=policy_name, path=path, description=description, latest_version=1)
    refuse_duplicate_keys(tags)
    authorize_creation(call, policy, "Policy", tags)
    document = documents.store_managed(policy_document)
    with unique_name(f"A policy called {policy_name} already exists. Duplicate names are not allowed."):
        policy.save()
    policy.versions.create(number=1, document=document, is_default=True)
    for tag in tags or ():
        policy.tags.create(key=tag["Key"], value=tag["Value"])
    return policy


@operation("GetPolicy", reads=True)
def get_policy(call: Call, *, policy_arn: str) -> Policy:
    return find_allowed(call, policy_arn, rows=with_counts(call, visible(call)))


@operation("ListPolicies", reads=True)
def list_policies(  # noqa: PLR0913  # what the IAM action takes
    call: Call,
    *,
    scope: Literal["All", "AWS", "Local"] = "All",
    only_attached: bool = False,
    policy_usage_filter: Literal["", "PermissionsPolicy", "PermissionsBoundary"] = "",
    path_prefix: str = "/",
    search: str = "",
    marker: str = "",
    max_items: int = 100,
    backwards: bool = False,
    asked: Asked | None = None,
) -> Page[Policy]:
    """With what a page asks, a `Table`; else each policy has its `facts`."""
    arn = arn_of_policy(call.account_id, "", path_prefix)
    call.authorize(arn)
    rows = visible(call).filter(in_path(path_prefix))
    if scope != "All":
        rows = rows.filter(account__isnull=scope == "AWS")
    if only_attached or policy_usage_filter:
        rows = rows.filter(_in_use(call, policy_usage_filter))
    paging = Paging(marker=marker, max_items=max_items, backwards=backwards)
    if asked is not None:
        source = Source(rows, rows, rows)
        return page_of(call, lists.POLICY, source, asked, arn=arn, search=search, paging=paging)
    return page_by_name(with_counts(call, rows), search=search, **paging)


def _in_use(call: Call, usage: str) -> Q:
    """What IAM calls attached; with a usage, in that way. The two ways are told apart only if the caller asks."""
    attached = Q(pk__in=Attachment.objects.filter(identity__account_id=call.account_id).values("policy_id"))
    bounding = Q(pk__in=Identity.objects.filter(account_id=call.account_id, boundary__isnull=False).values("boundary"))
    return {"PermissionsPolicy": attached, "PermissionsBoundary": bounding}.get(usage, attached)


@operation("ListEntitiesForPolicy", reads=True)
def list_entities_for_policy(  # noqa: PLR0913  # what the IAM action takes
    call: Call,
    *,
    policy_arn: str,
    entity_filter: str = "",
    policy_usage_filter: Literal["", "PermissionsPolicy", "PermissionsBoundary"] = "",
    path_prefix: str = "/",
    search: str = "",
    among: Sequence[int] | None = None,
    marker: str = "",
    max_items: int = 100,
    backwards: bool = False,
) -> Page[Identity]:
    """The account's identities that the policy is attached to, those that it is the boundary of, or both.

    `entity_filter` is `User`, `Group`, `Role` or a kind of policy, which no identity is; `path_prefix` is of theirs.
    `search` is a part of their names; `among` narrows them to those with these primary keys.
    """
    policy = find_allowed(call, policy_arn, absent=NOT_ATTACHABLE)
    attached, bounded = Q(pk__in=policy.attachments.values("identity_id")), Q(boundary=policy)
    usages = {"PermissionsPolicy": attached, "PermissionsBoundary": bounded}
    rows = Identity.objects.filter(usages.get(policy_usage_filter, attached | bounded), account_id=call.account_id)
    rows = rows.filter(in_path(path_prefix))
    if entity_filter:
        rows = rows.filter(kind=entity_filter.lower())
    if among is not None:
        rows = rows.filter(pk__in=among)
    return page_by_name(rows, search=search, marker=marker, max_items=max_items, backwards=backwards)


@operation("DeletePolicy")
def delete_policy(call: Call, *, policy_arn: str) -> None:
    policy = find_changeable(call, policy_arn)
    if policy.attachments.exists() or policy.bounded.exists():
        raise DeleteConflict("Cannot delete a policy attached to entities.")
    if policy.versions.count() > 1:
        raise DeleteConflict(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "
            "The default version is deleted with the policy."
        )
    policy.delete()


def find_changeable(call: Call, policy_arn: str, *, absent: str = NOT_FOUND) -> Policy:
    policy = find_allowed(call, policy_arn, lock=True, absent=absent)
    if policy.is_aws_managed:
        raise UnmodifiableEntity(f"The policy {policy.name} is managed by AWS and cannot be changed.")
    return policy
