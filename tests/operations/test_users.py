import pytest

from policies_app.models import Event, User
from policies_app.operations import users
from policies_app.operations.errors import (
    AccessDenied,
)
from tests.factories import Cast, call_of


def test_created_user_has_row_id_arn_and_event(cast: Cast) -> None:
    admin = call_of(cast.user("root-like", "iam:*"))
    user = users.create_user(admin, user_name="dana", path="/eng/", tags=[{"Key": "team", "Value": "blue"}])
    assert user.arn == "arn:aws:iam::123456789012:user/eng/dana"
    assert user.unique_id.startswith("AIDA")
    assert len(user.unique_id) == 21
    event = Event.objects.latest("sequence")
    assert (event.operation, event.resource, event.outcome) == ("CreateUser", user.arn, "success")


def test_denied_user_leaves_no_trace_but_the_refusal(cast: Cast) -> None:
    nobody = call_of(cast.user("nobody"))
    with pytest.raises(AccessDenied, match="iam:CreateUser"):
        users.create_user(nobody, user_name="dana")
    assert not User.objects.filter(name="dana").exists()
    event = Event.objects.latest("sequence")
    assert (event.operation, event.outcome, event.error) == ("CreateUser", "refused", "AccessDenied")


def test_a_deny_by_path_is_recorded_as_one_though_the_path_is_not_told(cast: Cast) -> None:
    dana = cast.user("dana", "iam:GetUser")
    cast.inline("dana", "NotTheSecretOnes", "iam:*", effect="Deny", resource="arn:aws:iam::*:user/secret/*")
    users.create_user(cast.system, user_name="hidden", path="/secret/")
    with pytest.raises(AccessDenied) as refusal:
        users.get_user(call_of(dana), user_name="hidden")
    decision = refusal.value.decision
    assert (decision.outcome, decision.matched[0].effect) == ("explicitDeny", "Deny")
    assert decision.aws_message().endswith("user/hidden with an explicit deny in an identity-based policy")
    assert "NotTheSecretOnes" in Event.objects.latest("sequence").message
