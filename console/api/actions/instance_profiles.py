from typing import Any

from console.api.registry import Action, InPages, Output, page_of, tags_as_given, tags_of
from policies_app.models import InstanceProfile
from policies_app.operations import instance_profiles, tags

from .roles import described as described_role
from .tags import TAGS


def described(profile: InstanceProfile) -> dict[str, Any]:
    """What every answer tells: of the role what `CreateRole` does, but neither its tags nor its boundary."""
    return {
        "Path": profile.path,
        "InstanceProfileName": profile.name,
        "InstanceProfileId": profile.unique_id,
        "Arn": profile.arn,
        "CreateDate": profile.created,
        "Roles": [described_role(profile.role)] if profile.role else [],
    }


def created(profile: InstanceProfile) -> Output:
    return {"InstanceProfile": described(profile) | {"Tags": tags_as_given(profile)}}


def whole(profile: InstanceProfile) -> Output:
    """Tags are told even of one that has none."""
    return {"InstanceProfile": described(profile) | {"Tags": tags_of(profile)}}


LISTED = page_of("InstanceProfiles", described)

ACTIONS = {
    "CreateInstanceProfile": Action(instance_profiles.create_instance_profile, created),
    "GetInstanceProfile": Action(instance_profiles.get_instance_profile, whole),
    "ListInstanceProfiles": Action(instance_profiles.list_instance_profiles, LISTED),
    "ListInstanceProfilesForRole": Action(instance_profiles.list_instance_profiles_for_role, LISTED),
    "AddRoleToInstanceProfile": Action(instance_profiles.add_role_to_instance_profile),
    "RemoveRoleFromInstanceProfile": Action(instance_profiles.remove_role_from_instance_profile),
    "DeleteInstanceProfile": Action(instance_profiles.delete_instance_profile),
    "TagInstanceProfile": Action(tags.tag_instance_profile),
    "UntagInstanceProfile": Action(tags.untag_instance_profile),
    "ListInstanceProfileTags": Action(
        InPages("ListInstanceProfileTags", tags.list_instance_profile_tags, lambda tag: tag[0]), TAGS
    ),
}
