"""The answer to "Why can't I…?" as a page shows it, and the help with asking."""

import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from policies_app.engine.catalog.services import Action, Catalog, catalog
from policies_app.engine.decision import Decision, MatchedStatement, Outcome
from policies_app.engine.document import Effect, Layer
from policies_app.engine.findings import Span
from policies_app.engine.mismatches import Unmatched
from policies_app.operations.explanations import Applied, Explanation, ReadableStatement

from .documents import readable

_SHORT: Final = 12
"""Lines of a statement that is open from the start."""
USUAL_KEYS: Final = ("aws:MultiFactorAuthPresent", "aws:SourceIp", "aws:RequestedRegion")


@dataclass(frozen=True, slots=True)
class ArnForm:
    """An ARN to fill in; `kind` says of what."""

    kind: str
    arn: str


def arn_forms(action: Action | None, account_id: str, own_arn: str, own_name: str = "yourself") -> list[ArnForm]:
    """What the action can be done to, with the own account in place; whom it is about is there whole."""
    service = catalog().service(action.service) if action else None
    if action is None or service is None:
        return []
    types = [service.resource_types[each.resource_type.lower()] for each in action.resources]
    forms = [ArnForm(each.name, _in_account(each.arn, account_id)) for each in types]
    if any(f":{form.kind}/" in own_arn and ":iam:" in form.arn for form in forms):
        forms.insert(0, ArnForm(own_name, own_arn))
    return forms


def _in_account(arn: str, account_id: str) -> str:
    return arn.replace("${Partition}", "aws").replace("${Account}", account_id)


def known_keys(action: Action | None, words: Catalog) -> list[str]:
    """The context keys that bear on an action, its own first."""
    own: list[str] = []
    if action and (service := words.service(action.service)):
        own += action.condition_keys
        for each in action.resources:
            own += (*each.condition_keys, *service.resource_types[each.resource_type.lower()].condition_keys)
    return list(dict.fromkeys([*own, *(key.name for key in words.global_condition_keys.values())]))


@dataclass(frozen=True, slots=True)
class KeyField:
    """A context key to ask with. `now` is what it is where nothing is typed; `is_asked` says that a policy reads it."""

    name: str
    value: str
    now: str
    is_asked: bool

    @property
    def is_yes_or_no(self) -> bool:
        known = catalog().condition_key(self.name)
        return known is not None and known.type == "Bool"


def key_fields(now: Mapping[str, Any], given: Mapping[str, str], missing: Iterable[str]) -> list[KeyField]:
    """The usual ones, those that policies read and nobody knows, and what was given besides."""
    asked = {name.lower(): name for name in missing}
    typed = {name.lower(): value for name, value in given.items()}
    known = {name.lower(): value for name, value in now.items()}
    names = {name.lower(): name for name in (*given, *asked.values(), *USUAL_KEYS)}
    order = dict.fromkeys([*(name.lower() for name in USUAL_KEYS), *asked, *typed])
    return [KeyField(names[key], typed.get(key, ""), str(known.get(key, "")), key in asked) for key in order]


@dataclass(frozen=True, slots=True)
class ShownStatement:
    """A statement to be read: where it stands, and its own text."""

    statement: MatchedStatement | Unmatched
    text: str

    @classmethod
    def of(cls, told: ReadableStatement[Any]) -> "ShownStatement":
        return cls(told.statement, statement_text(told.document, told.statement.span))

    @property
    def is_short(self) -> bool:
        return self.text.count("\n") < _SHORT

    @property
    def reasons(self) -> Sequence[str]:
        """Why it does not apply."""
        return [str(mismatch) for mismatch in getattr(self.statement, "mismatches", ())]


def statement_text(document: str, span: Span) -> str:
    """The statement alone, from its own margin; one written in a line is laid out."""
    text = document[span.start.offset : span.end.offset]
    if "\n" not in text:
        return readable(text)
    margin = document[: span.start.offset].rpartition("\n")[2]
    return textwrap.dedent((margin if margin.isspace() else "") + text)


@dataclass(frozen=True, slots=True)
class Step:
    """What one layer says. `shown` are its statements that may be read, `hidden` says that there are others.

    `decides` says that the answer is because of them.
    """

    words: str
    good: bool
    shown: Sequence[ShownStatement] = ()
    hidden: bool = False
    decides: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    decision: Decision
    headline: str
    reason: str
    steps: Sequence[Step]
    near: Sequence[ShownStatement]
    missing: Sequence[str]
    advice: Sequence[str]
    statement: str


@dataclass(frozen=True, slots=True)
class Whom:
    """How the sentences speak of whose permissions they are about. `home` is where a policy of theirs can be."""

    name: str
    whose: str
    bears: str
    home: str

    @classmethod
    def of(cls, kind: str, name: str) -> "Whom":
        subject = f"A member of {name}" if kind == "group" else name
        home = "the user or to a group of theirs" if kind == "user" else f"the {kind}"
        return cls(subject, f"the {kind}'s", f"that bears on the {kind}", home)


YOU: Final = Whom("You", "your", "that bears on you", "you or to a group of yours")
ME: Final = Whom("I", "my", "that bears on me", "me or to a group of mine")


