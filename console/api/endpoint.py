"""The AWS wire at `/`: who asks -> which operation -> its answer. Nothing of the pages runs before it."""

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse

from console.origins import name_request
from policies_app.operations import service_model
from policies_app.operations.early_refusals import recorded
from policies_app.operations.errors import OperationError

from . import access_analyzer, query, xml
from .authentication import authenticate
from .bodies import read_body
from .errors import InvalidAction, MalformedInput, MissingAction, WireError
from .problems import expected, problem_of
from .services import Service, by_version

MOST_FIELDS = 5000
IAM = "2010-05-08"
# What makes a `GET /` a program's and not that of somebody who wants to see the dashboard.
ASKS = re.compile("(?:^|&)(?:Action|X-Amz-Algorithm)=")


class ApiMiddleware:
    """Answers what programs send, and passes everything else on to the pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if access_analyzer.is_analysis(request):
            return access_analyzer.answer(request)
        if is_query(request):
            return answer(request)
        return self.get_response(request)


def is_query(request: HttpRequest) -> bool:
    """Whatever is signed as AWS signs is a program's, wherever it is sent; no page takes a `POST /`."""
    if request.headers.get("Authorization", "").startswith("AWS4-"):
        return True
    if request.path_info != "/":
        return False
    return request.method == "POST" or bool(ASKS.search(request.META.get("QUERY_STRING", "")))


def answer(request: HttpRequest) -> HttpResponse:
    request_id = name_request(request)
    service = by_version()[IAM]
    try:
        fields = _fields(request)
        service = _service(dict(fields))
        text = _perform(request, service, fields, request_id)
        status: int = HTTPStatus.OK
    except Exception as error:  # noqa: BLE001  # the edge of the wire: `expected` logs what it did not expect
        status, text = _refusal(service, expected(error, request_id), request_id)
    return HttpResponse(text, content_type=xml.TYPE, status=status, headers={"x-amzn-RequestId": request_id})


def _refusal(service: Service, error: WireError | OperationError, request_id: str) -> tuple[int, str]:
    problem = problem_of(error)
    told = {"Type": problem.kind, "Code": problem.code, "Message": problem.message, "Detail": problem.detail}
    return problem.status, xml.error(service.namespace, told, request_id)


def _fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Those of the address, and of the body, which is read as a form whatever it says that it is."""
    body = read_body(request)
    try:
        # WSGI hands on the bytes of an address as Latin-1.
        texts = [request.META.get("QUERY_STRING", "").encode("latin-1").decode(), body.decode()]
        return [
            field
            for text in texts
            for field in parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
        ]
    except ValueError as error:  # UnicodeError is one
        raise MalformedInput("The request is no form in UTF-8.") from error


def _service(named: Mapping[str, str]) -> Service:
    version = named.get("Version", "NO_VERSION_SPECIFIED")
    if version not in by_version():
        raise InvalidAction(f"Could not find operation {named.get('Action', 'null')[:128]} for version {version[:64]}")
    return by_version()[version]


def _perform(request: HttpRequest, service: Service, fields: list[tuple[str, str]], request_id: str) -> str:
    call = authenticate(request, service.name)
    name = dict(fields).get("Action")
    if name is None:
        raise MissingAction("The request must contain the parameter Action.")
    model, action = service.find(name)
    given = query.parse(model.input_shape, fields)
    parameters = service_model.as_parameters(given)
    with recorded(call, name, parameters):
        parameters = action.parameters(call, parameters)
        service_model.refuse_missing(name, parameters)
    return xml.answer(model, action.output(action.operation(call, **parameters)), request_id)
