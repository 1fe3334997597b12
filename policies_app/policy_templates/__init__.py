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
        PolicyTemplate(
            "change_own_password",
            "ChangeOwnPassword",
            "Users change their own sign-in password, and see and end their console sessions.",
        ),
        PolicyTemplate(
            "manage_own_access_keys",
            "ManageOwnAccessKeys",
            "Users make access keys of their own for programs, switch them off and delete them.",
        ),
        PolicyTemplate(
            "view_own_events", "ViewOwnEvents", "Users see what they have done and what was refused to them."
        ),
        PolicyTemplate(
            "ask_why",
            "AskWhy",
            "Users ask why something is not allowed to them, and get the reasons and what to ask for.",
        ),
        PolicyTemplate(
            "require_mfa",
            "RequireMFA",
            "Denies all but setting up an MFA device to whoever has not signed in with one. Grants nothing.",
        ),
        PolicyTemplate(
            "deny_outside_organization",
            "DenyOutsideOrganization",
            "Denies what belongs to accounts outside one's own organization. Grants nothing.",
        ),
        PolicyTemplate(
            "deny_outside_regions",
            "DenyOutsideRegions",
            "Denies what is asked for in other regions than two, but for services that have none. Grants nothing.",
        ),
        PolicyTemplate(
            "read_only_to_one_service",
            "ReadOnlyToOneService",
            "Reads and lists everything of one service: Amazon S3, until another is put in its place.",
        ),
    )
}
