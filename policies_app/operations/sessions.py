"""Temporary credentials: all that a session is stands in its token, encrypted, so there is no row of it.

The role or user that it is of is read on every request by its unique id: one that was deleted, even if another was made
under its name, ends its sessions at once, and what the policies allow is what they allow now.
"""

import json
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256

from policies_app.engine.compiled import compile_document
from policies_app.engine.evaluator import Layer, PolicySet, PolicySource, Sourced
from policies_app.models import Role, User

from . import encryption
from .authorization import IdentityGrants, compile_all, policy_sources

PURPOSE = "session"


class InvalidToken(Exception):
    """Not one of ours, or not whole."""


@dataclass(frozen=True, slots=True)
class Session:
    """`identity` is the unique id of the role or user; `issued` and `expires` are seconds since 1970.

    The rest belongs to sessions of roles. `policy` is the text of the session policy, `policy_ids` are the rows of the
    managed ones; `transitive` are the keys of those `tags` that the next role in a chain inherits.
    """

    access_key_id: str
    secret: str = field(repr=False)
    identity: str
    issued: int
    expires: int
    name: str = ""
    policy: str = ""
    policy_ids: tuple[int, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    transitive: tuple[str, ...] = ()
    source_identity: str = ""

    @property
    def is_of_role(self) -> bool:
        return bool(self.name)

    @property
    def expiration(self) -> datetime:
        return datetime.fromtimestamp(self.expires, UTC)

    def is_over(self, now: datetime) -> bool:
        return now.timestamp() >= self.expires

    def token(self) -> str:
        return encryption.seal(PURPOSE, pack(asdict(self)))


def pack(content: object) -> bytes:
    """As it stands in a token, but for the encryption."""
    return zlib.compress(json.dumps(content, separators=(",", ":")).encode(), level=9)


@lru_cache(maxsize=1024)
def read_token(token: str) -> Session:
    """The session, which may be over; raises `InvalidToken`. Remembered, since every request of a session asks."""
    try:
        content = json.loads(zlib.decompress(encryption.unseal(PURPOSE, token)))
        content["policy_ids"], content["transitive"] = tuple(content["policy_ids"]), tuple(content["transitive"])
        content["tags"] = tuple((key, value) for key, value in content["tags"])
        return Session(**content)
    except (encryption.WrongSecret, TypeError, KeyError) as error:  # the latter: of another version of this program
        raise InvalidToken from error


def identity_of(session: Session) -> Role | User | None:
    """Whose session it is, unless it was deleted since."""
    if session.is_of_role:
        return Role.objects.filter(unique_id=session.identity).first()
    return User.objects.filter(unique_id=session.identity).first()


@dataclass(frozen=True, slots=True)
class SessionGrants:
    """What bears on a session of a role: the role's policies, limited by the session's own."""

    role_id: int
    session: Session

    def load(self) -> PolicySet:
        session = self.session
        sources = policy_sources(self.role_id, session.policy_ids)
        own: list[Sourced] = [_unreadable()] * (
            len(session.policy_ids) - sum(source.layer is Layer.SESSION for source in sources)
        )
        if session.policy:
            key = sha256(session.policy.encode()).hexdigest()
            source = PolicySource(layer=Layer.SESSION, name="session policy", key=key)
            own.append((source, compile_document(key, session.policy, Layer.IDENTITY)))
        return compile_all(sources, own)

    def tags(self) -> Iterable[tuple[str, str]]:
        """The session's tags win over the role's of the same key, in whatever case."""
        named = {key.lower(): (key, value) for key, value in IdentityGrants(self.role_id).tags()}
        return (named | {key.lower(): (key, value) for key, value in self.session.tags}).values()


def _unreadable() -> Sourced:
    """A managed policy that was deleted since the session began: the limit that it was stays, and allows nothing."""
    return PolicySource(layer=Layer.SESSION, name="deleted policy"), None
