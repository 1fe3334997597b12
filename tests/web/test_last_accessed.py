"""What was used last, by whom and through which policy, and what nobody here can know."""

from typing import Any

import pytest
from django.test import Client

from policies_app.models import LastAccessedReport, User
from policies_app.operations import attachments, events, users
from policies_app.operations.errors import AccessDenied
from tests.factories import Cast, call_of
from tests.web.recorded import outcomes

USER, GROUP = "/users/alice/~last-accessed/", "/groups/ChimeUserManagers/~last-accessed/"
QUERIES = 8
HTMX = {"HX-Request": "true"}


@pytest.fixture
def used(sample: Cast) -> Cast:
    """alice has read herself and been refused something; what she has of s3 is not answered here."""
    sample.inline("alice", "More", "s3:GetObject", "sts:AssumeRole")
    alice = User.objects.get(name="alice")
    users.get_user(call_of(alice), user_name="alice")
    with pytest.raises(AccessDenied):
        users.create_user(call_of(alice), user_name="more")
    events.reads.flush()
    return sample


def report(client: Client, page: str = USER, **filters: str) -> Any:
    made = client.post(page).headers["Location"]
    return client.get(made + "".join(f"&{name}={value}" for name, value in filters.items()))


def rows(page: Any) -> dict[str, Any]:
    return {service.namespace: service for service in page.context["rows"]}


def test_each_service_tells_its_last_use_its_actions_and_the_policy_that_grants_it(admin: Client, used: Cast):
    page = report(admin)
    found = rows(page)
    assert found["iam"].state == "used"
    assert found["iam"].entity.endswith(":user/alice")
    assert [policy.name for policy, _ in found["sts"].granted_by] == ["More"]
    assert ("GetUser", True) in [(action.name, bool(action.last)) for action in found["iam"].actions]
    assert '<a href="/users/alice/~inline/More/">More</a>' in page.text
    assert '<a href="/policies/local/ViewOwnPermissions/">' in page.text


def test_what_is_not_on_record_here_is_not_called_unused(admin: Client, used: Cast):
    page = report(admin)
    found = rows(page)
    assert (found["s3"].state, found["sts"].state) == ("untracked", "unused")
    assert "Not recorded here" in page.text
    assert "On record since" in page.text


def test_unused_services_are_a_link_away(admin: Client, used: Cast):
    page = report(admin)
    assert "Toward least privilege" in page.text
    assert "show=unused" in page.text
    assert set(rows(report(admin, show="unused"))) == {"sts"}
    assert set(rows(report(admin, show="untracked", q="s3"))) == {"s3"}


def test_of_a_group_its_members_are_told(admin: Client, used: Cast):
    reads = used.policy("Reads", "iam:Get*")
    attachments.attach_group_policy(used.system, group_name="ChimeUserManagers", policy_arn=reads.arn)
    assert rows(report(admin, GROUP))["iam"].entity.endswith(":user/alice")


def test_of_a_policy_its_bearers_are_told_and_it_grants_itself(admin: Client, used: Cast):
    policy = used.policy("Reads", "iam:Get*")
    attachments.attach_user_policy(used.system, user_name="alice", policy_arn=policy.arn)
    page = report(admin, "/policies/local/Reads/~last-accessed/")
    assert rows(page)["iam"].entity.endswith(":user/alice")
    assert "Granted by" not in page.text


def test_a_page_alone_makes_no_report_and_htmx_makes_it_at_once(admin: Client, used: Cast):
    page = admin.get(USER)
    assert not LastAccessedReport.objects.exists()
    assert 'hx-trigger="load, submit"' in page.text
    made = admin.post(USER, headers=HTMX).headers["Location"]
    fragment = admin.get(made, headers=HTMX)
    assert "<html" not in fragment.text
    assert "sts" in rows(fragment)
    assert outcomes("GenerateServiceLastAccessedDetails") == ["success"]


def test_the_address_serves_for_its_subject_and_its_viewer_alone(admin: Client, used: Cast, signed_in: Any):
    made = admin.post(USER).headers["Location"]
    assert "rows" not in admin.get(made.replace("/users/alice/", "/users/bob/")).context
    used.inline("carol", "All", "*")
    assert "rows" not in signed_in("carol").get(made).context


def test_refused_parts_say_so(carol: Client, used: Cast):
    used.inline("carol", "Some", "iam:GetUser", "iam:GenerateServiceLastAccessedDetails")
    assert "iam:GetServiceLastAccessedDetails" in report(carol).text
    used.inline("carol", "Read", "iam:GetServiceLastAccessedDetails")
    page = report(carol)
    assert "iam:ListPoliciesGrantingServiceAccess" in page.text
    assert "sts" in rows(page)


def test_who_may_not_make_it_is_told_before(carol: Client, used: Cast):
    used.inline("carol", "Some", "iam:GetUser")
    page = carol.get(USER).text
    assert "Needs iam:GenerateServiceLastAccessedDetails" in page
    assert "hx-post" not in page.partition('id="report"')[2]
    assert carol.post(USER).status_code == 403


def test_all_services_of_an_administrator_come_in_pages(admin: Client, used: Cast):
    page = report(admin, "/users/admin/~last-accessed/")
    assert len(page.context["rows"]) == 100
    following = admin.get("/users/admin/~last-accessed/" + page.context["next_url"])
    assert following.context["rows"][0].namespace > page.context["rows"][-1].namespace
    assert (
        admin.get("/users/admin/~last-accessed/" + following.context["previous_url"]).context["rows"]
        == (page.context["rows"])
    )


def test_an_administrator_takes_no_more_queries(admin: Client, used: Cast, django_assert_num_queries: Any):
    few = admin.post(USER).headers["Location"]
    many = admin.post("/users/admin/~last-accessed/").headers["Location"]
    admin.get(few)
    with django_assert_num_queries(QUERIES):
        admin.get(few)
    with django_assert_num_queries(QUERIES):
        admin.get(many)
