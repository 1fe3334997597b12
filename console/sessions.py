"""Sessions in the database, under the hash of their key: who reads the table, or a dump of it, can be nobody by it.

Django's own store has the key itself there, which is all that a browser needs to show. Only what synchronous views
use is here, as all of the console's are.
"""

from hashlib import sha256
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        known = Session.objects.filter(session_key=stored(self.session_key), expire_date__gt=timezone.now()).first()
        if known is None:
            self._session_key = None
        return known

    def exists(self, session_key: str) -> bool:
        return super().exists(stored(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row = super().create_model_instance(data)
        row.session_key = stored(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            super().delete(stored(key))


def stored(session_key: str | None) -> str:
    """What stands in the column, which takes 40 characters: 160 bits, about as many as the key has."""
    return sha256((session_key or "").encode(errors="replace")).hexdigest()[:40]
