"""How the columns of lists look on a page, and what they say in a file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString

from console.web.templatetags.console import arn as arn_to_copy
from console.web.templatetags.console import badge, when
from console.web.templatetags.links import address, scope
from policies_app.engine.arn import Arn
from policies_app.engine.document import PrincipalType
from policies_app.engine.errors import InvalidArn
from policies_app.models import Policy
from policies_app.operations.list_columns import COUNTED

SHOWN = 2
"""Of names in a cell; how many more there are is said, and named on hover."""

LINKS = 1000
"""So many are kept as they are drawn: most rows of a page name the same few groups and policies."""

JOB_FUNCTIONS = "/job-function/"


@dataclass(frozen=True, slots=True)
class Shown:
    """`cell` is the content of the table's cell and `text` that of a file's, both of the row and its value."""

    label: str
    cell: Callable[[Any, Any], str]
    text: Callable[[Any, Any], str]
    css: str = ""


def _muted(word: str) -> SafeString:
    return format_html('<span class="text-secondary">{}</span>', word)


NONE = _muted("None")


def _names(label: str, link: Callable[[Any], str] = str, name: Callable[[Any], str] = str) -> Shown:
    """A few of many: each by its name, as `link` draws it."""

    def cell(_: Any, values: Sequence[Any]) -> str:
        if not values:
            return NONE
        # One more is as short as to say that there is one more.
        some = values if len(values) <= SHOWN + 1 else values[:SHOWN]
        drawn = ", ".join([conditional_escape(link(value)) for value in some])
        if len(some) < len(values):
            rest = escape(", ".join(map(name, values[SHOWN:])))
            drawn += f' <span class="more" title="{rest}">+{len(values) - SHOWN}</span>'
        return SafeString(f'<span class="few">{drawn}</span>')

    return Shown(label, cell, lambda _, values: "; ".join(map(name, values)))


@lru_cache(LINKS)
def _group_link(name: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', address("groups:detail", name), name)


@lru_cache(LINKS)
def _policy_link(policy: tuple[str | None, str]) -> SafeString:
    account, name = policy
    return format_html('<a href="{}">{}</a>', address("policies:detail", "local" if account else "aws", name), name)


def _tag(tag: tuple[str, str]) -> str:
    return "=".join(tag) if tag[1] else tag[0]


def _tag_badge(tag: tuple[str, str]) -> SafeString:
    return badge(_tag(tag))


def _time(label: str, never: str = "Never") -> Shown:
    return Shown(label, lambda _, time: when(time, never), lambda _, time: exact(time), "nowrap")


def exact(time: datetime | None) -> str:
    """As AWS's credential report writes it; nothing for what never was."""
    return time.astimezone(UTC).isoformat(timespec="seconds") if time else ""


def _days(since: datetime) -> int:
    return (timezone.now() - since).days


def _age(since: datetime) -> SafeString:
    days = _days(since)
    words = "today" if days == 0 else f"{days:,} day" + ("s" if days > 1 else "")
    return SafeString(f'<span title="Since {since.astimezone(UTC):%Y-%m-%d %H:%M UTC}">{words}</span>')


def _active(keys: Sequence[tuple[datetime, bool]]) -> list[datetime]:
    return [made for made, is_active in keys if is_active]


def _keys(_: Any, keys: Sequence[tuple[datetime, bool]]) -> str:
    """How many are active, and how old the oldest of them is."""
    made = _active(keys)
    return SafeString(f"{len(made)} · {_age(made[0])}") if made else NONE


def _code(label: str) -> Shown:
    return Shown(label, lambda _, text: format_html("<code>{}</code>", text), lambda _, text: text)


def _words(label: str, yes: str, no: str) -> Shown:
    drawn = {True: badge(yes, yes, "ok quiet"), False: _muted(no)}
    return Shown(label, lambda _, is_so: drawn[is_so], lambda _, is_so: yes if is_so else no, "nowrap")


def counted(number: int) -> str:
    return f"{COUNTED:,}+" if number > COUNTED else f"{number:,}"


def _number(label: str, url: Callable[[Any], str], means: str) -> Shown:
    """Leads to what is counted; `means`, between the row's name and the number, says what it is without the head."""

    def cell(row: Any, number: int) -> str:
        if not number:
            return _muted("0")
        said = counted(number)
        return format_html('<a href="{}" aria-label="{} {} {}">{}</a>', url(row), row.name, means, said, said)

    return Shown(label, cell, lambda _, number: f"{COUNTED}+" if number > COUNTED else str(number), "number")


