"""The border between services and HTTP: reading bodies, writing JSON, mapping errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import structlog
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from orchestrator import strict_json
from orchestrator.errors import (
    InvalidInput,
    MalformedBody,
    MethodNotAllowed,
    NotFound,
    NotSignedIn,
    Problem,
    ServiceError,
    TooLarge,
    Unavailable,
)

API_PREFIX = "/api/"
OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z
log = structlog.get_logger(__name__)


class JsonParser(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        return strict_json.loads(request.body)


class JsonRenderer(BaseRenderer):
    media_type = "application/json"
    charset = "utf-8"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data, default=str, option=OPTIONS)


def answer(data: Any, *, status: int = 200) -> HttpResponse:
    """JSON that is not checked against its schema: for bodies that may be large."""
    content = data if isinstance(data, bytes) else orjson.dumps(data, default=str, option=OPTIONS)
    return HttpResponse(content, status=status, content_type="application/json; charset=utf-8")


def error_response(error: ServiceError) -> HttpResponse:
    response = HttpResponse(
        orjson.dumps(error.as_dict()), status=error.status, content_type="application/json; charset=utf-8"
    )
    if "retry_after" in error.extra:
        response["Retry-After"] = str(error.extra["retry_after"])
    if error.status == NotSignedIn.status:
        response["WWW-Authenticate"] = 'Bearer realm="orchestrator"'
    return response


def map_errors(api: NinjaAPI) -> None:
    """Give `api` its one answer for each kind of exception."""
    handlers = {
        ServiceError: lambda request, error: error_response(error),
        ValidationError: lambda request, error: error_response(_from_validation(error)),
        HttpError: lambda request, error: error_response(_from_http_error(error)),
        AuthenticationError: lambda request, error: error_response(not_signed_in()),
        Http404: lambda request, error: error_response(NotFound("route.not_found", "there is nothing here")),
        RequestDataTooBig: lambda request, error: error_response(_too_large()),
        TooManyFieldsSent: lambda request, error: error_response(_too_large()),
        OperationalError: _database_away,
        InterfaceError: _database_away,
        Exception: _from_bug,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def not_signed_in() -> NotSignedIn:
    return NotSignedIn("auth.required", "sign in, or send an API token as 'Authorization: Bearer …'")


def _too_large() -> TooLarge:
    return TooLarge("body.too_large", "the body is larger than 16 MB")


def _from_http_error(error: HttpError) -> ServiceError:
    """The framework wraps what our parser raises; other messages of its own become `body.malformed`."""
    if isinstance(error.__cause__, ServiceError):
        return error.__cause__
    if isinstance(error.__cause__, RequestDataTooBig):
        return _too_large()
    return MalformedBody("body.malformed", str(error))


def _from_validation(error: ValidationError) -> InvalidInput:
    problems = [
        Problem(_path(entry["loc"]), "input." + entry["type"], entry["msg"]) for entry in error.errors
    ]
    first = f"{problems[0].path}: {problems[0].message}" if problems else "the input does not fit"
    return InvalidInput("input.invalid", first, problems)


def _path(location: tuple[Any, ...]) -> str:
    """`("body", "payload", "email")` → `body.email`: the argument's name is ours, not the caller's."""
    kind, _, *rest = [str(part) for part in location] + ([""] if len(location) == 1 else [])
    if kind != "body":
        return ".".join(str(part) for part in location)
    return ".".join([kind, *rest])


def _database_away(request: HttpRequest, error: Exception) -> HttpResponse:
    """Nothing was changed, or nobody heard that it was: what asks for a change is safe to repeat."""
    log.error("the database does not answer", method=request.method, path=request.path, error=str(error))
    found = Unavailable("database.unavailable", "the database does not answer; try again in a moment")
    found.extra["retry_after"] = 2
    response = error_response(found)
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _from_bug(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("unexpected error", method=request.method, path=request.path, exc_info=error)
    response = error_response(
        ServiceError("server.bug", "something went wrong on our side; the log has the details")
    )
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django would log it again
    return response


def json_errors(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: below `/api/` also what Django itself answers is JSON with a code."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return error_response(MalformedBody("request.nul_character", "the address contains U+0000"))
        response = get_response(request)
        is_ours = response.status_code < 400 or "json" in response.get("Content-Type", "")
        if is_ours or not request.path.startswith(API_PREFIX):
            return response
        return _in_json(request, response)

    return middleware


def _in_json(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if response.status_code == 404:
        return error_response(NotFound("route.not_found", f"there is nothing at {request.path}"))
    if response.status_code == 405:
        allowed = response.get("Allow", "")
        message = f"{request.path} takes {allowed}, not {request.method}"
        converted = error_response(MethodNotAllowed("route.method_not_allowed", message))
        converted["Allow"] = allowed
        return converted
    found = MalformedBody("request.refused", response.reason_phrase)
    converted = error_response(found)
    converted.status_code = response.status_code
    return converted
