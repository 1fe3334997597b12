from django.urls import path

from console.web.lists import POLICIES_LIST
from console.web.views import (
    bulk,
    clones,
    last_accessed,
    lists,
    policies,
    policy_deletion,
    policy_editor,
    policy_entities,
    policy_versions,
    tags,
)

LISTED = {"listed": POLICIES_LIST}

urlpatterns = [
    path("", lists.listing, LISTED, name="list"),
    path("~export/", lists.export, LISTED, name="export"),
    path("~change/", bulk.change, LISTED, name="change"),
    path("~create/", policies.create, name="create"),
    path("~start/", policies.start, name="start"),
    path("~check/", policy_editor.check, name="check"),
    path("~words/", policy_editor.words, name="words"),
    path("~words/<name:prefix>/", policy_editor.service_words, name="service_words"),
    path("~names/", policy_editor.names, name="names"),
    path("<scope:scope>/<name:policy_name>/", policies.detail, name="detail"),
    path("<scope:scope>/<name:policy_name>/~tags/", tags.of_one_policy, name="tags"),
    path("<scope:scope>/<name:policy_name>/~last-accessed/", last_accessed.of_one_policy, name="last_accessed"),
    path("<scope:scope>/<name:policy_name>/~events/", policies.events, name="events"),
    path("<scope:scope>/<name:policy_name>/~clone/", clones.of_one_policy, name="clone"),
    path("<scope:scope>/<name:policy_name>/~delete/", policy_deletion.delete, name="delete"),
    path("<scope:scope>/<name:policy_name>/~entities/", policy_entities.entities, name="entities"),
    path("<scope:scope>/<name:policy_name>/~attach/", policy_entities.attach, name="attach"),
    path("<scope:scope>/<name:policy_name>/~detach/", policy_entities.detach, name="detach"),
    path("<scope:scope>/<name:policy_name>/~edit/", policy_versions.edit, name="edit"),
    path("<scope:scope>/<name:policy_name>/~versions/", policy_versions.versions, name="versions"),
    path("<scope:scope>/<name:policy_name>/~compare/", policy_versions.compare, name="compare"),
    path("<scope:scope>/<name:policy_name>/~versions/<str:version_id>/", policy_versions.version, name="version"),
    path(
        "<scope:scope>/<name:policy_name>/~versions/<str:version_id>/~default/",
        policy_versions.set_default,
        name="set_default",
    ),
    path(
        "<scope:scope>/<name:policy_name>/~versions/<str:version_id>/~delete/",
        policy_versions.delete_version,
        name="delete_version",
    ),
]
