import json

import pytest

from policies_app.models import InlinePolicy
from tests.api.conftest import Connect, error_of
from tests.factories import Cast, document

TEXT = document("s3:GetObject", resource="arn:aws:s3:::b/a b+c%2F~ü")
OWNERS = {"user": {"UserName": "erin"}, "group": {"GroupName": "empty"}, "role": {"RoleName": "idle"}}
NOBODY = {"user": {"UserName": "nobody"}, "group": {"GroupName": "nobody"}, "role": {"RoleName": "nobody"}}
kinds = pytest.mark.parametrize("kind", ["user", "group", "role"])


@kinds
def test_an_inline_policy_is_put_read_listed_and_deleted(company: Cast, client: Connect, kind: str) -> None:
    company.user("maker", "*")
    iam, owner = client("maker"), OWNERS[kind]
    for name in ("c", "A", "b"):
        getattr(iam, f"put_{kind}_policy")(**owner, PolicyName=name, PolicyDocument=TEXT)
    found = getattr(iam, f"get_{kind}_policy")(**owner, PolicyName="b")
    assert {key: found[key] for key in found if key != "ResponseMetadata"} == owner | {
        "PolicyName": "b",
        "PolicyDocument": json.loads(TEXT),
    }
    list_them = getattr(iam, f"list_{kind}_policies")
    first = list_them(**owner, MaxItems=2)
    rest = list_them(**owner, Marker=first["Marker"])
    assert first["PolicyNames"] + rest["PolicyNames"] == ["A", "b", "c"]
    assert (first["IsTruncated"], rest["IsTruncated"]) == (True, False)
    getattr(iam, f"delete_{kind}_policy")(**owner, PolicyName="b")
    assert "b" not in list_them(**owner)["PolicyNames"]


@kinds
def test_putting_again_replaces_the_document(company: Cast, client: Connect, kind: str) -> None:
    company.user("maker", "*")
    iam, owner = client("maker"), OWNERS[kind] | {"PolicyName": "p"}
    for text in (TEXT, document("s3:*")):
        getattr(iam, f"put_{kind}_policy")(**owner, PolicyDocument=text)
    assert getattr(iam, f"get_{kind}_policy")(**owner)["PolicyDocument"] == json.loads(document("s3:*"))
    assert InlinePolicy.objects.filter(name="p").count() == 1


@kinds
def test_errors_of_inline_policies_are_aws_s(company: Cast, client: Connect, kind: str) -> None:
    company.user("maker", "*")
    iam, owner = client("maker"), OWNERS[kind]
    get, put, delete = (getattr(iam, f"{verb}_{kind}_policy") for verb in ("get", "put", "delete"))
    absent = ("NoSuchEntity", 404, f"The {kind} policy with name none cannot be found.")
    assert error_of(get, **owner, PolicyName="none") == error_of(delete, **owner, PolicyName="none") == absent
    nobody = ("NoSuchEntity", 404, f"The {kind} with name nobody cannot be found.")
    assert error_of(get, **NOBODY[kind], PolicyName="p") == error_of(delete, **NOBODY[kind], PolicyName="p") == nobody
    assert error_of(put, **NOBODY[kind], PolicyName="p", PolicyDocument=TEXT) == nobody
    assert error_of(getattr(iam, f"list_{kind}_policies"), **NOBODY[kind]) == nobody
    assert error_of(put, **owner, PolicyName="p", PolicyDocument="[]")[:2] == ("MalformedPolicyDocument", 400)
    quota = {"user": 2048, "group": 5120, "role": 10240}[kind]
    long = document("s3:GetObject", resource=[f"arn:aws:s3:::{number:0200}" for number in range(52)])
    name = owner[f"{kind.title()}Name"]
    full = ("LimitExceeded", 409, f"Maximum policy size of {quota} bytes exceeded for {kind} {name}")
    assert error_of(put, **owner, PolicyName="p", PolicyDocument=long) == full
