from .accounts import Account
from .attachments import Attachment, InlinePolicy
from .credentials import AccessKey
from .events import Event, EventChain
from .identities import Group, Identity, IdentityKind, IdentityTag, Membership, Role, User
from .policies import Document, Policy, PolicyTag, PolicyVersion

__all__ = [
    "AccessKey",
    "Account",
    "Attachment",
    "Document",
    "Event",
    "EventChain",
    "Group",
    "Identity",
    "IdentityKind",
    "IdentityTag",
    "InlinePolicy",
    "Membership",
    "Policy",
    "PolicyTag",
    "PolicyVersion",
    "Role",
    "User",
]
