"""A whole Orchestrator of its own: `manage.py up` in a folder of its own, on a free port."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import httpx
import psutil

from orchestrator.supervisor.preflight import Migrations

ROOT = Path(__file__).resolve().parent.parent
OWNER = {"email": "alice@example.org", "name": "Alice", "password": "correct horse battery"}
START_WAIT_SECONDS = 60.0


def prepare(folder: Path, database_url: str = "") -> Path:
    """Make all tables, and nothing in them; the folder that other instances may begin with. Making them
    takes longer than most of what is done with them."""
    blank = Instance(folder, database_url=database_url)
    blank.data.mkdir(parents=True)
    migrate = [sys.executable, str(ROOT / "manage.py"), "migrate", "--no-input", "--skip-checks", "-v0"]
    subprocess.run(migrate, env=blank.env, check=True)
    Migrations(data_dir=blank.data, database_url=database_url).note_applied()
    kept = folder / "prepared"
    kept.mkdir()
    for name in (".migrated", "orchestrator.sqlite3"):
        if (blank.data / name).exists():
            shutil.copy(blank.data / name, kept)
    return kept


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Instance:
    """`start`, `stop`, `kill` as often as wanted; the data stays in `folder`. It begins with what is in
    `prepared`, see `prepare`, else with nothing."""

    def __init__(
        self,
        folder: Path,
        *,
        database_url: str = "",
        env: dict[str, str] | None = None,
        prepared: Path | None = None,
    ) -> None:
        self.folder = folder
        self.prepared = prepared
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "up.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.token = ""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        self.env = kept | {
            "DATA_DIR": str(self.data),
            "PORT": str(self.port),
            "DATABASE_URL": database_url,
            "EGRESS_ALLOW": "127.0.0.1",
            **(env or {}),
        }

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # Processes

    def start(self) -> float:
        """Start all of it; seconds until `/readyz` answered 200. Raises RuntimeError with the log."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.prepared and not self.data.exists():
            shutil.copytree(self.prepared, self.data)
        began = time.monotonic()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "manage.py"), "up"],
                env=self.env,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.wait_ready()
        return time.monotonic() - began

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def wait_ready(self, wait_seconds: float = START_WAIT_SECONDS) -> None:
        deadline = time.monotonic() + wait_seconds
        while time.monotonic() < deadline:
            assert self.process is not None
            if self.process.poll() is not None:
                break
            try:
                if httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.02)
        raise RuntimeError(f"Orchestrator did not get ready. Its log:\n{self.log_text()[-6000:]}")

    def log_text(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def stop(self, wait_seconds: float = 30.0) -> int:
        """SIGTERM to the supervisor; its exit status."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(wait_seconds)
            except subprocess.TimeoutExpired:
                self.kill_everything()
        status, self.process = self.process.returncode, None
        return status

    def children(self) -> dict[str, psutil.Process]:
        """The supervised processes by name: web, worker, clock, valkey."""
        assert self.process is not None
        found = {}
        for child in psutil.Process(self.process.pid).children():
            with suppress(psutil.NoSuchProcess):
                # One that is being started or has just ended has no words yet, or any more.
                if words := child.cmdline():
                    found["valkey" if "valkey" in words[0] else words[-1]] = child
        return found

    def kill(self, name: str) -> None:
        """SIGKILL to one supervised process."""
        self.children()[name].kill()

    def kill_everything(self) -> None:
        """SIGKILL to all of it, the supervisor first; nothing gets a chance to tidy up."""
        assert self.process is not None
        tree = [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]
        for process in tree:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(tree[1:], timeout=10)
        self.process.wait(10)
        self.process = None

    @property
    def redis_url(self) -> str:
        return f"unix://{self.folder / 'data' / 'valkey.sock'}"

    # The API

    def create_owner(self) -> httpx.Client:
        """Make the first account; a client with its session."""
        client = httpx.Client(base_url=f"{self.url}/api/v1", timeout=60, headers={"Origin": self.url})
        self._csrf(client)
        client.post("/owner", json=OWNER).raise_for_status()
        self._csrf(client)
        return client

    def sign_in(self) -> httpx.Client:
        client = httpx.Client(base_url=f"{self.url}/api/v1", timeout=60, headers={"Origin": self.url})
        self._csrf(client)
        client.post("/session", json={key: OWNER[key] for key in ("email", "password")}).raise_for_status()
        self._csrf(client)
        return client

    @staticmethod
    def _csrf(client: httpx.Client) -> None:
        client.headers["X-CSRFToken"] = client.get("/session").raise_for_status().json()["csrf_token"]

    def api(self) -> httpx.Client:
        """A client with an API token, after making the owner when there is none."""
        if not self.token:
            session = self.create_owner()
            self.token = session.post("/tokens", json={"name": "tests"}).raise_for_status().json()["token"]
        return httpx.Client(
            base_url=f"{self.url}/api/v1", timeout=60, headers={"Authorization": f"Bearer {self.token}"}
        )

    def publish(self, document: dict[str, Any]) -> str:
        """Store a workflow and make it live; its id."""
        with self.api() as api:
            created = api.post("/workflows", json={"document": document})
            assert created.status_code < 300, created.text
            workflow_id = created.json()["id"]
            published = api.post(f"/workflows/{workflow_id}/publish", json={})
            assert published.status_code < 300, published.text
        return str(workflow_id)
