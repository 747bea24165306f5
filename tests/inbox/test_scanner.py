"""A mail scanner and a chat's link preview, against the started product: they decide nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from orchestrator.sdk.local_server import LocalServer
from tests.e2e.documents import node
from tests.inbox.desk import Desk, drawn
from tests.inbox.mailbox import LINK, Mailbox, links_in, running_mailbox, running_server
from tests.inbox.test_reach import NONCE
from tools.instance import Instance

pytestmark = [pytest.mark.e2e]

ANN = "ann@customer.example"
AGENTS = ["Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "TelegramBot (like TwitterBot)"]
AGENTS += ["Mozilla/5.0 (compatible; MailScanner/5.4)", "Mozilla/5.0 (Windows NT 10.0) SafeLinks"]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with running_mailbox() as box:
        yield box


@pytest.fixture
def chat() -> Iterator[LocalServer]:
    with running_server(lambda seen: (200, {}, b"ok")) as server:
        yield server


def scan(link: str) -> None:
    """All that scanners and previews do with an address, and then some: anything but a POST."""
    for agent in AGENTS:
        with httpx.Client(follow_redirects=True, headers={"User-Agent": agent}, timeout=20) as client:
            for method in ("HEAD", "GET", "OPTIONS"):
                assert client.request(method, link).status_code != 500
    for query in ("?outcome=approved", "?outcome=approved&nonce=x", "?confirm=1&_method=POST"):
        httpx.get(link + query, timeout=20)
    page = httpx.get(link, timeout=20)
    if found := NONCE.search(page.text):
        # A scanner that renders the page even knows the nonce: in an address it is worth nothing.
        httpx.get(link, params={"outcome": "approved", "nonce": found[1]}, timeout=20)


def test_whoever_opens_every_link_decides_nothing(
    mailbox: Mailbox, chat: LocalServer, new_product: Callable[..., Instance], database_url: str
) -> None:
    mail = {
        "EMAIL_URL": f"smtp://127.0.0.1:{mailbox.port}/?security=none&sender=flows@example.org",
        "REPLY_ADDRESS": "answers@example.org",
    }
    product = new_product(env=mail, database_url=database_url)
    desk = Desk(product)
    for kind in ("slack", "telegram", "webhook"):
        more = {"secret": "1:" + "a" * 30, "chat": "-1"} if kind == "telegram" else {}
        channel = {"name": kind, "kind": kind, "url": f"{chat.url}/{kind}", **more}
        desk.api.post("/inbox/channels", json=channel).raise_for_status()
    gate = node("gate", "human.approval", subject="Pay 900 €?", assignees=[ANN], proposed={"amount": 900})
    nodes = [node("start", "trigger.manual"), gate, node("after", "flow.noop")]
    run_id = desk.start(drawn("Payments", nodes, "start > gate", "gate.approved > after"))
    task = desk.task(run_id)
    desk.until(lambda: True if mailbox.to(ANN) and len(chat.seen) >= 3 else None)
    said = " ".join(json.dumps(json.loads(seen.body)) for seen in chat.seen)
    in_mails = set(links_in(mailbox.to(ANN)[0]))
    found = in_mails | {link.rstrip("\\") for link in re.findall(LINK, said.replace("|", " "))}
    assert len(found) >= 2
    for link in found:
        if link.startswith(product_address(product)):
            scan(link)
    again = desk.api.get(f"/inbox/{task['id']}").json()
    assert (again["status"], again["decision"]) == ("open", None)
    assert {line["kind"] for line in again["history"]} <= {"opened", "viewed"}
    assert all(line["by"] != ANN for line in again["history"]), "a scanner is not a reader"
    [own] = [link for link in in_mails if "/answer/" in link]
    decide_from_page(own)
    assert desk.received(run_id)["approval"]["by"] == ANN


def product_address(product: Instance) -> str:
    return f"http://localhost:{product.port}/"


def decide_from_page(link: str) -> None:
    """The positive twin: a person who presses the button on that page."""
    page = httpx.get(link, timeout=20)
    found = NONCE.search(page.text)
    assert found
    given: dict[str, Any] = {"outcome": "approved", "nonce": found[1], "field-0": "900", "comment": ""}
    assert httpx.post(link, data=given, timeout=20).status_code == 200
