"""Which of the statements behind a decision may be named to the caller."""

from policies_app.engine.evaluator import PolicySource
from policies_app.models import Group, User

from . import identities, policies
from .calls import Call
from .errors import OperationError


def may_read(call: Call, source: PolicySource) -> bool:
    """Whether the action that reads the source's document is allowed to the caller. Nothing is read or recorded."""
    try:
        if source.arn:
            return call.may("iam:GetPolicyVersion", policies.find_attachable(call, source.arn)).allowed
        if source.via:
            return call.may("iam:GetGroupPolicy", identities.find(call, Group, source.via)).allowed
        return call.may("iam:GetUserPolicy", identities.find(call, User, call.user_name)).allowed
    except OperationError:
        # Deleted since the decision, or not a user's: then there is nothing to read.
        return False
