"""Two live workflows cannot listen at the same door."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.triggers.models import Webhook
from tests.api.callers import Caller
from tests.workflows.documents import by_webhook, chain, node


def publish(caller: Caller, document: dict[str, Any]) -> Any:
    workflow = caller.post("/workflows", {"document": document}).json()
    return workflow, caller.post(f"/workflows/{workflow['id']}/publish")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"path": "orders"}, {"path": "/orders/"}),
        ({"path": "orders/:id"}, {"path": "orders/:number"}),
        ({"path": "orders", "method": "ANY"}, {"path": "orders", "method": "GET"}),
        ({"path": "orders", "method": "GET"}, {"path": "orders", "method": "ANY"}),
    ],
)
def test_a_taken_path_names_the_other_workflow(owner: Caller, first: Any, second: Any) -> None:
    other, done = publish(owner, by_webhook(**first, name="First"))
    assert done.status_code == 200
    workflow, refused = publish(owner, by_webhook(**second, name="Second"))
    assert (refused.status_code, refused.json()["code"]) == (409, "webhook.path_taken")
    assert refused.json()["workflow"] == {"id": other["id"], "name": "First"}
    assert refused.json()["problems"][0]["path"] == "nodes.hook.params.path"
    assert "First" in refused.json()["message"]
    assert owner.get(f"/workflows/{workflow['id']}").json()["live_version"] is None
    assert Webhook.objects.get().workflow_id == other["id"]


def test_different_methods_of_one_path_may_belong_to_two_workflows(owner: Caller) -> None:
    for method in ("GET", "POST"):
        assert publish(owner, by_webhook(method=method))[1].status_code == 200
    assert Webhook.objects.count() == 2


def test_the_path_is_free_again_once_the_other_is_unpublished(owner: Caller) -> None:
    other, _ = publish(owner, by_webhook())
    assert owner.post(f"/workflows/{other['id']}/unpublish").status_code == 200
    assert publish(owner, by_webhook())[1].status_code == 200


def test_two_nodes_of_one_workflow_cannot_share_a_door(owner: Caller) -> None:
    document = chain(node("one", "trigger.webhook", path="a"))
    document["nodes"].append(node("two", "trigger.webhook", path="a"))
    _, refused = publish(owner, document)
    assert refused.status_code == 422
    assert refused.json()["problems"][0]["code"] == "webhook.path_twice"


def test_a_disabled_trigger_does_not_listen(owner: Caller) -> None:
    document = by_webhook()
    document["nodes"][0]["disabled"] = True
    publish(owner, document)
    assert not Webhook.objects.exists()
