from django.db import connection
from django.test.utils import CaptureQueriesContext

from policies_app.models import Event, Group, Policy, User
from policies_app.operations import users
from tests.admin.pages import errors, filled, recorded, submit, url
from tests.factories import document

ALICE = "arn:aws:iam::123456789012:user/alice"


def policy(name):
    return Policy.objects.get(name=name)


def user(name):
    return User.objects.get(name=name)


def test_list_shows_the_users_and_finds_them_by_name(admin):
    response = admin.get(url(User, "list"), {"q": "ALI"})
    assert [row.name for row in response.context["cl"].result_list] == ["alice"]


def test_adding_is_one_operation_for_each_thing_added(admin):
    response = submit(
        admin,
        url(User),
        name="dave",
        path="/staff/",
        boundary=policy("IAMFullAccess").pk,
        new_password="Correct-Horse-9",
        memberships=[{"group": Group.objects.get().pk}],
        attachments=[{"policy": policy("AmazonChimeSDK").pk}],
        inline_policies=[{"name": "Buckets", "policy_document": document("s3:ListBucket")}],
        tags=[{"key": "Team", "value": "Red"}],
    )
    assert response.status_code == 302
    dave = user("dave")
    assert (dave.path, dave.boundary.name, dave.groups.get().name) == ("/staff/", "IAMFullAccess", "ChimeUserManagers")
    assert dave.check_password("Correct-Horse-9")
    group = "arn:aws:iam::123456789012:group/ChimeUserManagers"
    assert recorded() == [
        ("CreateUser", dave.arn, "success"),
        ("CreateLoginProfile", dave.arn, "success"),
        ("AddUserToGroup", group, "success"),
        ("AttachUserPolicy", dave.arn, "success"),
        ("PutUserPolicy", dave.arn, "success"),
        ("TagUser", dave.arn, "success"),
    ]


def test_the_event_is_the_same_as_the_operations_own(admin, sample):
    submit(admin, url(User), name="dave")
    users.create_user(sample.system, user_name="erin")
    ours, its = Event.objects.order_by("-sequence")[1], Event.objects.latest("sequence")
    assert (ours.operation, ours.outcome) == (its.operation, its.outcome)
    # A form also sends what an operation would take for given.
    assert ours.parameters == {"user_name": "dave", "path": "/"}
    assert ours.principal == "arn:aws:iam::123456789012:user/admin"


def test_a_password_is_nowhere_on_record_or_on_the_page(admin):
    submit(admin, url(user("carol")), new_password="Correct-Horse-9")
    assert recorded() == [("UpdateLoginProfile", "arn:aws:iam::123456789012:user/carol", "success")]
    assert not [event for event in Event.objects.values() if "Correct-Horse" in str(event)]
    page = admin.get(url(user("carol"))).content.decode()
    assert "argon2" not in page
    assert "md5$" not in page


def test_renaming_and_moving_is_an_update(admin):
    submit(admin, url(user("alice")), name="alicia", path="/staff/")
    assert user("alicia").path == "/staff/"
    assert recorded() == [("UpdateUser", "arn:aws:iam::123456789012:user/staff/alicia", "success")]


def test_saving_without_a_change_does_nothing(admin):
    assert submit(admin, url(user("alice"))).status_code == 302
    assert recorded() == []


def test_ticking_lines_off_detaches_and_removes(admin):
    submit(admin, url(user("alice")), **{"attachments-0-DELETE": "on", "memberships-0-DELETE": "on"})
    assert not user("alice").attachments.exists()
    assert not user("alice").groups.exists()
    assert {operation for operation, _, _ in recorded()} == {"DetachUserPolicy", "RemoveUserFromGroup"}


def test_boundary_is_put_and_taken_away(admin):
    submit(admin, url(user("bob")), boundary=policy("IAMFullAccess").pk)
    assert user("bob").boundary.name == "IAMFullAccess"
    submit(admin, url(user("bob")), boundary="")
    assert user("bob").boundary is None
    operations = [operation for operation, _, _ in recorded()]
    assert operations == ["PutUserPermissionsBoundary", "DeleteUserPermissionsBoundary"]


def test_inline_policy_is_edited_renamed_and_deleted(admin, sample):
    sample.inline("carol", "Old", "s3:GetObject")
    submit(admin, url(user("carol")), **{"inline_policies-0-policy_document": document("s3:PutObject")})
    assert "s3:PutObject" in user("carol").inline_policies.get().document.text
    submit(admin, url(user("carol")), **{"inline_policies-0-name": "New"})
    assert user("carol").inline_policies.get().name == "New"
    submit(admin, url(user("carol")), **{"inline_policies-0-DELETE": "on"})
    assert not user("carol").inline_policies.exists()
    operations = [operation for operation, _, _ in recorded()]
    assert operations == ["PutUserPolicy", "PutUserPolicy", "DeleteUserPolicy", "DeleteUserPolicy"]


def test_second_edit_of_an_inline_policy_is_told_and_keeps_its_text(admin, sample):
    sample.inline("carol", "Shared", "s3:GetObject")
    page = admin.get(url(user("carol")))
    sample.inline("carol", "Shared", "s3:PutObject")
    typed = filled(page) | {"inline_policies-0-policy_document": document("s3:ListBucket")}
    response = admin.post(url(user("carol")), typed)
    assert "changed by somebody else" in errors(response)
    assert "s3:ListBucket" in response.content.decode()
    assert "s3:PutObject" in user("carol").inline_policies.get().document.text


