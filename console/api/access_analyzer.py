"""Access Analyzer's wire: REST-JSON on paths of its own, by botocore's service model.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicy.html
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl

from botocore import xform_name
from botocore.model import ListShape, OperationModel, Shape, StructureShape
from django.http import HttpRequest, HttpResponse

from console.origins import name_request
from policies_app.engine.findings import Finding, Position
from policies_app.operations import policy_validation, service_model
from policies_app.operations.early_refusals import recorded
from policies_app.operations.errors import OperationError, ValidationError
from policies_app.operations.pages import Page

from .authentication import authenticate
from .bodies import read_body
from .errors import MalformedInput, WireError
from .problems import Problem, expected, problem_of

SIGNED_FOR: Final = "access-analyzer"
# The scope that a signature names, in a header or in an address.
SIGNED: Final = re.compile(f"Credential=[^,&]+(?:/|%2F){SIGNED_FOR}(?:/|%2F)aws4_request", re.IGNORECASE)
TYPE: Final = "application/json"

type Output = dict[str, Any]
"""The JSON of an answer. What is None is left out."""


class UnknownOperation(WireError):
    code = "UnknownOperationException"
    status = HTTPStatus.NOT_FOUND


# https://docs.aws.amazon.com/access-analyzer/latest/APIReference/CommonErrors.html
CODES: Final[Mapping[str, tuple[str, HTTPStatus]]] = {
    "AccessDenied": ("AccessDeniedException", HTTPStatus.FORBIDDEN),
    "ExpiredToken": ("ExpiredTokenException", HTTPStatus.FORBIDDEN),
    "IncompleteSignature": ("IncompleteSignatureException", HTTPStatus.FORBIDDEN),
    "InternalFailure": ("InternalServerException", HTTPStatus.INTERNAL_SERVER_ERROR),
    "InvalidClientTokenId": ("UnrecognizedClientException", HTTPStatus.FORBIDDEN),
    "InvalidInput": ("ValidationException", HTTPStatus.BAD_REQUEST),
    "MalformedInput": ("ValidationException", HTTPStatus.BAD_REQUEST),
    "MalformedPolicyDocument": ("InvalidParameterException", HTTPStatus.BAD_REQUEST),
    "MissingAuthenticationToken": ("MissingAuthenticationTokenException", HTTPStatus.FORBIDDEN),
    "RequestExpired": ("InvalidSignatureException", HTTPStatus.FORBIDDEN),
    "SignatureDoesNotMatch": ("InvalidSignatureException", HTTPStatus.FORBIDDEN),
    "UnprocessableEntity": ("UnprocessableEntityException", HTTPStatus.UNPROCESSABLE_ENTITY),
    "ValidationError": ("ValidationException", HTTPStatus.BAD_REQUEST),
}
CANNOT_PARSE: Final = frozenset({"MalformedInput"})


@dataclass(frozen=True, slots=True)
class Action:
    """An operation, and how its result becomes the answer to the parameters."""

    operation: Callable[..., Any]
    output: Callable[[Any, Mapping[str, Any]], Output]


def is_analysis(request: HttpRequest) -> bool:
    """What goes to a path of its own, or is signed for it, wherever it goes."""
    texts = request.headers.get("Authorization", ""), request.META.get("QUERY_STRING", "")
    return request.path_info in by_path() or any(SIGNED.search(text) for text in texts)


def answer(request: HttpRequest) -> HttpResponse:
    request_id = name_request(request)
    headers = {"x-amzn-RequestId": request_id}
    try:
        content: Output = _perform(request)
        status: int = HTTPStatus.OK
    except Exception as error:  # noqa: BLE001  # the edge of the wire: `expected` logs what it did not expect
        content, status, headers["x-amzn-ErrorType"] = _told(expected(error, request_id))
    return HttpResponse(json.dumps(content), content_type=TYPE, status=status, headers=headers)


def _perform(request: HttpRequest) -> Any:
    body = read_body(request)
    call = authenticate(request, SIGNED_FOR)
    model = by_path().get(request.path_info)
    if model is None or request.method != model.http["method"]:
        raise _not_built(request.method or "", request.path_info)
    parameters = _read(model, request.META.get("QUERY_STRING", ""), body)
    with recorded(call, model.name, parameters):
        service_model.refuse_missing(model.name, parameters)
    action = ACTIONS[model.name]
    return _without_none(action.output(action.operation(call, **parameters), parameters))


@cache
def by_path() -> dict[str, OperationModel]:
    model = service_model.service("accessanalyzer")
    operations = [model.operation_model(name) for name in ACTIONS]
    return {operation.http["requestUri"]: operation for operation in operations}


def _not_built(method: str, path: str) -> UnknownOperation:
    """Names the operation of AWS's that was asked for, if there is one."""
    model = service_model.service("accessanalyzer")
    https = {name: model.operation_model(name).http for name in model.operation_names}
    fitting = {
        name: http["requestUri"]
        for name, http in https.items()
        if http["method"] == method and re.fullmatch(re.sub(r"\{\w+\}", ".+", http["requestUri"]), path)
    }
    if not fitting:
        return UnknownOperation(f"There is no operation for {method} on {path[:128]}.")
    # A placeholder may stand for an ARN, slashes and all, so the longest one is the one that was meant.
    name = max(fitting, key=lambda each: len(fitting[each]))
    return UnknownOperation(f"The operation {name} is not available here.")


