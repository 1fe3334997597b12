"""The door for programs: what it takes, what it turns away, and that it always speaks AWS's XML."""

from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from django.db import OperationalError
from django.test import Client

from console.api.services import by_version
from policies_app.models import Event
from policies_app.operations import events, service_model
from policies_app.operations.calls import Call
from tests.api.wire import Answer, Program, send
from tests.factories import Cast

IAM, STS = "https://iam.amazonaws.com/doc/2010-05-08/", "https://sts.amazonaws.com/doc/2011-06-15/"


@pytest.fixture
def program(cast: Cast) -> Program:
    cast.user("maker", "*")
    return Program(cast, "maker")


def assert_refused(answer: Answer, status: int, code: str, message: str | None = None) -> None:
    """In the shape of AWS's errors, and as nothing else."""
    root = answer.xml
    namespace, request_id = root.tag.removesuffix("ErrorResponse"), root.findtext("{*}RequestId")
    assert namespace in {f"{{{IAM}}}", f"{{{STS}}}"}
    assert [child.tag.removeprefix(namespace) for child in root] == ["Error", "RequestId"]
    assert [child.tag.removeprefix(namespace) for child in root[0]] == ["Type", "Code", "Message"]
    assert (answer.status, answer.code) == (status, code)
    assert answer.text("Type") == ("Receiver" if status >= 500 else "Sender")
    assert answer.headers["x-amzn-RequestId"] == request_id
    assert answer.headers["Content-Type"] == "text/xml"
    assert message is None or answer.message == message


def test_an_answer_has_its_id_in_the_body_in_the_header_and_in_the_event(program: Program) -> None:
    answer = program.ask("CreateUser", UserName="dana")
    assert answer.xml.tag == f"{{{IAM}}}CreateUserResponse"
    assert answer.xml.findtext(f"{{{IAM}}}ResponseMetadata/{{{IAM}}}RequestId") == answer.headers["x-amzn-RequestId"]
    assert Event.objects.get(operation="CreateUser", resource__endswith="dana").request_id in answer.text("RequestId")


def test_a_refusal_has_the_id_of_its_event(cast: Cast) -> None:
    cast.user("nobody")
    answer = Program(cast, "nobody").ask("CreateUser", UserName="dana")
    assert_refused(answer, 403, "AccessDenied")
    assert Event.objects.get(outcome=Event.Outcome.REFUSED).request_id == answer.text("RequestId")


def test_it_needs_no_session_and_gives_none(program: Program) -> None:
    answer = program.ask("ListUsers")
    assert "Set-Cookie" not in answer.headers
    assert "Content-Security-Policy" not in answer.headers
    assert not program.client.cookies


def test_a_get_does_as_well(program: Program) -> None:
    answer = program.send(method="GET", address="/?Action=GetUser&Version=2010-05-08")
    assert (answer.status, answer.text("UserName")) == (200, "maker")


def test_a_get_of_somebody_with_a_browser_is_the_dashboards(db: None) -> None:
    for address in ("/", "/?tabAction=users"):
        assert Client().get(address).status_code == 302


def test_whatever_is_signed_is_told_in_xml(program: Program) -> None:
    for method, address in (("GET", "/"), ("GET", "/bucket/key"), ("PUT", "/"), ("DELETE", "/users/")):
        assert_refused(program.send(method=method, address=address), 400, "InvalidAction")


def test_what_nobody_has_signed_is_refused(db: None) -> None:
    body = urlencode({"Action": "ListUsers", "Version": "2010-05-08"}).encode()
    assert_refused(send(Client(), body), 403, "MissingAuthenticationToken", "Request is missing Authentication Token")


def test_an_action_that_aws_does_not_know_is_named(program: Program) -> None:
    message = "Could not find operation MakeCoffee for version 2010-05-08"
    assert_refused(program.ask("MakeCoffee"), 400, "InvalidAction", message)


def test_an_action_that_is_not_built_is_named(program: Program) -> None:
    message = "The action CreateSAMLProvider is not available here for version 2010-05-08."
    assert_refused(program.ask("CreateSAMLProvider"), 400, "InvalidAction", message)


