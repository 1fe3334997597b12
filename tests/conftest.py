"""What every test stands on: cheap passwords, static files without a manifest, and a SQLite database that is a file."""

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from policies_app.operations import events
from tests.company import furnish
from tests.factories import Cast

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
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
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


@pytest.fixture(autouse=True)
def reads_wait_for_flush(monkeypatch: pytest.MonkeyPatch) -> None:
    """The events of reads are written when a test asks (`events.reads.flush()`), not by a thread of their own."""
    monkeypatch.setattr(events.ReadRecorder, "start", lambda _: None)
    monkeypatch.setattr(events, "reads", events.ReadRecorder())


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Tests that commit end with `flush`, and only that gets past the triggers of events."""
    migrations = ("0002_events_are_append_only", "0008_event_subjects")
    triggers = [import_module(f"policies_app.migrations.{name}") for name in migrations]
    with django_db_blocker.unblock():
        flush = connection.ops.execute_sql_flush

        def flush_events_too(sql_list: Iterable[str]) -> None:
            with connection.schema_editor() as editor:
                for migration in reversed(triggers):
                    migration.drop_triggers(apps, editor)
            flush(sql_list)
            with connection.schema_editor() as editor:
                for migration in triggers:
                    migration.add_triggers(apps, editor)

        connection.ops.execute_sql_flush = flush_events_too  # type: ignore[method-assign]  # there is no hook for it


@pytest.fixture
def cast(db: None) -> Cast:
    """An account, and the means to give it users, groups, roles and policies."""
    return Cast()


@pytest.fixture
def company(cast: Cast) -> Cast:
    """The account with one of everything."""
    return furnish(cast)
