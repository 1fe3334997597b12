from policies_app.engine.catalog.service_linked_roles import ROLE_PATH
from policies_app.models import Role

from . import documents, identities, trusted_ids
from .calls import Call, operation
from .creation import Tags, authorize_creation, refuse_duplicate_keys
from .errors import DeleteConflict, InvalidInput
from .lists import Asked, Paging, Table


@operation("CreateRole")
def create_role(
    call: Call,
    *,
    role_name: str,
    assume_role_policy_document: str,
    path: str = "/",
    description: str = "",
    max_session_duration: int = 3600,
    permissions_boundary: str | None = None,
    tags: Tags | None = None,
) -> Role:
    """`max_session_duration` is in seconds."""
    role = Role(
        account_id=call.account_id,
        name=role_name,
        path=path,
        description=description,
        max_session_duration=max_session_duration,
    )
    refuse_duplicate_keys(tags)
    authorize_creation(call, role, "Role", tags, permissions_boundary)
    if path.startswith(ROLE_PATH):
        raise InvalidInput(f"Path prefix '{ROLE_PATH}' can only be used for AWS Service linked Roles")
    role.trust_document = documents.store_trust(assume_role_policy_document)
    role.trusted_ids = trusted_ids.resolve(assume_role_policy_document)
    return identities.create(call, role, tags=tags, boundary_arn=permissions_boundary)


@operation("GetRole", reads=True)
def get_role(call: Call, *, role_name: str) -> Role:
    role = identities.find(call, Role, role_name)
    call.authorize(role, identities.boundary_context(role))
    return role


@operation("ListRoles", reads=True)
def list_roles(
    call: Call,
    *,
    path_prefix: str = "/",
    search: str = "",
    marker: str = "",
    max_items: int = 100,
    backwards: bool = False,
    asked: Asked | None = None,
) -> Table[Role]:
    paging = Paging(marker=marker, max_items=max_items, backwards=backwards)
    return identities.list_page(call, Role, path_prefix, search, paging, asked)


@operation("UpdateRole")
def update_role(
    call: Call, *, role_name: str, description: str | None = None, max_session_duration: int | None = None
) -> Role:
    role = identities.find(call, Role, role_name, lock=True)
    call.authorize(role, identities.boundary_context(role))
    if max_session_duration not in {None, role.max_session_duration}:
        identities.refuse_protected(role)
    # An empty description clears it; only what is not given stays.
    role.description = role.description if description is None else description
    role.max_session_duration = max_session_duration or role.max_session_duration
    role.save()
    return role


@operation("UpdateRoleDescription")
def update_role_description(call: Call, *, role_name: str, description: str) -> Role:
    """`UpdateRole` does the same and more; AWS keeps this one for older programs."""
    role = identities.find(call, Role, role_name, lock=True)
    call.authorize(role, identities.boundary_context(role))
    role.description = description
    role.save()
    return role


@operation("UpdateAssumeRolePolicy")
def update_assume_role_policy(
    call: Call, *, role_name: str, policy_document: str, base_sha256: str | None = None
) -> Role:
    """`base_sha256` names the document edited from; if another is in force now, the change is refused."""
    role = identities.find(call, Role, role_name, lock=True)
    call.authorize(role, identities.boundary_context(role))
    identities.refuse_protected(role)
    documents.refuse_if_changed(role.trust_document_id, base_sha256)
    role.trust_document = documents.store_trust(policy_document)
    role.trusted_ids = trusted_ids.resolve(policy_document)
    role.save()
    return role


@operation("DeleteRole")
def delete_role(call: Call, *, role_name: str) -> None:
    role = identities.find(call, Role, role_name, lock=True)
    call.authorize(role, identities.boundary_context(role))
    identities.refuse_protected(role)
    if role.instance_profiles.exists():
        raise DeleteConflict("Cannot delete entity, must remove roles from instance profile first.")
    identities.refuse_while_in_use(role)
    call.concerns(role.boundary)
    role.delete()
