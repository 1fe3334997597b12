"""Why can't I…?: the engine's explanation, of as much as the viewer may read."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from policies_app.models import Event, User
from policies_app.operations import attachments, inline_policies, tags
from policies_app.policy_templates import POLICY_TEMPLATES
from tests.factories import ACCOUNT, Cast, call_of, document
from tests.web.recorded import outcomes

WHY, CAT = "/me/why/", "arn:aws:s3:::photos/cat.jpg"
ALICE, BOB = (f"arn:aws:iam::{ACCOUNT}:user/{name}" for name in ("alice", "bob"))
GET_CAT = {"action": "s3:GetObject", "resource": CAT}
MAY_ASK = "iam:SimulatePrincipalPolicy"


def let_ask(sample: Cast, name: str) -> None:
    policy = sample.policy(f"AskWhy-{name}", text=POLICY_TEMPLATES["ask_why"].text)
    sample.attach(name, policy)


@pytest.fixture
def asking(sample: Cast, alice: Client) -> Client:
    """alice, who may read her policies and ask why."""
    let_ask(sample, "alice")
    return alice


@pytest.fixture
def blind(sample: Cast, bob: Client) -> Client:
    """bob, who may ask why, and read nothing."""
    let_ask(sample, "bob")
    return bob


def words(html: str) -> str:
    """The page as it is read: no tags, one space between words."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html[html.index("<main") :])).split())


def ask(client: Client, url: str = WHY, **question: str) -> str:
    answer = client.get(url, {**GET_CAT, **question})
    assert answer.status_code == 200
    return words(answer.text)


# Who may ask ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", [{}, GET_CAT])
def test_who_may_not_ask_sees_that_and_no_answer(carol: Client, question: dict[str, str]) -> None:
    page = carol.get(WHY, question)
    assert page.status_code == 403
    assert MAY_ASK in page.text
    assert "template=ask_why" in page.text
    assert "Implicit deny" not in words(page.text).partition("Asking why")[0]
    assert "s3:GetObject on" not in words(page.text)


def test_a_question_is_on_record_as_the_simulation_that_it_is(asking: Client, carol: Client) -> None:
    ask(asking)
    carol.get(WHY, GET_CAT)
    # A refusal is recorded at once, a read a little later.
    assert outcomes("SimulatePrincipalPolicy") == ["refused", "success"]
    event = Event.objects.filter(operation="SimulatePrincipalPolicy").latest("sequence")
    assert (event.principal, event.parameters["action_names"]) == (ALICE, ["s3:GetObject"])


def test_the_own_policy_opens_no_question_about_others(sample: Cast, asking: Client) -> None:
    sample.inline("alice", "Look", "iam:GetUser")
    page = asking.get("/users/bob/~why/", GET_CAT)
    assert page.status_code == 403
    assert f"{MAY_ASK} Resource {BOB}" in words(page.text.replace("<wbr>", ""))


# What it says --------------------------------------------------------------------------------------------------------


def test_what_no_policy_allows(asking: Client) -> None:
    page = ask(asking)
    assert f"Implicit deny You may not do s3:GetObject on {CAT}" in page
    assert "No policy that bears on you allows it." in page
    assert '"Action": "s3:GetObject"' in page


def test_what_is_allowed_names_the_statement_and_its_lines(sample: Cast, asking: Client) -> None:
    sample.attach("alice", sample.policy("Photos", "s3:Get*"))
    html = asking.get(WHY, GET_CAT).text
    assert f"Allowed You may do s3:GetObject on {CAT}" in words(html)
    assert re.search(r'<a href="/policies/local/Photos/#L4">Photos</a>, statement 1, lines 4\W10', html)
    assert "To send to an administrator" not in html


def test_a_deny_is_named_and_no_allow_is_said_to_help(sample: Cast, asking: Client) -> None:
    sample.attach("alice", sample.policy("Photos", "s3:*"))
    sample.attach("alice", sample.policy("Off", text=document("s3:GetObject", effect="Deny", Sid="NotThese")))
    page = ask(asking)
    assert "Explicit deny You may not" in page
    assert "Denied by Off , statement NotThese" in page
    assert "No statement that allows it helps while it is denied." in page
    assert "Copy as a policy" not in page


