"""An account with one of everything, for the tables that walk every operation and every route."""

from policies_app.models import User
from policies_app.operations import attachments, credentials, encryption, inline_policies, policies, tags
from tests.factories import Cast, document

OWN = "arn:aws:iam::123456789012:policy/Own"
SPARE = "arn:aws:iam::123456789012:policy/Spare"
INLINE = {"policy_name": "Inline"}
PASSWORD = "the-old-odd-one-8"
KEY_ID = "AKIARZPUZDIKEXAMPLE7"


def furnish(cast: Cast) -> Cast:
    """dana has all that a user can have and erin nothing; so do the groups devs and empty, and builder and idle."""
    system, inline = cast.system, INLINE | {"policy_document": document("s3:ListBucket")}
    cast.policy("Own", "s3:*")
    policies.create_policy_version(system, policy_arn=OWN, policy_document=document("s3:Get*"))
    cast.policy("Spare")
    for name in ("dana", "erin"):
        cast.user(name)
    credentials.create_login_profile(system, user_name="dana", password=PASSWORD)
    cast.group("devs", "dana")
    cast.group("empty")
    for name in ("builder", "idle"):
        cast.role(name)
    attachments.put_user_permissions_boundary(system, user_name="dana", permissions_boundary=OWN)
    attachments.put_role_permissions_boundary(system, role_name="builder", permissions_boundary=OWN)
    attachments.attach_user_policy(system, user_name="dana", policy_arn=OWN)
    attachments.attach_group_policy(system, group_name="devs", policy_arn=OWN)
    attachments.attach_role_policy(system, role_name="builder", policy_arn=OWN)
    inline_policies.put_user_policy(system, user_name="dana", **inline)
    inline_policies.put_group_policy(system, group_name="devs", **inline)
    inline_policies.put_role_policy(system, role_name="builder", **inline)
    key = encryption.encrypt(KEY_ID, "an-odd-one-of-a-key")
    User.objects.get(name="dana").access_keys.create(id=KEY_ID, secret=key)
    tags.tag_policy(system, policy_arn=OWN, tags=[{"Key": "team", "Value": "red"}])
    return cast
