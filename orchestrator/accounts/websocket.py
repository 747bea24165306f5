"""Who opens a websocket: a session cookie (same origin only) or an API token."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

from channels.auth import AuthMiddlewareStack
from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http.request import split_domain_port, validate_host

from orchestrator.accounts.open_sockets import Proof, guard
from orchestrator.accounts.services import digest_of, user_of_token

CLOSED_NOT_SIGNED_IN = 4401
CLOSE = {"type": "websocket.close", "code": CLOSED_NOT_SIGNED_IN, "reason": "not signed in"}


def signed_in(application: Any) -> Any:
    """Let `application` see only connections with `scope["user"]` signed in; close the others
    with code 4401, and later those whose session, token or account has ended meanwhile."""
    by_session = AuthMiddlewareStack(_Required(application))

    async def route(scope: Any, receive: Any, send: Any) -> Any:
        headers = dict(scope["headers"])
        scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        if scheme.lower() == "bearer":
            secret = token.strip()
            user = await database_sync_to_async(user_of_token)(secret) or AnonymousUser()
            proven = {**scope, "user": user, "proof": Proof(token=digest_of(secret))}
            return await _Required(application)(proven, receive, send)
        if not _same_origin(headers):
            return await _refuse(receive, send)
        return await by_session(scope, receive, send)

    return route


class _Required:
    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        if not scope["user"].is_authenticated:
            return await _refuse(receive, send)
        proof = scope.get("proof") or Proof(session=scope["session"].session_key or "")
        async with guard().watch(proof) as ended:
            serving = asyncio.ensure_future(self.application(scope, receive, send))
            ending = asyncio.ensure_future(ended.wait())
            try:
                await asyncio.wait((serving, ending), return_when=asyncio.FIRST_COMPLETED)
                if serving.done():
                    return serving.result()
            finally:
                ending.cancel()
                serving.cancel()
            await asyncio.wait((serving,))
            await send(CLOSE)


async def _refuse(receive: Any, send: Any) -> None:
    """Accept, then close: a browser shows the code of a close, but not of a refusal."""
    await receive()
    await send({"type": "websocket.accept"})
    await send(CLOSE)


def _same_origin(headers: dict[bytes, bytes]) -> bool:
    """Browsers send cookies along from any site, so the page must be one of ours."""
    origin = urlsplit(headers.get(b"origin", b"").decode("latin-1"))
    if f"{origin.scheme}://{origin.netloc}" in settings.CSRF_TRUSTED_ORIGINS:
        return True
    host = headers.get(b"host", b"").decode("latin-1")
    allowed = validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)
    return bool(origin.netloc) and origin.netloc == host and allowed