def test_the_boundary_that_limits_is_said(sample: Cast, asking: Client) -> None:
    sample.attach("alice", sample.policy("Photos", "s3:*"))
    boundary = sample.policy("Ceiling", "iam:*")
    attachments.put_user_permissions_boundary(sample.system, user_name="alice", permissions_boundary=boundary.arn)
    page = ask(asking)
    assert "Your permissions boundary does not allow it." in page
    assert "Allowed by Photos" in page
    assert "which allows nothing else, in your permissions boundary." in page


def test_the_nearest_statement_says_what_is_in_its_way(sample: Cast, asking: Client) -> None:
    region = {"StringEquals": {"aws:RequestedRegion": "eu-central-1"}}
    sample.attach("alice", sample.policy("Near", text=document("s3:GetObject", Condition=region)))
    sample.attach("alice", sample.policy("Far", "sqs:*"))
    elsewhere = {"StringEquals": {"aws:SourceVpc": "vpc-1"}}
    sample.attach(
        "alice", sample.policy("Elsewhere", text=document("s3:Get*", resource=CAT + "x", Condition=elsewhere))
    )
    page = ask(asking)
    near = page.partition("What comes nearest")[2]
    assert "Near , statement 1" in near
    assert "Its StringEquals on aws:RequestedRegion asks for eu-central-1 , and the request has no such key." in near
    assert "Far" not in near.partition("What an administrator")[0]
    assert "not known here: aws:RequestedRegion . Say it" in page


def test_what_is_not_known_can_be_given(sample: Cast, asking: Client) -> None:
    region = {"StringEquals": {"aws:RequestedRegion": "eu-central-1"}}
    sample.attach("alice", sample.policy("Near", text=document("s3:GetObject", Condition=region)))
    assert "You may do" in ask(asking, key="aws:requestedregion", value="eu-central-1")
    assert "You may not" in ask(asking, key="aws:RequestedRegion", value="eu-west-1")


@pytest.mark.parametrize(("mfa", "may"), [("", "may not"), ("false", "may not"), ("true", "may")])
def test_what_is_so_now_holds_until_another_is_given(sample: Cast, asking: Client, mfa: str, may: str) -> None:
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    sample.attach("alice", sample.policy("Strong", text=document("s3:GetObject", Condition=condition)))
    page = ask(asking, key="aws:MultiFactorAuthPresent", value=mfa)
    assert f"You {may} do s3:GetObject" in page
    assert "As now: 127.0.0.1" in asking.get(WHY).text


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("iam:GetUser", ALICE),
        ("iam:GetUser", BOB),
        ("iam:ListUsers", f"arn:aws:iam::{ACCOUNT}:user/"),
        ("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/dave"),
        ("iam:DeleteUser", BOB),
        ("iam:TagUser", BOB),
    ],
)
def test_the_answer_is_what_the_button_does(sample: Cast, asking: Client, action: str, resource: str) -> None:
    tags.tag_user(sample.system, user_name="bob", tags=[{"Key": "team", "Value": "blue"}])
    tags.tag_user(sample.system, user_name="alice", tags=[{"Key": "team", "Value": "blue"}])
    same_team = {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}
    sample.inline("alice", "SameTeam", "iam:DeleteUser", "iam:TagUser", Condition=same_team)
    sample.inline("alice", "SeeTags", "iam:ListUserTags")
    call = call_of(User.objects.get(name="alice"))
    row = User.objects.get(name="bob") if resource == BOB else resource
    verb = "may" if call.may(action, row).allowed else "may not"
    assert f"You {verb} do {action} on" in ask(asking, action=action, resource=resource)


# What it keeps to itself ---------------------------------------------------------------------------------------------


def test_policies_that_may_not_be_read_are_neither_named_nor_shown(sample: Cast, blind: Client) -> None:
    sample.attach("bob", sample.policy("SecretDeny", text=document("s3:GetObject", effect="Deny", Sid="SecretSid")))
    sample.inline("bob", "SecretInline", "s3:*", Condition={"StringEquals": {"aws:PrincipalTag/secret": "x"}})
    sample.group("SecretGroup", "bob")
    inline_policies.put_group_policy(
        sample.system, group_name="SecretGroup", policy_name="SecretToo", policy_document=document("s3:Get*")
    )
    html = blind.get(WHY, GET_CAT).text
    assert "Denied by A policy that you may not read" in words(html)
    assert not re.findall(r"secret\w*", html, re.IGNORECASE)


