"""`make check`: every rule that a machine can check. Runs all of them and lists what failed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "editor_frontend"

CHECKS: dict[str, tuple[list[str], Path]] = {
    "format": (["ruff", "format", "--check", "--quiet", "."], ROOT),
    "lint": (["ruff", "check", "--quiet", "."], ROOT),
    "types": (["mypy", "--no-error-summary"], ROOT),
    "import contracts": (["lint-imports", "--no-logo"], ROOT),
    "layout, size and node rules": (
        ["pytest", "-q", "--no-header", "-p", "no:cacheprovider", "tests/architecture"],
        ROOT,
    ),
    "migrations": (["python", "manage.py", "makemigrations", "--check", "--dry-run", "--verbosity=1"], ROOT),
    "API client": (["python", "tools/api_client.py", "--check"], ROOT),
    "frontend lint and types": (["npm", "run", "--silent", "check"], FRONTEND),
}


def main() -> int:
    failed = []
    for name, (command, folder) in CHECKS.items():
        began = time.monotonic()
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        print(
            f"{'ok ' if done.returncode == 0 else 'NO '} {name} ({time.monotonic() - began:.1f} s)",
            flush=True,
        )
        if done.returncode:
            failed.append(name)
            print(done.stdout + done.stderr, flush=True)
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
