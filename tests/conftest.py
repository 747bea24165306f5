"""What tests of several parts share: a real Valkey, a real PostgreSQL, the whole product, a browser."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, expect

from orchestrator.supervisor import valkey as valkey_server
from tools.browser import NoBrowser, running_browser
from tools.instance import ROOT, Instance, prepare
from tools.postgres import new_database, running_server

PATIENCE_MS = 15_000
"""How long a page may take to show what is expected: generous, for a machine with other work."""


@pytest.fixture(scope="session", autouse=True)
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real Valkey server, the one that `settings.REDIS_URL` names."""
    command = valkey_server.command(data_dir=tmp_path_factory.mktemp("valkey"), listen=settings.REDIS_SOCKET)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 10
        while not valkey_server.answers(settings.REDIS_SOCKET):
            assert time.monotonic() < deadline, "Valkey did not start"
            time.sleep(0.01)
        yield settings.REDIS_URL
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a real PostgreSQL server; `make test` starts one for all test processes."""
    shared = os.environ.get("TEST_POSTGRES_URL")
    if shared:
        yield shared
        return
    with running_server(survives_power_loss=False) as url:
        yield url


@pytest.fixture(scope="session")
def prepared_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a product may begin with: tables, and nothing in them."""
    return prepare(tmp_path_factory.mktemp("prepared"))


@pytest.fixture(scope="session")
def prepared_postgres(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same as a database to copy."""
    with new_database(postgres) as url:
        prepare(tmp_path_factory.mktemp("prepared-postgres"), url)
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of its own for a product's processes, once of each kind."""
    if request.param == "sqlite":
        yield ""
        return
    server, like = (request.getfixturevalue(name) for name in ("postgres", "prepared_postgres"))
    with new_database(server, like=like) as url:
        yield url


@pytest.fixture(scope="session")
def shared_product(tmp_path_factory: pytest.TempPathFactory, prepared_data: Path) -> Iterator[Instance]:
    """One product, with its owner, for all tests that neither stop it nor count what others did in it."""
    folder = tmp_path_factory.mktemp("shared")
    with Instance(folder, env={"FULL_PYTHON": "1"}, prepared=prepared_data) as instance:
        instance.api().close()
        yield instance


@pytest.fixture
def new_product(tmp_path: Path, prepared_data: Path) -> Iterator[Callable[..., Instance]]:
    """`new_product(database_url=…, env={…})`: a started product, stopped after the test; with
    `prepared=None` it has to make its tables itself."""
    with ExitStack() as stack:
        count = 0

        def start(**options: object) -> Instance:
            nonlocal count
            count += 1
            folder = tmp_path / f"product{count}"
            return stack.enter_context(Instance(folder, **({"prepared": prepared_data} | options)))  # type: ignore[arg-type]

        yield start


@pytest.fixture
def product(new_product: Callable[..., Instance]) -> Instance:
    """A started product on SQLite."""
    return new_product()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium. Fails, in one line, when none can be had."""
    expect.set_options(timeout=PATIENCE_MS)
    try:
        with running_browser() as found:
            yield found
    except NoBrowser as error:
        pytest.fail(str(error), pytrace=False)


def pictures(browser: Browser, name: str) -> Iterator[str]:
    """A screenshot of each open page, in `screenshots/`, and what a screen reader would say there."""
    for number, page in enumerate(page for context in browser.contexts for page in context.pages):
        path = ROOT / "screenshots" / f"{name}-{number}.png"
        page.screenshot(path=path)
        yield f"{page.url}\n{path}\n{page.locator('body').aria_snapshot()}\n"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test shows the last lines of the products it used."""
    report = yield
    if report.failed:
        for value in getattr(item, "funcargs", {}).values():
            if isinstance(value, Browser):
                report.sections.append(("Browser", "\n".join(pictures(value, item.name))))
            if isinstance(value, Instance):
                report.sections.append(("Product log", "\n".join(value.log_text().splitlines()[-60:])))
    return report
