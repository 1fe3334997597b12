"""A second evaluator, to compare the engine with: written from AWS's pages alone, and sharing no code with it.

It takes parsed JSON and plain values. A question is a dict: `principal` (arn, account, kind, role_arn), `action`,
`resource`, `resource_account`, `context` (lists, by lower-case key) and `policies`, each a dict of `layer`, `document`
(None: cannot be understood) and `level`. What may be true or not is 0.5, so that min is AND and max is OR.
"""

import operator
import re
import socket
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any

Ask = dict[str, Any]
VARIABLE = re.compile(r"\$\{([*?$])}|\$\{([^},]+)(, '[^']*')?}|(.)", re.DOTALL)
LINKED, OUTSIDERS = ":role/aws-service-role/", ("service", "federated", "anonymous")
# orgs_manage_policies_rcps, "List of AWS services that support RCPs", October 2026; those that the cases ask of
RCP_PREFIXES = {"s3", "sts", "kms", "sqs", "secretsmanager", "dynamodb", "ecr", "logs", "cognito-idp", "aoss"}
TRUTH = {"true": True, "false": False}
UNKNOWN, STAR, ONE = 0.5, "\ue000", "\ue001"  # the wildcards of a text that has been read; a plain * is then itself


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@lru_cache(100_000)
def like(pattern: str, text: str) -> bool:
    regex = "".join({STAR: ".*", ONE: "."}.get(c) or re.escape(c) for c in pattern)
    return re.fullmatch(regex, text, re.DOTALL) is not None


def arn_like(pattern: str, text: str) -> bool:
    wanted, fields = pattern.split(":", 5), text.split(":", 5)
    fits = fields[0] == "arn" and len(wanted) == len(fields) == 6 and all(map(like, wanted, fields))
    return fits or pattern == STAR


@lru_cache(10_000)
def moment(text: str) -> Fraction:
    if re.fullmatch(r"(?![0-9]{4}$)-?[0-9]+(\.[0-9]+)?", text):  # four digits are a year
        return Fraction(text)
    read = datetime.fromisoformat(text if "T" in text else f"{text}-01-01"[:10])
    since = read.replace(tzinfo=read.tzinfo or UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return Fraction(since // timedelta(microseconds=1), 1_000_000)


def network(text: str) -> str:
    address, _, length = text.partition("/")
    packed = socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)
    bits = int(length or len(packed) * 8)
    if packed[:12] == bytes(10) + b"\xff\xff" and bits >= 96:
        packed, bits = packed[12:], bits - 96
    return f"{len(packed)}:" + "".join(f"{byte:08b}" for byte in packed)[:bits]


def ordered(how: str, read: Callable[[str], Fraction], asked: str, wanted: str) -> bool:
    difference = read(asked) - read(wanted)
    return ("Equals", "Greater", "Less")[(difference > 0) - (difference < 0)] in how


# reference_policies_elements_condition_operators: a value of the request and one of the policy
TESTS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": operator.eq,
    "StringEqualsIgnoreCase": lambda asked, wanted: asked.lower() == wanted.lower(),
    "StringLike": lambda asked, wanted: like(wanted, asked),
    "ArnEquals": lambda asked, wanted: arn_like(wanted, asked),
    "ArnLike": lambda asked, wanted: arn_like(wanted, asked),
    "Bool": lambda asked, wanted: TRUTH[asked.lower()] == TRUTH[wanted.lower()],
    "BinaryEquals": lambda asked, wanted: b64decode(asked, validate=True) == b64decode(wanted),
    "IpAddress": lambda asked, wanted: network(asked).startswith(network(wanted)),
}
for how in ("Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"):
    TESTS[f"Numeric{how}"] = partial(ordered, how, Fraction)
    TESTS[f"Date{how}"] = partial(ordered, how, moment)


def expand(text: str, version: str | None, context: Ask, star: str = STAR, one: str = ONE) -> str | None:
    """Read wildcards and variables (reference_policies_variables); None when one has no value."""
    if version != "2012-10-17" or "$" not in text:
        return text.replace("*", star).replace("?", one)
    result = ""
    for escaped, name, default, other in VARIABLE.findall(text):
        values = context.get(name.lower(), [])
        if name and (len(values) > 1 or not (values or default)):
            return None
        result += escaped or (values[0] if values else default[3:-1]) or {"*": star, "?": one}.get(other, other)
    return result


def holds(spelled: str, key: str, wanted: Any, version: str | None, context: Ask) -> float:
    """One key of a Condition (the page of the operators, and …_single-vs-multi-valued-context-keys)."""
    quantifier, _, name = spelled.rpartition(":")
    base, asked, texts = name.removesuffix("IfExists"), context.get(key.lower(), []), [str(v) for v in listed(wanted)]
    if base == "Null":
        return any((text.lower() == "true") is (not asked) for text in texts)
    if not asked and (base != name or not quantifier):
        return base != name or "Not" in base
    if quantifier and not any(asked):
        return quantifier == "ForAllValues"
    wild = (STAR, ONE) if "Like" in base or "Arn" in base else ("*", "?")
    values = [expand(text, version, context, *wild) for text in texts]
    if "Not" in base and None in values:
        return False

    def fits(value: str, pattern: str | None) -> float:
        try:
            return pattern is not None and TESTS[base.replace("Not", "")](value, pattern)
        except (ValueError, KeyError, OSError):
            return UNKNOWN

    each = [max((fits(value, pattern) for pattern in values), default=0) for value in asked]
    if "Not" in base:
        each = [answer if answer == UNKNOWN else not answer for answer in each]
    return min(each) if quantifier == "ForAllValues" or ("Not" in base and not quantifier) else max(each)


