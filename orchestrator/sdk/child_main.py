"""The child's side: take limits, put up the wall, perform one request, answer. Run as a file; of ours
it imports only the wall beside it."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any


def limit(seconds: float, megabytes: int) -> None:
    """Where the system knows such limits; elsewhere the parent's clock remains."""
    try:
        import resource
    except ImportError:
        return
    wanted = {
        "RLIMIT_AS": megabytes * 1024 * 1024,
        "RLIMIT_CPU": int(seconds) + 1,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
    }
    for name, most in wanted.items():
        try:
            resource.setrlimit(getattr(resource, name), (most, most))
        except (AttributeError, ValueError, OSError):
            continue


def shut_in(script: str) -> None:
    """From here on: its own modules, no other file, no network, no further process. What a system
    does not offer stays out; `manage.py doctor` says so."""
    if not sys.platform.startswith("linux"):
        return
    # At the end: names beside this file must not stand before those of the standard library.
    sys.path.append(str(Path(__file__).parent))
    import wall  # type: ignore[import-not-found]

    wall.enter_for_python([*filter(os.path.isdir, sys.path[:-1]), str(Path(script).parent)])
    sys.path.pop()


def load(path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location("script", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["script"] = module
    spec.loader.exec_module(module)
    return module


def answer() -> dict[str, Any]:
    length = int.from_bytes(sys.stdin.buffer.read(8), "big")
    head = json.loads(sys.stdin.buffer.read(length))
    limit(head["seconds"], head["megabytes"])
    shut_in(head["script"])
    try:
        return {"result": load(head["script"]).perform(head["request"], sys.stdin.buffer.read())}
    except MemoryError:
        return {"memory": True}
    except Exception as error:
        code = getattr(error, "code", None)
        if not isinstance(code, str):
            raise
        return {"error": {"code": code, "message": str(error), "hint": getattr(error, "hint", "")}}


if __name__ == "__main__":
    sys.stdout.buffer.write(json.dumps(answer()).encode("utf-8", "surrogatepass"))
