"""`manage.py up`: one command, all processes, readable ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import psutil
import pytest

from tests.e2e.documents import in_a_row, node
from tests.e2e.following import wait_until
from tests.e2e.outside import Outside
from tools.instance import ROOT, Instance


def up(instance: Instance, **env: str) -> subprocess.CompletedProcess[str]:
    """Try to start another one; it is expected to refuse."""
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "up"],
        env=instance.env | env,
        capture_output=True,
        text=True,
        timeout=30,
    )


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory, prepared_data: Path) -> Iterator[Instance]:
    """One product for the tests that leave it running."""
    with Instance(tmp_path_factory.mktemp("lasting") / "product", prepared=prepared_data) as instance:
        yield instance


def test_all_parts_run_and_the_address_is_printed(new_product: Callable[..., Instance]) -> None:
    product = new_product(prepared=None)
    assert set(product.children()) == {"valkey", "web", "worker", "clock"}
    wait_until(lambda: f"http://localhost:{product.port}" in product.log_text(), "the address in the log", 5)
    assert "Ready in" in product.log_text()
    ready = httpx.get(f"{product.url}/readyz").json()
    assert ready["ready"] is True, ready


def test_a_second_start_finds_all_that_was_there_and_prepares_nothing_again(
    new_product: Callable[..., Instance],
) -> None:
    """How long it takes is measured: `make bench ONLY=cold_start_s`."""
    product = new_product(prepared=None)
    product.create_owner().close()
    prepared = (product.data / ".migrated").stat().st_mtime_ns
    assert product.stop() == 0
    product.start()
    assert (product.data / ".migrated").stat().st_mtime_ns == prepared
    with closing(product.sign_in()) as api:
        assert api.get("/session").json()["user"]["is_owner"] is True


def test_an_open_stream_ends_with_the_product_and_does_not_hold_it_up(
    product: Instance, outside: Outside
) -> None:
    page = {"kind": "public", "path": "talk", "streams": True}
    talk = node("talk", "trigger.chat", page=page)
    slow = node("slow", "http.request", method="GET", url=f"{outside.url}/slow?s=3")
    product.publish(in_a_row("Slow talk", talk, slow))
    body = {"message": "Hi", "session": "s", "key": "k", "history": []}
    said = httpx.post(f"{product.url}/chat/talk", json=body).raise_for_status().json()
    with httpx.stream("GET", product.url + said["words"], timeout=30) as stream:
        assert product.process is not None
        product.process.send_signal(signal.SIGTERM)
        assert "event: over" in list(stream.iter_lines())
    assert product.stop() == 0
    assert "did not stop" not in product.log_text()
    assert "Traceback" not in product.log_text()


def test_sigterm_stops_everything_in_order(product: Instance) -> None:
    assert product.process is not None
    tree = psutil.Process(product.process.pid).children(recursive=True)
    assert product.stop() == 0
    assert not [process for process in tree if process.is_running()]
    assert "killed" not in product.log_text()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", product.port)) != 0


@pytest.mark.parametrize("name", ["web", "worker", "clock", "valkey"])
def test_a_dead_child_is_restarted_and_the_log_says_so(lasting: Instance, name: str) -> None:
    before = lasting.children()[name].pid
    lasting.kill(name)
    wait_until(
        lambda: f"{name} ended (killed by SIGKILL); starting it again" in lasting.log_text(), "the log", 5
    )
    after = wait_until(lambda: lasting.children().get(name), f"a new {name}", 10)
    assert after.pid != before
    lasting.wait_ready(15)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a child die with its parent")
def test_nothing_is_left_when_the_supervisor_is_killed(product: Instance) -> None:
    assert product.process is not None
    tree = psutil.Process(product.process.pid).children(recursive=True)
    product.process.send_signal(signal.SIGKILL)
    product.process.wait()
    _, alive = psutil.wait_procs(tree, timeout=10)
    assert not alive


def test_a_port_in_use_is_said_clearly(lasting: Instance, tmp_path: Path) -> None:
    refused = up(lasting, DATA_DIR=str(tmp_path / "other"))
    assert refused.returncode == 1
    assert f"Port {lasting.port} is in use" in refused.stderr
    assert "PORT=" in refused.stderr


def test_a_data_directory_belongs_to_one_supervisor(lasting: Instance) -> None:
    refused = up(lasting, PORT=str(lasting.port + 1))
    assert refused.returncode == 1
    assert "already running" in refused.stderr


def test_a_lasting_fault_at_start_gives_up_and_says_why(tmp_path: Path) -> None:
    broken = Instance(tmp_path, env={"SECRET_KEY": "short"})
    with pytest.raises(RuntimeError, match="SECRET_KEY must have at least"):
        broken.start()
    assert broken.process is not None and broken.process.wait(30) == 1


def test_the_idle_product_fits_into_four_hundred_megabytes(product: Instance) -> None:
    assert product.process is not None
    time.sleep(3)
    tree = [
        psutil.Process(product.process.pid),
        *psutil.Process(product.process.pid).children(recursive=True),
    ]
    used = {" ".join(process.cmdline())[-40:]: process.memory_info().rss / 1e6 for process in tree}
    assert sum(used.values()) < 400, used


def test_ctrl_c_at_a_terminal_is_a_clean_stop(new_product: Callable[..., Instance]) -> None:
    product = new_product()
    assert product.process is not None
    os.killpg(product.process.pid, signal.SIGINT)
    assert product.process.wait(30) == 0
