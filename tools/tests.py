"""`make test`: all tests, in the three groups that need different surroundings.

`--fast` leaves out those that start the product; other arguments go to pytest. With a selection
(`-k`, a path) that matches nothing in a group, that group is empty and fine.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.postgres import new_database, running_server  # noqa: E402

TESTS_FAILED, NO_TESTS = 1, 5
"""What pytest ends with."""


@dataclass(frozen=True)
class Group:
    title: str
    passed: bool
    remark: str = ""


def pytest(title: str, *arguments: str, **env: str) -> int:
    print(f"\n== {title}", flush=True)
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=ROOT, env=os.environ | env)
    print(f"== {title}: {time.monotonic() - began:.0f} s", flush=True)
    return done.returncode


def frontend() -> Group:
    print("\n== the editor's own tests", flush=True)
    done = subprocess.run(["npm", "run", "--silent", "test"], cwd=ROOT / "editor_frontend")
    return Group("the editor's own tests", done.returncode == 0)


def backend(title: str, *arguments: str, **env: str) -> Group:
    return Group(title, pytest(title, "-q", "-n2", *arguments, **env) in (0, NO_TESTS))


def whole_product(*arguments: str, **env: str) -> Group:
    """Products and browsers at work on every core: there a test may wait in vain for a busy machine.

    So what failed has one more try, alone and with a product of its own. A test that needed it is still
    a fault to mend: the report of the first try stands above, and the last line of all says so.
    """
    title, marked = "the whole product", ("-q", "-m", "e2e or browser")
    code = pytest(title, *marked, "-n2", "--dist=loadfile", *arguments, **env)
    if code != TESTS_FAILED:
        return Group(title, code in (0, NO_TESTS))
    failed = ("-n0", "--last-failed", "--last-failed-no-failures=none", "--maxfail=1")
    code = pytest(f"{title}, what failed once more", *marked, *failed, *arguments, **env)
    return Group(title, code == 0, "Unsteady: the tests listed above passed at their second try only.")


def main(arguments: list[str]) -> int:
    is_fast = "--fast" in arguments
    chosen = [argument for argument in arguments if argument != "--fast"]
    groups = [] if chosen or is_fast else [frontend()]
    with running_server(survives_power_loss=False) as server:
        groups.append(backend("on SQLite", "-m", "not e2e and not browser", *chosen))
        with new_database(server) as url:
            # Enough connections for tests in which twenty people act at once.
            env = {"DATABASE_URL": url, "DATABASE_POOL_SIZE": "24"}
            groups.append(backend("on PostgreSQL", "-m", "postgres and not e2e", *chosen, **env))
        if not is_fast:
            groups.append(whole_product(*chosen, TEST_POSTGRES_URL=server))
    failed = [group.title for group in groups if not group.passed]
    remarks = [group.remark for group in groups if group.passed and group.remark]
    verdict = f"Failed: {', '.join(failed)}" if failed else "All tests passed."
    print(f"\n{verdict}", *remarks, sep="\n", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
