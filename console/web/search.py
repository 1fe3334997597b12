"""What a search finds, in groups: pages and tasks, what the account holds, and what AWS calls its actions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html

from console.web.destinations import PAGES, SIGN_OUT, TASKS, THING_TASKS, Destination, name_in
from console.web.panels import Panel, panel
from console.web.recent import recent
from console.web.requests import ConsoleRequest
from console.web.templatetags.links import page, scope
from console.web.views.identities import Gate, gate
from policies_app.engine.catalog.services import catalog
from policies_app.engine.catalog.word_search import actions_named, services_named
from policies_app.engine.decision import Decision
from policies_app.models import AccessKey, Policy, User
from policies_app.operations.access_keys import get_access_key_last_used
from policies_app.operations.directory_search import Found, Thing, search_directory, still_readable, wanted
from policies_app.operations.errors import NoSuchEntity

LONGEST = 1000
"""Characters of a text that are looked at; an ARN of IAM has fewer."""
EXACT, BEGINS, PART = range(3)


@dataclass(frozen=True, slots=True)
class Hit:
    """With a `gate` that is closed it leads nowhere and says why; with a `form` it sends that form."""

    title: str
    url: str
    icon: str
    detail: str = ""
    is_code: bool = False
    rank: int = PART
    gate: Gate | None = None
    form: str = ""

    @property
    def is_open(self) -> bool:
        return self.gate is None or self.gate.allowed


@dataclass(frozen=True, slots=True)
class Group:
    slug: str
    label: str
    hits: Sequence[Hit]
    more_url: str = ""

    @property
    def rank(self) -> int:
        return min(hit.rank for hit in self.hits)


@dataclass(slots=True)
class Hits:
    """The `groups` with the best hits first; `refused` are the kinds that the viewer may not list."""

    groups: list[Group] = field(default_factory=list)
    refused: list[tuple[str, Decision]] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(len(group.hits) for group in self.groups)


@dataclass(frozen=True, slots=True)
class _Kind:
    plural: str
    icon: str


_KINDS = {
    "user": _Kind("Users", "person"),
    "group": _Kind("Groups", "people"),
    "role": _Kind("Roles", "person-badge"),
    "policy": _Kind("Policies", "file-earmark-text"),
}


def begin(request: ConsoleRequest) -> Hits:
    """Before anything is typed: what the viewer looked at last, and the pages."""
    things = still_readable(request.call, recent(request.session))
    groups = [Group("recent", "Recent", [_thing_hit(thing, "") for thing in things])] if things else []
    pages = [_hit(request, each, "") for each in PAGES]
    tasks = [hit for each in TASKS if (hit := _hit(request, each, "")).is_open]
    return Hits([*groups, Group("pages", "Pages", pages), Group("tasks", "Tasks", [*tasks, _sign_out("")])])


def find(request: ConsoleRequest, text: str, *, each: int, typing: bool) -> Hits:
    about = name_in(text) or text
    found = search_directory(request.call, about, each=each, typing=typing)
    groups = [
        Group("pages", "Pages", [_hit(request, page, text) for page in PAGES if page.is_meant(text)]),
        Group("tasks", "Tasks", [*_tasks(request, text), *_thing_tasks(request, text, found)]),
        *(_things(of_kind, about) for of_kind in found),
        Group("actions", "Services and actions", _actions(text, each)),
    ]
    hits = Hits(refused=[(_KINDS[of_kind.kind].plural, of_kind.refused) for of_kind in found if of_kind.refused])
    key = _access_key(request, text)
    if key.value:
        groups.append(Group("keys", "Access keys", [_key_hit(key.value)]))
    if key.refused:
        hits.refused.append(("Access keys", key.refused))
    hits.groups = sorted((group for group in groups if group.hits), key=lambda group: group.rank)
    return hits


# Pages and tasks -----------------------------------------------------------------------------------------------------


def _hit(request: ConsoleRequest, destination: Destination, text: str) -> Hit:
    call = request.call
    known: dict[str, str | User] = {"me": request.user, "*": "*"}
    on = known.get(destination.on) or f"arn:aws:iam::{call.account_id}:{destination.on}"
    needed = gate(call, destination.needs, on) if destination.needs else None
    url = reverse(destination.route)
    return Hit(destination.title, url, destination.icon, rank=_meant(destination, text), gate=needed)


def _tasks(request: ConsoleRequest, text: str) -> Iterator[Hit]:
    yield from (_hit(request, task, text) for task in TASKS if task.is_meant(text))
    if SIGN_OUT.is_meant(text):
        yield _sign_out(text)


def _sign_out(text: str) -> Hit:
    return Hit(SIGN_OUT.title, "", SIGN_OUT.icon, rank=_meant(SIGN_OUT, text), form="sign-out")


def _meant(destination: Destination, text: str) -> int:
    return EXACT if destination.title.lower() == text.lower() else BEGINS


def _thing_tasks(request: ConsoleRequest, text: str, found: Iterable[Found]) -> Iterator[Hit]:
    """`attach a policy to ali`: to each of the first users whose name that is."""
    things = {each.kind: each.things[:3] for each in found}
    call = request.call
    for task in THING_TASKS:
        for thing in things.get(task.kind, ()) if task.name_in(text) else ():
            needed = gate(call, task.needs, f"arn:aws:iam::{call.account_id}:{task.on}" if task.on else thing)
            rank = EXACT if task.name_in(text).lower() == thing.name.lower() else BEGINS
            yield Hit(task.title.format(thing.name), _url(task.route, thing), task.icon, rank=rank, gate=needed)


def _url(route: str, thing: Thing) -> str:
    return reverse(route, args=[scope(thing), thing.name] if isinstance(thing, Policy) else [thing.name])


# What the account holds ----------------------------------------------------------------------------------------------


def _things(found: Found, text: str) -> Group:
    kind, asked = _KINDS[found.kind], wanted(text)
    hits = [_thing_hit(thing, text) for thing in found.things]
    narrowed = urlencode({"q": asked.name, "path": asked.path} if asked else {})
    more_url = f"{reverse(f'{kind.plural.lower()}:list')}?{narrowed}" if found.more else ""
    return Group(found.kind, kind.plural, hits, more_url)


def _thing_hit(thing: Thing, text: str) -> Hit:
    if isinstance(thing, Policy):
        detail = "AWS managed" if thing.is_aws_managed else "Customer managed"
        return Hit(thing.name, page(thing), _KINDS["policy"].icon, detail, rank=_rank(thing.name, text, thing.arn))
    kind = _KINDS[thing.kind]
    rank = EXACT if text == thing.unique_id else _rank(thing.name, text, thing.arn)
    return Hit(thing.name, page(thing), kind.icon, thing.arn.rpartition(":")[2], is_code=True, rank=rank)


def _access_key(request: ConsoleRequest, text: str) -> Panel[AccessKey]:
    """Only by its whole id: keys are listed user by user, so a part of an id would list those of all."""
    if not (text.startswith("AKIA") and len(text) == 20 and text.isalnum() and text.isascii()):
        return Panel()
    try:
        return panel(get_access_key_last_used, request.call, access_key_id=text)
    except NoSuchEntity:
        return Panel()


def _key_hit(key: AccessKey) -> Hit:
    url = reverse("users:security", args=[key.user.name])
    return Hit(key.pk, url, "key", f"{key.status}, of user {key.user.name}", rank=EXACT)


# AWS's words ---------------------------------------------------------------------------------------------------------


def _actions(text: str, each: int) -> list[Hit]:
    services = [
        Hit(
            service.service_name,
            reverse("catalog:service", args=[service.prefix]),
            "cloud",
            f"{service.prefix}: {len(service.names)} actions",
            rank=max(BEGINS, _rank(service.prefix, text)),  # after what the account itself calls so
        )
        for service in services_named(text, 3)
    ]
    return services + [
        Hit(
            name,
            reverse("catalog:action", args=name.split(":")),
            "code-slash",
            f"{catalog().access_level(name)} access",
            rank=min(_rank(name, text), _rank(name.partition(":")[2], text)),
        )
        for name in actions_named(text, each)
    ]


def _rank(title: str, text: str, arn: str = "") -> int:
    title, text = title.lower(), text.lower()
    if text in {title, arn.lower()}:
        return EXACT
    return BEGINS if title.startswith(text) else PART


def marked(title: str, text: str) -> str:
    """The title with what was searched for marked in it."""
    at = title.lower().find(text.lower()) if text else -1
    if at < 0:
        return title
    end = at + len(text)
    return format_html("{}<mark>{}</mark>{}", title[:at], title[at:end], title[end:])
