"""Signing in and out over the API, one's password, and the first owner."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from ninja import Router, Status

from orchestrator.accounts.api import user_of
from orchestrator.accounts.authentication import Session, require_csrf
from orchestrator.accounts.models import User
from orchestrator.accounts.schemas import NewOwner, NewPassword, SessionOut, SignIn
from orchestrator.accounts.services import change_password, check_sign_in, create_owner, needs_owner
from orchestrator.inbox.models import HumanTask, TaskStatus

router = Router(tags=["session"])


@router.get("/session", auth=None, response=SessionOut, operation_id="get_session")
def get_session(request: HttpRequest) -> dict[str, Any]:
    """Who is signed in, and what a page needs to know before anything else. Sets the CSRF cookie."""
    return session_of(request)


@router.post("/session", auth=None, response=SessionOut, operation_id="sign_in")
def sign_in(request: HttpRequest, payload: SignIn) -> dict[str, Any]:
    """Sign in with e-mail and password; sets the session cookie."""
    require_csrf(request)
    user = check_sign_in(email=payload.email, password=payload.password, address=address_of(request))
    login(request, user)
    return session_of(request)


@router.delete("/session", auth=None, response={204: None}, operation_id="sign_out")
def sign_out(request: HttpRequest) -> HttpResponse:
    require_csrf(request)
    logout(request)
    return HttpResponse(status=204)


@router.put("/session/password", auth=Session(), response=SessionOut, operation_id="change_password")
def put_password(request: HttpRequest, payload: NewPassword) -> dict[str, Any]:
    """Change your own password. This browser stays signed in; all your others are signed out."""
    user = user_of(request)
    current, new = payload.current_password, payload.password
    change_password(user=user, current=current, new=new, address=address_of(request))
    update_session_auth_hash(request, user)
    return session_of(request)


@router.post("/owner", auth=None, response={201: SessionOut}, operation_id="create_owner")
def post_owner(request: HttpRequest, payload: NewOwner) -> Status[dict[str, Any]]:
    """Make the first account and sign it in. 409 `owner.exists` once there is one."""
    require_csrf(request)
    user = create_owner(email=payload.email, name=payload.name, password=payload.password)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return Status(201, session_of(request))


def session_of(request: HttpRequest) -> dict[str, Any]:
    user = request.user
    signed_in = isinstance(user, User)
    return {
        "user": user if signed_in else None,
        "needs_owner": not signed_in and needs_owner(),
        "csrf_token": get_token(request),
        "inbox_open": HumanTask.objects.filter(status=TaskStatus.OPEN).count() if signed_in else 0,
    }


def address_of(request: HttpRequest) -> str:
    """The caller's IP; what the proxy in front saw, when there is one and it is trusted."""
    if settings.TRUST_PROXY:
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
        if forwarded:
            return forwarded
    return str(request.META.get("REMOTE_ADDR") or "")
