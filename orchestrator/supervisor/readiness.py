"""Ask `/readyz` over a bare socket: the supervisor needs no HTTP library for one question."""

from __future__ import annotations

import socket


def is_ready(host: str, port: int) -> bool:
    """Whether `/readyz` answers 200: database, Redis, a worker and the clock are there."""
    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    try:
        with socket.create_connection((address, port), timeout=2) as connection:
            connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return b" 200 " in connection.recv(64).split(b"\r\n")[0]
    except OSError:
        return False
