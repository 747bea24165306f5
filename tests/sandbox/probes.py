"""What an attacker with native power inside a child would try. Run as a program:

`probes.py walled|python|open CANARY PORT` prints a JSON object, probe -> "" (failed) or what it got.
In `open` mode nothing is locked: the same probes must then succeed, or they prove nothing."""

from __future__ import annotations

import ctypes
import json
import os
import platform
import resource
import socket
import sys
from collections.abc import Callable

_libc = ctypes.CDLL(None, use_errno=True)
_PARENT = os.getppid()


def _syscall(number: int, *args: object) -> str:
    answer = _libc.syscall(number, *args)
    if answer < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return f"gave {answer}"


def _read(path: str) -> str:
    with open(path, "rb") as file:
        return f"read {len(file.read(64))} bytes"


def _write(path: str) -> str:
    with open(path, "wb") as file:
        file.write(b"x")
    os.unlink(path)
    return "wrote"


def _connect(port: int) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=2):
        return "connected"


def _socket(family: int, kind: int) -> str:
    with socket.socket(family, kind):
        return "opened"


def _listen() -> str:
    with socket.create_server(("127.0.0.1", 0)):
        return "listens"


def _fork() -> str:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return "forked"


def _spawn(path: str) -> str:
    pid = os.posix_spawn(path, [path], {})
    os.waitpid(pid, 0)
    return "spawned"


def _memory_of_parent() -> str:
    buffer = ctypes.create_string_buffer(8)
    here = (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 8)
    there = (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 8)
    if _libc.process_vm_readv(_PARENT, here, 1, there, 1, 0) < 0 and ctypes.get_errno() != 14:
        raise OSError(ctypes.get_errno(), "refused")
    return "allowed"


def _make(what: Callable[[str], object], remove: Callable[[str], object]) -> str:
    path = f"probe-{os.getpid()}"
    what(path)
    remove(path)
    return "made"


def _raise_limit() -> str:
    resource.setrlimit(resource.RLIMIT_NOFILE, resource.getrlimit(resource.RLIMIT_NOFILE))
    return "set"


def probes(canary: str, port: int) -> dict[str, Callable[[], object]]:
    return {
        "read the canary": lambda: _read(canary),
        "read /etc/passwd": lambda: _read("/etc/passwd"),
        "read own environment": lambda: _read("/proc/self/environ"),
        "read the parent's environment": lambda: _read(f"/proc/{_PARENT}/environ"),
        "read the parent's status": lambda: _read(f"/proc/{_PARENT}/status"),
        "read its own memory map": lambda: _read("/proc/self/maps"),
        "open the parent's memory": lambda: _read(f"/proc/{_PARENT}/maps"),
        "read the parent's memory": _memory_of_parent,
        "list the root": lambda: f"{len(os.listdir('/'))} names",
        "list the working folder": lambda: f"names {os.listdir('.')}",
        "write to the working folder": lambda: _write("probe"),
        "write to /tmp": lambda: _write("/tmp/sandbox-probe"),
        "write to /dev/shm": lambda: _write("/dev/shm/sandbox-probe"),
        "change the canary": lambda: open(canary, "ab").close() or "opened",
        "make a folder": lambda: _make(os.mkdir, os.rmdir),
        "make a symbolic link": lambda: _make(lambda path: os.symlink("/", path), os.unlink),
        "make a hard link": lambda: _make(lambda path: os.link(canary, path), os.unlink),
        "change the canary's mode": lambda: os.chmod(canary, 0o644) or "changed",
        "rename": lambda: os.rename(canary, canary) or "renamed",
        "make a file in memory": lambda: f"descriptor {os.memfd_create('probe')}",
        "connect to a local server": lambda: _connect(port),
        "open a UDP socket": lambda: _socket(socket.AF_INET, socket.SOCK_DGRAM),
        "open an IPv6 socket": lambda: _socket(socket.AF_INET6, socket.SOCK_STREAM),
        "open a unix socket": lambda: _socket(socket.AF_UNIX, socket.SOCK_STREAM),
        "open a netlink socket": lambda: _socket(socket.AF_NETLINK, socket.SOCK_RAW),
        "listen": _listen,
        "make a pair of sockets": lambda: [end.close() for end in socket.socketpair()] and "made",
        "fork": _fork,
        "start /bin/true": lambda: _spawn("/bin/true"),
        "start Python": lambda: _spawn(sys.executable),
        "signal the parent": lambda: os.kill(_PARENT, 0) or "allowed",
        "signal the parent's group": lambda: os.killpg(os.getpgid(_PARENT), 0) or "allowed",
        "slow the parent": lambda: os.setpriority(os.PRIO_PROCESS, _PARENT, 0) or "allowed",
        "move the parent": lambda: os.sched_setaffinity(_PARENT, os.sched_getaffinity(_PARENT)) or "allowed",
        "set limits": _raise_limit,
        "ask for the parent's session": lambda: os.getsid(_PARENT) and "allowed",
    }


def native_probes(canary: str) -> dict[str, Callable[[], object]]:
    """By number, as Python has no function for these; x86-64 only."""
    path = canary.encode()
    return {
        "watch files": lambda: _syscall(294, 0),
        "change the root": lambda: _syscall(161, b"."),
        "read a file's attributes": lambda: _syscall(191, path, b"user.none", None, 0),
        "make an anonymous key": lambda: _syscall(250, 0, -3, 0),
    }


def _attempt(probe: Callable[[], object]) -> str:
    try:
        return str(probe())
    except (OSError, ValueError) as error:
        # No such attribute: the question itself was let through.
        return "asked" if getattr(error, "errno", 0) == 61 else ""


def main(mode: str, canary: str, port: str) -> None:
    tries = probes(canary, int(port))
    if platform.machine() == "x86_64":
        tries |= native_probes(canary)
    json.dumps({})  # what is loaded lazily has to be there before the wall
    if mode == "walled":
        from orchestrator.sdk import wall

        refused = [
            wall.enter_process(),
            wall.enter_limits(0),
            wall.enter_landlock([], []),
            wall.enter_seccomp(1),
        ]
        assert not any(refused), refused
    if mode == "python":  # what reads strangers' files
        from orchestrator.sdk import wall

        assert not wall.enter_limits(0) and not wall.enter_for_python([])
    found = {name: _attempt(probe) for name, probe in tries.items()}
    os.write(1, json.dumps(found).encode())


if __name__ == "__main__":
    main(*sys.argv[1:4])