def lay_out(explanation: Explanation, whom: Whom) -> Answer:
    decision = explanation.decision
    request = decision.request
    verb = "may" if decision.allowed else "may not"
    resource = "every resource" if request.resource == "*" else f"`{request.resource}`"
    return Answer(
        decision,
        f"{whom.name} {verb} do `{request.action}` on {resource}.",
        _reason(decision, whom),
        list(_steps(explanation, whom)),
        [ShownStatement.of(told) for told in explanation.near] if decision.outcome is Outcome.IMPLICIT_DENY else [],
        () if decision.allowed else explanation.missing,
        list(_advice(explanation, whom)),
        explanation.statement if explanation.lacking and not decision.unreadable else "",
    )


def _reason(decision: Decision, whom: Whom) -> str:
    match decision.outcome, decision.limited_by:
        case Outcome.ALLOWED, _:
            return "A policy allows it, and nothing denies it."
        case Outcome.EXPLICIT_DENY, _:
            return "A policy denies it, and a deny wins over every allow."
        case _ if decision.unreadable:
            return "A policy cannot be understood, and what is not understood never allows."
        case _, Layer.BOUNDARY:
            return f"{_first_upper(whom.whose)} permissions boundary does not allow it."
        case _, Layer.SESSION:
            return f"The policy of {whom.whose} session does not allow it."
        case _:
            return f"No policy {whom.bears} allows it."


def _steps(explanation: Explanation, whom: Whom) -> Iterable[Step]:
    """In the order in which they are asked."""
    denying = [each for each in explanation.applied if each.effect is Effect.DENY]
    if denying:
        yield _step("Denied", denying, good=False, decides=True)
    else:
        yield Step("No policy denies it.", good=True)
    for verdict in explanation.decision.verdicts:
        layer = verdict.place.layer
        if layer in _LIMITS:
            limit = _LIMITS[layer].format(whose=_first_upper(whom.whose))
            yield _layer_step(explanation, layer, f"{limit} allows it", f"{limit} does not allow it.")
    no_policy = f"No policy {whom.bears} allows it."
    yield _layer_step(explanation, Layer.IDENTITY, "Allowed", no_policy)


_LIMITS: Final = {Layer.BOUNDARY: "{whose} permissions boundary", Layer.SESSION: "{whose} session's policy"}


def _layer_step(explanation: Explanation, layer: Layer, allowed: str, not_allowed: str) -> Step:
    allowing = [each for each in explanation.applied if each.layer is layer and each.effect is Effect.ALLOW]
    if layer in explanation.lacking or not allowing:
        return Step(not_allowed, good=False)
    return _step(allowed, allowing, good=True, decides=explanation.decision.allowed and layer is Layer.IDENTITY)


def _step(words: str, applied: Sequence[Applied], *, good: bool, decides: bool) -> Step:
    shown = [ShownStatement.of(each.told) for each in applied if each.told]
    return Step(words, good, shown, len(shown) < len(applied), decides)


def _advice(explanation: Explanation, whom: Whom) -> Iterable[str]:
    """What an administrator could do, each a sentence."""
    decision = explanation.decision
    if decision.allowed:
        return
    if decision.outcome is Outcome.EXPLICIT_DENY:
        yield (
            "Change or detach the policy that denies it, or do what its conditions ask for. No statement that allows "
            "it helps while it is denied."
        )
    if decision.unreadable:
        yield "Mend the policy that cannot be understood: until then nothing is allowed."
        return
    places = [_PLACES[layer].format(whom=whom) for layer in explanation.lacking if layer in _PLACES]
    if places:
        also = "Then allow" if decision.outcome is Outcome.EXPLICIT_DENY else "Allow"
        yield f"{also} it by this statement, which allows nothing else, in {' and in '.join(places)}."
    if decision.request.action.lower() == "sts:assumerole":
        yield "The role's trust policy has to let the caller in as well: it stands on the role's Trust tab."


_PLACES: Final = {
    Layer.IDENTITY: "a policy attached to {whom.home}",
    Layer.BOUNDARY: "{whom.whose} permissions boundary",
    Layer.SESSION: "the session's policy",
}


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def letter(answer: Answer, facts: Mapping[str, str], link: str) -> str:
    """The text to send to an administrator: plain, whole without the console, with a link for who has it.

    `facts` are lines to stand under the request, by their label.
    """
    request = answer.decision.request
    lines = {"Who": request.principal.arn, "Action": request.action, "Resource": request.resource, **facts}
    width = max(map(len, lines)) + 1
    told = "\n".join(f"{f'{label}:':<{width}} {value}" for label, value in lines.items())
    advice = "\n".join(textwrap.fill(sentence, 78) for sentence in answer.advice)
    parts = [
        "Please let me do this, which is refused to me in Grantbook.",
        told,
        textwrap.fill(f"Reason: {answer.reason}", 78),
        f"What would help:\n{advice}",
        answer.statement,
        f"Why, and what else: {link}",
    ]
    return "\n\n".join(part for part in parts if part)


def policy_text(statement: str) -> str:
    """A whole policy of the one statement, to paste."""
    return json.dumps({"Version": "2012-10-17", "Statement": [json.loads(statement)]}, indent=4, ensure_ascii=False)
