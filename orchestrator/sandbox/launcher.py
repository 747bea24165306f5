"""Run as a program of its own: put up the wall, then become an engine.

Its one argument is JSON: {"command": [...], "fds": [in, out], "data_bytes", "readable": [...],
"executable": [...], "environment": {...}}. In the engine the pipes are descriptors 3 and 4;
all others but the standard ones, which are /dev/null, are closed. Without "fds" the engine
speaks over its standard input and output."""

import ctypes
import fcntl
import json
import os
import sys

# At the end: names there must not stand before those of the standard library.
sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "sdk"))
import wall  # type: ignore[import-not-found]


def main() -> None:
    config = json.loads(sys.argv[1])
    parent = config["parent"]
    if "fds" in config:
        _take_pipes(*config["fds"])
        wall.enter_process()
    else:
        # It ends when its standard input does. The signal would come too early: it is sent when
        # the thread that started the child ends, and a library's threads come and go.
        os.closerange(3, 1024)
        os.setsid()
        wall.enter_process(dies_with_parent=False)
    if os.getppid() != parent:
        os._exit(0)  # the parent died before the signal was armed
    wall.enter_limits(config["data_bytes"])
    wall.enter_landlock(config["readable"], config["executable"])
    _become(config["command"], config["environment"])


def _take_pipes(source: int, sink: int) -> None:
    # First to free places: they may stand where they, or each other, are to go.
    pipes = [fcntl.fcntl(pipe, fcntl.F_DUPFD, 5) for pipe in (source, sink)]
    os.dup2(pipes[0], 3)
    os.dup2(pipes[1], 4)
    os.closerange(5, max(1024, source + 1, sink + 1, *(pipe + 1 for pipe in pipes)))


def _become(command: list[str], environment: dict[str, str]) -> None:
    """execve by hand: the filter lets only this very address of the path through."""
    path = ctypes.create_string_buffer(command[0].encode())
    arguments = (ctypes.c_char_p * (len(command) + 1))(*[part.encode() for part in command], None)
    pairs = [f"{name}={value}".encode() for name, value in environment.items()]
    variables = (ctypes.c_char_p * (len(pairs) + 1))(*pairs, None)
    libc = ctypes.CDLL(None)
    execve = libc.execve
    wall.enter_seccomp(ctypes.addressof(path))
    execve(path, arguments, variables)
    os._exit(127)


main()
