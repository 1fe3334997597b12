"""The one door: a `Call` says who asks and from where; `@operation` makes a function an IAM action."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, Concatenate

from django.utils import timezone

from policies_app.engine.evaluator import Decision, PolicySet, decide
from policies_app.engine.request import Principal, PrincipalKind, Request
from policies_app.models import Event, Identity, InstanceProfile, Policy, Role, User

from . import events, service_model
from .authorization import Grants, IdentityGrants, SystemGrants
from .errors import AccessDenied, InvalidRequest, OperationError, ValidationError
from .global_context import of_principal, of_session
from .recorded_parameters import recorded
from .sessions import Session, SessionGrants
from .tag_context import tag_context

type Context = Mapping[str, str | tuple[str, ...]]
type Row = Identity | Policy | InstanceProfile


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a call came from."""

    source_ip: str | None = None
    user_agent: str = ""
    request_id: str = ""

    @property
    def context(self) -> dict[str, str]:
        """Without the keys of what is not known."""
        known = {"aws:SourceIp": self.source_ip, "aws:UserAgent": self.user_agent}
        return {key: value for key, value in known.items() if value}


NOWHERE = Origin()


@dataclass(slots=True)
class Call:
    """Who asks, on behalf of which account, with which context keys.

    One for each request. What bears on the principal is read once in it, and again inside the transaction of
    every change. `action` and `resource` are set while an operation is under way.
    """

    principal: Principal
    account_id: str
    grants: Grants
    context: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    origin: Origin = NOWHERE
    action: str = ""
    resource: str = ""
    policies: PolicySet | None = None
    # The ARN of a row that was found by name -> the ARN made of what the caller knew.
    asked: dict[str, str] = field(default_factory=dict)
    session: Session | None = None
    # What the operation's `before` found out.
    prepared: Any = None
    # The unique ids of the rows that the operation under way found or makes. Not copied by `replace`: each has its own.
    subjects: list[str] = field(init=False, default_factory=list)

    @classmethod
    def by_user(
        cls, user: User, origin: Origin = NOWHERE, context: Context | None = None, session: Session | None = None
    ) -> "Call":
        """With a `session` the user asks by temporary credentials; without one by a key or, at the console, in person.

        Whether somebody proved to be there is known of all but keys, for which the context key is absent.
        """
        principal = Principal(arn=user.arn, account=user.account_id, kind=PrincipalKind.USER)
        known: dict[str, str | tuple[str, ...]] = {
            "aws:username": user.name,
            "aws:userid": user.unique_id,
            "aws:PrincipalType": "User",
        }
        known |= of_principal(user) | of_session(session) | origin.context
        grants = IdentityGrants(user.pk)
        return cls(principal, user.account_id, grants, known | dict(context or {}), origin, session=session)

    @classmethod
    def by_role_session(
        cls, role: Role, session: Session, origin: Origin = NOWHERE, context: Context | None = None
    ) -> "Call":
        arn = assumed_role_arn(role, session.name)
        principal = Principal(arn=arn, account=role.account_id, kind=PrincipalKind.ASSUMED_ROLE, role_arn=role.arn)
        known: dict[str, str | tuple[str, ...]] = {
            "aws:userid": f"{role.unique_id}:{session.name}",
            "aws:PrincipalType": "AssumedRole",
        }
        known |= of_principal(role) | of_session(session) | origin.context
        grants = SessionGrants(role.pk, session)
        return cls(principal, role.account_id, grants, known | dict(context or {}), origin, session=session)

    @classmethod
    def by_system(cls, account_id: str, task: str, document: str) -> "Call":
        """A named system task, allowed by the document that it brings and by nothing else."""
        arn = f"arn:aws:iam::{account_id}:system/{task}"
        principal = Principal(arn=arn, account=account_id, kind=PrincipalKind.SYSTEM)
        return cls(principal, account_id, SystemGrants(task, document), {"aws:PrincipalArn": arn})

    @property
    def operation(self) -> str:
        """`CreateUser`, when the action under way is `iam:CreateUser`."""
        return self.action.partition(":")[2]

    @property
    def user_name(self) -> str:
        """The caller's own name; refused for principals that are not users."""
        name = self.context.get("aws:username")
        if not isinstance(name, str):
            raise InvalidRequest("Must specify userName when calling with non-User credentials")
        return name

    def load_policies(self) -> PolicySet:
        if self.policies is None:
            self.policies = self.grants.load()
        return self.policies

    def concerns(self, row: Row | None) -> None:
        """Note an object that the operation under way is about, for the history of that object.

        A new identity has no unique id before it is saved.
        """
        if row is not None and row.unique_id not in {"", *self.subjects}:
            self.subjects.append(row.unique_id)

    def may(self, action: str, resource: "str | Row", context: Context | None = None) -> Decision:
        """What the engine says, without doing anything and without a record: for buttons and panels."""
        bearing = self.load_policies()
        arn = resource if isinstance(resource, str) else resource.arn
        rows = [] if isinstance(resource, str) else [resource]
        own, of_rows = tag_context(bearing.context_keys(action), self.grants, rows)
        known = self.context | own | (of_rows[0] if of_rows else {}) | dict(context or {})
        return decide(Request(self.principal, action, arn, known), bearing)

    def may_each(
        self, action: str, rows: Sequence[Row], context: Callable[[Any], Context] | None = None
    ) -> list[Decision]:
        """What `may` says of each of several rows of one kind, with as many queries as of one."""
        bearing = self.load_policies()
        own, of_rows = tag_context(bearing.context_keys(action), self.grants, rows)
        known = self.context | own
        if context:
            of_rows = [of_row | dict(context(row)) for row, of_row in zip(rows, of_rows, strict=True)]
        return [
            decide(Request(self.principal, action, row.arn, known | of_row if of_row else known), bearing)
            for row, of_row in zip(rows, of_rows, strict=True)
        ]

    def authorize(self, resource: "str | Row", context: Context | None = None, *, also: str | None = None) -> None:
        """Raise `AccessDenied` unless the operation under way is allowed on the resource.

        `also` is another action that the operation includes, to be asked for instead of its own.
        """
        if isinstance(resource, str):
            self.resource = resource
        else:
            self.resource = resource.arn
            self.concerns(resource)
        decision = self.may(also or self.action, resource, context)
        if not decision.allowed:
            raise AccessDenied(self._as_asked(decision, resource))

    def _as_asked(self, decision: Decision, resource: "str | Row") -> Decision:
        """The refusal by the name that was asked for, if the caller may not read the row.

        The path and the spelling of a row's own ARN would tell that it is there.
        """
        arn = decision.request.resource
        asked = self.asked.get(arn, arn)
        if arn in {asked, self.principal.arn} or isinstance(resource, str):
            return decision
        if self.may(f"iam:Get{noun(resource)}", resource).allowed:
            return decision
        return decision.told_of(asked)


