from django.urls import path

from console.web.lists import USERS_LIST
from console.web.views import (
    access_keys,
    bulk,
    clones,
    console_sessions,
    identities,
    identity_access,
    identity_deletion,
    identity_policies,
    inline_conversion,
    last_accessed,
    lists,
    tags,
    user_creation,
    user_creation_choices,
    user_creation_review,
    users,
    why,
)
from console.web.views.identities import USERS

KIND = {"kind": USERS}
LISTED = {"listed": USERS_LIST}

urlpatterns = [
    path("", lists.listing, LISTED, name="list"),
    path("~export/", lists.export, LISTED, name="export"),
    path("~change/", bulk.change, LISTED, name="change"),
    path("~create/", user_creation.create, name="create"),
    path("~create/~permissions/", user_creation_choices.permissions, name="create_permissions"),
    path("~create/~boundary/", user_creation_choices.boundary, name="create_boundary"),
    path("~create/~review/", user_creation_review.review, name="create_review"),
    path("~create/~result/", user_creation_review.result, name="create_result"),
    path("<name:user_name>/", identity_policies.permissions, KIND, name="detail"),
    path("<name:user_name>/~access/", identity_access.access, KIND, name="access"),
    path("<name:user_name>/~why/", why.of_identity, KIND, name="why"),
    path("<name:user_name>/~edit/", users.edit, name="edit"),
    path("<name:user_name>/~clone/", clones.of_identity, KIND, name="clone"),
    path("<name:user_name>/~delete/", identity_deletion.delete, KIND, name="delete"),
    path("<name:user_name>/~groups/", users.list_groups, name="groups"),
    path("<name:user_name>/~groups/~add/", users.add_to_group, name="add_to_group"),
    path("<name:user_name>/~groups/~remove/", users.remove_from_group, name="remove_from_group"),
    path("<name:user_name>/~security/", users.security, name="security"),
    path("<name:user_name>/~security/~create/", users.create_password, name="create_password"),
    path("<name:user_name>/~security/~change/", users.change_password, name="change_password"),
    path("<name:user_name>/~security/~remove/", users.remove_password, name="remove_password"),
    path("<name:user_name>/~security/~keys/~create/", access_keys.create, name="create_access_key"),
    path(
        "<name:user_name>/~security/~keys/<name:access_key_id>/~status/",
        access_keys.set_status,
        name="access_key_status",
    ),
    path(
        "<name:user_name>/~security/~keys/<name:access_key_id>/~delete/",
        access_keys.delete,
        name="delete_access_key",
    ),
    path(
        "<name:user_name>/~security/~sessions/<name:session_id>/~revoke/",
        console_sessions.revoke,
        name="revoke_session",
    ),
    path("<name:user_name>/~security/~sessions/~revoke/", console_sessions.revoke_others, name="revoke_sessions"),
    path("<name:user_name>/~tags/", tags.of_identity, KIND, name="tags"),
    path("<name:user_name>/~last-accessed/", last_accessed.of_identity, KIND, name="last_accessed"),
    path("<name:user_name>/~events/", identities.events, KIND, name="events"),
    path("<name:user_name>/~attach/", identity_policies.attach, KIND, name="attach"),
    path("<name:user_name>/~detach/", identity_policies.detach, KIND, name="detach"),
    path("<name:user_name>/~boundary/", identity_policies.boundary, KIND, name="boundary"),
    path("<name:user_name>/~boundary/~remove/", identity_policies.delete_boundary, KIND, name="delete_boundary"),
    path("<name:user_name>/~inline/", identity_policies.inline_create, KIND, name="inline_create"),
    path("<name:user_name>/~inline/<name:policy_name>/", identity_policies.inline_edit, KIND, name="inline_edit"),
    path(
        "<name:user_name>/~inline/<name:policy_name>/~convert/",
        inline_conversion.convert,
        KIND,
        name="inline_convert",
    ),
    path(
        "<name:user_name>/~inline/<name:policy_name>/~delete/",
        identity_policies.inline_delete,
        KIND,
        name="inline_delete",
    ),
]
