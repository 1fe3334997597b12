"""Requests that nobody means, drawn from a seed: each is answered in AWS's shape, and none is a fault of ours."""

from random import Random
from urllib.parse import quote, urlencode

import pytest
from django.test import Client

from console.api.services import by_version
from policies_app.operations import service_model
from tests.api.test_parity import fields
from tests.api.wire import Answer, Program, send
from tests.factories import Cast
from tests.operations.test_every_operation import EXAMPLES

REQUESTS = 250
IAM = by_version()["2010-05-08"]
MEMBERS = sorted({name for action in IAM.actions for name, _ in service_model.members(action).values()})
ODD = [
    "",
    "\0",
    "é",
    "\u202e",
    "😀",
    "x" * 5000,
    "-1",
    "1e9",
    "9" * 30,
    "true",
    "null",
    "{}",
    "[]",
    "<a>&",
    "arn:",
    "*",
]
RAW = [b"\xff", b"%", b"%zz", b"%00", b"%ed%a0%80", b"\xed\xa0\x80", b"&", b"=", b"+", b";", b"\r\n", b"."]


def well_formed(random: Random) -> bytes:
    """One of the examples, with some of its values made odd, left out, doubled, or moved deeper."""
    action = random.choice(sorted(EXAMPLES.keys() & IAM.actions.keys()))
    pairs = [("Action", action), ("Version", "2010-05-08"), *fields(action, EXAMPLES[action])]
    for _ in range(random.randrange(4)):
        place = random.randrange(len(pairs))
        name, value = pairs[place]
        match random.randrange(6):
            case 0:
                pairs[place] = (name, random.choice(ODD))
            case 1:
                del pairs[place]
                pairs.append(("Version", "2010-05-08"))
            case 2:
                pairs.append((name, value))
            case 3:
                pairs.append((random.choice(MEMBERS), random.choice(ODD)))
            case 4:
                pairs[place] = (f"{name}.member.{random.choice(['1', '0', 'x', '999999999', ''])}", value)
            case 5:
                pairs.append((random.choice(ODD), value))
    random.shuffle(pairs)
    return urlencode(pairs, errors="surrogatepass").encode()


def torn(random: Random) -> bytes:
    """A well-formed one, cut and stuffed with bytes that do not belong there."""
    body = bytearray(well_formed(random))
    for _ in range(random.randint(1, 4)):
        place = random.randrange(len(body) + 1)
        body[place : place + random.randrange(3)] = random.choice(RAW)
    return bytes(body[: random.randint(1, len(body))])


def noise(random: Random) -> bytes:
    return random.randbytes(random.randrange(300))


def assert_in_shape(answer: Answer, request: object) -> None:
    root = answer.xml
    name = root.tag.rpartition("}")[2]
    assert answer.status < 500, (request, answer.body)
    assert answer.headers["Content-Type"] == "text/xml"
    assert answer.text("RequestId") == answer.headers["x-amzn-RequestId"]
    if answer.status == 200:
        assert name.endswith("Response")
    else:
        assert [child.tag.rpartition("}")[2] for child in root[0]] == ["Type", "Code", "Message"], request
        assert (name, answer.text("Type")) == ("ErrorResponse", "Sender")
        assert answer.message


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_sent_is_answered_in_shape(company: Cast, seed: int) -> None:
    random = Random(seed)
    company.user("maker", "*")
    program = Program(company, "maker")
    for _ in range(REQUESTS):
        body = random.choice([well_formed, well_formed, torn, noise])(random)
        in_address = random.random() < 0.2
        if in_address:
            address = "/?Action=GetUser&" + quote(body, safe="&=%.")
            assert_in_shape(program.send(method="GET", address=address), address)
        else:
            assert_in_shape(program.send(body), body)


def test_whatever_is_unsigned_is_refused_in_shape(company: Cast) -> None:
    random = Random(7)
    claims = [
        "",
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential=x",
        "AWS4-",
        "Basic dTpw",
        "AWS4-HMAC-SHA256 " + "=," * 50,
    ]
    for _ in range(REQUESTS):
        body, claim = random.choice([well_formed, torn, noise])(random), random.choice(claims)
        dates = ["20261124T000000Z", "today", "\uff12\uff10\uff12\uff161124T000000Z"]
        headers = {"Authorization": claim, "X-Amz-Date": random.choice(dates)} if claim else {}
        answer = send(Client(), body, headers=headers)
        assert_in_shape(answer, (body, headers))
        assert answer.status in {400, 403}
