"""The answer to a request, with what made it so."""

from dataclasses import dataclass
from enum import StrEnum

from policies_app.engine.document import Effect
from policies_app.engine.findings import Span
from policies_app.engine.request import Request


class Layer(StrEnum):
    """A set of policies that is asked as one."""

    IDENTITY = "identity"
    BOUNDARY = "boundary"
    SESSION = "session"
    RESOURCE = "resource"
    TRUST = "trust"
    SCP = "scp"
    RCP = "rcp"


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


class Outcome(StrEnum):
    """Named as the IAM policy simulator names them."""

    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicitDeny"
    IMPLICIT_DENY = "implicitDeny"


@dataclass(frozen=True, slots=True)
class MatchedStatement:
    """A statement that applies to the request.

    `unevaluated` says why when a Deny counts as applying because its conditions could not be evaluated.
    """

    source: PolicySource
    index: int
    sid: str | None
    effect: Effect
    span: Span
    unevaluated: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer.

    `matched` holds the statements that deny, for an explicit deny; else every Allow that applies, in all layers.
    `limited_by` is the layer that denied or did not allow. `missing_context_keys`, in lower case, were asked for and
    not in the request. `unreadable` are the policies that could not be understood. `needs_identity_policy` belongs to
    trust decisions: the trust policy leaves it to the caller's account, so that an identity policy has to allow too.
    """

    outcome: Outcome
    request: Request
    matched: tuple[MatchedStatement, ...]
    limited_by: Layer | None
    missing_context_keys: frozenset[str]
    unreadable: tuple[PolicySource, ...] = ()
    needs_identity_policy: bool = False

    @property
    def allowed(self) -> bool:
        return self.outcome is Outcome.ALLOWED

    def explain(self) -> str:
        """One sentence for a person."""
        what = f"{self.request.action} on {_resource(self.request.resource)}"
        who = self.request.principal.name
        match self.outcome:
            case Outcome.ALLOWED:
                return f"Allowed: {_statement(self._first())} lets {who} do {what}."
            case Outcome.EXPLICIT_DENY:
                statement = self._first()
                doubt = f", as it cannot be evaluated ({statement.unevaluated})" if statement.unevaluated else ""
                return f"Denied: {_statement(statement)} explicitly denies {who} {what}{doubt}."
            case Outcome.IMPLICIT_DENY:
                return f"Denied: {self._silence(who)} {what}{self._doubt()}."

    def _first(self) -> MatchedStatement:
        """The statement to name: of the identity or trust policies if one of theirs is among them."""
        leading = (Layer.IDENTITY, Layer.TRUST)
        return next((statement for statement in self.matched if statement.source.layer in leading), self.matched[0])

    def _silence(self, who: str) -> str:
        match self.limited_by:
            case Layer.BOUNDARY:
                return f"the permissions boundary of {who} does not allow"
            case Layer.SESSION:
                return f"the session policy of {who} does not allow"
            case Layer.TRUST:
                return f"the role's trust policy does not allow {who} to do"
            case _:
                return f"no policy that bears on {who} allows"

    def _doubt(self) -> str:
        names = [f"`{source.name}`" for source in self.unreadable if source.layer is self.limited_by]
        return f", and {_list(names)} cannot be understood" if names else ""


def _resource(resource: str) -> str:
    return "every resource" if resource == "*" else resource


def _statement(statement: MatchedStatement) -> str:
    source = statement.source
    name = f"statement `{statement.sid}`" if statement.sid else f"statement {statement.index + 1}"
    role = {Layer.BOUNDARY: "permissions boundary", Layer.SESSION: "session policy", Layer.TRUST: "trust policy"}
    line = statement.span.start.line
    via = f" (from group {source.via})" if source.via else ""
    return f"{name} of {role.get(source.layer, 'policy')} `{source.name}` (line {line}){via}"


def _list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
