"""What a program is told of a document with mistakes: AWS's sentence, and ours with the places."""

import json
from typing import Any

import pytest

from policies_app.models import PolicyVersion
from tests.api.wire import Answer, Program
from tests.factories import Cast

BUCKET = "arn:aws:s3:::b"
ROOT = {"AWS": "arn:aws:iam::123456789012:root"}


def text(statement: Any, **more: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statement} | more)


def allow(**elements: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "s3:Get*", "Resource": BUCKET} | elements


def trust(**elements: Any) -> str:
    return text({"Effect": "Allow", "Principal": ROOT, "Action": "sts:AssumeRole"} | elements)


SYNTAX, LEGACY = "Syntax errors in policy.", "The policy failed legacy parsing"
VENDOR = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
WORDS = [
    ("no json", SYNTAX),
    ("{", SYNTAX),
    ("[]", SYNTAX),
    (text([]), SYNTAX),
    (text(["x"]), SYNTAX),
    (text(allow(), Version="2013-10-17"), SYNTAX),
    (text(allow(), Colour="red"), SYNTAX),
    (text(allow(Colour="red")), SYNTAX),
    (text(allow(Effect="Perhaps")), SYNTAX),
    (text(allow(NotAction="s3:*")), SYNTAX),
    (text(allow(Condition={"Like": {"a": "b"}})), SYNTAX),
    (text(allow(Resource=["x", {}])), SYNTAX),
    (text(allow(Condition={"DateEquals": {"aws:CurrentTime": "soon"}})), LEGACY),
    (text(allow(Resource="arn:aws:s3::b")), LEGACY),
    (text(allow(Resource="arn:aws")), "Resource vendor must be fully qualified and cannot contain regexes."),
    (text(allow(Resource="x y")), 'Resource x y must be in ARN format or "*".'),
    (text(allow(Resource="")), 'Resource  must be in ARN format or "*".'),
    (text(allow(Resource="a:b")), 'Partition "b" is not valid for resource "arn:b:*:*:*:*".'),
    (text(allow(Resource="arn:moon:s3:::b")), 'Partition "moon" is not valid for resource "arn:moon:s3:::b".'),
    (text(allow(Action="s:3:Get", Resource="x")), 'Resource x must be in ARN format or "*".'),
    (text(allow(Action="GetObject")), VENDOR),
    (text(allow(Action="s 3:Get")), "Vendor s 3 is not valid"),
    (text(allow(Action="s3:Get:Object")), "Actions/Condition can contain only one colon."),
    (text(allow(Action=[])), "Policy statement must contain actions."),
    (text({"Effect": "Allow"}), "Policy statement must contain actions."),
    (text({"Effect": "Allow", "Action": "s3:*"}), "Policy statement must contain resources."),
    (text({"Effect": "Allow", "Action": "Get"}), VENDOR),
    (
        text(allow(Resource="arn:aws:iam:us-east-1::user/x")),
        "IAM resource arn:aws:iam:us-east-1::user/x cannot contain region information.",
    ),
    (text([allow(Sid="a"), allow(Sid="a")]), "Statement IDs (SID) in a single policy must be unique."),
    (text(allow(Principal=ROOT)), "Policy document should not specify a principal."),
]
OLD = "Policy document must be version 2012-10-17 or greater."
UNVERSIONED = json.dumps({"Statement": allow()})
OLD_WORDS = [
    (UNVERSIONED, OLD),
    (text(allow(), Version="2008-10-17"), OLD),
    (text(allow(Effect="Perhaps"), Version="2008-10-17"), SYNTAX),
    (text(allow(Action="GetObject"), Version="2008-10-17"), OLD),
]
NOBODY = "arn:aws:iam::123456789012:user/nobody"
TRUST_WORDS = [
    ("{", "This policy contains invalid Json"),
    (trust(Effect="Perhaps"), SYNTAX),
    (trust(Action="s3:Get*"), "AssumeRole policy may only specify STS AssumeRole actions."),
    (trust(Resource="*"), "Has prohibited field Resource"),
    (trust(Principal={"AWS": "nobody"}), 'Invalid principal in policy: "AWS":"nobody"'),
    (trust(Principal={"AWS": ["*", "nobody"]}), 'Invalid principal in policy: "AWS":"nobody"'),
    (trust(Principal={"AWS": NOBODY}), f'Invalid principal in policy: "AWS":"{NOBODY}"'),
    (trust(Principal={"AWS": [NOBODY]}), f'Invalid principal in policy: "AWS":"{NOBODY}"'),
    (trust(Principal={"Service": "ec2"}), 'Invalid principal in policy: "Service":"ec2"'),
    (text({"Effect": "Allow", "Action": "sts:AssumeRole"}), "AssumeRolepolicy must contain principals."),
]


