"""The answer to a request, with what made it so."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Self

from policies_app.engine.document import Effect, Policy
from policies_app.engine.findings import Span
from policies_app.engine.principals import Naming
from policies_app.engine.request import PrincipalKind, Request

WITHOUT_IDENTITY_POLICIES: Final = frozenset({PrincipalKind.SERVICE, PrincipalKind.FEDERATED, PrincipalKind.ANONYMOUS})
"""Who has no identity policies: for them the resource's policy alone decides."""


class Layer(StrEnum):
    """A set of policies that is asked as one."""

    IDENTITY = "identity"
    BOUNDARY = "boundary"
    SESSION = "session"
    RESOURCE = "resource"
    TRUST = "trust"
    SCP = "scp"
    RCP = "rcp"

    @property
    def names_principals(self) -> bool:
        return self in _NAMING_PRINCIPALS


_NAMING_PRINCIPALS: Final = frozenset({Layer.RESOURCE, Layer.TRUST, Layer.RCP})


@dataclass(frozen=True, slots=True)
class Place:
    """A layer; of SCPs and RCPs one level of it."""

    layer: Layer
    level: str = ""


@lru_cache(1024)
def place_of(layer: Layer, level: str = "") -> Place:
    """The same object for the same place, which is quick to compare."""
    return Place(layer, level)


@dataclass(frozen=True, slots=True)
class PolicySource:
    """Where a document comes from: `arn` for a managed policy, `via` for the group that it came through.

    `key` is the SHA-256 of the document. `level` is for an SCP or RCP the root, organizational unit or account that it
    is attached to: every level must allow.
    """

    layer: Layer
    name: str
    arn: str | None = None
    via: str | None = None
    key: str = ""
    level: str = ""
    place: Place = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", place_of(self.layer, self.level))


Sourced = tuple[PolicySource, Policy | None]
"""A policy with where it comes from; None stands for a document that has errors."""


def is_bounded(sources: Iterable[PolicySource]) -> bool:
    """Whether the principal has a permissions boundary."""
    return any(source.layer is Layer.BOUNDARY for source in sources)


class Outcome(StrEnum):
    """Named as the IAM policy simulator names them."""

    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicitDeny"
    IMPLICIT_DENY = "implicitDeny"


