"""When keys, roles and console sessions were last used: written off the request path, and once a minute for one use."""

from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone

from policies_app.models import AccessKey, ConsoleSession, Role

from . import events
from .calls import Origin

INTERVAL = timedelta(minutes=1)


def note_key(key: AccessKey, service: str, region: str) -> None:
    known = (key.last_used_service, key.last_used_region) == (service, region)
    if not (known and _is_recent(key.last_used)):
        use = {"last_used": timezone.now(), "last_used_service": service, "last_used_region": region}
        events.reads.update(key.id, partial(AccessKey.objects.filter(pk=key.id).update, **use))


def note_role(role: Role, region: str) -> None:
    if not (role.last_used_region == region and _is_recent(role.last_used)):
        use = {"last_used": timezone.now(), "last_used_region": region}
        events.reads.update(role.unique_id, partial(Role.objects.filter(pk=role.pk).update, **use))


def note_session(session: ConsoleSession, origin: Origin) -> None:
    """A use from elsewhere is another one: the list of somebody's sessions tells who else has got hold of one."""
    known = (session.source_ip, session.user_agent) == (origin.source_ip, origin.user_agent)
    if not (known and _is_recent(session.last_used)):
        use = {"last_used": timezone.now(), "source_ip": origin.source_ip, "user_agent": origin.user_agent}
        events.reads.update(session.pk, partial(ConsoleSession.objects.filter(pk=session.pk).update, **use))


def _is_recent(time: datetime | None) -> bool:
    return time is not None and timezone.now() - time < INTERVAL
