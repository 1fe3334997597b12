from typing import Any

from console.api.registry import Action, InPages, Output, own_by_default, page_of
from policies_app.models import AccessKey
from policies_app.operations import access_keys
from policies_app.operations.access_keys import NewAccessKey


def listed(key: AccessKey) -> dict[str, Any]:
    return {"UserName": key.user.name, "AccessKeyId": key.id, "Status": key.status, "CreateDate": key.created}


def created(new: NewAccessKey) -> Output:
    return {"AccessKey": listed(new.key) | {"SecretAccessKey": new.secret}}


def last_used(key: AccessKey) -> Output:
    """AWS says `N/A` of what there is not, but leaves the date out."""
    return {
        "UserName": key.user.name,
        "AccessKeyLastUsed": {
            "LastUsedDate": key.last_used,
            "ServiceName": key.last_used_service or "N/A",
            "Region": key.last_used_region or "N/A",
        },
    }


ACTIONS = {
    "CreateAccessKey": Action(access_keys.create_access_key, created, own_by_default),
    "ListAccessKeys": Action(
        InPages("ListAccessKeys", access_keys.list_access_keys, lambda key: key.id),
        page_of("AccessKeyMetadata", listed),
        own_by_default,
    ),
    "UpdateAccessKey": Action(access_keys.update_access_key, parameters=own_by_default),
    "DeleteAccessKey": Action(access_keys.delete_access_key, parameters=own_by_default),
    "GetAccessKeyLastUsed": Action(access_keys.get_access_key_last_used, last_used),
}
