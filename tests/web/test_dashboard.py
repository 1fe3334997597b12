from django.test import Client
from pytest_django import DjangoAssertNumQueries

from policies_app.models import Event, User
from policies_app.operations import events, policy_versions, summary, users
from tests.factories import Cast, document


def test_shows_counts_what_needs_attention_and_recent_events(admin: Client, sample: Cast):
    page = admin.get("/").text
    assert '<span class="stat-value">4</span>' in page
    assert "Have a password and never signed in" in page
    assert "AttachRolePolicy" in page


def test_things_that_need_attention_lead_to_their_pages(admin: Client, sample: Cast):
    sample.policy("Unused")
    page = admin.get("/").text
    assert 'href="/users/bob/"' in page
    assert 'href="/policies/local/Unused/"' in page


def test_policy_with_all_versions_used_needs_attention(admin: Client, sample: Cast):
    policy = sample.policy("Full")
    for number in range(policy_versions.VERSIONS_PER_POLICY - 1):
        text = document(f"s3:Get{number}")
        policy_versions.create_policy_version(sample.system, policy_arn=policy.arn, policy_document=text)
    assert "All five versions used" in admin.get("/").text


def test_counts_beyond_the_limit_say_more(admin: Client, sample: Cast, monkeypatch):
    monkeypatch.setattr(summary, "COUNTED", 2)
    monkeypatch.setattr("console.web.views.dashboard.COUNTED", 2)
    assert '<span class="stat-value">2+</span>' in admin.get("/").text


def test_user_without_permissions_is_sent_to_their_own_page(carol: Client):
    response = carol.get("/")
    assert response.status_code == 200
    assert "Welcome, carol" in response.text
    assert 'href="/me/"' in response.text
    assert "iam:GetAccountSummary" in response.text
    assert "cloudtrail:LookupEvents" in response.text


def test_each_panel_is_refused_on_its_own(carol: Client, sample: Cast):
    sample.inline("carol", "Count", "iam:GetAccountSummary")
    page = carol.get("/").text
    assert "What needs attention" in page
    assert "cloudtrail:LookupEvents" in page
    assert "Welcome" not in page
    assert Event.objects.filter(operation="LookupEvents", outcome="refused").exists()


def test_queries_do_not_grow_with_the_rows(
    admin: Client, sample: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
):
    for number in range(15):
        users.create_user(sample.system, user_name=f"user{number}")
        sample.policy(f"Policy{number}")
    events.reads.flush()
    with django_assert_max_num_queries(15):
        admin.get("/")
    assert User.objects.count() == 19


def test_what_nobody_uses_is_looked_for_among_the_newest(admin: Client, sample: Cast, monkeypatch):
    sample.policy("Older")
    sample.policy("Newer")
    users.create_user(sample.system, user_name="older")
    users.create_user(sample.system, user_name="newer")
    monkeypatch.setattr(summary, "NEWEST", 1)
    page = admin.get("/").text
    assert 'href="/policies/local/Newer/"' in page
    assert 'href="/policies/local/Older/"' not in page
    assert 'href="/users/newer/"' in page
    assert 'href="/users/older/"' not in page
