"""Policies to start from: each file's text becomes a customer managed policy in two clicks."""

from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class PolicyTemplate:
    """`name` is the policy's name as IAM wants it; the text is read when asked for."""

    slug: str
    name: str
    description: str

    @property
    def text(self) -> str:
        return files(__name__).joinpath(f"{self.slug}.json").read_text()


POLICY_TEMPLATES = {
    template.slug: template
    for template in (
        PolicyTemplate(
            "view_own_permissions",
            "ViewOwnPermissions",
            "Users see their own permissions: the policies that bear on them, directly and through groups.",
        ),
        PolicyTemplate("change_own_password", "ChangeOwnPassword", "Users change their own sign-in password."),
    )
}
