"""A model behind an OpenAI-compatible address, as small as can be: it says what the test wants."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HEAD = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "small-2"}


class Model:
    """`asked`: the bodies of all requests; `refuse` makes it answer 500 that many times first; while
    `goes_on` is not set it says "hmm" again and again before its answer."""

    def __init__(self, answer: str = "Hello Ada!") -> None:
        self.answer = answer
        self.refuse = 0
        self.asked: list[dict[str, Any]] = []
        self.goes_on = threading.Event()
        self.goes_on.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def chunks(self) -> Iterator[dict[str, Any]]:
        while not self.goes_on.wait(0.05):
            yield _chunk({"content": "hmm "})
        half = len(self.answer) // 2
        yield _chunk({"content": self.answer[:half]})
        yield _chunk({"content": self.answer[half:]})
        yield _chunk({}, "stop")
        usage = {"prompt_tokens": 1000, "completion_tokens": 200, "total_tokens": 1200}
        yield {**HEAD, "choices": [], "usage": usage}


def _chunk(delta: dict[str, str], finish_reason: str | None = None) -> dict[str, Any]:
    return {**HEAD, "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}]}


def _handler(model: Model) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
            model.asked.append(body)
            if model.refuse:
                model.refuse -= 1
                self._send(500, "application/json", b'{"error": {"message": "too busy"}}')
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()  # without a length: the end of the connection ends it
            for chunk in model.chunks():
                self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
                self.wfile.flush()
            self.wfile.write(b"data: [DONE]\n\n")

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

        def handle(self) -> None:
            with suppress(ConnectionError):
                super().handle()

    return Handler
