from .accounts import Account, PasswordPolicy
from .activity import UserActivity
from .attachments import Attachment, InlinePolicy
from .console_sessions import ConsoleSession
from .credentials import AccessKey
from .events import Event, EventChain, EventSubject
from .identities import (
    EarlierPassword,
    Group,
    Identity,
    IdentityKind,
    IdentityTag,
    Membership,
    Role,
    ServiceLinkedRoleDeletion,
    User,
)
from .instance_profiles import InstanceProfile, InstanceProfileTag
from .policies import Document, Policy, PolicyTag, PolicyVersion
from .reports import CredentialReport, LastAccessedReport

__all__ = [
    "AccessKey",
    "Account",
    "Attachment",
    "ConsoleSession",
    "CredentialReport",
    "Document",
    "EarlierPassword",
    "Event",
    "EventChain",
    "EventSubject",
    "Group",
    "Identity",
    "IdentityKind",
    "IdentityTag",
    "InlinePolicy",
    "InstanceProfile",
    "InstanceProfileTag",
    "LastAccessedReport",
    "Membership",
    "PasswordPolicy",
    "Policy",
    "PolicyTag",
    "PolicyVersion",
    "Role",
    "ServiceLinkedRoleDeletion",
    "User",
    "UserActivity",
]
