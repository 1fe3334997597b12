"""Inline policies of users, groups and roles."""

from django.utils import timezone

from policies_app.models import Group, Identity, IdentityKind, InlinePolicy, Role, User
from policies_app.models.prepared import Prepared

from . import documents, identities
from .calls import Call, operation
from .errors import LimitExceeded, NoSuchEntity

# Characters of all inline policies of one identity together, white space not counted.
INLINE_SIZE = {IdentityKind.USER: 2048, IdentityKind.GROUP: 5120, IdentityKind.ROLE: 10240}


@operation("PutUserPolicy")
def put_user_policy(
    call: Call, *, user_name: str, policy_name: str, policy_document: str, base_sha256: str | None = None
) -> None:
    _put(call, identities.find(call, User, user_name, lock=True), policy_name, policy_document, base_sha256)


@operation("PutGroupPolicy")
def put_group_policy(
    call: Call, *, group_name: str, policy_name: str, policy_document: str, base_sha256: str | None = None
) -> None:
    _put(call, identities.find(call, Group, group_name, lock=True), policy_name, policy_document, base_sha256)


@operation("PutRolePolicy")
def put_role_policy(
    call: Call, *, role_name: str, policy_name: str, policy_document: str, base_sha256: str | None = None
) -> None:
    _put(call, identities.find(call, Role, role_name, lock=True), policy_name, policy_document, base_sha256)


@operation("GetUserPolicy", reads=True)
def get_user_policy(call: Call, *, user_name: str, policy_name: str) -> InlinePolicy:
    return _get(call, identities.find(call, User, user_name), policy_name)


@operation("GetGroupPolicy", reads=True)
def get_group_policy(call: Call, *, group_name: str, policy_name: str) -> InlinePolicy:
    return _get(call, identities.find(call, Group, group_name), policy_name)


@operation("GetRolePolicy", reads=True)
def get_role_policy(call: Call, *, role_name: str, policy_name: str) -> InlinePolicy:
    return _get(call, identities.find(call, Role, role_name), policy_name)


@operation("ListUserPolicies", reads=True)
def list_user_policies(call: Call, *, user_name: str) -> list[str]:
    return _list(call, identities.find(call, User, user_name))


@operation("ListGroupPolicies", reads=True)
def list_group_policies(call: Call, *, group_name: str) -> list[str]:
    return _list(call, identities.find(call, Group, group_name))


@operation("ListRolePolicies", reads=True)
def list_role_policies(call: Call, *, role_name: str) -> list[str]:
    return _list(call, identities.find(call, Role, role_name))


@operation("DeleteUserPolicy")
def delete_user_policy(call: Call, *, user_name: str, policy_name: str, base_sha256: str | None = None) -> None:
    _delete(call, identities.find(call, User, user_name, lock=True), policy_name, base_sha256)


@operation("DeleteGroupPolicy")
def delete_group_policy(call: Call, *, group_name: str, policy_name: str, base_sha256: str | None = None) -> None:
    _delete(call, identities.find(call, Group, group_name, lock=True), policy_name, base_sha256)


@operation("DeleteRolePolicy")
def delete_role_policy(call: Call, *, role_name: str, policy_name: str, base_sha256: str | None = None) -> None:
    _delete(call, identities.find(call, Role, role_name, lock=True), policy_name, base_sha256)


def _put(call: Call, identity: Identity, policy_name: str, text: str, base_sha256: str | None) -> None:
    """`base_sha256` names the document edited from (empty for a new policy); if another is in force, it is refused."""
    call.authorize(identity, identities.boundary_context(identity))
    identities.refuse_protected(identity)
    current = identity.inline_policies.filter(name=policy_name).first()
    documents.refuse_if_changed(current.document_id if current else "", base_sha256)
    document = documents.store(text)
    others = identity.inline_policies.exclude(name=policy_name).values_list("document__text", flat=True)
    quota = INLINE_SIZE[IdentityKind(identity.kind)]
    if sum(map(documents.size, [text, *others])) > quota:
        raise LimitExceeded(f"Maximum policy size of {quota} bytes exceeded for {identity.kind} {identity.name}")
    InlinePolicy.objects.update_or_create(
        identity_id=identity.pk, name=policy_name, defaults={"document": document, "updated": timezone.now()}
    )


def _get(call: Call, identity: Identity, policy_name: str) -> InlinePolicy:
    call.authorize(identity)
    policy = identity.inline_policies.select_related("document").filter(name=policy_name).first()
    if policy is None:
        raise _no_such_policy(identity, policy_name)
    return policy


def _list(call: Call, identity: Identity) -> list[str]:
    call.authorize(identity)
    return _names(identity.pk)


_names = Prepared(
    lambda pk: InlinePolicy.objects.filter(identity_id=pk).order_by("name").values_list("name", flat=True), int
)


def _delete(call: Call, identity: Identity, policy_name: str, base_sha256: str | None) -> None:
    """With a `base_sha256` only while that document is in force."""
    call.authorize(identity, identities.boundary_context(identity))
    identities.refuse_protected(identity)
    current = identity.inline_policies.filter(name=policy_name).first()
    if current is None:
        raise _no_such_policy(identity, policy_name)
    documents.refuse_if_changed(current.document_id, base_sha256)
    current.delete()


def _no_such_policy(identity: Identity, policy_name: str) -> NoSuchEntity:
    return NoSuchEntity(f"The {identity.kind} policy with name {policy_name} cannot be found.")
