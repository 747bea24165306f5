"""`make test`: all tests, in the three groups that need different surroundings.

`--fast` leaves out those that start the product; other arguments go to pytest. With a selection
(`-k`, a path) that matches nothing in a group, that group is empty and fine.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.postgres import new_database, running_server  # noqa: E402

NO_TESTS = 5


def pytest(title: str, *arguments: str, **env: str) -> tuple[str, bool]:
    print(f"\n== {title}", flush=True)
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=ROOT, env=os.environ | env)
    print(f"== {title}: {time.monotonic() - began:.0f} s", flush=True)
    return title, done.returncode in (0, NO_TESTS)


def frontend() -> tuple[str, bool]:
    print("\n== the editor's own tests", flush=True)
    done = subprocess.run(["npm", "run", "--silent", "test"], cwd=ROOT / "editor_frontend")
    return "the editor's own tests", done.returncode == 0


def main(arguments: list[str]) -> int:
    is_fast = "--fast" in arguments
    chosen = [argument for argument in arguments if argument != "--fast"]
    results = []
    if not chosen and not is_fast:
        results.append(frontend())
    with running_server(survives_power_loss=False) as server:
        results.append(pytest("on SQLite", "-q", "-n2", "-m", "not e2e and not browser", *chosen))
        with new_database(server) as url:
            marked = ("-q", "-n2", "-m", "postgres and not e2e", *chosen)
            # Enough connections for tests in which twenty people act at once.
            results.append(pytest("on PostgreSQL", *marked, DATABASE_URL=url, DATABASE_POOL_SIZE="24"))
        if not is_fast:
            marked = ("-q", "-n2", "--dist=loadfile", "-m", "e2e or browser", *chosen)
            results.append(pytest("the whole product", *marked, TEST_POSTGRES_URL=server))
    failed = [title for title, passed in results if not passed]
    print(f"\nFailed: {', '.join(failed)}" if failed else "\nAll tests passed.", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