def test_missing_keys_of_policies_that_may_not_be_read_stay_unnamed(sample: Cast, blind: Client) -> None:
    sample.inline("bob", "Hidden", "s3:*", Condition={"StringEquals": {"aws:VpcSourceIp": "10.0.0.1"}})
    page = blind.get(WHY, GET_CAT).text.partition('<datalist id="keys">')
    assert "VpcSourceIp" not in page[0] + page[2].partition("</datalist>")[2]
    sample.inline("bob", "Reads", "iam:GetUserPolicy")
    page = blind.get(WHY, GET_CAT).text.partition('<datalist id="keys">')
    assert "VpcSourceIp" in page[2].partition("</datalist>")[2]


def test_values_of_tags_that_may_not_be_listed_stay_hidden(sample: Cast, blind: Client) -> None:
    tags.tag_user(sample.system, user_name="bob", tags=[{"Key": "team", "Value": "crimson"}])
    sample.inline("bob", "Team", "s3:*", Condition={"StringEquals": {"aws:PrincipalTag/team": "blue"}})
    sample.inline("bob", "Reads", "iam:GetUserPolicy")
    assert "crimson" not in ask(blind)
    sample.inline("bob", "Tags", "iam:ListUserTags")
    assert "crimson" in ask(blind)


def test_tags_of_a_resource_that_may_not_be_listed_are_not_asked(sample: Cast, blind: Client) -> None:
    tags.tag_user(sample.system, user_name="alice", tags=[{"Key": "team", "Value": "crimson"}])
    sample.inline("bob", "Team", "iam:DeleteUser", Condition={"StringEquals": {"aws:ResourceTag/team": "crimson"}})
    page = ask(blind, action="iam:DeleteUser", resource=ALICE)
    assert "You may not do iam:DeleteUser" in page


# Asking --------------------------------------------------------------------------------------------------------------


def test_a_part_of_a_name_finds_actions(asking: Client) -> None:
    page = asking.get(WHY, {"action": "getobj"})
    assert page.status_code == 422
    assert 'href="?action=s3%3AGetObject"' in page.text
    assert "Say what it is done to." not in page.text


def test_a_part_that_one_action_has_is_that_action(asking: Client) -> None:
    assert "do iam:SimulatePrincipalPolicy on" in ask(asking, action="simulateprincipal", resource=ALICE)


def test_an_action_that_is_done_to_nothing_is_asked_of_everything(asking: Client) -> None:
    page = asking.get(WHY, {"action": "s3:ListAllMyBuckets"})
    assert page.status_code == 200
    assert "do s3:ListAllMyBuckets on every resource" in words(page.text)


@pytest.mark.parametrize(
    ("resource", "message"),
    [
        ("", "Say what it is done to."),
        ("cat.jpg", "A resource is an ARN"),
        ("arn:aws:s3:::${BucketName}/${ObjectName}", "Put a name in place of ${BucketName}, ${ObjectName}."),
        ("arn:aws:s3:::photos/\x00", "Null characters"),
    ],
)
def test_a_resource_that_is_none_is_said_beside_the_field(asking: Client, resource: str, message: str) -> None:
    page = asking.get(WHY, {"action": "s3:GetObject", "resource": resource})
    assert page.status_code == 422
    assert message in unescape(page.text)
    assert outcomes("SimulatePrincipalPolicy") == []


def test_the_forms_of_its_arns_are_offered_with_the_own_account(asking: Client) -> None:
    page = unescape(asking.get(WHY, {"action": "iam:GetUser"}).text)
    assert f'title="arn:aws:iam::{ACCOUNT}:user/${{UserNameWithPath}}"' in page
    assert f'title="{ALICE}"' in page


def test_suggestions_are_fragments_of_awss_words(carol: Client) -> None:
    page = carol.get("/me/why/~suggestions/", {"action": "s3:getobject"}).text
    assert '<option value="s3:GetObject"></option>' in page
    assert "arn:aws:s3:::${BucketName}/${ObjectName}" in unescape(page)
    assert "<main" not in page


# To and from ---------------------------------------------------------------------------------------------------------


