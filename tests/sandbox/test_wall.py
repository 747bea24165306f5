"""The wall, assumed breached: native code inside a child reaches nothing."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orchestrator.sandbox import doctor
from tests.sandbox.conftest import Sandbox

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="landlock and seccomp exist on Linux only"
)
in_one_loop = pytest.mark.asyncio(loop_scope="module")


def _probe(mode: str, folder: Path) -> dict[str, str]:
    canary = folder / "canary"
    canary.write_text("canary")
    root = Path(__file__).parents[2]
    with socket.create_server(("127.0.0.1", 0)) as server:
        command = [
            *(sys.executable, "-m", "tests.sandbox.probes"),
            *(mode, str(canary), str(server.getsockname()[1])),
        ]
        environment = {"PYTHONPATH": str(root), "PATH": os.environ["PATH"]}
        answer = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
    assert answer.returncode == 0, answer.stderr
    found: dict[str, str] = json.loads(answer.stdout)
    return found


@pytest.mark.parametrize("mode", ["walled", "python"])
def test_no_probe_succeeds_behind_the_wall(mode: str, tmp_path: Path) -> None:
    found = _probe(mode, tmp_path)
    assert len(found) >= 30
    assert {name: got for name, got in found.items() if got} == {}


def test_the_same_probes_succeed_without_the_wall(tmp_path: Path) -> None:
    found = _probe("open", tmp_path)
    # Some need rights that not every account or container has.
    assert sum(bool(got) for got in found.values()) >= 28, found


@in_one_loop
async def test_a_running_child_is_locked(sandbox: Sandbox) -> None:
    await sandbox.value("1")
    [pid] = sandbox.pool.pids
    status = dict(
        line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line
    )
    assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2"
    assert os.getsid(pid) == pid
    limits = Path(f"/proc/{pid}/limits").read_text()
    assert "Max core file size        0 " in limits and "Max file size             0 " in limits


@in_one_loop
async def test_a_running_child_inherits_nothing(sandbox: Sandbox) -> None:
    await sandbox.value("1")
    [pid] = sandbox.pool.pids
    if not os.access(f"/proc/{pid}/environ", os.R_OK):
        pytest.skip("this account may not look into its own children")
    names = {line.split(b"=")[0] for line in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0") if line}
    assert names == {b"TZ", b"OPENSSL_CONF"}
    assert os.listdir(f"/proc/{pid}/cwd") == []
    targets = {os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")}
    assert all(target.startswith(("pipe:", "anon_inode:", "/dev/null")) for target in targets), targets


def test_the_doctor_says_what_is_in_force() -> None:
    found = doctor()
    assert any("landlock" in line for line in found) and any("seccomp" in line for line in found)


def test_the_child_dies_with_its_parent() -> None:
    script = (
        "import asyncio, os, sys\n"
        "from orchestrator.sandbox import SandboxPool\n"
        "async def main():\n"
        "    pool = SandboxPool(1, warm=1)\n"
        "    await pool.start()\n"
        "    loop = asyncio.create_task(pool.run_code('for (;;);', [{}]))\n"
        "    await asyncio.sleep(0.1)\n"
        "    print(pool.pids[0], flush=True)\n"
        "    os._exit(1)\n"
        "asyncio.run(main())\n"
    )
    root = Path(__file__).parents[2]
    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, timeout=60, check=False
    )
    pid = int(answer.stdout)
    for _ in range(100):
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists() or ") Z " in stat.read_text():
            return
        time.sleep(0.02)
    os.kill(pid, 9)
    pytest.fail("the child outlived its parent")
