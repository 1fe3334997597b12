"""Search over all that has a name in an account: by a part of the name, or by an ARN or unique id, whole or begun.

A kind is searched as far as its List* action is allowed, so an exact ARN or id tells no more than the list would.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from policies_app.engine.decision import Decision
from policies_app.models import Identity, IdentityKind, Policy
from policies_app.models.identities import ID_PREFIX
from policies_app.models.policies import policy_arn

from . import search
from .asking import Asking
from .calls import Call, noun
from .policies import visible
from .search_index import ByName

type Thing = Identity | Policy

POLICY = "policy"
ACTIONS = {
    IdentityKind.USER.value: "ListUsers",
    IdentityKind.GROUP.value: "ListGroups",
    IdentityKind.ROLE.value: "ListRoles",
    POLICY: "ListPolicies",
}
_KIND_OF_ID = {prefix: kind.value for kind, prefix in ID_PREFIX.items()} | {"ANPA": POLICY}
# From eight characters on, so that a name in capitals is still a name: `AIDAN`.
_UNIQUE_ID = re.compile(r"(AIDA|AGPA|AROA|ANPA)[A-Z2-7]{4,17}")
_RESOURCE = re.compile(r"(user|group|role|policy)(/(?:[!-~]+/)?)([\w+=,.@-]{0,128})", re.ASCII)
_SESSION = re.compile(r"assumed-role/([\w+=,.@-]{1,64})(?:/.*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a text asks for: of all kinds or of one, a part of the name; or with a `path`, how the name there begins.

    `owner` is an account id, or `aws`, that an ARN names.
    """

    name: str = ""
    kind: str = ""
    path: str = ""
    owner: str = ""
    unique_id: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Of one kind. With `more` there are others besides those shown; `refused` is why none are."""

    kind: str
    things: Sequence[Thing] = ()
    more: bool = False
    refused: Decision | None = None


def wanted(text: str) -> Wanted | None:
    """None for what can be nobody's name, ARN or id, and what begins all ARNs of an account alike.

    The ARN of a role's session asks for the role; short ones, as tables have them, are taken too: `user/dev/alice`.
    """
    if _UNIQUE_ID.fullmatch(text):
        return Wanted(kind=_KIND_OF_ID[text[:4]], unique_id=text)
    if search.NAME.fullmatch(text):
        return Wanted(name=text)
    owner, resource = "", text
    if text.startswith("arn:"):
        match text.split(":", 5):
            case ["arn", "aws", "iam" | "sts", "", owner, resource] if owner:
                pass
            case _:
                return None
    if parts := _RESOURCE.fullmatch(resource):
        return Wanted(kind=parts[1], path=parts[2], name=parts[3], owner=owner)
    if session := _SESSION.fullmatch(resource):
        return Wanted(kind=IdentityKind.ROLE.value, name=session[1], owner=owner)
    return None


def search_directory(call: Call, text: str, *, each: int, typing: bool = False) -> list[Found]:
    """At most `each` of a kind: those whose name is the text, then begins with it, then holds it.

    An event tells of each List* that it asks. While somebody is `typing`, a kind that may not be listed is not asked
    for, as a button that is disabled asks for nothing: such a refusal is not recorded.
    """
    if (asked := wanted(text)) is None:
        return []
    call.load_policies()  # once, for all kinds
    asking = Asking(call)
    found = [_search(asking, asked, text, kind, each) for kind in ACTIONS if asked.kind in {"", kind}]
    if not typing:
        asking.record_refusals()
    return found


def _search(asking: Asking, asked: Wanted, text: str, kind: str, each: int) -> Found:
    call, path = asking.call, asked.path or "/"
    resource = _resource(call, kind, path)
    if refused := asking.refused(ACTIONS[kind], resource, search=text, path_prefix=path, max_items=each):
        return Found(kind, refused=refused)
    if asked.unique_id:
        return Found(kind, _with_id(call, kind, asked.unique_id, each))
    things = _matching(call, _rows(call, kind, asked.owner), kind, asked, each + 1)
    return Found(kind, things[:each], more=len(things) > each)


def _resource(call: Call, kind: str, path: str) -> str:
    """What a List* action is authorised on."""
    return policy_arn(call.account_id, "", path) if kind == POLICY else f"arn:aws:iam::{call.account_id}:{kind}{path}"


def _rows(call: Call, kind: str, owner: str) -> QuerySet[Any]:
    if kind == POLICY:
        owned_by = {"": Q(), "aws": Q(account=None)}.get(owner, Q(account_id=owner))
        return visible(call).filter(owned_by)
    rows = Identity.objects.filter(account_id=call.account_id, kind=kind)
    return rows if owner in {"", call.account_id} else rows.none()


def _with_id(call: Call, kind: str, begun: str, most: int) -> list[Thing]:
    """Over the index of ids, which is of all accounts: ids that begin so are neighbours in it."""
    model = Policy if kind == POLICY else Identity
    following: QuerySet[Any] = model._default_manager.filter(unique_id__gte=begun).order_by("unique_id")
    owners = {call.account_id, None}  # of none are AWS's own policies
    return [thing for thing in following[:most] if thing.unique_id.startswith(begun) and thing.account_id in owners]


def _matching(call: Call, rows: QuerySet[Any], kind: str, asked: Wanted, most: int) -> list[Thing]:
    """As many queries whatever there is: by how the name begins, the whole name first, and by what it holds."""
    by_name = rows.order_by("name__lower", "pk")
    begins = search.begins_with(asked.name) if asked.name else Q()
    if kind == POLICY:  # said of each owner, whose names an index has: SQLite would look at all policies of both
        begins = Q(begins, account_id=call.account_id) | Q(begins, account=None)
    first = by_name.filter(begins)
    if asked.path:
        first = first.filter(path=asked.path)
        others = rows.filter(search.path_begins_with(f"{asked.path}{asked.name}")).order_by("path", "pk")
    elif kind == IdentityKind.USER:
        others = search.first_matching(by_name, asked.name, 2 * most, kind=kind, by_name=ByName(by_name))
    else:  # of which there are not so many that the index of parts of names finds them sooner; no row of others is read
        holding = by_name.filter(name__lower__contains=asked.name.lower())
        others = by_name.filter(pk__in=holding.values("pk")[: 2 * most])
    found: list[Thing] = list(first[:most])
    known = {thing.pk for thing in found}
    return [*found, *(thing for thing in others[: 2 * most] if thing.pk not in known)][:most]


def still_readable(call: Call, named: Iterable[tuple[str, str]]) -> list[Thing]:
    """Of things given as (kind, name), those that are there and may be read, in the same order: to link to.

    For a policy the kind is `aws` or `local`. Nothing of them is shown but the name, which is known: no event.
    """
    named = list(named)
    # Of nobody, to begin with. `pk=None` would say so too, but as one part of an OR it makes SQLite read all rows.
    identities, policies = Q(pk__in=()), Q(pk__in=())
    for kind, name in named:
        if kind in ID_PREFIX:
            identities |= Q(kind=kind, name__lower=name.lower())
        else:
            policies |= Q(account_id=call.account_id if kind == "local" else None, name__lower=name.lower())
    rows: list[Thing] = [
        *Identity.objects.filter(identities, account_id=call.account_id),
        *Policy.objects.filter(policies),
    ]
    known = {_key(thing): thing for thing in rows}
    things = (known.get((kind, name.lower())) for kind, name in named)
    return [thing for thing in things if thing and call.may(f"iam:Get{noun(thing)}", thing).allowed]


def _key(thing: Thing) -> tuple[str, str]:
    if isinstance(thing, Policy):
        return "aws" if thing.is_aws_managed else "local", thing.name.lower()
    return thing.kind, thing.name.lower()
