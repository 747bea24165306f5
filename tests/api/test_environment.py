"""Settings from the environment; unsafe ones refuse to start."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from orchestrator import environment


def test_a_key_file_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path, found = tmp_path / "deep" / "key", []
    made = iter(range(100))
    barrier = threading.Barrier(8)

    def read() -> None:
        barrier.wait()
        found.append(environment.key_file(path, lambda: f"key {next(made)}"))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["key"]


def test_a_socket_in_a_deep_directory_moves_to_a_short_place() -> None:
    assert environment.redis_socket(Path("/srv/data")) == Path("/srv/data/valkey.sock")
    deep = environment.redis_socket(Path("/srv") / ("x" * 200))
    assert len(str(deep)) <= environment.LONGEST_SOCKET_PATH


def test_a_postgresql_url_is_read_in_full() -> None:
    found = environment.database("postgresql://us%40er:p%2Fw@db:5433/na%20me?sslmode=require", Path("/x"))
    assert (found["NAME"], found["USER"], found["PASSWORD"]) == ("na me", "us@er", "p/w")
    assert (found["HOST"], found["PORT"], found["OPTIONS"]["sslmode"]) == ("db", "5433", "require")


def test_another_database_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="postgresql://"):
        environment.database("mysql://x/y", Path("/x"))


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"DEBUG": "1", "HOST": "0.0.0.0"}, "DEBUG"),
        ({"DEBUG": "maybe"}, "DEBUG"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"PORT": "http"}, "PORT"),
        ({"PUBLIC_URL": "example.org"}, "PUBLIC_URL"),
        ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL"),
        ({"CREDENTIALS_KEY": "not-a-key"}, "CREDENTIALS_KEY"),
    ],
)
def test_unsafe_settings_refuse_to_start_and_say_why(
    variables: dict[str, str], said: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert said in done.stderr.strip().splitlines()[-1]
