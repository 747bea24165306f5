"""How the API knows who calls: the browser's session (with CSRF) or an API token."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from orchestrator.accounts.models import User
from orchestrator.accounts.services import user_of_token
from orchestrator.errors import NotAllowed
from orchestrator.rest import error_response, not_signed_in


class Session(APIKeyCookie):
    """The session cookie. Anything but a safe method needs the `X-CSRFToken` header too."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self) -> None:
        super().__init__(csrf=False)

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        user: Any = request.user
        if not (user.is_authenticated and user.is_active):
            return None
        require_csrf(request)
        return user


class Token(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        user = user_of_token(token)
        if user is not None:
            request.user = user
        return user


def is_signed_in(request: HttpRequest) -> bool:
    """For pages outside the API that only read."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return user_of_token(token.strip()) is not None
    return request.user.is_authenticated


def signed_in_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Guard a view that is no operation of the API: 401 for who is not signed in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if not is_signed_in(request):
            return error_response(not_signed_in())
        return view(request, *args, **named)

    return guarded


def require_csrf(request: HttpRequest) -> None:
    """Raise NotAllowed unless the page that sent this is ours."""
    if check_csrf(request) is not None:
        raise NotAllowed("auth.csrf", "the X-CSRFToken header is missing or wrong; reload the page")


SIGNED_IN = [Token(), Session()]
