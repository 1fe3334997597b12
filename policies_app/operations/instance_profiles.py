"""Containers that hand a role to EC2 instances. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html"""

from django.db.models import QuerySet

from policies_app.models import InstanceProfile, Role
from policies_app.models.identities import identity_arn
from policies_app.models.instance_profiles import instance_profile_arn

from . import identities
from .calls import Call, operation
from .creation import Tags, authorize_creation, refuse_duplicate_keys, unique_name
from .errors import DeleteConflict, LimitExceeded, NoSuchEntity, OperationError
from .pages import Page, in_path, page_by_name

# Whoever puts a role into a profile passes it to EC2, as the role's own permission has to allow.
PASSED_TO = {"iam:PassedToService": "ec2.amazonaws.com"}


def find(call: Call, name: str, *, lock: bool = False) -> InstanceProfile:
    """The profile by name, in whatever case; with `lock`, its row is held until the transaction ends.

    One that is absent is refused before it is reported absent: who may not ask learns nothing.
    """
    rows = _in_account(call).filter(name__lower=name.lower())
    asked = instance_profile_arn(call.account_id, name)
    if profile := (rows.select_for_update() if lock else _with_role(rows)).first():
        call.asked[profile.arn] = asked
        call.concerns(profile)
        return profile
    call.authorize(asked)
    raise NoSuchEntity(f"Instance Profile {name} cannot be found.")


@operation("CreateInstanceProfile")
def create_instance_profile(
    call: Call, *, instance_profile_name: str, path: str = "/", tags: Tags | None = None
) -> InstanceProfile:
    profile = InstanceProfile(account_id=call.account_id, name=instance_profile_name, path=path)
    refuse_duplicate_keys(tags)
    authorize_creation(call, profile, "InstanceProfile", tags)
    with unique_name(f"Instance Profile {instance_profile_name} already exists."):
        profile.save()
    for tag in tags or ():
        profile.tags.create(key=tag["Key"], value=tag["Value"])
    return profile


@operation("GetInstanceProfile", reads=True)
def get_instance_profile(call: Call, *, instance_profile_name: str) -> InstanceProfile:
    profile = find(call, instance_profile_name)
    call.authorize(profile)
    return profile


@operation("ListInstanceProfiles", reads=True)
def list_instance_profiles(
    call: Call, *, path_prefix: str = "/", marker: str = "", max_items: int = 100
) -> Page[InstanceProfile]:
    call.authorize(instance_profile_arn(call.account_id, "", path_prefix))
    rows = _with_role(_in_account(call).filter(in_path(path_prefix)))
    return page_by_name(rows, marker=marker, max_items=max_items)


@operation("ListInstanceProfilesForRole", reads=True)
def list_instance_profiles_for_role(
    call: Call, *, role_name: str, marker: str = "", max_items: int = 100
) -> Page[InstanceProfile]:
    role = identities.find(call, Role, role_name)
    call.authorize(role)
    return page_by_name(_with_role(role.instance_profiles.all()), marker=marker, max_items=max_items)


@operation("AddRoleToInstanceProfile")
def add_role_to_instance_profile(call: Call, *, instance_profile_name: str, role_name: str) -> None:
    """Asks for `iam:PassRole` on the role as well."""
    profile = find(call, instance_profile_name, lock=True)
    call.authorize(profile)
    role = _role_to_pass(call, role_name)
    call.resource = profile.arn
    identities.refuse_protected(role)
    if profile.role_id is not None:
        raise LimitExceeded("Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")
    profile.role = role
    profile.save(update_fields=["role"])


@operation("RemoveRoleFromInstanceProfile")
def remove_role_from_instance_profile(call: Call, *, instance_profile_name: str, role_name: str) -> None:
    profile = find(call, instance_profile_name, lock=True)
    call.authorize(profile)
    role = identities.in_account(call, Role).filter(name__lower=role_name.lower()).first()
    call.concerns(role)
    if role is None or profile.role_id != role.pk:
        raise _not_in(call, profile, role, role_name)
    profile.role = None
    profile.save(update_fields=["role"])


@operation("DeleteInstanceProfile")
def delete_instance_profile(call: Call, *, instance_profile_name: str) -> None:
    profile = find(call, instance_profile_name, lock=True)
    call.authorize(profile)
    if profile.role_id is not None:
        raise DeleteConflict("Cannot delete entity, must remove roles from instance profile first.")
    profile.delete()


def _in_account(call: Call) -> QuerySet[InstanceProfile]:
    return InstanceProfile.objects.filter(account_id=call.account_id)


def _with_role(rows: QuerySet[InstanceProfile]) -> QuerySet[InstanceProfile]:
    return rows.select_related("role__trust_document")


def _role_to_pass(call: Call, name: str) -> Role:
    """Locked, so that it is not deleted meanwhile. Who may not pass it does not learn whether it is there."""
    role = identities.in_account(call, Role).select_for_update().filter(name__lower=name.lower()).first()
    asked = identity_arn(call.account_id, Role.KIND, name)
    if role is None:
        call.authorize(asked, PASSED_TO, also="iam:PassRole")
        raise NoSuchEntity(f"The role with name {name} cannot be found.")
    call.asked[role.arn] = asked
    call.authorize(role, PASSED_TO, also="iam:PassRole")
    return role


def _not_in(call: Call, profile: InstanceProfile, role: Role | None, name: str) -> OperationError:
    """Whether there is such a role at all, only those are told who may read it."""
    if call.may("iam:GetRole", role or identity_arn(call.account_id, Role.KIND, name)).allowed:
        if role is None:
            return NoSuchEntity(f"The role with name {name} cannot be found.")
        identities.refuse_protected(role)
    return NoSuchEntity(f"Role {name} in Instance Profile {profile.name} cannot be found.")
