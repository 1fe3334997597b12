"""Versions of managed policies: up to five, one of them in force."""

from django.utils import timezone

from policies_app.models import Policy, PolicyVersion

from . import documents
from .calls import Call, operation
from .errors import ConcurrentModification, DeleteConflict, LimitExceeded, NoSuchEntity
from .policies import NOT_ATTACHABLE, facts, find_allowed, find_changeable

VERSIONS_PER_POLICY = 5


def version_in_force(call: Call, policy: Policy) -> PolicyVersion:
    """Of a policy that has `facts`, with its document; asks for `iam:GetPolicyVersion`."""
    return get_policy_version(call, policy_arn=policy.arn, version_id=facts(policy).default_version_id)


@operation("CreatePolicyVersion")
def create_policy_version(
    call: Call,
    *,
    policy_arn: str,
    policy_document: str,
    set_as_default: bool = False,
    base_version_id: str | None = None,
) -> PolicyVersion:
    """`base_version_id` is the default version edited from; if another is in force now, the change is refused."""
    policy = find_changeable(call, policy_arn, absent=NOT_ATTACHABLE)
    if base_version_id is not None and policy.versions.get(is_default=True).version_id != base_version_id:
        raise ConcurrentModification("The policy was changed by somebody else after you opened it.")
    if policy.versions.count() >= VERSIONS_PER_POLICY:
        raise LimitExceeded(
            f"A managed policy can have up to {VERSIONS_PER_POLICY} versions. "
            "Before you create a new version, you must delete an existing version."
        )
    document = documents.store_managed(policy_document)
    policy.latest_version += 1
    version = policy.versions.create(number=policy.latest_version, document=document)
    _touch(policy)
    if set_as_default:
        _make_default(version)
    return version


@operation("GetPolicyVersion", reads=True)
def get_policy_version(call: Call, *, policy_arn: str, version_id: str) -> PolicyVersion:
    """The version with its document."""
    return _version(find_allowed(call, policy_arn, absent=_absent_version(version_id)), version_id)


@operation("ListPolicyVersions", reads=True)
def list_policy_versions(call: Call, *, policy_arn: str) -> list[PolicyVersion]:
    """Newest first."""
    return list(find_allowed(call, policy_arn).versions.order_by("-number"))


@operation("SetDefaultPolicyVersion")
def set_default_policy_version(call: Call, *, policy_arn: str, version_id: str) -> None:
    policy = find_changeable(call, policy_arn, absent=_absent_version(version_id))
    _make_default(_version(policy, version_id))
    _touch(policy)


@operation("DeletePolicyVersion")
def delete_policy_version(call: Call, *, policy_arn: str, version_id: str) -> None:
    policy = find_changeable(call, policy_arn, absent=_absent_version(version_id))
    version = _version(policy, version_id)
    if version.is_default:
        raise DeleteConflict("Cannot delete the default version of a policy.")
    version.delete()


def _version(policy: Policy, version_id: str) -> PolicyVersion:
    for version in policy.versions.select_related("document"):
        if version.version_id == version_id:
            return version
    raise NoSuchEntity(f"Policy {policy.arn} {_absent_version(version_id)}.")


def _absent_version(version_id: str) -> str:
    return f"version {version_id} {NOT_ATTACHABLE}"


def _make_default(version: PolicyVersion) -> None:
    version.policy.versions.filter(is_default=True).update(is_default=False)
    version.is_default = True
    version.save(update_fields=["is_default"])


def _touch(policy: Policy) -> None:
    policy.updated = timezone.now()
    policy.save(update_fields=["updated", "latest_version"])
