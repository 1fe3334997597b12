"""An instance profile hands one role to EC2, and only by whoever may pass that role."""

import pytest
from pytest_django import DjangoAssertNumQueries

from policies_app.models import Event, InstanceProfile, Role
from policies_app.operations import inline_policies, instance_profiles, roles, tags
from policies_app.operations.calls import Call
from policies_app.operations.errors import (
    AccessDenied,
    DeleteConflict,
    EntityAlreadyExists,
    InvalidInput,
    LimitExceeded,
    NoSuchEntity,
)
from tests.factories import TRUST, Cast, call_of, document

BUILDER = "arn:aws:iam::123456789012:role/builder"


@pytest.fixture
def boxed(cast: Cast) -> Cast:
    """The role builder in the profile box, and the profile empty-box."""
    cast.role("builder")
    for name in ("box", "empty-box"):
        instance_profiles.create_instance_profile(cast.system, instance_profile_name=name)
    add(cast, "box", "builder")
    return cast


def add(cast: Cast, profile: str, role: str) -> None:
    instance_profiles.add_role_to_instance_profile(cast.system, instance_profile_name=profile, role_name=role)


def test_a_name_is_taken_in_whatever_case(boxed: Cast) -> None:
    with pytest.raises(EntityAlreadyExists, match=r"Instance Profile BOX already exists\."):
        instance_profiles.create_instance_profile(boxed.system, instance_profile_name="BOX")
    assert InstanceProfile.objects.count() == 2


def test_a_profile_takes_one_role(boxed: Cast) -> None:
    boxed.role("other")
    for role in ("other", "builder"):
        with pytest.raises(LimitExceeded, match=r"Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1$"):
            add(boxed, "box", role)
    assert InstanceProfile.objects.get(name="box").role == Role.objects.get(name="builder")


def test_neither_role_nor_profile_goes_while_they_are_together(boxed: Cast) -> None:
    words = r"Cannot delete entity, must remove roles from instance profile first\."
    with pytest.raises(DeleteConflict, match=words):
        roles.delete_role(boxed.system, role_name="builder")
    with pytest.raises(DeleteConflict, match=words):
        instance_profiles.delete_instance_profile(boxed.system, instance_profile_name="box")
    instance_profiles.remove_role_from_instance_profile(boxed.system, instance_profile_name="box", role_name="builder")
    roles.delete_role(boxed.system, role_name="builder")
    instance_profiles.delete_instance_profile(boxed.system, instance_profile_name="box")
    assert not InstanceProfile.objects.filter(name="box").exists()


def who_passes_to(cast: Cast, service: str) -> Call:
    """Somebody who may put roles into profiles, and pass builder to that service."""
    dana = cast.user("dana", "iam:AddRoleToInstanceProfile")
    condition = {"StringEquals": {"iam:PassedToService": service}}
    text = document("iam:PassRole", resource=BUILDER, Condition=condition)
    inline_policies.put_user_policy(cast.system, user_name="dana", policy_name="Pass", policy_document=text)
    return call_of(dana)


def test_who_puts_a_role_in_passes_it_to_ec2(boxed: Cast) -> None:
    dana = who_passes_to(boxed, "ec2.amazonaws.com")
    instance_profiles.add_role_to_instance_profile(dana, instance_profile_name="empty-box", role_name="builder")
    assert InstanceProfile.objects.get(name="empty-box").role == Role.objects.get(name="builder")
    event = Event.objects.get(operation="AddRoleToInstanceProfile", principal=dana.principal.arn)
    assert event.resource == "arn:aws:iam::123456789012:instance-profile/empty-box"


def test_who_may_pass_it_to_another_service_only_is_refused(boxed: Cast) -> None:
    dana = who_passes_to(boxed, "lambda.amazonaws.com")
    with pytest.raises(AccessDenied) as refusal:
        instance_profiles.add_role_to_instance_profile(dana, instance_profile_name="empty-box", role_name="builder")
    assert refusal.value.decision.request.action == "iam:PassRole"
    assert InstanceProfile.objects.get(name="empty-box").role is None


