"""A user, group or role that is yet to be made, with all that it is to get: planned, shown, and made together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from console.web.panels import Panel, panel
from console.web.templatetags.links import policy_page
from policies_app.engine.decision import Decision
from policies_app.models import Group, Identity, Policy
from policies_app.models.identities import identity_arn
from policies_app.operations import groups, users
from policies_app.operations.calls import Call, Context
from policies_app.operations.creation import Tags, request_context

from .identities import USERS, Gate, Kind, gate
from .plans import Planned


@dataclass(frozen=True, slots=True)
class NewIdentity:
    """The engine is asked about it as about the row that it will be, with its tags and within its boundary."""

    call: Call
    kind: Kind
    name: str
    path: str = "/"
    tags: Tags = field(default_factory=list)
    boundary_arn: str = ""

    @property
    def arn(self) -> str:
        return identity_arn(self.call.account_id, self.kind.kind, self.name, self.path)

    def gate(self, pattern: str, context: Context | None = None) -> Gate:
        """For `Attach{}Policy`, once it is there."""
        known = request_context(boundary_arn=self.boundary_arn)
        for tag in self.tags:
            known |= {f"{side}:ResourceTag/{tag['Key']}": tag["Value"] for side in ("aws", "iam")}
        return gate(self.call, self.kind.action(pattern), self.arn, known | dict(context or {}))

    def creation(self, perform: Callable[..., Any], **details: Any) -> Planned:
        """With its tags and its boundary, which are asked for together."""
        context = request_context(self.tags, self.boundary_arn)
        needed = ["Create{}", *(["Tag{}"] if self.tags else [])]
        gates = [Gate(self.call.may(self.kind.action(action), self.arn, context)) for action in needed]
        details |= self.kind.named(self.name) | {"path": self.path}
        if self.tags:
            details["tags"] = self.tags
        if self.boundary_arn:
            details["permissions_boundary"] = self.boundary_arn
        return Planned(
            f"Create the {self.kind.kind} {self.name}",
            partial(perform, self.call, **details),
            min(gates, key=lambda each: each.allowed),
            "details",
        )

    def attachment(self, policy_arn: str, part: str) -> Planned:
        return Planned(
            f"Attach the policy {named_in(policy_arn)}",
            partial(self.kind.attach, self.call, **self.kind.named(self.name), policy_arn=policy_arn),
            self.gate("Attach{}Policy", {"iam:PolicyARN": policy_arn}),
            part,
            policy_page(policy_arn),
        )

    def inline_policy(self, policy_name: str, of: Identity, part: str) -> Planned:
        """With the text of the other's, which is read by its own action when it is needed."""
        name, other = self.kind.named(self.name), self.kind.named(of.name)

        def perform() -> None:
            text = self.kind.get_inline(self.call, **other, policy_name=policy_name).document.text
            self.kind.put_inline(self.call, **name, policy_name=policy_name, policy_document=text)

        gates = self.gate("Put{}Policy"), gate(self.call, self.kind.action("Get{}Policy"), of)
        label = f"Put in the inline policy {policy_name}"
        return Planned(label, perform, min(gates, key=lambda each: each.allowed), part)

    def membership(self, group: str | Group, part: str) -> Planned:
        """Of a user, in the group or in that of the ARN."""
        name = group.name if isinstance(group, Group) else named_in(group)
        return Planned(
            f"Add to the group {name}",
            partial(groups.add_user_to_group, self.call, group_name=name, user_name=self.name),
            gate(self.call, "iam:AddUserToGroup", group),
            part,
        )


def named_in(arn: str) -> str:
    return arn.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Holdings:
    """What an identity has and another can be given: each sort is read by its own action, which may be refused."""

    identity: Identity
    attached: Panel[Sequence[Policy]]
    inline: Panel[Sequence[str]]
    groups: Panel[list[Group]]

    @property
    def refused(self) -> list[Decision]:
        return [each.refused for each in (self.attached, self.inline, self.groups) if each.refused]


def holdings(call: Call, kind: Kind, identity: Identity) -> Holdings:
    name = kind.named(identity.name)
    in_groups = panel(users.list_groups_for_user, call, **name) if kind is USERS else Panel(value=[])
    return Holdings(identity, panel(kind.list_attached, call, **name), panel(kind.list_inline, call, **name), in_groups)


def grants(new_identity: NewIdentity, held: Holdings, part: str = "") -> list[Planned]:
    """All that the other may do, for the new one as well: of the part of the page, or of parts named by their sort."""
    return [
        *(new_identity.membership(group, part or "groups") for group in held.groups.value or ()),
        *(new_identity.attachment(policy.arn, part or "attached") for policy in held.attached.value or ()),
        *(new_identity.inline_policy(name, held.identity, part or "inline") for name in held.inline.value or ()),
    ]
