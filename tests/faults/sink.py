"""The effect sink: a web server that writes down every call before it answers."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Effect:
    """One call: when (epoch seconds), which operation of which order, under which key."""

    at: float
    method: str
    operation: str
    key: str


class Sink:
    """`url`, and `effects`, which only ever grows. `?s=0.5` answers after half a second, `?fails=1`
    says 503 to the first call under a key, `?resume=…` leaves an address in `told`."""

    def __init__(self) -> None:
        self.effects: list[Effect] = []
        self.told: dict[str, str] = {}
        self.refused: set[str] = set()
        self._server = _QuietServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Callers are killed in the middle of their calls: that is what this is for."""


def _handler(sink: Sink) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            key = self.headers.get("Idempotency-Key", "")
            sink.effects.append(Effect(time.time(), self.command, parts.path.strip("/"), key))
            query = parse_qs(parts.query)
            time.sleep(min(30.0, float(query.get("s", ["0"])[0])))
            if "resume" in query:
                sink.told[parts.path.strip("/").partition("/")[0]] = query["resume"][0]
            is_refused = "fails" in query and key not in sink.refused
            if is_refused:
                sink.refused.add(key)
            body = json.dumps({"ok": True}).encode()
            try:
                self.send_response(503 if is_refused else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                self.close_connection = True

        do_GET = do_POST = do_PUT = _answer

        def log_message(self, *args: Any) -> None:
            """Calls are in the ledger."""

    return Handler
