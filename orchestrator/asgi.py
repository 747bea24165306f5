"""ASGI entry: webhooks on a lean route, the live websocket, everything else Django.

Nothing starts here: the server runs without lifespan events, so what a process needs (the
database pool, Redis, the sandbox) opens at first use."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orchestrator.settings")

from django.core.asgi import get_asgi_application

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

django_application = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path, resolve  # noqa: E402

from orchestrator.accounts.websocket import signed_in  # noqa: E402
from orchestrator.runs.consumers import LiveConsumer  # noqa: E402
from orchestrator.triggers.rehearsal import rehearsal_application  # noqa: E402
from orchestrator.triggers.webhook import webhook_application  # noqa: E402

WEBHOOK_PREFIX = "/webhook/"
REHEARSAL_PREFIX = "/webhook-test/"

# Loads all URLs and what they lead to now: the first request need not wait, and a mistake shows at once.
resolve("/healthz")

channels_application = ProtocolTypeRouter(
    {
        "http": django_application,
        "websocket": signed_in(URLRouter([path("ws/live", LiveConsumer.as_asgi())])),
    }
)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http" and scope["path"].startswith(WEBHOOK_PREFIX):
        await webhook_application(scope, receive, send)
    elif scope["type"] == "http" and scope["path"].startswith(REHEARSAL_PREFIX):
        await rehearsal_application(scope, receive, send)
    elif scope["type"] == "lifespan":
        await _lifespan(receive, send)
    else:
        await channels_application(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return