@pytest.mark.parametrize("service", by_version().values(), ids=lambda service: service.name)
def test_every_action_of_a_service_is_built_or_named_as_not_available(cast: Cast, service) -> None:
    cast.user("nobody")
    program = Program(cast, "nobody", service.name)
    for name in set(service_model.service(service.name).operation_names) - set(service.actions):
        answer = program.ask(name)
        assert_refused(answer, 400, "InvalidAction")
        assert name in answer.message


def test_without_an_action_it_says_so(program: Program) -> None:
    assert_refused(program.send(b"Version=2010-05-08"), 400, "MissingAction")


@pytest.mark.parametrize(
    ("version", "shown"), [({"Version": "2009-01-01"}, "2009-01-01"), ({}, "NO_VERSION_SPECIFIED")]
)
def test_the_version_says_which_service_it_is(program: Program, version: dict[str, str], shown: str) -> None:
    answer = program.send(urlencode({"Action": "GetUser"} | version).encode())
    assert_refused(answer, 400, "InvalidAction", f"Could not find operation GetUser for version {shown}")


def test_what_was_signed_for_one_service_is_not_good_for_another(program: Program) -> None:
    answer = program.send(b"Action=GetCallerIdentity&Version=2011-06-15")
    assert_refused(answer, 403, "SignatureDoesNotMatch", "Credential should be scoped to correct service: 'sts'. ")
    assert answer.xml.tag == f"{{{STS}}}ErrorResponse"


@pytest.mark.parametrize(
    "body",
    [
        b"UserName=dana&UserName=erin",
        b"UserName=%ff",
        b"UserName=%ed%a0%80",
        b"UserName=\xe9",
        b"UserName.member.1=dana",
        b"Tags=red",
        b"Tags.member.1=red",
        b"Tags.member.0.Key=team",
        b"Tags.member.01.Key=team",
        b"Tags.member.one.Key=team",
        b"Tags.member.1.Key=a&Tags.member.1.Key=b",
        b"Tags.member.1.Key=a&Tags.member.1.Key.x=b",
        b"Tags" + b".member" * 9 + b"=red",
        b"&".join(b"UserName%d=x" % number for number in range(6000)),
        b"MaxItems=many",
        b"MaxItems=",
        b"MaxItems=1e9",
        b"MaxItems=9999999999999999999999",
        b"MaxItems=%D9%A1",
    ],
)
def test_what_cannot_be_read_is_malformed(program: Program, body: bytes) -> None:
    action = b"ListUsers" if body.startswith(b"MaxItems") else b"CreateUser"
    assert_refused(program.send(b"Action=%s&Version=2010-05-08&" % action + body), 400, "MalformedInput")


@pytest.mark.parametrize("name", ["a%00b", "a%0ab", "a b", "x" * 65, "", "%F0%9F%98%80", "<b>&amp;"])
def test_a_bad_name_is_told_by_its_constraint(program: Program, name: str) -> None:
    answer = program.send(f"Action=CreateUser&Version=2010-05-08&UserName={name}".encode())
    assert_refused(answer, 400, "ValidationError")
    assert answer.message.startswith(
        "1 validation error detected: Value at 'userName' failed to satisfy constraint: Member must "
    )


def test_fields_that_the_action_does_not_take_are_passed_over(program: Program) -> None:
    answer = program.ask("GetUser", Colour="red", **{"Tags.member.1.Key": "team"})
    assert (answer.status, answer.text("UserName")) == (200, "maker")


def test_gaps_in_the_numbers_of_a_list_are_closed(program: Program) -> None:
    tags = {"Tags.member.7.Key": "b", "Tags.member.7.Value": "2", "Tags.member.2.Key": "a", "Tags.member.2.Value": "1"}
    answer = program.ask("CreateUser", UserName="dana", **tags)
    assert [key.text for key in answer.xml.iterfind(".//{*}Key")] == ["a", "b"]


def test_a_body_of_ten_megabytes_is_too_large(program: Program) -> None:
    body = b"Action=CreateUser&Version=2010-05-08&UserName=" + b"x" * 10_000_000
    assert_refused(program.send(body), 413, "RequestEntityTooLarge")


def test_a_host_that_is_not_ours_is_turned_away(program: Program) -> None:
    answer = send(Client(), b"Action=ListUsers&Version=2010-05-08", headers={"Host": "elsewhere.example"})
    assert_refused(answer, 400, "InvalidAction")


