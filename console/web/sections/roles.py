from django.urls import path

from console.web.lists import ROLES_LIST
from console.web.views import (
    bulk,
    clones,
    identities,
    identity_access,
    identity_deletion,
    identity_policies,
    inline_conversion,
    last_accessed,
    lists,
    roles,
    tags,
    why,
)
from console.web.views.identities import ROLES

KIND = {"kind": ROLES}
LISTED = {"listed": ROLES_LIST}

urlpatterns = [
    path("", lists.listing, LISTED, name="list"),
    path("~export/", lists.export, LISTED, name="export"),
    path("~change/", bulk.change, LISTED, name="change"),
    path("~create/", roles.create, name="create"),
    path("<name:role_name>/", identity_policies.permissions, KIND, name="detail"),
    path("<name:role_name>/~access/", identity_access.access, KIND, name="access"),
    path("<name:role_name>/~why/", why.of_identity, KIND, name="why"),
    path("<name:role_name>/~edit/", roles.edit, name="edit"),
    path("<name:role_name>/~clone/", clones.of_identity, KIND, name="clone"),
    path("<name:role_name>/~delete/", identity_deletion.delete, KIND, name="delete"),
    path("<name:role_name>/~trust/", roles.trust, name="trust"),
    path("<name:role_name>/~trust/~edit/", roles.trust_edit, name="trust_edit"),
    path(
        "<name:role_name>/~instance-profiles/<name:instance_profile_name>/",
        tags.of_instance_profile,
        name="instance_profile",
    ),
    path("<name:role_name>/~tags/", tags.of_identity, KIND, name="tags"),
    path("<name:role_name>/~last-accessed/", last_accessed.of_identity, KIND, name="last_accessed"),
    path("<name:role_name>/~events/", identities.events, KIND, name="events"),
    path("<name:role_name>/~attach/", identity_policies.attach, KIND, name="attach"),
    path("<name:role_name>/~detach/", identity_policies.detach, KIND, name="detach"),
    path("<name:role_name>/~boundary/", identity_policies.boundary, KIND, name="boundary"),
    path("<name:role_name>/~boundary/~remove/", identity_policies.delete_boundary, KIND, name="delete_boundary"),
    path("<name:role_name>/~inline/", identity_policies.inline_create, KIND, name="inline_create"),
    path("<name:role_name>/~inline/<name:policy_name>/", identity_policies.inline_edit, KIND, name="inline_edit"),
    path(
        "<name:role_name>/~inline/<name:policy_name>/~convert/",
        inline_conversion.convert,
        KIND,
        name="inline_convert",
    ),
    path(
        "<name:role_name>/~inline/<name:policy_name>/~delete/",
        identity_policies.inline_delete,
        KIND,
        name="inline_delete",
    ),
]
