"""What a wizard has gathered so far. It travels in the addresses of its steps, sealed, and serves its owner alone.

So each step can be reloaded, gone back to and opened twice, and nothing is stored. No secret is ever part of it.
"""

from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Self

from policies_app.operations.creation import Tags

from .requests import ConsoleRequest
from .sealing import seal, unseal


class SignIn(StrEnum):
    NONE = "none"
    GENERATED = "generated"
    TYPED = "typed"


@dataclass(frozen=True, slots=True)
class NewUser:
    """`problems` are what stopped the making of the user, by the parameter, as IAM spells it, that each is about."""

    owner: str
    user_name: str = ""
    path: str = "/"
    tags: Tags = field(default_factory=list)
    sign_in: str = SignIn.NONE
    password_reset_required: bool = True
    group_arns: list[str] = field(default_factory=list)
    copied_arn: str = ""
    copies_boundary: bool = True
    policy_arns: list[str] = field(default_factory=list)
    boundary_arn: str = ""
    problems: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, request: ConsoleRequest) -> Self:
        """What the request brings; a new one where that is nothing, somebody else's, too old, or of another version."""
        sent = unseal(__name__, request.POST.get("draft") or request.GET.get("draft", ""))
        known = {each.name for each in fields(cls)}
        if sent and sent.keys() == known and sent["owner"] == request.user.unique_id:
            return cls(**sent)
        return cls(owner=request.user.unique_id)

    def sealed(self) -> str:
        return seal(__name__, asdict(self))

    def without_problems(self) -> Self:
        return replace(self, problems={})