@pytest.fixture
def program(cast: Cast) -> Program:
    cast.user("maker", "*")
    return Program(cast, "maker")


def assert_told(answer: Answer, sentence: str) -> None:
    assert (answer.status, answer.code, answer.message) == (400, "MalformedPolicyDocument", sentence)
    assert answer.text("Detail").startswith("line 1, column ")


def test_a_policy_is_told_by_aws_s_sentence_and_by_our_places(program: Program) -> None:
    for document, sentence in WORDS:
        assert_told(program.ask("CreatePolicy", PolicyName="P", PolicyDocument=document), sentence)
        put = program.ask("PutUserPolicy", UserName="maker", PolicyName="P", PolicyDocument=document)
        assert_told(put, sentence)


@pytest.mark.parametrize(("document", "sentence"), OLD_WORDS)
def test_a_managed_policy_is_of_the_present_version_of_the_language(
    cast: Cast, program: Program, document: str, sentence: str
) -> None:
    assert_told(program.ask("CreatePolicy", PolicyName="P", PolicyDocument=document), sentence)
    arn = cast.policy("Own").arn
    assert_told(program.ask("CreatePolicyVersion", PolicyArn=arn, PolicyDocument=document), sentence)
    assert PolicyVersion.objects.get().version_id == "v1"


def test_an_inline_policy_and_a_trust_policy_may_be_of_the_old_one(cast: Cast, program: Program) -> None:
    for document in (UNVERSIONED, text(allow(), Version="2008-10-17")):
        put = program.ask("PutUserPolicy", UserName="maker", PolicyName="P", PolicyDocument=document)
        assert put.status == 200
    old = trust().replace("2012-10-17", "2008-10-17")
    assert program.ask("CreateRole", RoleName="r", AssumeRolePolicyDocument=old).status == 200


def test_a_trust_policy_too(cast: Cast, program: Program) -> None:
    cast.role("builder")
    for document, sentence in TRUST_WORDS:
        assert_told(program.ask("CreateRole", RoleName="r", AssumeRolePolicyDocument=document), sentence)
        answer = program.ask("UpdateAssumeRolePolicy", RoleName="builder", PolicyDocument=document)
        assert_told(answer, sentence)


def test_every_mistake_has_its_place_in_the_detail(program: Program) -> None:
    document = '{"Version": "2012-10-17",\n"Statement": {"Effect": "Allow", "Action": "Get", "Resource": "x"}}'
    detail = program.ask("CreatePolicy", PolicyName="P", PolicyDocument=document).text("Detail").splitlines()
    assert [line.partition(":")[0] for line in detail] == ["line 2, column 44", "line 2, column 63"]


def test_what_aws_has_no_sentence_for_is_told_in_our_words(program: Program) -> None:
    document = text(allow(Action="s3:"))
    answer = program.ask("CreatePolicy", PolicyName="P", PolicyDocument=document)
    assert answer.message.startswith("the action `s3:` is not of the form")
    assert answer.message.endswith("(line 1, column 70)")
