"""A model behind an OpenAI-compatible address, as small as can be: it says what the test wants."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Model:
    """`asked`: the bodies of all requests; `refuse` makes it answer 500 that many times first."""

    def __init__(self, answer: str = "Hello Ada!") -> None:
        self.answer = answer
        self.refuse = 0
        self.asked: list[dict[str, Any]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def chunks(self) -> list[dict[str, Any]]:
        head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "small-2"}
        half = len(self.answer) // 2
        said = [
            {**head, "choices": [{"index": 0, "delta": {"content": part}, "finish_reason": None}]}
            for part in (self.answer[:half], self.answer[half:])
        ]
        end = {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
        usage = {"prompt_tokens": 1000, "completion_tokens": 200, "total_tokens": 1200}
        return [*said, end, {**head, "choices": [], "usage": usage}]


def _handler(model: Model) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
            model.asked.append(body)
            if model.refuse:
                model.refuse -= 1
                self._send(500, "application/json", b'{"error": {"message": "too busy"}}')
                return
            lines = [f"data: {json.dumps(chunk)}\n\n" for chunk in model.chunks()] + ["data: [DONE]\n\n"]
            self._send(200, "text/event-stream", "".join(lines).encode())

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
