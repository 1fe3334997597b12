"""Fill the database of DATABASE_URL with one account of NUMBER users: `python -m tests.benchmarks.seed NUMBER`.

In bulk and not through operations, which would take hours: rows are written by COPY or `executemany`, with every
constraint in force, and the record of events chained as ever. Only indexes without a constraint, the search's too, are
built afterwards, as handbooks advise. Everything but the sessions follows from the number.

Beside the crowd there are those that pages are measured on: `admin`, `busy`, who has 10 groups and 50 policies, and
`Popular`, a policy of 1,000 identities. Prints the session cookies of the two users as JSON, with the names of somebody
and something of the crowd, and the marker of a page in the middle of the users.
"""

import json
import os
import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from itertools import batched
from typing import Final

import django
from django.apps import apps
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
django.setup()

# Only now, as they are models or use them.
from django.conf import settings  # noqa: E402

from console.sessions import SessionStore  # noqa: E402
from policies_app.engine.catalog import managed_policies  # noqa: E402
from policies_app.models import Account, Identity, Policy, User  # noqa: E402
from policies_app.operations import accounts, attachments, events, groups, policies, users  # noqa: E402
from policies_app.operations.managed_policies import load_managed_policies  # noqa: E402
from policies_app.policy_templates import POLICY_TEMPLATES  # noqa: E402
from tests.benchmarks.crowd import ACCOUNT, Crowd, Row, document, recorded, tables  # noqa: E402

BATCH: Final = 10_000
BUSY_GROUPS, BUSY_POLICIES = 10, 50


def main(number: int) -> None:
    call_command("migrate", verbosity=0, skip_checks=True)
    account = Account.objects.first() or furnished()
    if (more := number - Identity.objects.filter(kind="user").count()) > 0:
        fill(Crowd(more, next_key(Identity), next_key(Policy)))
    if connection.vendor == "postgresql":
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # as its own housekeeping does soon
    middle = User.objects.filter(account=account, kind="user", name__lower__gte="heidi").order_by("name__lower")[0]
    json.dump(
        {
            "sessions": {name: session_of(User.objects.get(account=account, name=name)) for name in ("admin", "busy")},
            "names": {kind: Identity.objects.filter(kind=kind).latest("pk").name for kind in ("user", "group", "role")},
            "policy": Policy.objects.filter(account=account).latest("pk").name,
            "middle": f"{middle.name.lower()}:{middle.pk}",
        },
        sys.stdout,
    )


def next_key(model: type[Identity | Policy]) -> int:
    return (model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1


def session_of(user: User) -> str:
    """The value of its cookie."""
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


# Those that are looked at --------------------------------------------------------------------------------------------


def furnished() -> Account:
    """The account with its administrator, `busy` and `Popular`, made by operations."""
    load_managed_policies(managed_policies.load())
    account = accounts.create_account(ACCOUNT)
    call = accounts.system_call(account, "benchmark")
    with events.unit_of_work():
        accounts.make_administrator(call, "admin")
        users.create_user(call, user_name="busy")
        texts = [POLICY_TEMPLATES["view_own_permissions"].text, *(document(number) for number in range(BUSY_POLICIES))]
        arns = [
            policies.create_policy(call, policy_name=f"Busy{number:02}", policy_document=text).arn
            for number, text in enumerate(texts[:BUSY_POLICIES])
        ]
        for arn in arns[:10]:
            attachments.attach_user_policy(call, user_name="busy", policy_arn=arn)
        for number in range(BUSY_GROUPS):
            groups.create_group(call, group_name=f"busy-{number}")
            groups.add_user_to_group(call, group_name=f"busy-{number}", user_name="busy")
            for arn in arns[10 + number :: BUSY_GROUPS]:
                attachments.attach_group_policy(call, group_name=f"busy-{number}", policy_arn=arn)
        policies.create_policy(call, policy_name="Popular", policy_document=document(0))
    return account


# The crowd -----------------------------------------------------------------------------------------------------------


def fill(crowd: Crowd) -> None:
    rng = random.Random(crowd.users)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size = -524288")  # KiB: the ends of the indexes are all over the file
    columns = [TextColumn("{task.description:<14}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
    with Progress(*columns, console=Console(stderr=True)) as progress, indexes_built_afterwards(progress):
        for table, names, total, rows in tables(crowd, rng):
            task = progress.add_task(table, total=total)
            with transaction.atomic():
                for batch in batched(rows, BATCH, strict=False):
                    write(f"policies_app_{table}", names, batch)
                    progress.advance(task, len(batch))
            progress.update(task, total=progress.tasks[task].completed)
        task = progress.add_task("event", total=crowd.events)
        for recent in batched(recorded(crowd, rng), BATCH, strict=False):
            events.append(recent)
            progress.advance(task, len(recent))
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Identity, Policy]):
            cursor.execute(statement)


def write(table: str, columns: str, rows: Sequence[Row]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * (columns.count(",") + 1))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608  # names of ours


# Those that hold no constraint.
INDEXES: Final = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE INDEX%' "
    "AND tbl_name LIKE 'policies_app_%'",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE indexdef LIKE 'CREATE INDEX%' "
    "AND tablename LIKE 'policies_app_%'",
}


@contextmanager
def indexes_built_afterwards(progress: Progress) -> Iterator[None]:
    """That of the search is made by its own migration: kept row by row it takes as long as all the rest."""
    search = import_module("policies_app.migrations.0013_search_by_first_character")
    statistics = import_module("policies_app.migrations.0012_sqlite_expects_many_rows")
    with connection.schema_editor() as editor:
        search.drop_search(apps, editor)
    with connection.cursor() as cursor:
        cursor.execute(INDEXES[connection.vendor])
        indexes = dict(cursor.fetchall())
        for name in indexes:
            cursor.execute(f"DROP INDEX {name}")
    yield
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET maintenance_work_mem = '256MB'")
        for definition in progress.track(indexes.values(), description="indexes"):
            cursor.execute(definition)
    task = progress.add_task("search index", total=1)
    with connection.schema_editor() as editor:
        search.add_search(apps, editor)
        statistics.expect_many(apps, editor)  # those of an index go with it
    progress.advance(task)


if __name__ == "__main__":
    main(int(sys.argv[1]))
