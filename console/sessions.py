"""Sessions in the database, under the hash of their key: who reads the table, or a dump of it, can be nobody by it.

Django's own store has the key itself there, which is all that a browser needs to show. Beside the data stands whose
session it is and where it is used from, so that it can be listed and revoked. Only what synchronous views use is here,
as all of the console's are.
"""

from hashlib import sha256
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

from policies_app.models import ConsoleSession
from policies_app.models.prepared import Prepared
from policies_app.operations.calls import NOWHERE, Origin

_by_key = Prepared(lambda key: ConsoleSession.objects.filter(session_key=key), str)


class SessionStore(db.SessionStore):
    """`origin` is that of the request under way; `row` is there once the session was read or written."""

    origin: Origin = NOWHERE
    row: ConsoleSession | None = None

    @classmethod
    def get_model_class(cls) -> Any:
        return ConsoleSession

    def _get_session_from_db(self) -> ConsoleSession | None:
        row = _by_key.first(stored(self.session_key))
        self.row = row if row and row.expire_date > timezone.now() else None
        if self.row is None:
            self._session_key = None
        return self.row

    def exists(self, session_key: str) -> bool:
        return super().exists(stored(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """Under a new key the session is still the one that began when its user signed in."""
        row = self.row or ConsoleSession()
        user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.last_used = timezone.now()
        if row.user_id != user_id:
            row.user_id, row.created = user_id, row.last_used
        row.session_key = stored(self.session_key)
        row.session_data, row.expire_date = self.encode(data), self.get_expiry_date()
        row.source_ip, row.user_agent = self.origin.source_ip, self.origin.user_agent
        self.row = row
        return row

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            super().delete(stored(key))
        if session_key is None:
            self.row = None


def stored(session_key: str | None) -> str:
    """What stands in the column, which takes 40 characters: 160 bits, about as many as the key has."""
    return sha256((session_key or "").encode(errors="replace")).hexdigest()[:40]
