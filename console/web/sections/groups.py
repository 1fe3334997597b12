from django.urls import path

from console.web.lists import GROUPS_LIST
from console.web.views import (
    bulk,
    clones,
    groups,
    identities,
    identity_access,
    identity_deletion,
    identity_policies,
    inline_conversion,
    last_accessed,
    lists,
    why,
)
from console.web.views.identities import GROUPS

KIND = {"kind": GROUPS}
LISTED = {"listed": GROUPS_LIST}

urlpatterns = [
    path("", lists.listing, LISTED, name="list"),
    path("~export/", lists.export, LISTED, name="export"),
    path("~change/", bulk.change, LISTED, name="change"),
    path("~create/", groups.create, name="create"),
    path("<name:group_name>/", identity_policies.permissions, KIND, name="detail"),
    path("<name:group_name>/~access/", identity_access.access, KIND, name="access"),
    path("<name:group_name>/~why/", why.of_identity, KIND, name="why"),
    path("<name:group_name>/~edit/", groups.edit, name="edit"),
    path("<name:group_name>/~clone/", clones.of_identity, KIND, name="clone"),
    path("<name:group_name>/~delete/", identity_deletion.delete, KIND, name="delete"),
    path("<name:group_name>/~members/", groups.members, name="members"),
    path("<name:group_name>/~members/~add/", groups.add_member, name="add_member"),
    path("<name:group_name>/~members/~remove/", groups.remove_member, name="remove_member"),
    path("<name:group_name>/~last-accessed/", last_accessed.of_identity, KIND, name="last_accessed"),
    path("<name:group_name>/~events/", identities.events, KIND, name="events"),
    path("<name:group_name>/~attach/", identity_policies.attach, KIND, name="attach"),
    path("<name:group_name>/~detach/", identity_policies.detach, KIND, name="detach"),
    path("<name:group_name>/~inline/", identity_policies.inline_create, KIND, name="inline_create"),
    path("<name:group_name>/~inline/<name:policy_name>/", identity_policies.inline_edit, KIND, name="inline_edit"),
    path(
        "<name:group_name>/~inline/<name:policy_name>/~convert/",
        inline_conversion.convert,
        KIND,
        name="inline_convert",
    ),
    path(
        "<name:group_name>/~inline/<name:policy_name>/~delete/",
        identity_policies.inline_delete,
        KIND,
        name="inline_delete",
    ),
]
