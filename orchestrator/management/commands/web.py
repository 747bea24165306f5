"""The web process: HTTP, webhooks and the live websocket."""

from __future__ import annotations

import asyncio
import signal
import warnings
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

LAST_WORDS_SECONDS = 0.1
"""For what streams to come to its end."""


class Command(BaseCommand):
    help = "Serve HTTP and websockets on HOST:PORT. One process; run several behind a proxy to scale out."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        # WhiteNoise streams open files; Django reads those on a thread and need not say so each time.
        warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")
        try:
            asyncio.run(serve(settings.HOST, settings.PORT))
        except OSError as error:
            raise CommandError(
                f"cannot listen on {settings.HOST}:{settings.PORT}: {error.strerror}"
            ) from error


async def serve(host: str, port: int) -> None:
    """Until SIGTERM or SIGINT. The server runs inside this process: granian's usual parent
    process would cost as much memory again."""
    # Imported late: listing the commands needs neither the server nor all of the application.
    from granian.server.embed import Server

    from orchestrator.asgi import application
    from orchestrator.runs.live_hub import live_hub

    server = Server(
        application,
        address=host,
        port=port,
        interface="asginl",
        log_access=False,
        log_level="error",  # The usual start-up lines are the supervisor's to say.
        backlog=2048,
    )
    hub, loop = live_hub(), asyncio.get_running_loop()

    def stop() -> None:
        hub.close()
        loop.call_later(LAST_WORDS_SECONDS, server.stop)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    await server.serve()
