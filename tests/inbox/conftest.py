"""The cast: Alice owns the instance, Bob is a teammate, Mallory is a stranger to the question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser

from orchestrator.accounts.models import User
from orchestrator.inbox import services
from orchestrator.inbox.models import HumanTask
from orchestrator.runs.models import Run
from orchestrator.sdk.local_server import LocalServer
from orchestrator.workflows.models import Workflow, WorkflowVersion
from tests.inbox.desk import Desk
from tests.inbox.mailbox import Mailbox, running_mailbox, running_server
from tests.inbox.office import Office
from tools.instance import Instance

Ask = Callable[..., HumanTask]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is decided here must hold on both databases."""
    for item in items:
        if HERE in item.path.parents and item.get_closest_marker("browser") is None:
            item.add_marker(pytest.mark.postgres)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, prepared_data: Path) -> Iterator[Desk]:
    """A started product; one for all tests of a file."""
    with Instance(tmp_path_factory.mktemp("inbox") / "product", prepared=prepared_data) as product:
        yield Desk(product)


@pytest.fixture(scope="session")
def opened_office(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, prepared_data: Path
) -> Iterator[Office]:
    with Instance(tmp_path_factory.mktemp("inbox") / "product", prepared=prepared_data) as product:
        office = Office(product, browser)
        office.make_people()
        yield office
        office.leave()


@pytest.fixture
def office(opened_office: Office) -> Iterator[Office]:
    """A started product with Alice, Bob and Carol, and an empty inbox; one for all tests that ask for it."""
    yield opened_office
    opened_office.clear()


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user(
        "alice@example.com",
        "a long passphrase",
        name="Alice",
        is_owner=True,
        is_staff=True,
        is_superuser=True,
    )


@pytest.fixture
def bob(db: None) -> User:
    return User.objects.create_user("bob@example.com", "a long passphrase", name="Bob", is_staff=True)


@pytest.fixture
def mallory(db: None) -> User:
    return User.objects.create_user("mallory@example.com", "a long passphrase", name="Mallory", is_staff=True)


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A browser of somebody who is signed in, with CSRF checks as in the product."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def ask(db: None) -> Ask:
    """Open a task of a paused run: `ask(subject="…", assignees=[…], proposed={…})`."""
    workflow = Workflow.objects.create(name="Order desk", document={})
    version = WorkflowVersion.objects.create(workflow=workflow, document={}, content_hash="draft")

    def open_one(*, due_at: Any = None, now: Any = None, **data: Any) -> HumanTask:
        run = Run.objects.create(workflow=workflow, version=version, start_node="hook", status="paused")
        task_id = services.open_task(
            run_id=run.id,
            step="gate:1",
            node_id="gate",
            node_name="Approve refund?",
            workflow_id=workflow.id,
            data={"subject": "Refund 1,480 €", **data},
            due_at=due_at,
            now=now,
        )
        return HumanTask.objects.get(pk=task_id)

    return open_one


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with running_mailbox() as box:
        settings.MAIL_SERVER = {
            "host": "127.0.0.1",
            "port": box.port,
            "username": "",
            "password": "",
            "security": "none",
            "sender": "Flows <flows@example.org>",
        }
        settings.PUBLIC_URL = "http://localhost:8000"
        yield box


@pytest.fixture
def hooks(settings: Any) -> Iterator[LocalServer]:
    settings.EGRESS_ALLOW = ["127.0.0.1"]
    statuses = {"/away": 503, "/gone": 404}
    with running_server(lambda seen: (statuses.get("/" + seen.path.split("/")[1], 200), {}, b"{}")) as server:
        yield server
