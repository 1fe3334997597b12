"""The texts of documents that events name by their hashes, for who may read the policy that they were of."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from policies_app.engine.parser import Layer
from policies_app.models import Document, Event, Group, Identity, InstanceProfile, Policy, Role, User

from .calls import Call, read
from .event_effects import DOCUMENT

type Thing = User | Group | Role | Policy | InstanceProfile

# How the unique ids of each begin.
MODELS: Final[dict[str, type[Thing]]] = {
    "AIDA": User,
    "AGPA": Group,
    "AROA": Role,
    "ANPA": Policy,
    "AIPA": InstanceProfile,
}


def find_subjects(call: Call, event: Event) -> dict[str, Thing | None]:
    """The objects that the event concerns, by unique id, as they are now; None for those that are no more."""
    found: dict[str, Thing | None] = dict.fromkeys(event.subjects or ())
    for prefix, model in MODELS.items():
        asked = [subject for subject in found if subject.startswith(prefix)]
        if asked:
            rows = model._default_manager.filter(unique_id__in=asked)
            found |= {row.unique_id: row for row in rows if row.account_id in {None, call.account_id}}
    return found


def read_documents(call: Call, event: Event, hashes: Iterable[str], subjects: Iterable[Thing | None]) -> dict[str, str]:
    """Hash, as events have it, to text. Asks for the action that reads such a policy, and records that.

    Of an object that is no more it asks on the ARN that it had.
    """
    action, parameters, model = _read_by(event)
    thing = next((row for row in subjects if isinstance(row, model)), None)
    wanted = [name.removeprefix(DOCUMENT) for name in hashes]

    def texts(attempt: Call, **_: str) -> dict[str, str]:
        attempt.authorize(thing or event.resource)
        return dict(Document.objects.filter(pk__in=wanted).values_list("pk", "text"))

    found = read(replace(call, action=f"iam:{action}", resource=""), parameters, texts)
    return {f"{DOCUMENT}{sha256}": text for sha256, text in found.items()}


def layer(event: Event) -> Layer:
    """What the documents of the event are for."""
    return Layer.TRUST if _read_by(event)[0] == "GetRole" else Layer.IDENTITY


def _read_by(event: Event) -> tuple[str, dict[str, str], type[Identity] | type[Policy]]:
    """The action that reads the document which the operation wrote, its parameters, and of what it is."""
    given = event.parameters
    if "policy_arn" in given or event.operation == "CreatePolicy":
        arn = given.get("policy_arn", event.resource)
        return "GetPolicyVersion", {"policy_arn": arn, "version_id": given.get("version_id", "v1")}, Policy
    for model, parameter in ((User, "user_name"), (Group, "group_name"), (Role, "role_name")):
        if parameter in given and "policy_name" in given:
            name = {parameter: given[parameter], "policy_name": given["policy_name"]}
            return f"Get{model.KIND.label}Policy", name, model
    return "GetRole", {"role_name": given["role_name"]}, Role
