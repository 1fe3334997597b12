"""Signature Version 4: what AWS's own signer signs is accepted, and nothing that was changed since."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.api import sigv4
from console.api.sigv4 import Message
from tests.api.signing import FORM, KEY, SESSION_KEY, TOKEN, Asked, meaning, mutate, originals, refusal, sign

BODY = b"Action=ListUsers&Version=2010-05-08"
VISIBLE = st.text(st.characters(codec="ascii", min_codepoint=32, max_codepoint=126), max_size=40)
NAMES = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=20).map(lambda name: f"x-{name}x")
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
# Names that a signature brings itself are no fields of anybody else's.
FIELD_NAMES = ANY_TEXT.filter(lambda name: not name.startswith("X-Amz-"))


def told(asked: Asked) -> tuple[str, str]:
    error = refusal(asked)
    assert error is not None
    return error.code, error.message


def with_authorization(asked: Asked, old: str, new: str) -> Asked:
    changed = asked.headers["authorization"].replace(old, new)
    assert changed != asked.headers["authorization"]
    return replace(asked, headers={**asked.headers, "authorization": changed})


def without(asked: Asked, name: str) -> Asked:
    return replace(asked, headers={key: value for key, value in asked.headers.items() if key != name})


# What is accepted


def test_the_canonical_form_is_the_documented_one() -> None:
    headers = {"host": "iam.example.org", "x-amz-date": "20261124T101112Z", "x-note": "  a   b  "}
    message = Message("GET", "/a b/./c//d/../%20/", "B=2&a=+1&B=%31&C", headers, b"")
    credential = "AKIARZPUZDIKEXAMPLE7/20261124/us-east-1/iam/aws4_request"
    headers["authorization"] = f"{sigv4.ALGORITHM} Credential={credential}, SignedHeaders=host;x-note, Signature=0"
    assert sigv4.canonical_request(message, sigv4.read(message)) == (
        "GET\n/a%20b/c/%2520/\nB=1&B=2&C=&a=%201\nhost:iam.example.org\nx-note:a b\n\nhost;x-note\n"
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )


def test_a_signature_worked_out_once_stays_what_it_is() -> None:
    headers = {
        "host": "iam.example.org",
        "x-amz-date": "20261124T101112Z",
        "authorization": (
            f"{sigv4.ALGORITHM} Credential={KEY}/20261124/us-east-1/iam/aws4_request, SignedHeaders=host;x-amz-date, "
            "Signature=a1d0f20f4e48f38512e096da4539ebb9236601bbda85807b2aa6a68cf7af96a6"
        ),
    }
    now = datetime(2026, 11, 24, 10, 12, tzinfo=UTC)
    assert refusal(Asked("POST", "/", "", headers, BODY, now)) is None


@given(
    method=st.sampled_from(["GET", "POST"]),
    fields=st.lists(st.tuples(FIELD_NAMES, ANY_TEXT), max_size=5),
    headers=st.dictionaries(NAMES, VISIBLE, max_size=3),
    body=st.binary(max_size=200),
    region=st.sampled_from(["us-east-1", "eu-central-1", "aws-global"]),
    token=st.sampled_from([None, TOKEN]),
)
def test_whatever_botocore_signs_is_accepted(
    method: str,
    fields: list[tuple[str, str]],
    headers: dict[str, str],
    body: bytes,
    region: str,
    token: str | None,
) -> None:
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in fields)
    key = SESSION_KEY if token else KEY
    asked = sign(method=method, query=query, headers=headers, body=body, region=region, key=key, token=token)
    assert refusal(asked) is None


@given(
    fields=st.dictionaries(FIELD_NAMES.filter(bool), ANY_TEXT, max_size=5),
    expires=st.integers(1, 604800),
    token=st.sampled_from([None, TOKEN]),
)
def test_whatever_address_botocore_signs_is_accepted(fields: dict[str, str], expires: int, token: str | None) -> None:
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in fields.items())
    key = SESSION_KEY if token else KEY
    assert refusal(sign(method="GET", query=query, expires=expires, key=key, token=token)) is None


def test_headers_that_were_not_signed_may_come_and_go() -> None:
    asked = sign(body=BODY)
    assert refusal(replace(asked, headers={**asked.headers, "user-agent": "curl", "via": "1.1 proxy"})) is None


def test_a_form_whose_type_was_not_signed_is_accepted_as_from_curl() -> None:
    asked = sign(body=BODY)
    assert refusal(replace(asked, headers={**asked.headers, "content-type": FORM})) is None


# What is not


def accepted_mutants(count: int, seed: int) -> list[Asked]:
    """Those that mean something else than what was signed."""
    randomly, signed = random.Random(seed), originals()
    mutants = (mutate(randomly, randomly.choice(signed)) for _ in range(count))
    accepted = [mutant for mutant in mutants if refusal(mutant) is None]
    meant = [meaning(asked) for asked in signed]
    return [mutant for mutant in accepted if meaning(mutant) not in meant]


def test_nothing_that_was_changed_on_its_way_is_accepted() -> None:
    assert accepted_mutants(5_000, seed=5) == []


@pytest.mark.long
def test_of_a_hundred_thousand_changes_none_is_accepted() -> None:
    assert accepted_mutants(100_000, seed=100_000) == []


def test_a_token_cannot_be_hidden_by_spelling_its_name_otherwise() -> None:
    asked = sign(method="GET", query="Action=ListUsers", key=SESSION_KEY, token=TOKEN, expires=60)
    hidden = replace(asked, query=asked.query.replace("X-Amz-Security", "X-Amz-%53ecurity"))
    assert sigv4.read(hidden.message) == sigv4.read(asked.message)


@pytest.mark.parametrize("name", ["host", "x-amz-date", "x-amz-security-token"])
def test_what_has_to_be_signed_is(name: str) -> None:
    asked = sign(body=BODY, key=SESSION_KEY, token=TOKEN)
    listed = asked.headers["authorization"].partition("SignedHeaders=")[2].partition(",")[0]
    rest = ";".join(each for each in listed.split(";") if each != name)
    code, message = told(with_authorization(asked, f"SignedHeaders={listed}", f"SignedHeaders={rest}"))
    assert code == "SignatureDoesNotMatch"
    assert message.endswith("must be a 'SignedHeader' in the AWS Authorization.")


def test_a_payload_is_never_left_unsigned() -> None:
    asked = sign(body=BODY, headers={"X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD"})
    assert told(replace(asked, body=b"Action=DeleteUser"))[0] == "SignatureDoesNotMatch"


def test_who_signs_nothing_is_told_so() -> None:
    assert told(Asked("GET", "/", "Action=ListUsers", {"host": "iam.example.org"}, b"")) == (
        "MissingAuthenticationToken",
        "Request is missing Authentication Token",
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Signature=", "Signatur=", "not a valid key=value pair"),
        (f"Credential={KEY}", "Credential=", "Credential must have exactly 5 slash-delimited elements"),
        ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1", "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1'"),
        ("SignedHeaders=host;x-amz-date, ", "", "Authorization header requires 'SignedHeaders' parameter."),
        (", Signature=", ", Signature=,Signature=", "not a valid key=value pair"),
    ],
)
def test_half_a_signature_is_incomplete(old: str, new: str, message: str) -> None:
    if old.startswith("Credential"):
        new, old = "Credential=x", f"{old}/{datetime.now(UTC):%Y%m%d}/us-east-1/iam/aws4_request"
    code, text = told(with_authorization(sign(body=BODY), old, new))
    assert (code, message in text) == ("IncompleteSignature", True)


@pytest.mark.parametrize("key_id", ["%00AKIA", "akiarzpuzdikexample7", "AKIA", "A" * 200, "AKIARZPUZDIKEXAMPL\u00c9"])
def test_what_is_no_key_id_is_nobodys(key_id: str) -> None:
    """PostgreSQL cannot even be asked for one with a NUL."""
    asked = sign(method="GET", query="Action=ListUsers", expires=60)
    assert told(replace(asked, query=asked.query.replace(KEY, key_id)))[0] == "InvalidClientTokenId"


def test_what_is_missing_of_a_signature_is_named() -> None:
    asked = without(sign(body=BODY), "x-amz-date")
    bare = replace(asked, headers={**asked.headers, "authorization": "AWS4-HMAC-SHA256 x=y"})
    assert "not a valid key=value pair" in told(bare)[1]
    named = replace(asked, headers={**asked.headers, "authorization": "AWS4-HMAC-SHA256 Signature=0"})
    assert told(named) == (
        "IncompleteSignature",
        (
            "Authorization header requires 'Credential' parameter. "
            "Authorization header requires 'SignedHeaders' parameter. "
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
        ),
    )


def test_a_scope_of_another_service_day_or_end_is_refused() -> None:
    assert told(sign(body=BODY, service="sts")) == (
        "SignatureDoesNotMatch",
        "Credential should be scoped to correct service: 'iam'. ",
    )
    asked = sign(body=BODY)
    today = f"/{datetime.now(UTC):%Y%m%d}/"
    assert told(with_authorization(asked, today, "/20200101/"))[1].startswith("Date in Credential scope does not match")
    assert "valid terminator" in told(with_authorization(asked, "aws4_request", "aws5_request"))[1]


def test_a_clock_may_differ_by_the_skew_and_no_more() -> None:
    asked = sign(body=BODY)
    signed = sigv4.read(asked.message).time
    for minutes in (-15, 15):
        assert refusal(replace(asked, now=signed + timedelta(minutes=minutes))) is None
    late = replace(asked, now=signed + timedelta(minutes=15, seconds=1))
    stamps = [f"{time:%Y%m%dT%H%M%SZ}" for time in (signed, signed + timedelta(seconds=1), late.now)]
    assert told(late) == (
        "SignatureDoesNotMatch",
        f"Signature expired: {stamps[0]} is now earlier than {stamps[1]} ({stamps[2]} - 15 min.)",
    )
    assert told(replace(asked, now=signed - timedelta(minutes=16)))[1].startswith("Signature not yet current: ")
    assert refusal(replace(asked, now=signed + timedelta(minutes=9)), skew=timedelta(minutes=5)) is not None


def test_an_address_is_good_for_as_long_as_it_says() -> None:
    asked = sign(method="GET", query="Action=ListUsers", expires=60)
    signed = sigv4.read(asked.message).time
    assert refusal(replace(asked, now=signed + timedelta(seconds=60))) is None
    assert told(replace(asked, now=signed + timedelta(seconds=61)))[0] == "RequestExpired"


@pytest.mark.parametrize("expires", ["604801", "-1", "1e3", ""])
def test_an_address_is_never_good_for_more_than_a_week(expires: str) -> None:
    asked = sign(method="GET", query="Action=ListUsers", expires=60)
    longer = replace(asked, query=asked.query.replace("X-Amz-Expires=60", f"X-Amz-Expires={expires}"))
    assert told(longer)[0] == "IncompleteSignature"


def test_a_request_signed_in_both_places_is_refused() -> None:
    presigned, signed = sign(method="GET", query="Action=ListUsers", expires=60), sign(method="GET")
    assert told(replace(presigned, headers=signed.headers))[0] == "IncompleteSignature"


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_header_or_query_is_an_error_of_ours(authorization: str, query: str) -> None:
    headers = {"host": "iam.example.org", "authorization": authorization, "x-amz-date": authorization}
    assert refusal(Asked("GET", "/", query, headers, b"")) is not None