def assumed_role_arn(role: Role, session_name: str) -> str:
    """Of a session: it has the role's name, but not its path."""
    return f"arn:aws:sts::{role.account_id}:assumed-role/{role.name}/{session_name}"


def noun(row: Row) -> str:
    """As in the names of the actions about it: `Policy`, as in `iam:GetPolicy`."""
    match row:
        case Policy():
            return "Policy"
        case InstanceProfile():
            return "InstanceProfile"
        case Identity():
            return row.get_kind_display()


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of the registry: the IAM action, the function that performs it, and whether it only reads."""

    action: str
    perform: Callable[..., Any]
    reads: bool


OPERATIONS: dict[str, Operation] = {}


def operation[**P, R](
    action: str, *, service: str = "iam", reads: bool = False, before: Callable[..., Any] | None = None
) -> Callable[[Callable[Concatenate[Call, P], R]], Callable[Concatenate[Call, P], R]]:
    """Make a function the named IAM action: input checked, one transaction, one event.

    `before` does, with the same arguments and ahead of the transaction, what takes too long for SQLite's one writer.
    It refuses nothing: the function does, which finds what it returned as `call.prepared`.
    """

    def decorate(function: Callable[Concatenate[Call, P], R]) -> Callable[Concatenate[Call, P], R]:
        @wraps(function)
        def perform(call: Call, /, *args: P.args, **parameters: P.kwargs) -> R:
            if reads:
                call.load_policies()
                return read(replace(call, action=f"{service}:{action}", resource=""), parameters, function)
            attempt = replace(call, action=f"{service}:{action}", resource="")
            if before:
                attempt.prepared = _prepared(attempt, before, parameters)
            # Read anew inside the transaction: a change is allowed by what holds now, and may change it.
            call.policies = attempt.policies = None
            with events.unit_of_work() as record:
                try:
                    service_model.check(attempt.operation, parameters)
                    result = function(attempt, *args, **parameters)
                except OperationError as error:
                    record.append(event_of(attempt, parameters, error))
                    raise
                record.append(event_of(attempt, parameters))
            return result

        OPERATIONS[action] = Operation(f"{service}:{action}", perform, reads)
        return perform

    return decorate


def _prepared(attempt: Call, before: Callable[..., Any], parameters: dict[str, Any]) -> Any:
    """None for parameters that the operation is about to refuse."""
    try:
        service_model.check(attempt.operation, parameters)
    except OperationError:
        return None
    return before(replace(attempt), **parameters)


def read[R](attempt: Call, parameters: dict[str, Any], function: Callable[..., R]) -> R:
    """Carry out the action of the attempt, which only reads, and record it."""
    try:
        service_model.check(attempt.operation, parameters)
        result = function(attempt, **parameters)
    except AccessDenied as error:
        with events.unit_of_work() as record:
            record.append(event_of(attempt, parameters, error))
        raise
    except OperationError as error:
        events.reads.record(event_of(attempt, parameters, error))
        raise
    events.reads.record(event_of(attempt, parameters))
    return result


def event_of(call: Call, parameters: Mapping[str, Any], error: OperationError | None = None) -> Event:
    outcome = Event.Outcome.SUCCESS
    if error:
        outcome = Event.Outcome.REFUSED if isinstance(error, AccessDenied) else Event.Outcome.FAILED
    return Event(
        account_id=call.account_id,
        time=timezone.now(),
        principal=call.principal.arn,
        operation=call.operation,
        resource=service_model.storable(call.resource),
        outcome=outcome,
        error=error.code if error else "",
        message="" if error is None or isinstance(error, ValidationError) else service_model.storable(error.message),
        parameters=recorded(call.operation, parameters),
        source_ip=call.origin.source_ip,
        user_agent=service_model.storable(call.origin.user_agent)[:512],
        request_id=call.origin.request_id,
        is_read=call.operation in OPERATIONS and OPERATIONS[call.operation].reads,
        subjects=call.subjects,
    )
