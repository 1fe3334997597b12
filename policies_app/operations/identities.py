"""What users, groups and roles have in common: being found, created, listed and deleted."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from policies_app.models import Group, Identity, Policy, Role, User
from policies_app.models.identities import identity_arn
from policies_app.models.prepared import Prepared

from . import lists, policies
from .calls import Call
from .creation import Tags, authorize_creation, refuse_duplicate_keys, request_context, unique_name
from .errors import DeleteConflict, NoSuchEntity, UnmodifiableEntity
from .lists import Asked, Facts, Paging, Source, Table, page_of
from .pages import in_path

# What is told of one besides its own row: read with it, but not locked with it.
RELATED: Mapping[type[Identity], Sequence[str]] = {
    User: ("boundary",),
    Group: (),
    Role: ("boundary", "trust_document"),
}


def find[I: (User, Group, Role)](call: Call, model: type[I], name: str, *, lock: bool = False) -> I:
    """The identity by name, in whatever case; with `lock`, its row is held until the transaction ends.

    One that is absent is refused before it is reported absent: who may not ask learns nothing.
    """
    if identity := look_up(call, model, name, lock=lock):
        return identity
    call.authorize(identity_arn(call.account_id, model.KIND, name))
    raise absent(model, name)


def look_up[I: (User, Group, Role)](call: Call, model: type[I], name: str, *, lock: bool = False) -> I | None:
    identity: I | None
    if lock:
        identity = in_account(call, model).filter(name__lower=name.lower()).select_for_update().first()
    else:
        identity = _named[model].first(call.account_id, name.lower())
    if identity:
        call.asked[identity.arn] = identity_arn(call.account_id, model.KIND, name)
        call.concerns(identity)
    return identity


def _prepared[I: (User, Group, Role)](model: type[I]) -> Prepared[I]:
    rows = model._default_manager.filter(kind=model.KIND)
    return Prepared(
        lambda account_id, name: _with_related(rows.filter(account_id=account_id, name__lower=name), model), str, str
    )


def absent(model: type[User | Group | Role], name: str) -> NoSuchEntity:
    return NoSuchEntity(f"The {model.KIND} with name {name} cannot be found.")


def in_account[I: (User, Group, Role)](call: Call, model: type[I]) -> "QuerySet[I]":
    return model._default_manager.filter(account_id=call.account_id, kind=model.KIND)


def _with_related[I: (User, Group, Role)](rows: "QuerySet[I]", model: type[I]) -> "QuerySet[I]":
    # Without names it would follow every relation that there is.
    return rows.select_related(*RELATED[model]) if RELATED[model] else rows


_named: Mapping[Any, Prepared[Any]] = {model: _prepared(model) for model in (User, Group, Role)}


def list_page[I: (User, Group, Role)](
    call: Call, model: type[I], path_prefix: str, search: str, paging: Paging, asked: Asked | None
) -> Table[I]:
    """For the operation under way, which lists all of that kind."""
    rows = in_account(call, model)
    # The same once more, by an expression that no index serves.
    everybody = model._default_manager.filter(Exact(Coalesce("account_id", Value("")), Value(call.account_id)))
    if asked is not None and path_prefix != "/":
        asked = {**asked, "filters": {"path": path_prefix, **asked.get("filters", {})}}
    else:
        rows = rows.filter(in_path(path_prefix))
    counted = Identity.objects.filter(in_path(path_prefix), account_id=call.account_id, kind=model.KIND)
    source = Source(_with_related(rows, model), _with_related(everybody, model), counted)
    arn = f"arn:aws:iam::{call.account_id}:{model.KIND}{path_prefix}"
    return page_of(call, _FACTS[model], source, asked, arn=arn, search=search, paging=paging)


_FACTS: Mapping[type[User | Group | Role], Facts] = {User: lists.USER, Group: lists.GROUP, Role: lists.ROLE}


def create[I: (User, Group, Role)](
    call: Call, identity: I, *, tags: Tags | None = None, boundary_arn: str | None = None
) -> I:
    """Authorise on the ARN that the new row will have, then make the row with its boundary and tags."""
    refuse_duplicate_keys(tags)
    authorize_creation(call, identity, identity.KIND.label, tags, boundary_arn)
    if boundary_arn:
        identity.boundary = policies.find_boundary(call, boundary_arn)
    with unique_name(f"{identity.KIND.label} with name {identity.name} already exists."):
        identity.save()
    call.concerns(identity)
    for tag in tags or ():
        identity.tags.create(key=tag["Key"], value=tag["Value"])
    return identity


def rename[I: (User, Group, Role)](call: Call, identity: I, name: str | None, path: str | None) -> I:
    """IAM asks for the permission on the old name and on the new one."""
    call.authorize(identity)
    identity.name, identity.path = name or identity.name, path or identity.path
    call.authorize(identity)
    with unique_name(f"{identity.KIND.label} with name {identity.name} already exists."):
        identity.save()
    return identity


def refuse_while_in_use(identity: Identity) -> None:
    """AWS's order and wording of what must go first."""
    if identity.attachments.exists():
        raise DeleteConflict("Cannot delete entity, must detach all policies first.")
    if identity.inline_policies.exists():
        raise DeleteConflict("Cannot delete entity, must delete policies first.")


def refuse_protected(identity: Identity) -> None:
    """A service-linked role is changed by its service alone: only its description and its tags are the account's.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
    """
    if isinstance(identity, Role) and identity.linked_service:
        raise UnmodifiableEntity(
            f"Cannot perform the operation on the protected role '{identity.name}' - "
            "this role is only modifiable by AWS"
        )


def boundary_context(identity: Identity) -> dict[str, str | tuple[str, ...]]:
    """For changes of what an identity is allowed: the boundary that caps it."""
    boundary: Policy | None = identity.boundary
    return request_context(boundary_arn=boundary.arn if boundary else None)