def test_tags_are_set_renamed_and_removed(admin):
    submit(admin, url(user("carol")), tags=[{"key": "Team", "value": "Red"}])
    submit(admin, url(user("carol")), **{"tags-0-key": "Crew"})
    assert [str(tag) for tag in user("carol").tags.all()] == ["Crew=Red"]
    submit(admin, url(user("carol")), **{"tags-0-DELETE": "on"})
    assert [operation for operation, _, _ in recorded()] == ["TagUser", "UntagUser", "TagUser", "UntagUser"]


def test_bad_name_is_told_beside_it_in_the_operations_words(admin):
    response = submit(admin, url(User), name="a b", tags=[{"key": "Team", "value": "Red"}])
    assert "failed to satisfy constraint" in errors(response)
    assert response.context["adminform"].form.errors.keys() == {"name"}
    assert 'value="a b"' in response.content.decode()
    assert recorded() == [("CreateUser", "", "failed")]


def test_of_a_form_that_fails_late_nothing_is_done(admin):
    response = submit(
        admin,
        url(User),
        name="dave",
        attachments=[{"policy": policy("AmazonChimeSDK").pk}],
        inline_policies=[{"name": "not a name", "policy_document": document("s3:*")}],
    )
    assert "failed to satisfy constraint" in errors(response)
    assert "not a name" in response.content.decode()
    assert not User.objects.filter(name="dave").exists()
    assert recorded() == [("PutUserPolicy", "", "failed")]


def test_mistake_in_a_document_is_told_with_line_and_column(admin):
    text = '{\n  "Version": "2012-10-17",\n  "Statement": [{"Effect": "Allow" "Action": "*"}]\n}'
    line = {"name": "Broken", "policy_document": text}
    response = submit(admin, url(user("carol")), inline_policies=[line])
    assert "Line 3, column" in errors(response)
    assert not user("carol").inline_policies.exists()
    assert recorded() == [("PutUserPolicy", user("carol").arn, "failed")]


def test_character_that_no_document_may_hold_is_told_with_line_and_column(admin):
    line = {"name": "Broken", "policy_document": "{\n  \x00}"}
    response = submit(admin, url(user("carol")), inline_policies=[line])
    assert "Line 2, column 3" in errors(response)
    assert not user("carol").inline_policies.exists()


def test_eleventh_policy_is_refused_and_the_page_says_so(admin, sample):
    for number in range(10):
        sample.attach("carol", sample.policy(f"P{number}"))
    response = submit(admin, url(user("carol")), attachments=[{"policy": sample.policy("P10").pk}])
    assert "Cannot exceed quota for PoliciesPerUser: 10" in errors(response)
    assert user("carol").attachments.count() == 10


def test_deleting_asks_first_and_then_deletes(admin, sample):
    users.create_user(sample.system, user_name="dave")
    dave = user("dave")
    assert "Are you sure" in admin.get(url(dave, "delete")).content.decode()
    admin.post(url(dave, "delete"), {"post": "yes"})
    assert not User.objects.filter(name="dave").exists()
    assert recorded() == [("DeleteUser", dave.arn, "success")]


def test_deleting_what_is_in_use_is_a_message_and_deletes_nothing(admin):
    response = admin.post(url(user("alice"), "delete"), {"post": "yes"}, follow=True)
    assert "must detach all policies first" in response.content.decode()
    assert user("alice").attachments.exists()
    assert recorded() == [("DeleteUser", ALICE, "failed")]


def test_deleting_several_is_all_or_nothing(admin, sample):
    users.create_user(sample.system, user_name="aaron")
    chosen = {"action": "delete_selected", "_selected_action": [user("aaron").pk, user("alice").pk], "post": "yes"}
    response = admin.post(url(User, "list"), chosen, follow=True)
    assert "Nothing was deleted" in response.content.decode()
    assert user("aaron")
    assert recorded() == [("DeleteUser", ALICE, "failed")]


def test_several_are_deleted_one_by_one(admin, sample):
    arns = [users.create_user(sample.system, user_name=name).arn for name in ("aaron", "abel")]
    chosen = {"action": "delete_selected", "_selected_action": [user("aaron").pk, user("abel").pk]}
    assert "Are you sure" in admin.post(url(User, "list"), chosen).content.decode()
    admin.post(url(User, "list"), chosen | {"post": "yes"})
    assert recorded() == [("DeleteUser", arn, "success") for arn in arns]
    assert not User.objects.filter(name__in=["aaron", "abel"]).exists()


def test_history_is_the_events_of_the_resource(admin):
    response = admin.get(url(user("alice"), "history"))
    assert response["Location"] == "/events/?resource=arn%3Aaws%3Aiam%3A%3A123456789012%3Auser%2Falice"


def test_number_of_queries_does_not_grow_with_the_rows(admin, sample, django_assert_max_num_queries):
    for number in range(30):
        sample.user(f"user{number}", "s3:GetObject")
    with django_assert_max_num_queries(12):
        assert admin.get(url(User, "list")).status_code == 200


def test_number_of_queries_does_not_grow_with_the_lines_of_a_user(admin, sample, django_assert_num_queries):
    with CaptureQueriesContext(connection) as few:
        admin.get(url(user("alice")))
    for number in range(5):
        sample.attach("alice", sample.policy(f"P{number}"))
        sample.group(f"G{number}", "alice")
        sample.inline("alice", f"I{number}", "s3:GetObject")
    with django_assert_num_queries(len(few)):
        admin.get(url(user("alice")))


def test_window_for_another_page_saves_only_once(admin):
    response = submit(admin, f"{url(User)}?_popup=1", name="dave", _popup="1")
    assert response.status_code == 200
    assert recorded() == [("CreateUser", "arn:aws:iam::123456789012:user/dave", "success")]