@dataclass(frozen=True, slots=True)
class MatchedStatement:
    """A statement that applies to the request.

    `unevaluated` says why when a Deny counts as applying because its conditions could not be evaluated. `naming` is
    how the policy of a resource names the principal.
    """

    source: PolicySource
    index: int
    sid: str | None
    effect: Effect
    span: Span
    unevaluated: str | None = None
    naming: Naming = Naming.DIRECTLY

    def __str__(self) -> str:
        return statement_words(self.source, self.index, self.sid, self.span)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the policies of one place say, by themselves."""

    place: Place
    outcome: Outcome


Reasons = tuple[
    tuple[MatchedStatement, ...],
    Layer | None,
    frozenset[str],
    tuple[PolicySource, ...],
    bool,
    str,
    tuple[PolicySource, ...],
    tuple[MatchedStatement, ...],
]
"""The fields of a decision behind its outcome and request, in their order."""


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer.

    `matched` holds the statements that deny, for an explicit deny; else every Allow that applies, in all layers.
    `limited_by` is the layer that denied or did not allow, `limited_level` its level for SCPs and RCPs.
    `missing_context_keys`, in lower case, were asked for and not in the request. `unreadable` are the policies that
    could not be understood. `needs_identity_policy` belongs to trust decisions: the trust policy leaves it to the
    caller's account, so that an identity policy has to allow too. `sources` are all that were asked, `applied` all
    statements that apply, whatever came of it.
    """

    outcome: Outcome
    request: Request
    matched: tuple[MatchedStatement, ...]
    limited_by: Layer | None
    missing_context_keys: frozenset[str]
    unreadable: tuple[PolicySource, ...] = ()
    needs_identity_policy: bool = False
    limited_level: str = ""
    sources: tuple[PolicySource, ...] = ()
    applied: tuple[MatchedStatement, ...] = ()
    _policies: Any = field(init=False, default=None, compare=False, repr=False)
    _reasons: "Callable[[Decision, Any], Reasons] | None" = field(init=False, default=None, compare=False, repr=False)

    @classmethod
    def pending[T](
        cls, outcome: Outcome, request: Request, policies: T, reasons: "Callable[[Decision, T], Reasons]"
    ) -> Self:
        """A decision of which only the outcome is known; `reasons` works out the rest when any of it is read."""
        decision = object.__new__(cls)
        _set_outcome(decision, outcome)
        _set_request(decision, request)
        _set_policies(decision, policies)
        _set_reasons(decision, reasons)
        return decision

    if not TYPE_CHECKING:  # to mypy the fields below are simply there

        def __getattr__(self, name: str) -> object:
            """Only called for what is not there: fill the fields that `pending` left out."""
            if name not in _FILLED_LATER:
                raise AttributeError(name)
            values = self._reasons(self, self._policies)
            # One by one, as a loop takes twice as long, in what every explanation waits for.
            _set_matched(self, values[0])
            _set_limit(self, values[1])
            _set_missing(self, values[2])
            _set_unreadable(self, values[3])
            _set_needs(self, values[4])
            _set_level(self, values[5])
            _set_sources(self, values[6])
            _set_applied(self, values[7])
            return values[_PLACES[name]]

    @property
    def allowed(self) -> bool:
        return self.outcome is Outcome.ALLOWED

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What each place says, in the order of its policies: allowed, denied, or nothing (an implicit deny)."""
        places = dict.fromkeys(source.place for source in self.sources)
        return tuple(Verdict(place, self._verdict(place)) for place in places)

    def _verdict(self, place: Place) -> Outcome:
        effects = {statement.effect for statement in self.applied if statement.source.place == place}
        if Effect.DENY in effects:
            return Outcome.EXPLICIT_DENY
        readable = all(source.place != place for source in self.unreadable)
        return Outcome.ALLOWED if readable and effects else Outcome.IMPLICIT_DENY

    def explain(self) -> str:
        """One sentence for a person."""
        what = f"{self.request.action} on {_resource(self.request.resource)}"
        who = self.request.principal.name
        match self.outcome:
            case Outcome.ALLOWED if self.matched:
                return f"Allowed: {self._first()} lets {who} do {what}."
            case Outcome.ALLOWED:
                return f"Allowed: {who} may do everything in its account, so {what}."
            case Outcome.EXPLICIT_DENY:
                statement = self._first()
                doubt = f", as it cannot be evaluated ({statement.unevaluated})" if statement.unevaluated else ""
                return f"Denied: {statement} explicitly denies {who} {what}{doubt}."
            case Outcome.IMPLICIT_DENY:
                return f"Denied: {self._silence(who)} {what}{self._doubt()}."

    def aws_message(self) -> str:
        """What AWS says to the caller who is refused; it names no policy. Empty when the request is allowed.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
        """
        if self.limited_by is None:
            return ""
        who, action = self.request.principal.arn or "anonymous", self.request.action
        refused = f"User: {who} is not authorized to perform: {action} on resource: {self.request.resource}"
        article, kind = _AWS_KINDS[self.limited_by]
        if self.outcome is Outcome.EXPLICIT_DENY:
            return f"{refused} with an explicit deny in {article} {kind}"
        return f"{refused} because no {kind} allows the {action} action"

    def _first(self) -> MatchedStatement:
        """The statement to name: of a policy that grants, if one of theirs is among them."""
        if len(self.matched) == 1:
            return self.matched[0]
        ranks = {layer: rank for rank, layer in enumerate(_GRANTING)}
        return min(self.matched, key=lambda statement: ranks.get(statement.source.layer, len(ranks)))

    def _silence(self, who: str) -> str:
        match self.limited_by:
            case Layer.BOUNDARY:
                return f"the permissions boundary of {who} does not allow"
            case Layer.SESSION:
                return f"the session policy of {who} does not allow"
            case Layer.TRUST:
                return f"the role's trust policy does not allow {who} to do"
            case Layer.RESOURCE:
                return f"no policy of the resource allows {who} to do"
            case Layer.SCP | Layer.RCP:
                level = f" of `{self.limited_level}`" if self.limited_level else ""
                return f"no {_AWS_KINDS[self.limited_by][1]}{level} allows {who} to do"
            case _:
                return f"no policy that bears on {who} allows"

    def _doubt(self) -> str:
        names = [f"`{source.name}`" for source in self.unreadable if source.layer is self.limited_by]
        return f", and {_list(names)} cannot be understood" if names else ""


# The descriptors of slots, since a frozen dataclass is slow to make by its own constructor.
_SET: Final = {each.name: Decision.__dict__[each.name].__set__ for each in fields(Decision)}
_set_outcome, _set_request = _SET["outcome"], _SET["request"]
_set_policies, _set_reasons = _SET["_policies"], _SET["_reasons"]
_FILLED_LATER: Final = {
    name: fill for name, fill in _SET.items() if name not in ("outcome", "request", "_policies", "_reasons")
}

_set_matched, _set_limit, _set_missing, _set_unreadable, _set_needs, _set_level, _set_sources, _set_applied = (
    _FILLED_LATER.values()
)
_PLACES: Final = {name: place for place, name in enumerate(_FILLED_LATER)}

_GRANTING: Final = (Layer.IDENTITY, Layer.RESOURCE, Layer.TRUST)

_AWS_KINDS: Final = {
    Layer.IDENTITY: ("an", "identity-based policy"),
    Layer.BOUNDARY: ("a", "permissions boundary"),
    Layer.SESSION: ("a", "session policy"),
    Layer.RESOURCE: ("a", "resource-based policy"),
    Layer.TRUST: ("the", "role trust policy"),
    Layer.SCP: ("a", "service control policy"),
    Layer.RCP: ("a", "resource control policy"),
}
"""AWS's words for a layer, each with the article that it uses."""

_KINDS: Final = {
    layer: kind for layer, (_, kind) in _AWS_KINDS.items() if layer not in (Layer.IDENTITY, Layer.TRUST)
} | {Layer.TRUST: "trust policy", Layer.RESOURCE: "resource policy"}


def statement_words(source: PolicySource, index: int, sid: str | None, span: Span) -> str:
    """How a sentence names a statement: "statement `Sid` of policy `Name` (line 4)"."""
    name = f"statement `{sid}`" if sid else f"statement {index + 1}"
    via = f" (from group {source.via})" if source.via else ""
    return f"{name} of {_KINDS.get(source.layer, 'policy')} `{source.name}` (line {span.start.line}){via}"


def _resource(resource: str) -> str:
    return "every resource" if resource == "*" else resource


def _list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