def test_the_text_for_an_administrator_says_all_of_it(asking: Client) -> None:
    refused = "0a0a0a0a-0000-4000-8000-000000000001"
    html = asking.get(WHY, GET_CAT | {"refused": refused, "key": "aws:RequestedRegion", "value": "eu-west-1"}).text
    text = unescape(re.findall(r'data-copy="([^"]*)">[^"]*<svg[^>]*>.*?</svg>Copy the text', html)[-1])
    for line in (ALICE, "s3:GetObject", CAT, refused, "aws:RequestedRegion eu-west-1", "allows nothing else"):
        assert line in text
    assert re.search(r"Asked: +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, request [0-9a-f-]{36}", text)
    assert f"/users/alice/~why/?action=s3:GetObject&resource={CAT}&key=aws:RequestedRegion" in text


def test_the_link_in_the_text_asks_the_same_of_an_administrator(asking: Client, admin: Client) -> None:
    html = unescape(asking.get(WHY, GET_CAT).text)
    link = urlsplit(re.findall(r"http://testserver(/users/alice/~why/\?\S+)", html)[0])
    page = words(admin.get(link.path, parse_qs(link.query)).text)
    assert f"alice may not do s3:GetObject on {CAT}" in page
    assert "attached to the user or to a group of theirs" in page


def test_a_refused_panel_and_button_lead_to_the_question(asking: Client) -> None:
    panel = asking.get("/users/bob/").text
    asked = re.search(r'href="/me/why/\?([^"]+)">Why\?', panel)
    assert asked
    query = parse_qs(unescape(asked[1]))
    assert (query["action"], query["resource"]) == (["iam:GetUser"], [BOB])
    assert f"You may not do iam:GetUser on {BOB}" in words(asking.get(f"{WHY}?{unescape(asked[1])}").text)
    button = asking.get("/me/credentials/").text
    assert 'href="/me/why/?action=iam%3AChangePassword' in button


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        ("/users/alice/", "alice may not do"),
        ("/groups/ChimeUserManagers/", "A member of ChimeUserManagers may not do"),
        ("/roles/ChimeSupport/", "ChimeSupport may not do"),
    ],
)
def test_administrators_ask_for_any_user_group_and_role(admin: Client, page: str, sentence: str) -> None:
    assert f'href="{page}~why/"' in admin.get(f"{page}~access/").text
    assert f"{sentence} s3:GetObject" in ask(admin, f"{page}~why/")


def test_the_queries_do_not_grow_with_the_policies(
    sample: Cast, asking: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def grow(first: int, last: int) -> None:
        for number in range(first, last):
            sample.group(f"Group{number}", "alice")
            policy = sample.policy(
                f"Policy{number}", "s3:GetObject", text=document("s3:GetObject", resource=f"{CAT}{number}")
            )
            attachments.attach_group_policy(sample.system, group_name=f"Group{number}", policy_arn=policy.arn)
            inline_policies.put_group_policy(
                sample.system, group_name=f"Group{number}", policy_name="In", policy_document=document("s3:List*")
            )

    grow(0, 1)
    asking.get(WHY, GET_CAT)
    with django_assert_num_queries(9):
        asking.get(WHY, GET_CAT)
    grow(1, 5)
    asking.get(WHY, GET_CAT)
    with django_assert_num_queries(9):
        asking.get(WHY, GET_CAT)


def test_a_role_that_one_acts_as_is_asked_about_on_its_own_page(admin: Client) -> None:
    admin.post("/switch-role/", {"account": ACCOUNT, "role": "ChimeSupport"})
    page = admin.get("/users/bob/").text
    assert 'href="/roles/ChimeSupport/~why/?action=iam%3AGetUser' in page


def test_who_acts_as_a_role_that_may_not_read_itself_is_given_the_question_to_send_on(admin: Client) -> None:
    admin.post("/switch-role/", {"account": ACCOUNT, "role": "ChimeSupport"})
    page = admin.get(f"/roles/ChimeSupport/~why/?action=iam:GetUser&resource={CAT}")
    assert page.status_code == 403
    link = f"http://testserver/roles/ChimeSupport/~why/?action=iam:GetUser&amp;resource={CAT}"
    assert f'data-copy="{link}"' in page.text
    assert "iam:GetRole" in page.text
    assert admin.get("/roles/AppServer/~why/").templates[0].name == "403.html"
