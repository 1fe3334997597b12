import pytest

from tests.api.conftest import Connect, error_of
from tests.company import OWN, SPARE
from tests.factories import TRUST, Cast, document

OWNERS = {"user": {"UserName": "erin"}, "role": {"RoleName": "idle"}, "policy": {"PolicyArn": SPARE}}
kinds = pytest.mark.parametrize("kind", list(OWNERS))


def tag(key: str, value: str) -> dict[str, str]:
    return {"Key": key, "Value": value}


@kinds
def test_tags_are_set_replaced_emptied_and_taken_away(company: Cast, client: Connect, kind: str) -> None:
    company.user("maker", "*")
    iam, owner = client("maker"), OWNERS[kind]

    def told() -> list[dict[str, str]]:
        return list(getattr(iam, f"list_{kind}_tags")(**owner)["Tags"])

    put = getattr(iam, f"tag_{kind}")
    put(**owner, Tags=[tag("somekey", "some value"), tag("other", "=+@")])
    assert told() == [tag("other", "=+@"), tag("somekey", "some value")]
    put(**owner, Tags=[tag("somekey", "")])
    assert told() == [tag("other", "=+@"), tag("somekey", "")]
    getattr(iam, f"untag_{kind}")(**owner, TagKeys=["somekey", "absent"])
    assert told() == [tag("other", "=+@")]


@kinds
def test_tags_come_in_pages(company: Cast, client: Connect, kind: str) -> None:
    company.user("maker", "*")
    iam, owner = client("maker"), OWNERS[kind]
    getattr(iam, f"tag_{kind}")(**owner, Tags=[tag(key, "x") for key in ("c", "a", "b")])
    pages = iam.get_paginator(f"list_{kind}_tags").paginate(**owner, PaginationConfig={"PageSize": 2})
    assert [[each["Key"] for each in page["Tags"]] for page in pages] == [["a", "b"], ["c"]]


@kinds
def test_what_breaks_a_constraint_of_tags_is_told_in_aws_words(company: Cast, client: Connect, kind: str) -> None:
    company.user("maker", "*")
    iam, owner = client("maker"), OWNERS[kind]
    put, untag = getattr(iam, f"tag_{kind}"), getattr(iam, f"untag_{kind}")
    wrong = "1 validation error detected: Value at '{}' failed to satisfy constraint: {}"
    pattern = r"Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+"
    length = "Member must have length {} than or equal to {}"
    for tags, place, problem in (
        ([tag(f"k{number}", "") for number in range(51)], "tags", length.format("less", 50)),
        ([tag("k" * 129, "")], "tags.1.member.key", length.format("less", 128)),
        ([tag("k", "v" * 257)], "tags.1.member.value", length.format("less", 256)),
        ([tag("a?b", "")], "tags.1.member.key", pattern),
    ):
        assert error_of(put, **owner, Tags=tags) == ("ValidationError", 400, wrong.format(place, problem))
    rules = [length.format("less", 128), length.format("greater", 1), pattern, "Member must not be null"]
    told = wrong.format("tagKeys", f"Member must satisfy constraint: [{', '.join(rules)}]")
    for key in ("k" * 129, "a?b"):
        assert error_of(untag, **owner, TagKeys=[key]) == ("ValidationError", 400, told)


@pytest.mark.parametrize("kind", ["user", "role"])
def test_two_spellings_of_a_key_are_one(company: Cast, client: Connect, kind: str) -> None:
    company.user("maker", "*")
    iam, owner = client("maker"), OWNERS[kind]
    twice = "Duplicate tag keys found. Please note that Tag keys are case insensitive."
    tags = [tag("team", "a"), tag("TEAM", "b")]
    assert error_of(getattr(iam, f"tag_{kind}"), **owner, Tags=tags) == ("InvalidInput", 400, twice)
    for each in tags:
        getattr(iam, f"tag_{kind}")(**owner, Tags=[each])
    assert getattr(iam, f"list_{kind}_tags")(**owner)["Tags"] == [tag("TEAM", "b")]


def test_a_new_one_tells_its_tags_as_they_were_given_and_later_by_key(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    iam, given = client("maker"), [tag(key, key) for key in ("abc", "b", "z", "a")]
    assert iam.create_user(UserName="dana", Tags=given)["User"]["Tags"] == given
    assert iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST, Tags=given)["Role"]["Tags"] == given
    policy = iam.create_policy(PolicyName="Own", PolicyDocument=document("s3:*"), Tags=given)["Policy"]
    assert policy["Tags"] == given
    by_key = sorted(given, key=lambda each: each["Key"])
    assert iam.get_user(UserName="dana")["User"]["Tags"] == by_key
    assert iam.get_role(RoleName="r")["Role"]["Tags"] == iam.get_policy(PolicyArn=OWN)["Policy"]["Tags"] == by_key


def test_an_absent_one_has_no_tags(company: Cast, client: Connect) -> None:
    company.user("maker", "*")
    iam = client("maker")
    absent = {
        "user": ({"UserName": "nobody"}, "The user with name nobody cannot be found."),
        "role": ({"RoleName": "nobody"}, "The role with name nobody cannot be found."),
        "policy": ({"PolicyArn": OWN + "s"}, f"Policy {OWN}s was not found."),
    }
    for kind, (owner, message) in absent.items():
        gone = ("NoSuchEntity", 404, message)
        assert error_of(getattr(iam, f"tag_{kind}"), **owner, Tags=[tag("a", "b")]) == gone
        assert error_of(getattr(iam, f"untag_{kind}"), **owner, TagKeys=["a"]) == gone
        assert error_of(getattr(iam, f"list_{kind}_tags"), **owner) == gone


def test_tags_decide_by_what_is_asked_for_and_by_what_is_there(company: Cast, client: Connect) -> None:
    company.user("lead")
    blue = {"StringEquals": {"aws:RequestTag/team": "blue"}, "ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}
    company.inline("lead", "Blue", "iam:TagUser", Condition=blue)
    company.inline("lead", "OwnTeam", "iam:UntagUser", Condition={"StringEquals": {"aws:ResourceTag/team": "blue"}})
    iam = client("lead")
    for tags in ([tag("team", "red")], [tag("team", "blue"), tag("cost", "1")]):
        assert error_of(iam.tag_user, UserName="erin", Tags=tags)[0] == "AccessDenied"
    assert error_of(iam.untag_user, UserName="erin", TagKeys=["team"])[0] == "AccessDenied"
    iam.tag_user(UserName="erin", Tags=[tag("team", "blue")])
    iam.untag_user(UserName="erin", TagKeys=["team"])
