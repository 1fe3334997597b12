"""What nobody changes at /admin/, and what is not there at all."""

import pytest
from django.contrib import admin as django_admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group as DjangoGroup

from policies_app.models import Account, Document, Event, InstanceProfile, PasswordPolicy, User
from policies_app.operations import users
from policies_app.operations.accounts import create_account, system_call
from tests.admin.pages import errors, recorded, submit, url

RECORDS = [Account, Document, Event, InstanceProfile, PasswordPolicy]


@pytest.mark.parametrize("model", RECORDS)
def test_records_are_shown(admin, model):
    assert admin.get(url(model, "list")).status_code == 200
    assert admin.get(url(model.objects.first())).status_code == 200


@pytest.mark.parametrize("model", RECORDS)
def test_records_are_shown_to_nobody_whom_no_policy_lets(bob, model):
    assert bob.get(url(model, "list")).status_code == 403
    assert bob.get(url(model.objects.first())).status_code == 403


def test_an_account_without_a_password_policy_has_an_empty_list_of_them(admin):
    PasswordPolicy.objects.all().delete()
    assert admin.get(url(PasswordPolicy, "list")).status_code == 200


@pytest.mark.parametrize("model", RECORDS)
def test_records_are_neither_added_changed_nor_deleted(admin, model):
    before = list(model.objects.order_by("pk").values())
    row = model.objects.first()
    field = {"alias": "x", "text": "x", "message": "x", "name": "x", "minimum_length": 8}
    assert admin.post(url(model), field).status_code == 403
    assert admin.post(url(row), field).status_code == 403
    assert admin.post(url(row, "delete"), {"post": "yes"}).status_code == 403
    admin.post(url(model, "list"), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert list(model.objects.order_by("pk").values())[: len(before)] == before
    assert recorded() == []


def test_django_keeps_no_log_of_its_own(admin):
    submit(admin, url(User), name="dave")
    admin.post(url(User.objects.get(name="dave"), "delete"), {"post": "yes"})
    assert not LogEntry.objects.exists()


def test_djangos_own_groups_have_no_pages(admin):
    assert not django_admin.site.is_registered(DjangoGroup)
    assert admin.get("/admin/auth/group/").status_code == 404


def test_other_accounts_are_invisible(admin):
    other = create_account("999999999999")
    stranger = users.create_user(system_call(other, "tests"), user_name="stranger")
    foreign = Event.objects.get(account=other)
    assert "stranger" not in admin.get(url(User, "list")).content.decode()
    assert admin.get(url(stranger)).status_code == admin.get(url(foreign)).status_code == 302
    assert admin.get(url(other)).status_code == 302
    admin.post(url(stranger), {"name": "mine", "path": "/"})
    admin.post(url(stranger, "delete"), {"post": "yes"})
    assert User.objects.get(account=other).name == "stranger"
    choices = {"app_label": "policies_app", "model_name": "membership", "field_name": "user", "term": "strang"}
    assert admin.get("/admin/autocomplete/", choices).json()["results"] == []


def test_line_of_another_accounts_row_is_refused(admin):
    call = system_call(create_account("999999999999"), "tests")
    stranger = users.create_user(call, user_name="stranger")
    group = User.objects.get(name="alice").groups.get()
    response = submit(admin, url(group), memberships=[{"user": stranger.pk}])
    assert response.status_code == 200
    assert group.members.get().name == "alice"


@pytest.mark.parametrize("lookup", ["password__startswith", "account__alias", "name__contains"])
def test_free_lookups_are_refused(admin, lookup):
    assert admin.get(url(User, "list"), {lookup: "a"}).status_code == 400


@pytest.mark.parametrize(
    "query", [{"q": "\x00"}, {"p": "nine"}, {"o": "x"}, {"scope": "x"}, {"outcome": "x"}, {"all": ""}]
)
@pytest.mark.parametrize("page", ["/admin/policies_app/policy/", "/admin/policies_app/event/"])
def test_anything_in_the_address_is_answered(admin, page, query):
    assert admin.get(page, query, follow=True).status_code in {200, 400}


@pytest.mark.parametrize("key", ["x", "9" * 30, "%00", "1_2C"])
def test_a_row_that_cannot_be_is_not_an_error(admin, key):
    for model in ("user", "policy", "event", "document"):
        assert admin.get(f"/admin/policies_app/{model}/{key}/change/").status_code in {302, 404}


@pytest.mark.parametrize("key", ["x", "9" * 30, "\x00"])
def test_a_choice_that_cannot_be_is_not_an_error(admin, key):
    response = submit(admin, url(User), name="dave", boundary=key, memberships=[{"group": key}])
    assert "Select a valid choice" in errors(response)
    ticked = {"action": "delete_selected", "_selected_action": [key], "post": "yes"}
    assert admin.post(url(User, "list"), ticked).status_code == 400
