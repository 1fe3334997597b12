"""What every test stands on: cheap passwords, static files without a manifest, and a SQLite database that is a file."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage

FOLDER = pytest.StashKey[TemporaryDirectory[str]]()


class StrictStorage(StaticFilesStorage):
    """Needs no `collectstatic`, and is as strict as production about a file that is not there."""

    def url(self, name: str | None) -> str:
        if name and finders.find(name) is None:
            raise ValueError(f"a template names the static file {name!r}, which does not exist")
        return super().url(name)


def pytest_configure(config: pytest.Config) -> None:
    # Argon2 is slow on purpose, and the tests sign in a thousand times.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"] = {"BACKEND": f"{__name__}.{StrictStorage.__name__}"}
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        # In memory SQLite has neither WAL nor a second connection, so no test could see a lock or a race.
        config.stash[FOLDER] = folder = TemporaryDirectory(prefix="grantbook-tests-")
        database["TEST"]["NAME"] = str(Path(folder.name) / "grantbook.sqlite3")


def pytest_unconfigure(config: pytest.Config) -> None:
    if FOLDER in config.stash:
        config.stash[FOLDER].cleanup()