def _entities(policy: Policy) -> str:
    return reverse("policies:entities", args=[scope(policy), policy.name])


def _trusted(named: tuple[PrincipalType, str]) -> str:
    """In the words of AWS's console."""
    kind, identifier = named
    match kind:
        case PrincipalType.EVERYONE:
            return "Everybody"
        case PrincipalType.SERVICE:
            return f"AWS service: {identifier.removesuffix('.amazonaws.com')}"
        case PrincipalType.FEDERATED:
            return f"Identity provider: {_last(identifier)}"
        case PrincipalType.CANONICAL_USER:
            return f"Canonical user: {identifier}"
        case PrincipalType.AWS:
            return _of_account(identifier)


def _of_account(identifier: str) -> str:
    try:
        arn = Arn.parse(identifier)
    except InvalidArn:
        return f"Account: {identifier}" if identifier.isdecimal() else identifier
    return f"Account: {arn.account}" if arn.resource == "root" else f"{arn.resource} of {arn.account}"


def _last(identifier: str) -> str:
    return identifier.rpartition("/")[2] or identifier


def _hours(seconds: int) -> str:
    hours, rest = divmod(seconds // 60, 60)
    words = f"{hours} hour" + ("s" if hours > 1 else "")
    return f"{words} {rest} min" if rest else words


def kind_of(policy: Policy) -> str:
    if not policy.is_aws_managed:
        return "Customer managed"
    return "AWS managed, job function" if policy.path == JOB_FUNCTIONS else "AWS managed"


def _kind_badge(policy: Policy, _: Any) -> str:
    return badge("aws" if policy.is_aws_managed else "customer", kind_of(policy))


_PATH = _code("Path")
_ARN = Shown("ARN", lambda _, arn: arn_to_copy(arn), lambda _, arn: arn)
_CREATED = _time("Created")
_POLICIES = _names("Policies", _policy_link, lambda policy: policy[1])
_INLINE = _names("Inline policies")
_TAGS = _names("Tags", _tag_badge, _tag)
_DESCRIPTION = Shown("Description", lambda _, text: text, lambda _, text: text, "prose")

USERS: Mapping[str, Shown] = {
    "path": _PATH,
    "groups": _names("Groups", _group_link),
    "policies": _POLICIES,
    "inline": _INLINE,
    "activity": _time("Last activity"),
    "mfa": _words("MFA", "Enabled", "None"),
    "password_age": Shown(
        "Password age", lambda _, since: _age(since) if since else NONE, lambda _, since: exact(since), "nowrap"
    ),
    "sign_in": _time("Last sign-in"),
    "console": _words("Console access", "Enabled", "Disabled"),
    "keys": Shown("Active keys", _keys, lambda _, keys: "; ".join(map(exact, _active(keys))), "nowrap"),
    "key_used": _time("Key last used"),
    "tags": _TAGS,
    "created": _CREATED,
    "arn": _ARN,
}
GROUPS: Mapping[str, Shown] = {
    "path": _PATH,
    "members": _number("Users", lambda group: reverse("groups:members", args=[group.name]), "has users:"),
    "policies": _POLICIES,
    "inline": _INLINE,
    "created": _CREATED,
    "arn": _ARN,
}
ROLES: Mapping[str, Shown] = {
    "path": _PATH,
    "trusted": _names("Trusted entities", _trusted, _trusted),
    "activity": _time("Last activity"),
    "description": _DESCRIPTION,
    "duration": Shown("Session duration", lambda _, time: _hours(time), lambda _, time: str(time), "nowrap"),
    "policies": _POLICIES,
    "inline": _INLINE,
    "profiles": _names("Instance profiles"),
    "tags": _TAGS,
    "created": _CREATED,
    "arn": _ARN,
}
POLICIES: Mapping[str, Shown] = {
    "type": Shown("Type", _kind_badge, lambda policy, _: kind_of(policy), "nowrap"),
    "attached": _number("Attached to", _entities, "is attached to"),
    "boundary": _number(
        "Boundary of", lambda policy: f"{_entities(policy)}?usage=PermissionsBoundary", "is the boundary of"
    ),
    "description": _DESCRIPTION,
    "tags": _TAGS,
    "path": _PATH,
    "updated": _time("Changed"),
    "created": _CREATED,
    "arn": _ARN,
}


def joined(cells: Iterable[tuple[str, str]]) -> SafeString:
    """Cells as class and content. Not a loop of the template: a page has five hundred of them."""
    return SafeString("".join([f'<td class="{css}">{conditional_escape(cell)}</td>' for css, cell in cells]))
