from django.urls import path

from console.web.views import access_keys, console_sessions, me, my_permissions, why

urlpatterns = [
    path("", my_permissions.permissions, name="permissions"),
    path("access/", my_permissions.access, name="access"),
    path("policies/<scope:scope>/<name:policy_name>/", my_permissions.policy, name="policy"),
    path("inline/<name:policy_name>/", my_permissions.inline_policy, name="inline_policy"),
    path("groups/<name:group_name>/<name:policy_name>/", my_permissions.group_policy, name="group_policy"),
    path("sessions/", me.sessions, name="sessions"),
    path("sessions/~revoke/", console_sessions.revoke_others, name="revoke_sessions"),
    path("sessions/<name:session_id>/~revoke/", console_sessions.revoke, name="revoke_session"),
    path("events/", me.events, name="events"),
    path("why/", why.own, name="why"),
    path("why/~suggestions/", why.suggestions, name="why_suggestions"),
    path("password/", me.password, name="password"),
    path("credentials/", me.credentials, name="credentials"),
    path("credentials/~create/", access_keys.create, name="create_access_key"),
    path("credentials/<name:access_key_id>/~status/", access_keys.set_status, name="access_key_status"),
    path("credentials/<name:access_key_id>/~delete/", access_keys.delete, name="delete_access_key"),
]
