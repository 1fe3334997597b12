"""The AWS wire at `/`: who asks -> which operation -> its answer. Nothing of the pages runs before it."""

import logging
import uuid
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse

from policies_app.operations import service_model
from policies_app.operations.errors import OperationError

from . import access_analyzer, query, xml
from .authentication import authenticate
from .bodies import read_body
from .errors import InternalFailure, MalformedInput, WireError
from .problems import problem_of
from .services import Service, by_version

logger = logging.getLogger(__name__)

MOST_FIELDS = 5000
DEFAULT_VERSION = "2010-05-08"


class ApiMiddleware:
    """Answers what programs send, and passes everything else on to the pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_query(request):
            return answer(request)
        if access_analyzer.is_analysis(request):
            return access_analyzer.answer(request)
        return self.get_response(request)


def is_query(request: HttpRequest) -> bool:
    """`GET /` without an action is the dashboard; no page takes a `POST /`."""
    if request.path_info != "/":
        return False
    asked = request.META.get("QUERY_STRING", "")
    return request.method == "POST" or "Action=" in asked or "X-Amz-Algorithm=" in asked


def answer(request: HttpRequest) -> HttpResponse:
    request_id = str(uuid.uuid4())
    service = by_version()[DEFAULT_VERSION]
    try:
        fields = _fields(request)
        named = dict(fields)
        service = by_version().get(named.get("Version", DEFAULT_VERSION), service)
        text = _perform(request, service, named.get("Action", ""), fields, request_id)
        status: int = HTTPStatus.OK
    except (WireError, OperationError) as error:
        problem = problem_of(error)
        status = problem.status
        text = xml.error(service.namespace, problem.kind, problem.code, problem.message, request_id)
    except Exception:
        logger.exception("Request %s failed.", request_id)
        problem = problem_of(InternalFailure("The request processing has failed because of an unknown error."))
        status = problem.status
        text = xml.error(service.namespace, problem.kind, problem.code, problem.message, request_id)
    return HttpResponse(text, content_type=xml.TYPE, status=status, headers={"x-amzn-RequestId": request_id})


def _fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Those of the address, and of the body where it is a form."""
    body = read_body(request)
    try:
        texts = [request.META.get("QUERY_STRING", ""), body.decode()]
        return [
            field
            for text in texts
            for field in parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
        ]
    except ValueError as error:  # UnicodeDecodeError is one
        raise MalformedInput("The body is no form in UTF-8.") from error


def _perform(request: HttpRequest, service: Service, name: str, fields: list[tuple[str, str]], request_id: str) -> str:
    call = authenticate(request, service.name)
    model, action = service.find(name)
    given = query.parse(model.input_shape, fields)
    parameters = action.parameters(call, service_model.as_parameters(given))
    service_model.refuse_missing(name, parameters)
    return xml.answer(model, action.output(action.operation(call, **parameters)), request_id)