def _told(error: WireError | OperationError) -> tuple[Output, int, str]:
    problem: Problem = problem_of(error)
    code, status = CODES.get(error.code, (error.code, HTTPStatus(problem.status)))
    content: Output = {"message": problem.message}
    if code == "ValidationException":
        content["reason"] = "cannotParse" if error.code in CANNOT_PARSE else "fieldValidationFailed"
    if isinstance(error, ValidationError):
        content["fieldList"] = [{"name": name, "message": text} for name, text in error.violations.items()]
    return content, status, code


# What is asked -------------------------------------------------------------------------------------------------------


def _read(model: OperationModel, address: str, body: bytes) -> dict[str, Any]:
    """The parameters by their Python names; raises `MalformedInput`. Members that are not known are passed over."""
    try:
        given = json.loads(body or b"{}")
        asked = dict(parse_qsl(address, keep_blank_values=True, errors="strict"))
    except (ValueError, RecursionError) as error:
        raise MalformedInput("The body is no JSON in UTF-8.") from error
    if not isinstance(given, dict):
        raise MalformedInput("The body is no JSON object.")
    parameters = {}
    shape = model.input_shape
    for name, member in shape.members.items() if isinstance(shape, StructureShape) else ():
        in_address = member.serialization.get("location") == "querystring"
        value = asked.get(member.serialization.get("name", name)) if in_address else given.get(name)
        if value is not None:
            is_number = in_address and member.type_name == "integer"
            parameters[xform_name(name)] = _typed(member, _number(value) if is_number else value, name)
    return parameters


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else text


def _typed(shape: Shape, value: Any, place: str) -> Any:
    match shape, value:
        case ListShape(), list():
            return [_typed(shape.member, item, f"{place}.{number}") for number, item in enumerate(value)]
        case StructureShape(), dict():
            return {
                name: _typed(member, value[name], f"{place}.{name}")
                for name, member in shape.members.items()
                if value.get(name) is not None
            }
        case Shape(type_name="integer"), int() if not isinstance(value, bool):
            return value
        case Shape(type_name="string"), str():
            return value
    raise MalformedInput(f"{place} is not of the type {shape.type_name}.")


# What is answered ----------------------------------------------------------------------------------------------------


def _findings(page: Page[Finding], parameters: Mapping[str, Any]) -> Output:
    text = parameters["policy_document"]
    return {"findings": [_finding(finding, text) for finding in page.items], "nextToken": page.next or None}


def _finding(finding: Finding, text: str) -> Output:
    span = {"start": _position(finding.span.start), "end": _position(finding.span.end)}
    return {
        "findingDetails": finding.message,
        "findingType": finding.type,
        "issueCode": finding.code,
        "learnMoreLink": finding.url,
        "locations": [{"path": _path(finding, text), "span": span}],
    }


def _position(position: Position) -> Output:
    return {"line": position.line, "column": position.column, "offset": position.offset}


def _path(finding: Finding, text: str) -> list[Output]:
    """`{"index": 0}` is an item of a list, `{"value": "Action"}` a member of an object, `{"key": …}` only its name."""
    steps: list[Output] = [{"index": step} if isinstance(step, int) else {"value": step} for step in finding.path]
    if steps and isinstance(finding.path[-1], str) and _is_key(finding, text):
        steps[-1] = {"key": finding.path[-1]}
    return steps


def _is_key(finding: Finding, text: str) -> bool:
    start, end = finding.span.start.offset, finding.span.end.offset
    return text[start:end].startswith('"') and text[end:].lstrip().startswith(":")


def _verdict(verdict: policy_validation.Verdict, _: Mapping[str, Any]) -> Output:
    return {
        "result": "PASS" if verdict.passed else "FAIL",
        "message": verdict.message,
        "reasons": [
            {
                "description": reason.description,
                "statementIndex": reason.statement_index,
                "statementId": reason.statement_id,
            }
            for reason in verdict.reasons
        ],
    }


def _without_none(value: Any) -> Any:
    match value:
        case dict():
            return {name: _without_none(item) for name, item in value.items() if item is not None}
        case list():
            return [_without_none(item) for item in value]
    return value


ACTIONS: Final[Mapping[str, Action]] = {
    "ValidatePolicy": Action(policy_validation.validate_policy, _findings),
    "CheckNoNewAccess": Action(policy_validation.check_no_new_access, _verdict),
    "CheckAccessNotGranted": Action(policy_validation.check_access_not_granted, _verdict),
    "CheckNoPublicAccess": Action(policy_validation.check_no_public_access, _verdict),
}
