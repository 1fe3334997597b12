"""The answer to a request, with what made it so."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Final, Self

from policies_app.engine.document import Effect, Layer
from policies_app.engine.findings import Span
from policies_app.engine.principals import Naming
from policies_app.engine.request import PrincipalKind, Request
from policies_app.engine.sources import Place, PolicySource, Sourced, is_bounded, place_of

__all__ = [
    "WITHOUT_IDENTITY_POLICIES",
    "Decision",
    "Known",
    "Layer",
    "MatchedStatement",
    "Outcome",
    "Place",
    "PolicySource",
    "Reasons",
    "Sourced",
    "Verdict",
    "is_bounded",
    "place_of",
    "statement_words",
]

WITHOUT_IDENTITY_POLICIES: Final = frozenset({PrincipalKind.SERVICE, PrincipalKind.FEDERATED, PrincipalKind.ANONYMOUS})
"""Who has no identity policies: for them the resource's policy alone decides."""


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


@dataclass(frozen=True, slots=True)
class Reasons:
    """What made an outcome so; the fields are those of `Decision`.

    It names no request, so decisions that were made so by the same statements may share it.
    """

    outcome: Outcome
    matched: tuple[MatchedStatement, ...]
    limited_by: Layer | None
    limited_level: str
    unreadable: tuple[PolicySource, ...]
    needs_identity_policy: bool
    sources: tuple[PolicySource, ...]
    applied: tuple[MatchedStatement, ...]
    _verdicts: tuple[Verdict, ...] | None = field(init=False, default=None, compare=False, repr=False)
    _sentence: tuple[str, str, str] | None = field(init=False, default=None, compare=False, repr=False)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        if (known := self._verdicts) is None:
            places = dict.fromkeys(source.place for source in self.sources)
            known = tuple(Verdict(place, self._verdict(place)) for place in places)
            object.__setattr__(self, "_verdicts", known)
        return known

    def _verdict(self, place: Place) -> Outcome:
        effects = {statement.effect for statement in self.applied if statement.source.place == place}
        if Effect.DENY in effects:
            return Outcome.EXPLICIT_DENY
        readable = all(source.place != place for source in self.unreadable)
        return Outcome.ALLOWED if readable and effects else Outcome.IMPLICIT_DENY

    @property
    def sentence(self) -> tuple[str, str, str]:
        """What a sentence about a request says before its principal, between that and the action, and at the end."""
        if (known := self._sentence) is None:
            known = self._words()
            object.__setattr__(self, "_sentence", known)
        return known

    def _words(self) -> tuple[str, str, str]:
        match self.outcome:
            case Outcome.ALLOWED if self.matched:
                return f"Allowed: {self._first()} lets ", " do ", "."
            case Outcome.ALLOWED:
                return "Allowed: ", " may do everything in its account, so ", "."
            case Outcome.EXPLICIT_DENY:
                statement = self._first()
                doubt = f", as it cannot be evaluated ({statement.unevaluated})" if statement.unevaluated else ""
                return f"Denied: {statement} explicitly denies ", " ", f"{doubt}."
            case Outcome.IMPLICIT_DENY:
                return *self._silence(), f"{self._doubt()}."

    def _first(self) -> MatchedStatement:
        """The statement to name: of a policy that grants, if one of theirs is among them."""
        ranks = {layer: rank for rank, layer in enumerate(_GRANTING)}
        return min(self.matched, key=lambda statement: ranks.get(statement.source.layer, len(ranks)))

    def _silence(self) -> tuple[str, str]:
        match self.limited_by:
            case Layer.BOUNDARY:
                return "Denied: the permissions boundary of ", " does not allow "
            case Layer.SESSION:
                return "Denied: the session policy of ", " does not allow "
            case Layer.TRUST:
                return "Denied: the role's trust policy does not allow ", " to do "
            case Layer.RESOURCE:
                return "Denied: no policy of the resource allows ", " to do "
            case Layer.SCP | Layer.RCP:
                level = f" of `{self.limited_level}`" if self.limited_level else ""
                return f"Denied: no {_AWS_KINDS[self.limited_by][1]}{level} allows ", " to do "
            case _:
                return "Denied: no policy that bears on ", " allows "

    def _doubt(self) -> str:
        names = [f"`{source.name}`" for source in self.unreadable if source.layer is self.limited_by]
        return f", and {_list(names)} cannot be understood" if names else ""


