"""The end of the wizard of a new user: all that will be done, and then all of it, or nothing."""

from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from console.web.drafts import NewUser, SignIn
from console.web.forms.users import PasswordForm
from console.web.panels import panel
from console.web.requests import ConsoleRequest
from policies_app.engine.decision import Decision
from policies_app.operations import accounts, credentials, password_policy, users
from policies_app.operations.calls import Call
from policies_app.operations.errors import (
    AccessDenied,
    EntityAlreadyExists,
    NoSuchEntity,
    OperationError,
    ValidationError,
)

from .account import sign_in_url
from .identities import USERS
from .new_identities import NewIdentity, grants, holdings, named_in
from .plans import Planned, Stopped, carry_out
from .user_creation import address, begin_anew, go, new_identity, steps


@dataclass(frozen=True, slots=True)
class Plan:
    """`boundary_arn` is the chosen one, or else the copied one; `refused` is what could not be read to be copied."""

    operations: list[Planned]
    boundary_arn: str
    refused: list[Decision]


def plan(call: Call, draft: NewUser, password: str) -> Plan:
    boundary_arn, refused, held = draft.boundary_arn, [], None
    if draft.copied_arn:
        copied = panel(users.get_user, call, user_name=named_in(draft.copied_arn))
        if copied.refused:
            refused = [copied.refused]
        elif copied.value:
            held = holdings(call, USERS, copied.value)
            refused = held.refused
            if draft.copies_boundary and copied.value.boundary:
                boundary_arn = boundary_arn or copied.value.boundary.arn
    made = new_identity(call, draft, boundary_arn)
    operations = [made.creation(users.create_user)]
    if draft.sign_in != SignIn.NONE:
        operations.append(_with_password(made, draft, password))
    operations += [made.membership(arn, "groups") for arn in draft.group_arns]
    operations += [made.attachment(arn, "policies") for arn in draft.policy_arns]
    if held:
        known = {planned.label for planned in operations}
        operations += [planned for planned in grants(made, held, "copy") if planned.label not in known]
    return Plan(operations, boundary_arn, refused)


def _with_password(made: NewIdentity, draft: NewUser, password: str) -> Planned:
    perform = partial(
        credentials.create_login_profile,
        made.call,
        user_name=made.name,
        password=password,
        password_reset_required=draft.password_reset_required,
    )
    how = "a generated password" if draft.sign_in == SignIn.GENERATED else "the password typed below"
    must = ", to be changed at the first sign-in" if draft.password_reset_required else ""
    return Planned(f"Let in with {how}{must}", perform, made.gate("CreateLoginProfile"), "password")


@require_safe
def review(request: ConsoleRequest) -> HttpResponse:
    draft = NewUser.of(request)
    if not draft.user_name:
        return begin_anew(request)
    return go(request, draft) or _review(request, draft, PasswordForm())


@sensitive_post_parameters("password")
@never_cache
@require_POST
def result(request: ConsoleRequest) -> HttpResponse:
    """All of it, or nothing and the step that what stopped it belongs to. A generated password is on this page only."""
    call, draft, form = request.call, NewUser.of(request), PasswordForm()
    if not draft.user_name:
        return begin_anew(request)
    password = ""
    if draft.sign_in == SignIn.GENERATED:
        password = accounts.new_password(password_policy.longest_minimum(call.account_id))
    elif draft.sign_in == SignIn.TYPED:
        form = PasswordForm(request.POST)
        if not form.is_valid():
            return _review(request, draft, form)
        password = form.cleaned_data["password"]
    try:
        planned = plan(call, draft, password)
    except OperationError as error:
        return _cannot_copy(draft, error)
    if planned.refused:
        raise AccessDenied(planned.refused[0])
    if stopped := carry_out(planned.operations):
        return _stopped(request, draft, form, stopped)
    context = {
        "user_name": draft.user_name,
        "password": password if draft.sign_in == SignIn.GENERATED else "",
        "signs_in": draft.sign_in != SignIn.NONE,
        "console_url": sign_in_url(request, request.user.account.alias or call.account_id),
        "done": planned.operations,
        "kind": USERS,
    }
    return render(request, "users/created.html", context)


def _cannot_copy(draft: NewUser, error: OperationError) -> HttpResponse:
    """Whom to copy is not there any more."""
    return redirect(address("copy", replace(draft, problems={"": error.message})))


def _stopped(request: ConsoleRequest, draft: NewUser, form: PasswordForm, stopped: Stopped) -> HttpResponse:
    """On the step that it belongs to, with all that was typed but a password."""
    match stopped.error:
        case AccessDenied(decision=decision):
            return _review(request, draft, form, refused=decision)
        case error if stopped.part == "password":
            if form.is_bound:
                form.add_error("password", error.message)
            return _review(request, draft, form, problem=error.message)
        case ValidationError(violations=violations):
            problems = violations
        case EntityAlreadyExists() as error:
            problems = {"userName": error.message}
        case error:
            problems = {"": error.message}
    # Of what makes the user, only the boundary can be absent.
    absent_boundary = stopped.part == "details" and isinstance(stopped.error, NoSuchEntity)
    return redirect(address("boundary" if absent_boundary else stopped.part, replace(draft, problems=problems)))


def _review(
    request: ConsoleRequest, draft: NewUser, form: PasswordForm, *, refused: Decision | None = None, problem: str = ""
) -> HttpResponse:
    try:
        planned = plan(request.call, draft, "")
    except OperationError as error:
        return _cannot_copy(draft, error)
    not_allowed = [*planned.refused, *(each.gate for each in planned.operations if not each.gate.allowed)]
    context = steps("review", draft) | {
        "plan": planned,
        "form": form,
        "types_password": draft.sign_in == SignIn.TYPED,
        "boundary": named_in(planned.boundary_arn),
        "refused": refused,
        "may_create": not_allowed[0] if not_allowed else planned.operations[0].gate,
        "problem": problem,
    }
    failed = problem or form.errors
    status = HTTPStatus.FORBIDDEN if refused else HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK
    return render(request, "users/create_review.html", context, status=status)
