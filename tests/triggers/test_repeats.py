"""A message that comes again starts no second run."""

from __future__ import annotations

import asyncio

import orjson
import pytest

from orchestrator.errors import InvalidInput
from orchestrator.runs.models import Run
from orchestrator.triggers.webhook import WebhookApplication
from orchestrator.workflows import services
from tests.triggers.calling import call
from tests.triggers.test_webhook import JSON, publish, web
from tests.workflows.documents import by_webhook

__all__ = ["web"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
BY_ID = "={{ $json.body.id }}"


async def test_the_same_id_starts_one_run(web: WebhookApplication) -> None:
    await publish(deduplicate_by=BY_ID)
    answers = [await call(web, "POST", "orders", orjson.dumps({"id": id}), **JSON) for id in (7, 7, 8)]
    assert [answer.status for answer in answers] == [200, 200, 200]
    assert answers[0].run_id == answers[1].run_id != answers[2].run_id
    assert await Run.objects.acount() == 2


async def test_messages_at_the_same_moment_start_one_run(web: WebhookApplication) -> None:
    await publish(deduplicate_by=BY_ID)
    calls = [call(web, "POST", "orders", b'{"id": "A"}', **JSON) for _ in range(20)]
    answers = await asyncio.gather(*calls)
    assert len({answer.run_id for answer in answers}) == 1
    assert await Run.objects.acount() == 1


async def test_a_message_without_an_id_is_always_new(web: WebhookApplication) -> None:
    await publish(deduplicate_by=BY_ID)
    for body in (b"{}", b"{}", b'{"id": null}', b'{"id": ""}'):
        await call(web, "POST", "orders", body, **JSON)
    assert await Run.objects.acount() == 4


async def test_a_callers_idempotency_key_is_honoured(web: WebhookApplication) -> None:
    await publish("orders")
    await publish("returns")
    first = await call(web, "POST", "orders", b"{}", idempotency_key="k1", **JSON)
    second = await call(web, "POST", "orders", b'{"other": 1}', idempotency_key="k1", **JSON)
    elsewhere = await call(web, "POST", "returns", b"{}", idempotency_key="k1", **JSON)
    assert first.run_id == second.run_id != elsewhere.run_id
    assert await Run.objects.acount() == 2


@pytest.mark.parametrize(
    "names", ["order", "={{ $json.body.id + 1 }}", "={{ $json.body.", "={{ $('Hook').item }}"]
)
def test_what_names_a_message_must_be_a_plain_field(names: str) -> None:
    workflow = services.create_workflow(by=None, document=by_webhook(deduplicate_by=names))
    with pytest.raises(InvalidInput) as refused:
        services.publish(workflow_id=workflow.pk, by=None)
    assert refused.value.problems[0].path == "nodes.hook.params.deduplicate_by"