@pytest.mark.parametrize("content_type", ["application/json", "text/html; charset=utf-16", "multipart/form-data", ""])
def test_the_body_is_a_form_whatever_it_says(program: Program, content_type: str) -> None:
    answer = program.send(b"Action=GetUser&Version=2010-05-08", content_type=content_type)
    assert (answer.status, answer.text("UserName")) == (200, "maker")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [(OperationalError("gone"), 503, "ServiceUnavailable"), (RuntimeError("secret"), 500, "InternalFailure")],
)
def test_a_fault_of_ours_is_the_receivers_and_tells_nothing(
    program: Program, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str
) -> None:
    def fail(call: Call) -> None:
        raise error

    monkeypatch.setattr(Call, "load_policies", fail)
    answer = program.ask("GetUser")
    assert_refused(answer, status, code)
    assert str(error) not in answer.message


def test_names_that_xml_reserves_come_back_whole(program: Program) -> None:
    answer = program.ask("TagUser", UserName="maker", **{"Tags.member.1.Key": "a", "Tags.member.1.Value": ""})
    assert answer.status == 200
    assert program.ask("GetUser").text("Value") == ""
    assert_refused(program.ask("GetUser", UserName="<&>\x07"), 400, "ValidationError")
    assert_refused(
        program.ask("<&>\x07"), 400, "InvalidAction", "Could not find operation <&>\ufffd for version 2010-05-08"
    )


READS = [
    ("GetUser", {"UserName": "dana"}),
    ("ListUsers", {}),
    ("GetGroup", {"GroupName": "devs"}),
    ("ListGroups", {}),
    ("ListGroupsForUser", {"UserName": "dana"}),
    ("GetRole", {"RoleName": "builder"}),
    ("ListRoles", {}),
    ("GetPolicy", {"PolicyArn": "arn:aws:iam::123456789012:policy/Own"}),
    ("ListPolicies", {}),
    ("GetPolicyVersion", {"PolicyArn": "arn:aws:iam::123456789012:policy/Own", "VersionId": "v1"}),
    ("ListPolicyVersions", {"PolicyArn": "arn:aws:iam::123456789012:policy/Own"}),
    ("ListEntitiesForPolicy", {"PolicyArn": "arn:aws:iam::123456789012:policy/Own"}),
    ("ListAttachedUserPolicies", {"UserName": "dana"}),
    ("ListAttachedGroupPolicies", {"GroupName": "devs"}),
    ("ListAttachedRolePolicies", {"RoleName": "builder"}),
    ("GetUserPolicy", {"UserName": "dana", "PolicyName": "Inline"}),
    ("GetGroupPolicy", {"GroupName": "devs", "PolicyName": "Inline"}),
    ("GetRolePolicy", {"RoleName": "builder", "PolicyName": "Inline"}),
    ("ListUserPolicies", {"UserName": "dana"}),
    ("ListGroupPolicies", {"GroupName": "devs"}),
    ("ListRolePolicies", {"RoleName": "builder"}),
    ("ListUserTags", {"UserName": "dana"}),
    ("ListRoleTags", {"RoleName": "builder"}),
    ("ListPolicyTags", {"PolicyArn": "arn:aws:iam::123456789012:policy/Own"}),
    ("GetLoginProfile", {"UserName": "dana"}),
    ("ListAccessKeys", {"UserName": "dana"}),
]


@pytest.mark.parametrize(("action", "fields"), READS, ids=[action for action, _ in READS])
def test_a_read_costs_four_queries_at_most(
    company: Cast, django_assert_max_num_queries, action: str, fields: dict[str, str]
) -> None:
    company.user("reader", "iam:*")
    program = Program(company, "reader")
    program.ask(action, **fields)  # compiles the documents that bear on the reader, once in a process
    with django_assert_max_num_queries(4):
        answer = program.ask(action, **fields)
    assert answer.status == 200
    events.reads.flush()
    assert Event.objects.filter(operation=action, principal__endswith="reader").count() == 2


def test_the_shape_is_xml_that_a_strict_parser_reads(program: Program) -> None:
    answer = program.ask("ListUsers")
    assert ET.canonicalize(answer.body.decode())
