from console.api.registry import Action, InPages, page_of
from policies_app.operations import tags


def _key(tag: tuple[str, str]) -> str:
    return tag[0]


def _listed(tag: tuple[str, str]) -> dict[str, str]:
    return {"Key": tag[0], "Value": tag[1]}


TAGS = page_of("Tags", _listed)

ACTIONS = {
    "TagUser": Action(tags.tag_user),
    "TagRole": Action(tags.tag_role),
    "TagPolicy": Action(tags.tag_policy),
    "UntagUser": Action(tags.untag_user),
    "UntagRole": Action(tags.untag_role),
    "UntagPolicy": Action(tags.untag_policy),
    "ListUserTags": Action(InPages("ListUserTags", tags.list_user_tags, _key), TAGS),
    "ListRoleTags": Action(InPages("ListRoleTags", tags.list_role_tags, _key), TAGS),
    "ListPolicyTags": Action(InPages("ListPolicyTags", tags.list_policy_tags, _key), TAGS),
}
