"""Chats and programs hear of tasks; nothing they are sent decides."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from orchestrator.accounts.models import User
from orchestrator.errors import InvalidInput
from orchestrator.inbox import channels, nonces, outbox, services
from orchestrator.inbox.models import Delivery
from orchestrator.sdk.local_server import LocalServer, Seen
from tests.inbox.conftest import Ask


def told(seen: Seen) -> dict[str, Any]:
    return dict(json.loads(seen.body))


def test_a_program_hears_of_tasks_and_can_check_who_tells_it(ask: Ask, bob: User, hooks: LocalServer) -> None:
    channels.create_channel(name="program", kind="webhook", url=f"{hooks.url}/hook", secret="s3cret")
    task = ask(subject="Refund")
    services.decide(task_id=task.pk, outcome="approved", by=bob, nonce=nonces.issue(task, bob.pk))
    assert outbox.send_due(timezone.now()) == 2
    heard = {told(seen)["event"]: seen for seen in hooks.seen}
    assert set(heard) == {"task.opened", "task.decided"}
    seen = heard["task.decided"]
    assert told(seen)["task"]["decision"]["outcome"] == "approved"
    mark = seen.headers["x-orchestrator-signature"]
    at = int(mark.partition(",")[0].removeprefix("t="))
    assert mark == channels.signature(seen.body, "s3cret", at)
    assert mark != channels.signature(seen.body, "other", at)


def test_a_chat_gets_no_link_that_decides_and_nobody_is_shouted_at(ask: Ask, hooks: LocalServer) -> None:
    channels.create_channel(
        name="chat", kind="slack", url=f"{hooks.url}/hook", events=["opened"], queue="refunds"
    )
    task = ask(subject="<!channel> <https://evil.example|click>", queue="refunds", policy={"public": True})
    ask(subject="other", queue="elsewhere")
    assert outbox.send_due(timezone.now()) == 1
    text = str(told(hooks.seen[0]))
    assert "&lt;!channel&gt;" in text
    assert "<!channel>" not in text
    assert "/answer/" not in text
    assert f"/inbox/{task.pk}" in text
    preview = Client()
    preview.get(f"/inbox/{task.pk}")
    task.refresh_from_db()
    assert (task.status, task.decision) == ("open", None)


def test_channels_are_tried_again_or_given_up(ask: Ask, hooks: LocalServer) -> None:
    for name, path in (("away", "away"), ("gone", "gone")):
        channels.create_channel(name=name, kind="webhook", url=f"{hooks.url}/{path}")
    ask()
    outbox.send_due(timezone.now())
    assert {row.channel.name: row.state for row in Delivery.objects.all()} == {
        "away": "waiting",
        "gone": "failed",
    }


def test_private_addresses_are_not_reached(ask: Ask, settings: Any, hooks: LocalServer) -> None:
    settings.EGRESS_ALLOW = []
    channels.create_channel(name="inside", kind="webhook", url=f"{hooks.url}/hook")
    ask()
    outbox.send_due(timezone.now())
    assert hooks.seen == []
    assert Delivery.objects.get().state == "failed"


@pytest.mark.parametrize(
    "wrong", [{"kind": "fax"}, {"url": "ftp://x"}, {"url": "nowhere"}, {"events": ["party"]}]
)
def test_a_channel_that_makes_no_sense_is_refused(db: None, wrong: dict[str, Any]) -> None:
    good = {"name": "x", "kind": "webhook", "url": "https://example.org/hook"}
    with pytest.raises(Exception, match=r"channel\."):
        channels.create_channel(**{**good, **wrong})


def test_the_address_of_a_channel_is_not_stored_in_the_clear(db: None) -> None:
    channel = channels.create_channel(name="x", kind="slack", url="https://hooks.example/T0/secret")
    assert "secret" not in channel.sealed
    assert channels.target_of(channel).url == "https://hooks.example/T0/secret"


TOKEN = "8214057:AAE-a_token_of_a_bot_0123456789"


def test_a_telegram_chat_gets_a_button_that_only_opens(ask: Ask, hooks: LocalServer) -> None:
    wanted = {"secret": TOKEN, "chat": "-100200300", "events": ["opened"]}
    channels.create_channel(name="chat", kind="telegram", url=f"{hooks.url}/", **wanted)
    task = ask(subject="Refund <b>1480</b> & more", policy={"public": True})
    assert outbox.send_due(timezone.now()) == 1
    [seen] = hooks.seen
    message = told(seen)
    assert (seen.method, seen.path) == ("POST", f"/bot{TOKEN}/sendMessage")
    assert (message["chat_id"], message["parse_mode"]) == ("-100200300", "HTML")
    assert "Refund &lt;b&gt;1480&lt;/b&gt; &amp; more" in message["text"]
    [[button]] = message["reply_markup"]["inline_keyboard"]
    assert set(button) == {"text", "url"}, "a callback would decide without a page"
    assert button["url"].endswith(f"/inbox/{task.pk}")
    assert "/answer/" not in str(message)


def test_the_token_of_a_bot_stands_in_no_record(ask: Ask, hooks: LocalServer, settings: Any) -> None:
    channels.create_channel(
        name="gone", kind="telegram", url=f"{hooks.url}/gone", secret=TOKEN, chat="@the_team"
    )
    ask()
    outbox.send_due(timezone.now())
    settings.EGRESS_ALLOW = []
    ask()
    outbox.send_due(timezone.now())
    rows = list(Delivery.objects.order_by("pk"))
    assert [row.state for row in rows] == ["failed", "failed"]
    assert all(row.error and TOKEN not in row.error for row in rows)
    assert TOKEN not in rows[0].channel.sealed


def test_telegram_s_own_address_is_the_default(db: None) -> None:
    channel = channels.create_channel(name="bot", kind="telegram", secret=TOKEN, chat="@channel_of_us")
    assert channels.target_of(channel).url == "https://api.telegram.org"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"secret": "no token"}, "channel.bot"),
        ({"secret": ""}, "channel.bot"),
        ({"secret": f"{TOKEN}/../x"}, "channel.bot"),
        ({"chat": ""}, "channel.chat"),
        ({"chat": "a chat"}, "channel.chat"),
        ({"url": "nowhere"}, "channel.url"),
    ],
)
def test_a_telegram_channel_that_makes_no_sense_is_refused(
    db: None, wrong: dict[str, Any], code: str
) -> None:
    good = {"name": "x", "kind": "telegram", "secret": TOKEN, "chat": "-100"}
    with pytest.raises(InvalidInput) as refused:
        channels.create_channel(**{**good, **wrong})
    assert refused.value.code == code
