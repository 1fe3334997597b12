"""Roles that belong to an AWS service. https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html"""

import json
from uuid import uuid4

from policies_app.engine.catalog.service_linked_roles import ROLE_PATH, ServiceLinkedRole, service_linked_roles
from policies_app.engine.parser import Layer
from policies_app.models import Policy, Role, ServiceLinkedRoleDeletion
from policies_app.models.identities import identity_arn

from . import documents, identities
from .calls import Call, operation
from .creation import unique_name
from .errors import EntityAlreadyExists, InvalidInput, NoSuchEntity, UnknownService

LONGEST_NAME = 64


@operation("CreateServiceLinkedRole")
def create_service_linked_role(
    call: Call, *, aws_service_name: str, description: str = "", custom_suffix: str | None = None
) -> Role:
    """With the service's own trust policy and AWS managed policy, where the catalog has it."""
    known = service_linked_roles().get(aws_service_name)
    if known is None:
        call.authorize(_any_role_of(call, aws_service_name), {"iam:AWSServiceName": aws_service_name})
        raise UnknownService(f"Cannot find Service Linked Role template for {aws_service_name}")
    name = f"{known.name}_{custom_suffix}" if custom_suffix else known.name
    role = Role(
        account_id=call.account_id,
        name=name,
        path=known.path,
        description=description,
        linked_service=known.service,
    )
    call.authorize(role, {"iam:AWSServiceName": known.service})
    if custom_suffix and not known.takes_suffix:
        raise InvalidInput(f"Custom suffix is not allowed for {known.service}")
    if len(name) > LONGEST_NAME:
        raise InvalidInput(f"The role name {name} is longer than {LONGEST_NAME} characters.")
    role.trust_document = documents.store(_trust(known.service), Layer.TRUST)
    try:
        with unique_name(f"Role with name {name} already exists."):
            role.save()
    except EntityAlreadyExists as error:
        raise InvalidInput(
            f"Service role name {name} has been taken in this account, please try a different suffix."
        ) from error
    _attach(role, known)
    return role


@operation("DeleteServiceLinkedRole")
def delete_service_linked_role(call: Call, *, role_name: str) -> ServiceLinkedRoleDeletion:
    """Nothing here uses such a role, so the deletion is done when it is answered."""
    role = identities.find(call, Role, role_name, lock=True)
    call.authorize(role)
    if not role.linked_service:
        raise NoSuchEntity(f"The service-linked role with name {role_name} cannot be found.")
    deletion = ServiceLinkedRoleDeletion.objects.create(
        id=f"task{role.path}{role.name}/{uuid4()}", account_id=call.account_id, role_arn=role.arn
    )
    role.delete()
    return deletion


@operation("GetServiceLinkedRoleDeletionStatus", reads=True)
def get_service_linked_role_deletion_status(call: Call, *, deletion_task_id: str) -> str:
    """`SUCCEEDED`, as every deletion is done at once. Authorised on the role that it was of."""
    deletion = ServiceLinkedRoleDeletion.objects.filter(pk=deletion_task_id, account_id=call.account_id).first()
    call.authorize(deletion.role_arn if deletion else _any_role_of(call, "*"))
    if deletion is None:
        raise NoSuchEntity(f"Deletion task {deletion_task_id} cannot be found.")
    return "SUCCEEDED"


def _any_role_of(call: Call, service: str) -> str:
    return identity_arn(call.account_id, Role.KIND, "*", f"{ROLE_PATH}{service}/")


def _attach(role: Role, known: ServiceLinkedRole) -> None:
    """The service's doing, and not the caller's: it asks for no further permission."""
    policy = Policy.objects.filter(account=None, name=known.policy, path=ROLE_PATH).first()
    if policy:
        role.attachments.create(policy=policy)


def _trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": [service]}, "Action": ["sts:AssumeRole"]}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
