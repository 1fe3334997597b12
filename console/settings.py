"""The one settings file, driven by the environment (see README, "Deploy").

GRANTBOOK_SECRET_KEY   signs sessions; made once under var/ when absent
GRANTBOOK_ENCRYPTION_KEYS
                       encrypt the secrets of access keys: Fernet keys, separated by commas, the newest first; with
                       SQLite and without GRANTBOOK_HTTPS one is made once under var/, else no start without
GRANTBOOK_SKEW         seconds that the clock of whoever signs a request may differ from ours (900, as AWS)
GRANTBOOK_ACCOUNT_ID   the twelve digits of a fresh installation's account (random when absent)
GRANTBOOK_HTTPS=1      the console is reached over TLS: secure cookies, redirect, HSTS
GRANTBOOK_HOSTS        comma-separated host names it answers to
GRANTBOOK_PROXIES      how many trusted reverse proxies append to X-Forwarded-For (0: none)
GRANTBOOK_COMPILED     characters of policy documents that each worker keeps compiled, 15 bytes each (8000000)
DATABASE_URL           postgresql://… ; SQLite under var/ when absent
"""

import os
import secrets
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from cryptography.fernet import Fernet
from django.utils.csp import CSP

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"


def _number(name: str, default: int, most: int = 10**12) -> int:
    """From the environment; one that is none ends the start with a sentence, instead of meaning something else."""
    text = os.environ.get(name) or str(default)
    if not (text.isascii() and text.isdecimal() and int(text) <= most):
        sys.exit(f"{name} is {text!r}. It is a whole number from 0 to {most}.")
    return int(text)


HTTPS = _number("GRANTBOOK_HTTPS", 0, most=1) == 1
TRUSTED_PROXIES = _number("GRANTBOOK_PROXIES", 0, most=100)
COMPILED_CHARACTERS = _number("GRANTBOOK_COMPILED", 8_000_000)
ALLOWED_HOSTS = os.environ.get("GRANTBOOK_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS] if HTTPS else []
DEBUG = False


def _kept(name: str, make: Callable[[], str]) -> str:
    """The text of a file under var/, made for this installation on its first start."""
    path = VAR_DIR / name
    VAR_DIR.mkdir(exist_ok=True)
    try:
        # O_EXCL: of two processes that start at once, one writes and the other reads.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(make())
    except FileExistsError:
        for _ in range(100):
            if path.stat().st_size:
                break
            time.sleep(0.01)
        else:
            sys.exit(f"{path} is empty. Delete it, and another one is made.")
    return path.read_text()


SECRET_KEY = os.environ.get("GRANTBOOK_SECRET_KEY") or _kept("secret_key", lambda: secrets.token_urlsafe(64))
CLOCK_SKEW = timedelta(seconds=_number("GRANTBOOK_SKEW", 900, most=86_400))

INSTALLED_APPS = [
    "policies_app.apps.GrantbookAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "console.web.apps.StaticFilesConfig",
    "django.contrib.humanize",
    "django_htmx",
    "policies_app.apps.PoliciesAppConfig",
    "console.web.apps.WebConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "console.api.endpoint.ApiMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "console.web.middleware.SignInMiddleware",
    "console.web.middleware.CallMiddleware",
    "console.web.recent.RecentMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "console.urls"
WSGI_APPLICATION = "console.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]


def _database() -> Any:
    try:
        database = dj_database_url.config(default=f"sqlite:///{VAR_DIR / 'grantbook.sqlite3'}")
    except ValueError:
        database = None
    if not database or database["ENGINE"] not in {"django.db.backends.sqlite3", "django.db.backends.postgresql"}:
        # Its text is not shown: it may hold a password.
        sys.exit("DATABASE_URL is not understood. It reads like postgresql://user:password@host:5432/name.")
    return database


DATABASES = {"default": _database()}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # All three together keep eight writers from "database is locked"; WAL alone does not.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
    DATABASES["default"]["CONN_MAX_AGE"] = 600
else:
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        pool=True,
        # A statement that comes again is planned once by each connection: planning takes ten times as long as the rest.
        server_side_binding=True,
        prepare_threshold=3,
    )
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

ENCRYPTION_KEYS = [key.strip() for key in os.environ.get("GRANTBOOK_ENCRYPTION_KEYS", "").split(",") if key.strip()]
if not ENCRYPTION_KEYS and DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3" and not HTTPS:
    ENCRYPTION_KEYS = [_kept("encryption_key", lambda: Fernet.generate_key().decode())]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "policies_app.User"
AUTHENTICATION_BACKENDS = ["policies_app.operations.permissions.PolicyBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
# How long a password is and of which characters, the account's password policy says.
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "session:sign_in"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "session:sign_in"

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_ENGINE = "console.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "console.web.views.session.form_expired"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # What is refused or absent is told to whoever asked, and recorded: it is no fault of the server's.
    "loggers": {"django.request": {"level": "ERROR"}},
}
