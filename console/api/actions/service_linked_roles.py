from console.api.registry import Action, Output
from policies_app.models import ServiceLinkedRoleDeletion
from policies_app.operations import service_linked_roles

from .roles import created


def submitted(deletion: ServiceLinkedRoleDeletion) -> Output:
    return {"DeletionTaskId": deletion.pk}


def status(status: str) -> Output:
    return {"Status": status}


ACTIONS = {
    "CreateServiceLinkedRole": Action(service_linked_roles.create_service_linked_role, created),
    "DeleteServiceLinkedRole": Action(service_linked_roles.delete_service_linked_role, submitted),
    "GetServiceLinkedRoleDeletionStatus": Action(service_linked_roles.get_service_linked_role_deletion_status, status),
}