Known = tuple[Reasons, frozenset[str]]
"""What made an outcome so, and the context keys that were missing."""


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """An answer. Only `outcome` and `request` are there at once; the rest is worked out when any of it is read.

    `matched` holds the statements that deny, for an explicit deny; else every Allow that applies, in all layers.
    `limited_by` is the layer that denied or did not allow, `limited_level` its level for SCPs and RCPs.
    `missing_context_keys`, in lower case, were asked for and not in the request. `unreadable` are the policies that
    could not be understood. `needs_identity_policy` belongs to trust decisions: the trust policy leaves it to the
    caller's account, so that an identity policy has to allow too. `sources` are all that were asked, `applied` all
    statements that apply, whatever came of it. `verdicts` is what each place says, in the order of its policies:
    allowed, denied, or nothing (an implicit deny).
    """

    outcome: Outcome
    request: Request
    _known: Known | None = field(repr=False)
    _policies: Any = field(default=None, repr=False)
    _work_out: "Callable[[Decision, Any], Known] | None" = field(default=None, repr=False)

    @classmethod
    def pending[T](
        cls, outcome: Outcome, request: Request, policies: T, work_out: "Callable[[Decision, T], Known]"
    ) -> Self:
        """A decision of which only the outcome is known."""
        # By the descriptors of its slots, since a frozen dataclass is slow to make by its own constructor.
        decision = object.__new__(cls)
        _set_outcome(decision, outcome)
        _set_request(decision, request)
        _set_known(decision, None)
        _set_policies(decision, policies)
        _set_work_out(decision, work_out)
        return decision

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Decision):
            return NotImplemented
        return self.request == other.request and self.known == other.known

    __hash__ = None  # type: ignore[assignment]  # its request holds a mapping

    @property
    def is_whole(self) -> bool:
        """Whether everything is worked out already."""
        return self._known is not None

    def told_of(self, resource: str) -> "Decision":
        """This decision, with its reasons, in words about another resource: one that may be named to the caller."""
        # Worked out for the resource that was decided on, while that is known.
        return Decision(self.outcome, replace(self.request, resource=resource), self.known)

    @property
    def known(self) -> Known:
        if (known := self._known) is None:
            assert self._work_out is not None
            known = self._work_out(self, self._policies)
            _set_known(self, known)
        return known

    @property
    def matched(self) -> tuple[MatchedStatement, ...]:
        return (self._known or self.known)[0].matched

    @property
    def limited_by(self) -> Layer | None:
        return (self._known or self.known)[0].limited_by

    @property
    def limited_level(self) -> str:
        return (self._known or self.known)[0].limited_level

    @property
    def missing_context_keys(self) -> frozenset[str]:
        return (self._known or self.known)[1]

    @property
    def unreadable(self) -> tuple[PolicySource, ...]:
        return (self._known or self.known)[0].unreadable

    @property
    def needs_identity_policy(self) -> bool:
        return (self._known or self.known)[0].needs_identity_policy

    @property
    def sources(self) -> tuple[PolicySource, ...]:
        return (self._known or self.known)[0].sources

    @property
    def applied(self) -> tuple[MatchedStatement, ...]:
        return (self._known or self.known)[0].applied

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        return (self._known or self.known)[0].verdicts

    @property
    def allowed(self) -> bool:
        return self.outcome is Outcome.ALLOWED

    def explain(self) -> str:
        """One sentence for a person."""
        before, between, after = (self._known or self.known)[0].sentence
        request = self.request
        resource = "every resource" if request.resource == "*" else request.resource
        return f"{before}{request.principal.name}{between}{request.action} on {resource}{after}"

    def aws_message(self) -> str:
        """What AWS says to the caller who is refused. Empty when the request is allowed.

        It names a managed policy that denies, if that is within the account, and none that only does not allow.
        https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
        https://aws.amazon.com/blogs/security/enhanced-access-denied-error-messages-with-policy-arns/
        """
        if self.limited_by is None:
            return ""
        refused, action = self.refused(), self.request.action
        article, kind = _AWS_KINDS[self.limited_by]
        if self.outcome is Outcome.EXPLICIT_DENY:
            named = self.matched[0].source.arn if self.limited_by in _NAMED_BY_ARN else None
            where = f": {named}" if named and not self.request.crosses_accounts else ""
            return f"{refused} with an explicit deny in {article} {kind}{where}"
        return f"{refused} because no {kind} allows the {action} action"

    def refused(self) -> str:
        """What AWS says where it gives no reason."""
        who = self.request.principal.arn or "anonymous"
        return f"User: {who} is not authorized to perform: {self.request.action} on resource: {self.request.resource}"


_set_outcome, _set_request, _set_known, _set_policies, _set_work_out = (
    Decision.__dict__[each.name].__set__ for each in fields(Decision)
)

_GRANTING: Final = (Layer.IDENTITY, Layer.RESOURCE, Layer.TRUST)

_NAMED_BY_ARN: Final = (Layer.IDENTITY, Layer.BOUNDARY, Layer.SESSION, Layer.SCP, Layer.RCP)

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


def _list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
