"""The peer of the pages: a plain Django project whose users are `django.contrib.auth`'s, listed in Django's admin.

As `startproject` makes it, but that it keeps its connections. `python -m tests.benchmarks.peers.django_admin NUMBER`
fills the database of DATABASE_URL and prints the session cookie of its superuser; `application` is what is served.
"""

import sys
from typing import Final

import dj_database_url
import django
from django.conf import settings

MIDDLEWARE: Final = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
APPS: Final = ["admin", "auth", "contenttypes", "sessions", "messages", "staticfiles"]
CONTEXT: Final = ["template.context_processors.request", "contrib.auth.context_processors.auth"]

settings.configure(
    SECRET_KEY="for-the-benchmark-only",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[f"django.contrib.{app}" for app in APPS],
    MIDDLEWARE=MIDDLEWARE,
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    *(f"django.{processor}" for processor in CONTEXT),
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    DATABASES={"default": dj_database_url.config(conn_max_age=600)},
    STATIC_URL="static/",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

# Only now, as they use the settings.
from django.contrib import admin  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402

urlpatterns = [path("admin/", admin.site.urls)]

USERS: Final = """
WITH RECURSIVE numbers(n) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT n + 1 FROM numbers WHERE n < %s)
INSERT INTO auth_user
(username, first_name, last_name, email, password, is_superuser, is_staff, is_active, last_login, date_joined)
SELECT
    (CASE n %% 10 WHEN 0 THEN 'svc-' WHEN 1 THEN 'alice.' WHEN 2 THEN 'bob.' WHEN 3 THEN 'carol.' WHEN 4 THEN 'dana.'
     ELSE 'frank.' END) || (CASE n %% 7 WHEN 0 THEN 'smith' WHEN 1 THEN 'jones' ELSE 'garcia' END) || CAST(n AS TEXT),
    'First', 'Last', 'user' || CAST(n AS TEXT) || '@example.com', '!', %s, %s, %s, NULL, %s
FROM numbers
"""


def main(number: int) -> None:
    call_command("migrate", verbosity=0, skip_checks=True)
    root = User.objects.create_superuser("root")
    with connection.cursor() as cursor:
        cursor.execute(USERS, [number - 1, False, False, True, timezone.now()])
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
    store = SessionStore()
    store[SESSION_KEY] = str(root.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = root.get_session_auth_hash()
    store.create()
    sys.stdout.write(str(store.session_key))


application = get_wsgi_application()

if __name__ == "__main__":
    main(int(sys.argv[1]))
