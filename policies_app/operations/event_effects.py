"""What an event changed of the object that it concerns, told from the events before it.

Each change is folded into a state of facts, such as `Name` -> `dana`, in the order in which they happened; what a fact
was before an event and what it is after it is then read off. Nothing but the record is asked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from policies_app.models import Event, EventSubject

LOOKED_BACK: Final = 500
"""Changes of the object before the event. What it was made with further back is not known."""
DOCUMENT: Final = "sha256:"
VERSION: Final = "Document v"

type State = dict[str, str]
type Parameters = Mapping[str, Any]
type Effect = Callable[[State, Parameters], None]


@dataclass(frozen=True, slots=True)
class Changed:
    """One fact; None where there was or is none. `is_known` is false where it was set too long ago to be found."""

    fact: str
    before: str | None
    after: str | None
    is_known: bool = True

    @property
    def is_document(self) -> bool:
        return (self.before or self.after or "").startswith(DOCUMENT)


def changes(event: Event) -> list[Changed]:
    """Of an event that succeeded; its documents are told by their hashes, as it has them."""
    if event.operation not in EFFECTS or event.outcome != Event.Outcome.SUCCESS:
        return []
    preceding, is_whole = _preceding(event)
    before: State = {}
    for earlier in preceding:
        EFFECTS[earlier.operation](before, earlier.parameters)
    after = dict(before)
    EFFECTS[event.operation](after, event.parameters)
    return [
        Changed(fact, before.get(fact), after.get(fact), is_known=is_whole or fact in before)
        for fact in [*after, *(fact for fact in before if fact not in after)]
        # The document of a new version is told as the newest.
        if before.get(fact) != after.get(fact) and (fact in before or not fact.startswith(VERSION))
    ]


def _preceding(event: Event) -> tuple[list[Event], bool]:
    """The changes before it, the oldest first, and whether there are no others before those."""
    earlier = Event.objects.filter(account_id=event.account_id, sequence__lt=event.sequence)
    subject = _subject(event)
    if subject is None:
        rows = earlier.filter(operation__in=_ACCOUNT.keys()).order_by("-sequence")[:LOOKED_BACK]
    else:
        concerning = EventSubject.objects.filter(
            account_id=event.account_id, subject=subject, sequence__lt=event.sequence, is_read=False
        )
        numbers = list(concerning.order_by("-sequence").values_list("sequence", flat=True)[:LOOKED_BACK])
        rows = earlier.filter(sequence__in=numbers).order_by("-sequence")
    found = list(rows)
    done = [
        row
        for row in reversed(found)
        if row.operation in EFFECTS and row.outcome == Event.Outcome.SUCCESS and _subject(row) == subject
    ]
    return done, len(found) < LOOKED_BACK


def _subject(event: Event) -> str | None:
    """The unique id of the object whose facts the event changes; others that it concerns are told in the facts."""
    for prefix, effects in _BY_PREFIX.items():
        if event.operation in effects:
            mine = [subject for subject in event.subjects or () if subject.startswith(prefix)]
            return mine[0] if mine else ""
    return None


# Effects ------------------------------------------------------------------------------------------------------------


def _set(**facts: str) -> Effect:
    """Each fact from the parameter that is named; one that was not given stays."""

    def effect(state: State, given: Parameters) -> None:
        for fact, parameter in facts.items():
            if given.get(parameter):
                state[_spaced(fact)] = str(given[parameter])
            elif given.get(parameter) is not None:
                state.pop(_spaced(fact), None)

    return effect


def _made(defaults: State, **facts: str) -> Effect:
    def effect(state: State, given: Parameters) -> None:
        state |= defaults
        _set(**facts)(state, given)
        _tag(state, given)

    return effect


def _drop(*facts: str) -> Effect:
    def effect(state: State, _: Parameters) -> None:
        for fact in facts:
            state.pop(fact, None)

    return effect


def _gone(state: State, _: Parameters) -> None:
    state.clear()


def _tag(state: State, given: Parameters) -> None:
    """Very many are recorded by their hash."""
    tags = given.get("tags")
    for tag in tags if isinstance(tags, list) else ():
        _untag(state, {"tag_keys": [tag["Key"]]})
        state[f"Tag {tag['Key']}"] = tag["Value"]


def _untag(state: State, given: Parameters) -> None:
    keys = {f"tag {key}".lower() for key in given.get("tag_keys") or ()}
    for fact in [fact for fact in state if fact.lower() in keys]:
        del state[fact]


def _put_inline(state: State, given: Parameters) -> None:
    state[f"Inline policy {given['policy_name']}"] = given["policy_document"]


def _delete_inline(state: State, given: Parameters) -> None:
    state.pop(f"Inline policy {given['policy_name']}", None)


def _make_policy(state: State, given: Parameters) -> None:
    _made({"Path": "/"}, Name="policy_name", Path="path", Description="description")(state, given)
    _make_version(state, {**given, "set_as_default": True}, number=1)


def _make_version(state: State, given: Parameters, number: int | None = None) -> None:
    """Its number is recorded nowhere: it is one more than the newest, unless that was made too long ago."""
    state["Newest document"] = given["policy_document"]
    if number is None and "Newest version" in state:
        number = int(state["Newest version"][1:]) + 1
    if number:
        state |= {"Newest version": f"v{number}", f"{VERSION}{number}": given["policy_document"]}
        if given.get("set_as_default"):
            _make_default(state, {"version_id": f"v{number}"})


def _make_default(state: State, given: Parameters) -> None:
    state["Default version"] = given["version_id"]
    if document := state.get(f"Document {given['version_id']}"):
        state["Document in force"] = document


def _delete_version(state: State, given: Parameters) -> None:
    state.pop(f"Document {given['version_id']}", None)


def _forget_password_policy(state: State, _: Parameters) -> None:
    for fact in state.keys() - {"Alias"}:
        del state[fact]


def _set_password_policy(state: State, given: Parameters) -> None:
    """The whole of it: what is not given is as if it had never been."""
    _forget_password_policy(state, given)
    state |= {_spaced(name).capitalize(): str(value) for name, value in given.items()}


def _spaced(name: str) -> str:
    return name.replace("_", " ")


_USER: Final[Mapping[str, Effect]] = {
    "CreateUser": _made({"Path": "/"}, Name="user_name", Path="path", Permissions_boundary="permissions_boundary"),
    "UpdateUser": _set(Name="new_user_name", Path="new_path"),
    "DeleteUser": _gone,
    "PutUserPermissionsBoundary": _set(Permissions_boundary="permissions_boundary"),
    "DeleteUserPermissionsBoundary": _drop("Permissions boundary"),
    "PutUserPolicy": _put_inline,
    "DeleteUserPolicy": _delete_inline,
    "TagUser": _tag,
    "UntagUser": _untag,
}
_GROUP: Final[Mapping[str, Effect]] = {
    "CreateGroup": _made({"Path": "/"}, Name="group_name", Path="path"),
    "UpdateGroup": _set(Name="new_group_name", Path="new_path"),
    "DeleteGroup": _gone,
    "PutGroupPolicy": _put_inline,
    "DeleteGroupPolicy": _delete_inline,
}
_ROLE: Final[Mapping[str, Effect]] = {
    "CreateRole": _made(
        {"Path": "/", "Max session duration": "3600"},
        Name="role_name",
        Path="path",
        Description="description",
        Max_session_duration="max_session_duration",
        Permissions_boundary="permissions_boundary",
        Trust_policy="assume_role_policy_document",
    ),
    "UpdateRole": _set(Description="description", Max_session_duration="max_session_duration"),
    "UpdateRoleDescription": _set(Description="description"),
    "UpdateAssumeRolePolicy": _set(Trust_policy="policy_document"),
    "DeleteRole": _gone,
    "PutRolePermissionsBoundary": _set(Permissions_boundary="permissions_boundary"),
    "DeleteRolePermissionsBoundary": _drop("Permissions boundary"),
    "PutRolePolicy": _put_inline,
    "DeleteRolePolicy": _delete_inline,
    "TagRole": _tag,
    "UntagRole": _untag,
}
_POLICY: Final[Mapping[str, Effect]] = {
    "CreatePolicy": _make_policy,
    "CreatePolicyVersion": _make_version,
    "SetDefaultPolicyVersion": _make_default,
    "DeletePolicyVersion": _delete_version,
    "DeletePolicy": _gone,
    "TagPolicy": _tag,
    "UntagPolicy": _untag,
}
_ACCOUNT: Final[Mapping[str, Effect]] = {
    "CreateAccountAlias": _set(Alias="account_alias"),
    "DeleteAccountAlias": _drop("Alias"),
    "UpdateAccountPasswordPolicy": _set_password_policy,
    "DeleteAccountPasswordPolicy": _forget_password_policy,
}
_BY_PREFIX: Final = {"AIDA": _USER, "AGPA": _GROUP, "AROA": _ROLE, "ANPA": _POLICY}
EFFECTS: Final[Mapping[str, Effect]] = {**_USER, **_GROUP, **_ROLE, **_POLICY, **_ACCOUNT}
