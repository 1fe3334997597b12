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
TRUTH = {"true": True, "false": False}
UNKNOWN, STAR, ONE = 0.5, "\ue000", "\ue001"  # the wildcards of a text that has been read; a plain * is then itself


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@lru_cache(100_000)
def like(pattern: str, text: str) -> bool:
    wild = {STAR: ".*", ONE: "."}
    return re.fullmatch("".join(wild.get(c) or re.escape(c) for c in pattern), text, re.DOTALL) is not None


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
        return {"direct"}
    if not element:
        return set()
    kind = {"service": "Service", "federated": "Federated", "system": ""}.get(who["kind"], "AWS")
    ways = {who.get("role_arn"): "role", who.get("user_arn"): "role", who["arn"]: "direct"}
    if kind == "AWS" and who["account"]:
        accounts = [who["account"], f"arn:aws:iam::{who['account']}:root", who.get("canonical_user")]
        ways |= dict.fromkeys(accounts, "direct" if who["kind"] == "root" else "account")
        ways |= {} if who.get("canonical_user") else dict.fromkeys(listed(element.get("CanonicalUser", [])), "unknown")
    names = listed(element.get(kind, [])) + listed(element.get("CanonicalUser", []))
    return {ways[name] for name in names if name in ways}


@lru_cache(100_000)
def action_like(pattern: str, action: str) -> bool:
    return like(pattern.lower().replace("*", STAR).replace("?", ONE), action.lower())


def resource_like(pattern: str, version: str | None, context: Ask, resource: str) -> bool | None:
    read = expand(pattern, version, context)
    return None if read is None else like(read, resource)


def covers(statement: Ask, element: str, fits: Callable[[str], bool | None]) -> bool:
    negated = f"Not{element}" in statement
    said = [fits(text) for text in listed(statement.get(f"Not{element}" if negated else element, "*"))]
    return (True in said) is not negated and not (negated and None in said)


def applies(statement: Ask, version: str | None, ask: Ask) -> tuple[float, set[str]]:
    """Whether a statement speaks of the request, and how it means its principal."""
    ways = named(statement.get("Principal", "*"), ask["principal"])
    exempt = named(statement.get("NotPrincipal", {}), ask["principal"]) - {"account", "unknown"}
    if exempt and all(policy["layer"] != "boundary" for policy in ask["policies"]):  # nobody bounded is exempt
        return 0, set()
    if not ways or not covers(statement, "Action", lambda text: action_like(text, ask["action"])):
        return 0, set()
    if not covers(statement, "Resource", lambda text: resource_like(text, version, ask["context"], ask["resource"])):
        return 0, set()
    truths: list[float] = [UNKNOWN if ways == {"unknown"} else True]
    for name, keys in statement.get("Condition", {}).items():
        truths += [holds(name, key, wanted, version, ask["context"]) for key, wanted in keys.items()]
    return min(truths), ways


def decide(ask: Ask) -> str:
    """The outcome (reference_policies_evaluation-logic_policy-eval-denyallow, …_evaluation-logic-cross-account)."""
    who, layers = ask["principal"], dict[Any, set[str]]()
    for policy in ask["policies"]:
        allowing = layers.setdefault((policy["layer"], policy.get("level")), set())
        for statement in listed(policy["document"]["Statement"] if policy["document"] else []):
            truth, ways = applies(statement, policy["document"].get("Version"), ask)
            if truth and statement["Effect"] == "Deny":
                return "explicitDeny"
            allowing |= ways if truth == 1 and statement["Effect"] == "Allow" else set()
    said = [(layer, ways) for (layer, _), ways in layers.items()]
    understood = all(policy["document"] for policy in ask["policies"])
    if not understood or not all(ways for layer, ways in said if layer in ("scp", "rcp")):
        return "implicitDeny"
    granted = set[str]().union(*(ways for layer, ways in said if layer in ("resource", "trust")))
    identity = who["kind"] == "root" or any(ways for layer, ways in said if layer == "identity")
    limits = all(ways for layer, ways in said if layer in ("boundary", "session"))
    limits &= who["kind"] != "federatedUser" or "session" in dict(said)  # API_GetFederationToken
    if who["kind"] in ("service", "federated", "anonymous"):
        return "allowed" if granted else "implicitDeny"
    owners = re.findall("^arn:[^:]*:[^:]*:[^:]*:([0-9]{12}):", ask["resource"])
    foreign = who["account"] != (ask.get("resource_account") or (owners or [who["account"]])[0])
    strict = ["trust", "resource"] if ask["action"].lower().startswith("kms:") else ["trust"]
    alone = not foreign and ("direct" in granted or ("role" in granted and limits))
    enough = granted or not (foreign or any(layer in strict for layer, _ in said))
    return "allowed" if alone or (identity and limits and enough) else "implicitDeny"