def named(element: Any, who: Ask) -> set[str]:
    """How a Principal element means somebody (reference_policies_elements_principal); empty when it does not."""
    if element == "*" or "*" in listed(element.get("AWS", [])):
        return {"direct", "role", "account"}
    kind = {"service": "Service", "federated": "Federated", "system": ""}.get(who["kind"], "AWS")
    ways = {who.get("role_arn"): "role", who.get("user_arn"): "role", who["arn"]: "direct"}
    if kind == "AWS" and who["account"]:
        accounts = [who["account"], f"arn:aws:iam::{who['account']}:root", who.get("canonical_user")]
        ways |= dict.fromkeys(accounts, "direct" if who["kind"] == "root" else "account")
        ways |= {} if who.get("canonical_user") else dict.fromkeys(listed(element.get("CanonicalUser", [])), "unknown")
    names = listed(element.get(kind, [])) + listed(element.get("CanonicalUser", []))
    return {ways[name] for name in names if name in ways}


def spared(element: Any, ask: Ask) -> bool:
    """Who is named with the account, a session by its role, and nobody bounded (…_elements_notprincipal)."""
    ways, kind = named(element, ask["principal"]), ask["principal"]["kind"]
    itself = ways & ({"role"} if kind == "assumedRole" else {"direct", "role"})
    with_account = "account" in ways or kind not in ("user", "assumedRole", "federatedUser")
    return bool(itself) and with_account and all(policy["layer"] != "boundary" for policy in ask["policies"])


def bears(layer: str, ask: Ask) -> bool:
    """Whether a layer is asked at all (orgs_manage_policies_scps, orgs_manage_policies_rcps)."""
    role, action = ask["principal"].get("role_arn") or "", ask["action"].lower()
    if layer == "scp":
        return LINKED not in role and ask["principal"]["kind"] not in OUTSIDERS
    free = action.split(":")[0] not in RCP_PREFIXES or action == "kms:retiregrant" or LINKED in role + ask["resource"]
    return layer != "rcp" or not free


def covers(statement: Ask, element: str, asked: str, read: Callable[[str], str | None]) -> bool:
    negated = f"Not{element}" in statement
    patterns = [read(text) for text in listed(statement.get(f"Not{element}" if negated else element, "*"))]
    return (True in [like(p, asked) for p in patterns if p]) is not negated and not (negated and None in patterns)


def applies(statement: Ask, version: str | None, ask: Ask) -> tuple[float, set[str]]:
    """Whether a statement speaks of the request, and how it means its principal."""
    ways, context = named(statement.get("Principal", "*"), ask["principal"]), ask["context"]
    spares = "NotPrincipal" in statement and spared(statement["NotPrincipal"], ask)
    speaks = covers(statement, "Action", ask["action"].lower(), lambda text: expand(text.lower(), None, {}))
    speaks = speaks and covers(statement, "Resource", ask["resource"], lambda text: expand(text, version, context))
    if not ways or spares or not speaks:
        return 0, set()
    truths: list[float] = [UNKNOWN if ways == {"unknown"} else True]
    for name, keys in statement.get("Condition", {}).items():
        truths += [holds(name, key, wanted, version, context) for key, wanted in keys.items()]
    return min(truths), ways


def decide(ask: Ask) -> str:
    """The outcome (reference_policies_evaluation-logic_policy-eval-denyallow, …_evaluation-logic-cross-account)."""
    who, layers = ask["principal"], dict[Any, set[str]]()
    ask = ask | {"policies": [policy for policy in ask["policies"] if bears(policy["layer"], ask)]}
    for policy in ask["policies"]:
        allowing = layers.setdefault((policy["layer"], policy.get("level")), set())
        for statement in listed(policy["document"]["Statement"] if policy["document"] else []):
            truth, ways = applies(statement, policy["document"].get("Version"), ask)
            if truth and statement["Effect"] == "Deny":
                return "explicitDeny"
            allowing |= ways if truth == 1 and statement["Effect"] == "Allow" else set()
    said = [(layer, ways) for (layer, _), ways in layers.items()]
    passed = all(ways for layer, ways in said if layer in ("scp", "rcp"))
    passed &= all(policy["document"] for policy in ask["policies"])  # what is not understood allows nothing
    granted = set[str]().union(*(ways for layer, ways in said if layer in ("resource", "trust")))
    identity = who["kind"] == "root" or any(ways for layer, ways in said if layer == "identity")
    limits = who["kind"] != "federatedUser" or "session" in dict(said)  # API_GetFederationToken
    limits &= all(ways for layer, ways in said if layer in ("boundary", "session"))
    if who["kind"] in OUTSIDERS:
        return "allowed" if granted and passed else "implicitDeny"
    owners = re.findall("^arn:[^:]*:[^:]*:[^:]*:([0-9]{12}):", ask["resource"])
    keyed = "resource" if ask["action"].lower().startswith("kms:") else "trust"
    foreign = who["account"] != (ask.get("resource_account") or (owners or [who["account"]])[0])
    alone = not foreign and ("direct" in granted or ("role" in granted and limits))
    enough = granted or not (foreign or any(layer in ("trust", keyed) for layer, _ in said))
    return "allowed" if passed and (alone or (identity and limits and enough)) else "implicitDeny"
