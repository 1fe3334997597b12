"""The services that speak the Query protocol here, and which of their actions are built."""

from dataclasses import dataclass
from functools import cache

from botocore.model import OperationModel, ServiceModel

from policies_app.operations import service_model

from .actions import (
    access_keys,
    account,
    attachments,
    authorization_details,
    credential_report,
    devices,
    granting_policies,
    groups,
    inline_policies,
    instance_profiles,
    last_accessed,
    login_profiles,
    policies,
    roles,
    service_linked_roles,
    simulation,
    sts,
    tags,
    users,
)
from .errors import InvalidAction
from .registry import Action


@dataclass(frozen=True, slots=True)
class Service:
    """`name` is the one in a signature's credential scope."""

    name: str
    model: ServiceModel
    actions: dict[str, Action]

    @property
    def namespace(self) -> str:
        return str(self.model.metadata["xmlNamespace"])

    def find(self, action: str) -> tuple[OperationModel, Action]:
        """Raises `InvalidAction`, for what AWS does not know and for what is not built."""
        if action not in self.actions:
            version = self.model.api_version
            if action in self.model.operation_names:
                raise InvalidAction(f"The action {action} is not available here for version {version}.")
            raise InvalidAction(f"Could not find operation {action[:128]} for version {version}")
        return self.model.operation_model(action), self.actions[action]


IAM_ACTIONS: dict[str, Action] = (
    access_keys.ACTIONS
    | attachments.ACTIONS
    | account.ACTIONS
    | authorization_details.ACTIONS
    | credential_report.ACTIONS
    | devices.ACTIONS
    | granting_policies.ACTIONS
    | groups.ACTIONS
    | inline_policies.ACTIONS
    | instance_profiles.ACTIONS
    | last_accessed.ACTIONS
    | login_profiles.ACTIONS
    | policies.ACTIONS
    | roles.ACTIONS
    | service_linked_roles.ACTIONS
    | simulation.ACTIONS
    | tags.ACTIONS
    | users.ACTIONS
)
STS_ACTIONS: dict[str, Action] = sts.ACTIONS


@cache
def by_version() -> dict[str, Service]:
    """`2010-05-08` is IAM, `2011-06-15` is STS."""
    services = [
        Service(name, service_model.service(name), actions)
        for name, actions in (("iam", IAM_ACTIONS), ("sts", STS_ACTIONS))
    ]
    return {service.model.api_version: service for service in services}
