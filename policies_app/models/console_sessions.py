"""Who is signed in to the console, and from where."""

from django.db import models
from django.utils import timezone

from .identities import User


class ConsoleSession(models.Model):
    """One sign-in of a browser, with what `console.sessions` keeps for it.

    `session_key` is a hash: what a browser shows is not here. `last_used`, and from where, is a minute old at most
    while somebody is at it. A user is absent only until somebody has signed in.
    """

    session_key = models.CharField(primary_key=True, max_length=40, editable=False)
    session_data = models.TextField(editable=False)
    expire_date = models.DateTimeField(db_index=True, editable=False)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="console_sessions")
    created = models.DateTimeField(default=timezone.now, editable=False)
    last_used = models.DateTimeField(default=timezone.now, editable=False)
    source_ip = models.GenericIPAddressField(null=True, editable=False)
    user_agent = models.CharField(max_length=512, blank=True, editable=False)

    def __str__(self) -> str:
        return f"a session of {self.user_id}"
