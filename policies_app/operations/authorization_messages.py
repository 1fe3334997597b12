"""What a refusal was about, sealed for who may read it: `sts:DecodeAuthorizationMessage` opens it again.

The caller who was refused is told which action and resource; which statements denied it is for administrators.
https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
"""

import json
import zlib
from collections.abc import Iterable
from typing import Any

from policies_app.engine.evaluator import Decision, Layer, MatchedStatement, Outcome

from . import encryption
from .errors import InvalidAuthorizationMessage
from .sessions import pack

LONGEST = 10240  # characters that DecodeAuthorizationMessage takes
PURPOSE = "refusal"
# What another account's role is tagged with, and what its trust policy says, is not for the caller's account to read.
OF_THE_RESOURCE = {"aws:ResourceTag", "iam:ResourceTag"}


def encode(decision: Decision) -> str:
    content = _content(decision)
    if len(sealed := _seal(decision, content)) > LONGEST:
        # Many long tags that do not compress. What stays is enough to find the rest in the events.
        content["context"]["conditions"] = _items([])
        sealed = _seal(decision, content)
    return sealed


def decode(account_id: str, encoded: str) -> str:
    """The JSON text. Who it is about is of the account that may read it; everything else is not valid."""
    try:
        owner, content = json.loads(zlib.decompress(encryption.unseal(PURPOSE, encoded)))
    except encryption.WrongSecret as error:
        raise InvalidAuthorizationMessage("Message is not valid") from error
    if owner != account_id:
        raise InvalidAuthorizationMessage("Message is not valid")
    return json.dumps(content, separators=(",", ":"))


def _seal(decision: Decision, content: dict[str, Any]) -> str:
    return encryption.seal(PURPOSE, pack([decision.request.principal.account, content]))


def _content(decision: Decision) -> dict[str, Any]:
    request = decision.request
    conditions = [
        {"key": key, "values": _items(_values(value))}
        for key, value in sorted(request.context.items())
        if not (request.crosses_accounts and key.partition("/")[0] in OF_THE_RESOURCE)
    ]
    return {
        "allowed": decision.allowed,
        "explicitDeny": decision.outcome is Outcome.EXPLICIT_DENY,
        "matchedStatements": _items(_statement(matched) for matched in decision.matched if _is_own(decision, matched)),
        "failures": _items([]),
        "context": {
            "principal": {"id": request.context.get("aws:userid", ""), "arn": request.principal.arn},
            "action": request.action,
            "resource": request.resource,
            "conditions": _items(conditions),
        },
    }


def _is_own(decision: Decision, matched: MatchedStatement) -> bool:
    return matched.source.layer is not Layer.TRUST or not decision.request.crosses_accounts


def _statement(matched: MatchedStatement) -> dict[str, str]:
    source = matched.source
    return {
        "statementId": matched.sid or "",
        "effect": matched.effect.upper(),
        "sourcePolicyId": source.arn or source.name,
        "sourcePolicyType": source.layer.value,
    }


def _values(value: str | tuple[str, ...]) -> list[dict[str, str]]:
    return [{"value": each} for each in ((value,) if isinstance(value, str) else value)]


def _items(items: Iterable[Any]) -> dict[str, Any]:
    return {"items": list(items)}
