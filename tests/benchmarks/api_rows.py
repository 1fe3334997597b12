"""Fill the database of DATABASE_URL for the benchmark of the wire: `python -m tests.benchmarks.api_rows NUMBER`.

Makes an account, an administrator, whose new key is printed as JSON, and that many users more, in bulk and not through
operations, as a million of those would take an hour.
"""

import json
import os
import sys

import django
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
django.setup()

# Only now, as they are models or use them.
from policies_app.engine.catalog import managed_policies  # noqa: E402
from policies_app.models import Account, Identity  # noqa: E402
from policies_app.operations import access_keys, accounts, users  # noqa: E402
from policies_app.operations.managed_policies import load_managed_policies  # noqa: E402


def main(number: int) -> None:
    call_command("migrate", verbosity=0)
    account = Account.objects.first() or _furnished()
    if (there := Identity.objects.filter(name__startswith="user").count()) < number:
        _add_users(account.pk, there, number)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as its own housekeeping does within a minute
    call = accounts.system_call(account, "benchmark")
    for key in access_keys.list_access_keys(call, user_name="admin"):
        access_keys.delete_access_key(call, user_name="admin", access_key_id=key.id)
    new = access_keys.create_access_key(call, user_name="admin")
    json.dump({"id": new.key.id, "secret": new.secret}, sys.stdout)


def _furnished() -> Account:
    load_managed_policies(managed_policies.load())
    account = accounts.create_account("123456789012")
    call = accounts.system_call(account, "benchmark")
    accounts.make_administrator(call, "admin")
    users.create_user(call, user_name="dana")
    return account


IDENTITIES = """
WITH RECURSIVE numbers(n) AS (SELECT CAST(%s AS bigint) UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < %s)
INSERT INTO policies_app_identity (account_id, kind, name, path, unique_id, created)
SELECT %s, 'user', 'user' || CAST(n + 10000000 AS TEXT), '/', 'AIDA' || CAST(n + 10000000000000000 AS TEXT), %s
FROM numbers
"""
USERS = """
INSERT INTO policies_app_user (identity_id, password, password_reset_required)
SELECT id, '!', %s FROM policies_app_identity
WHERE kind = 'user' AND id NOT IN (SELECT identity_id FROM policies_app_user)
"""


def _add_users(account_id: str, first: int, end: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(IDENTITIES, [first, end, account_id, timezone.now()])
        cursor.execute(USERS, [False])


if __name__ == "__main__":
    main(int(sys.argv[1]))
