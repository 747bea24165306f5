"""The outside world as the workflows of these tests see it: a web server that remembers every call."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

LONGEST_SECONDS = 30.0


class Outside:
    """`url`, and `calls`: how often each path was asked. `?s=2` answers after two seconds; a path that
    is held answers when it is released."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self._held: set[str] = set()
        self._changed = threading.Condition()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def note(self, path: str) -> None:
        with self._changed:
            self.calls[path] += 1
            self._changed.notify_all()

    def hold(self, path: str) -> None:
        """Leave its callers waiting until `release`."""
        self._held.add(path)

    def release(self) -> None:
        with self._changed:
            self._held.clear()
            self._changed.notify_all()

    def wait_released(self, path: str) -> None:
        with self._changed:
            self._changed.wait_for(lambda: path not in self._held, LONGEST_SECONDS)

    def wait_for(self, path: str, count: int = 1, wait_seconds: float = 30.0) -> None:
        """Until `path` was asked `count` times in all."""
        with self._changed:
            came = self._changed.wait_for(lambda: self.calls[path] >= count, wait_seconds)
        assert came, f"{path} was asked {self.calls[path]} times, not {count}; all calls: {dict(self.calls)}"

    def close(self) -> None:
        self.release()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024
    """Hundreds of runs call at once; with the default of five, some of them would be turned away."""


def _handler(outside: Outside) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            outside.note(parts.path)
            outside.wait_released(parts.path)
            time.sleep(min(LONGEST_SECONDS, float(parse_qs(parts.query).get("s", ["0"])[0])))
            body = json.dumps({"path": parts.path, "count": outside.calls[parts.path]}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _answer

        def log_message(self, *_: Any) -> None:
            pass

        def handle(self) -> None:
            with suppress(ConnectionError):  # The caller was killed; that is what these tests do.
                super().handle()

    return Handler
