"""My permissions: where each policy comes from, and that every request asks anew."""

import re

from policies_app.operations import attachments, groups, inline_policies, policy_versions, users
from policies_app.policy_templates import POLICY_TEMPLATES
from tests.factories import document
from tests.web.mine import ON_OWN_USER, VIEW, arn_of, deny, get_access, get_me, refused

# Where it comes from -------------------------------------------------------------------------------------------------


def row_of(html, name):
    """The closed row of the policy: its words."""
    rows = (re.sub(r"<[^>]+>", " ", row) for row in re.findall(r"<summary>(.*?)</summary>", html, re.DOTALL))
    (found,) = (" ".join(row.split()) for row in rows if f" {name} " in row)
    return found


def test_a_policy_says_where_it_comes_from_and_which_version_is_in_force(sample, alice):
    sample.group("Auditors", "alice")
    attachments.attach_group_policy(sample.system, group_name="Auditors", policy_arn=VIEW)
    policy_versions.create_policy_version(
        sample.system,
        policy_arn=VIEW,
        policy_document=POLICY_TEMPLATES["view_own_permissions"].text + " ",
        set_as_default=True,
    )
    assert row_of(get_me(alice), "ViewOwnPermissions") == (
        "ViewOwnPermissions Customer managed Directly Through group Auditors"
    )
    opened = alice.get("/me/policies/local/ViewOwnPermissions/", headers={"HX-Request": "true"}).text
    assert ("version v2 in force" in opened, "2 versions" in opened) == (True, True)


def test_inline_policies_say_whose_they_are(sample, alice):
    sample.inline("alice", "Own", "sns:Publish")
    inline_policies.put_group_policy(
        sample.system, group_name="ChimeUserManagers", policy_name="Ours", policy_document=document("sqs:SendMessage")
    )
    html = get_me(alice)
    assert row_of(html, "Own") == "Own Inline Directly"
    assert row_of(html, "Ours") == "Ours Inline Through group ChimeUserManagers"


def test_the_boundary_is_shown_and_caps_what_all_comes_to(sample, alice):
    sample.attach("alice", sample.policy("Files", "s3:*"))
    boundary = sample.policy("Ceiling", "iam:Get*", "iam:List*")
    attachments.put_user_permissions_boundary(sample.system, user_name="alice", permissions_boundary=boundary.arn)
    together = get_access(alice)
    table = together[together.index("<tbody>") : together.index("</tbody>")]
    assert ("IAM" in table, "Amazon Chime" in table, "Amazon S3" in table) == (True, False, False)
    assert "Ceiling</a> caps this" in together
    assert row_of(get_me(alice), "Ceiling") == "Ceiling Customer managed Boundary"


def test_a_boundary_that_leaves_out_an_action_refuses_its_panel(sample, alice):
    boundary = sample.policy("Ceiling", *(action for action in ON_OWN_USER if action != "iam:ListGroupsForUser"))
    attachments.put_user_permissions_boundary(sample.system, user_name="alice", permissions_boundary=boundary.arn)
    html = get_me(alice)
    assert ("iam:ListGroupsForUser", arn_of("user", "alice"), "implicit") in refused(html)
    assert "Your permissions boundary does not allow it." in html


def test_an_incomplete_sum_says_so(sample, alice):
    assert "This sums up only" not in get_access(alice)
    deny(sample, "alice", "iam:ListGroupsForUser")
    assert "This sums up only" in get_access(alice)


# Every request anew --------------------------------------------------------------------------------------------------


def test_detaching_the_policy_takes_effect_at_the_next_request(sample, alice):
    assert refused(get_me(alice)) == []
    attachments.detach_user_policy(sample.system, user_name="alice", policy_arn=VIEW)
    assert len(refused(get_me(alice))) == 5


def test_leaving_the_group_that_allows_it_takes_effect_at_the_next_request(sample, carol):
    sample.group("Readers", "carol")
    attachments.attach_group_policy(sample.system, group_name="Readers", policy_arn=VIEW)
    assert refused(get_me(carol)) == []
    groups.remove_user_from_group(sample.system, group_name="Readers", user_name="carol")
    assert len(refused(get_me(carol))) == 5


def test_the_policy_of_one_user_does_not_open_the_page_of_another(sample, carol):
    sample.inline("carol", "Wrong", *ON_OWN_USER, resource=arn_of("user", "alice"))
    assert len(refused(get_me(carol))) == 5


def test_a_renamed_user_keeps_the_page(sample, alice):
    users.update_user(sample.system, user_name="alice", new_user_name="alicia", new_path="/team/")
    html = get_me(alice)
    assert [each[:2] for each in refused(html)] == [(action, arn_of("user/team", "alicia")) for action in ON_OWN_USER]
