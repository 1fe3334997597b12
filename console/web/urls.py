"""The table of contents of the console: `users:detail` is in views/users.py and templates/users/detail.html."""

from django.urls import include, path

from . import converters

converters.register()

urlpatterns = [
    path("", include("console.web.sections.dashboard")),
    path("", include(("console.web.sections.session", "session"))),
    path("me/", include(("console.web.sections.me", "me"))),
    path("users/", include(("console.web.sections.users", "users"))),
    path("groups/", include(("console.web.sections.groups", "groups"))),
    path("roles/", include(("console.web.sections.roles", "roles"))),
    path("policies/", include(("console.web.sections.policies", "policies"))),
    path("account/", include(("console.web.sections.account", "account"))),
    path("events/", include(("console.web.sections.events", "events"))),
    path("search/", include(("console.web.sections.search", "search"))),
    path("actions/", include(("console.web.sections.catalog", "catalog"))),
]
