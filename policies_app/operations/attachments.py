"""Attaching managed policies to identities and detaching them; permissions boundaries."""

from django.db.models import QuerySet

from policies_app.engine.catalog.service_linked_roles import ROLE_PATH
from policies_app.models import Attachment, Group, Identity, Policy, Role, User
from policies_app.models.prepared import Prepared

from . import identities, policies
from .calls import Call, operation
from .creation import request_context
from .errors import LimitExceeded, NoSuchEntity, PolicyNotAttachable
from .pages import in_path

ATTACHED_PER_IDENTITY = 10


@operation("AttachUserPolicy")
def attach_user_policy(call: Call, *, user_name: str, policy_arn: str) -> None:
    _attach(call, identities.find(call, User, user_name, lock=True), policy_arn)


@operation("AttachGroupPolicy")
def attach_group_policy(call: Call, *, group_name: str, policy_arn: str) -> None:
    _attach(call, identities.find(call, Group, group_name, lock=True), policy_arn)


@operation("AttachRolePolicy")
def attach_role_policy(call: Call, *, role_name: str, policy_arn: str) -> None:
    _attach(call, identities.find(call, Role, role_name, lock=True), policy_arn)


@operation("DetachUserPolicy")
def detach_user_policy(call: Call, *, user_name: str, policy_arn: str) -> None:
    _detach(call, identities.find(call, User, user_name, lock=True), policy_arn)


@operation("DetachGroupPolicy")
def detach_group_policy(call: Call, *, group_name: str, policy_arn: str) -> None:
    _detach(call, identities.find(call, Group, group_name, lock=True), policy_arn)


@operation("DetachRolePolicy")
def detach_role_policy(call: Call, *, role_name: str, policy_arn: str) -> None:
    _detach(call, identities.find(call, Role, role_name, lock=True), policy_arn)


@operation("ListAttachedUserPolicies", reads=True)
def list_attached_user_policies(call: Call, *, user_name: str, path_prefix: str = "/") -> list[Policy]:
    return _list_attached(call, identities.find(call, User, user_name), path_prefix)


@operation("ListAttachedGroupPolicies", reads=True)
def list_attached_group_policies(call: Call, *, group_name: str, path_prefix: str = "/") -> list[Policy]:
    return _list_attached(call, identities.find(call, Group, group_name), path_prefix)


@operation("ListAttachedRolePolicies", reads=True)
def list_attached_role_policies(call: Call, *, role_name: str, path_prefix: str = "/") -> list[Policy]:
    return _list_attached(call, identities.find(call, Role, role_name), path_prefix)


@operation("PutUserPermissionsBoundary")
def put_user_permissions_boundary(call: Call, *, user_name: str, permissions_boundary: str) -> None:
    _put_boundary(call, identities.find(call, User, user_name, lock=True), permissions_boundary)


@operation("PutRolePermissionsBoundary")
def put_role_permissions_boundary(call: Call, *, role_name: str, permissions_boundary: str) -> None:
    _put_boundary(call, identities.find(call, Role, role_name, lock=True), permissions_boundary)


@operation("DeleteUserPermissionsBoundary")
def delete_user_permissions_boundary(call: Call, *, user_name: str) -> None:
    _delete_boundary(call, identities.find(call, User, user_name, lock=True))


@operation("DeleteRolePermissionsBoundary")
def delete_role_permissions_boundary(call: Call, *, role_name: str) -> None:
    _delete_boundary(call, identities.find(call, Role, role_name, lock=True))


def _attach(call: Call, identity: Identity, policy_arn: str) -> None:
    """Attaching again changes nothing."""
    call.authorize(identity, identities.boundary_context(identity) | {"iam:PolicyARN": policy_arn})
    identities.refuse_protected(identity)
    policy = policies.find_attachable(call, policy_arn, lock=True)
    if policy.is_aws_managed and policy.path == ROLE_PATH:
        kind = identity.get_kind_display()
        raise PolicyNotAttachable(f"Cannot attach a Service Role Policy to a Customer {kind}.")
    if identity.attachments.exclude(policy=policy).count() >= ATTACHED_PER_IDENTITY:
        kind = identity.get_kind_display()
        raise LimitExceeded(f"Cannot exceed quota for PoliciesPer{kind}: {ATTACHED_PER_IDENTITY}")
    Attachment.objects.get_or_create(identity_id=identity.pk, policy=policy)


def _detach(call: Call, identity: Identity, policy_arn: str) -> None:
    call.authorize(identity, identities.boundary_context(identity) | {"iam:PolicyARN": policy_arn})
    identities.refuse_protected(identity)
    policy = policies.look_up(call, policy_arn)
    deleted, _ = identity.attachments.filter(policy=policy).delete()
    if not deleted:
        raise NoSuchEntity(f"Policy {policy_arn} {policies.NOT_FOUND}.")


def _list_attached(call: Call, identity: Identity, path_prefix: str) -> list[Policy]:
    call.authorize(identity)
    return (
        _attached(identity.pk) if path_prefix == "/" else list(_attached_to(identity.pk).filter(in_path(path_prefix)))
    )


def _attached_to(identity_id: int) -> QuerySet[Policy]:
    return Policy.objects.filter(attachments__identity_id=identity_id).order_by("name__lower", "pk")


_attached = Prepared(_attached_to, int)


def _put_boundary(call: Call, identity: User | Role, boundary_arn: str) -> None:
    # `iam:PermissionsBoundary` is here the boundary asked for, not the one in force.
    call.authorize(identity, request_context(boundary_arn=boundary_arn))
    identities.refuse_protected(identity)
    call.concerns(identity.boundary)
    identity.boundary = policies.find_boundary(call, boundary_arn)
    identity.save()


def _delete_boundary(call: Call, identity: User | Role) -> None:
    call.authorize(identity, identities.boundary_context(identity))
    identities.refuse_protected(identity)
    if identity.boundary is None:
        raise NoSuchEntity(f"Permissions boundary for {identity.kind} {identity.name} not found.")
    call.concerns(identity.boundary)
    identity.boundary = None
    identity.save()