def test_who_may_not_pass_roles_does_not_learn_which_there_are(boxed: Cast) -> None:
    dana = call_of(boxed.user("dana", "iam:AddRoleToInstanceProfile"))
    told = []
    for role in ("builder", "none"):
        with pytest.raises(AccessDenied) as refusal:
            instance_profiles.add_role_to_instance_profile(dana, instance_profile_name="empty-box", role_name=role)
        told.append(refusal.value.message.replace(role, "it"))
    assert told[0] == told[1]


def test_of_a_role_that_is_not_in_it_only_who_may_read_roles_learns_whether_there_is_one(boxed: Cast) -> None:
    dana = call_of(boxed.user("dana", "iam:RemoveRoleFromInstanceProfile"))
    for call, words in (
        (dana, "Role none in Instance Profile box cannot be found."),
        (boxed.system, "The role with name none cannot be found."),
    ):
        with pytest.raises(NoSuchEntity, match=words):
            instance_profiles.remove_role_from_instance_profile(call, instance_profile_name="box", role_name="none")


def test_a_statement_about_a_tag_bears_on_the_profile_that_has_it(boxed: Cast) -> None:
    tags.tag_instance_profile(boxed.system, instance_profile_name="box", tags=[{"Key": "team", "Value": "blue"}])
    dana = boxed.user("dana")
    condition = {"StringEquals": {"aws:ResourceTag/team": "blue"}}
    inline_policies.put_user_policy(
        boxed.system,
        user_name="dana",
        policy_name="Blue",
        policy_document=document("iam:GetInstanceProfile", Condition=condition),
    )
    assert instance_profiles.get_instance_profile(call_of(dana), instance_profile_name="box").name == "box"
    with pytest.raises(AccessDenied):
        instance_profiles.get_instance_profile(call_of(dana), instance_profile_name="empty-box")


def test_tagging_at_creation_needs_the_tagging_action_too(cast: Cast) -> None:
    dana = call_of(cast.user("dana", "iam:CreateInstanceProfile"))
    with pytest.raises(AccessDenied) as refusal:
        instance_profiles.create_instance_profile(
            dana, instance_profile_name="box", tags=[{"Key": "team", "Value": "blue"}]
        )
    assert refusal.value.decision.request.action == "iam:TagInstanceProfile"
    assert not InstanceProfile.objects.exists()


def test_a_tag_key_twice_is_refused(cast: Cast) -> None:
    twice = [{"Key": "team", "Value": "blue"}, {"Key": "Team", "Value": "red"}]
    with pytest.raises(InvalidInput, match="Duplicate tag keys found"):
        instance_profiles.create_instance_profile(cast.system, instance_profile_name="box", tags=twice)


def test_a_page_ends_where_it_is_told_and_goes_on_from_there(cast: Cast) -> None:
    for name in ("b", "A", "c"):
        instance_profiles.create_instance_profile(cast.system, instance_profile_name=name, path="/p/")
    first = instance_profiles.list_instance_profiles(cast.system, max_items=2)
    rest = instance_profiles.list_instance_profiles(cast.system, marker=first.next)
    assert [[each.name for each in page.items] for page in (first, rest)] == [["A", "b"], ["c"]]
    assert instance_profiles.list_instance_profiles(cast.system, path_prefix="/other/").items == []
    assert rest.next == ""


def test_a_path_prefix_is_compared_in_its_case(cast: Cast) -> None:
    for name, path in (("large", "/Team/"), ("small", "/team/")):
        instance_profiles.create_instance_profile(cast.system, instance_profile_name=name, path=path)
    page = instance_profiles.list_instance_profiles(cast.system, path_prefix="/Team/")
    assert [profile.name for profile in page.items] == ["large"]


def test_a_page_takes_the_same_queries_however_many_profiles_there_are(
    boxed: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        instance_profiles.create_instance_profile(boxed.system, instance_profile_name=f"more-{number}")
        add(boxed, f"more-{number}", "builder")
    with django_assert_num_queries(1):
        page = instance_profiles.list_instance_profiles(boxed.system)
        assert {profile.role.trust_document.text for profile in page.items if profile.role} == {TRUST}
