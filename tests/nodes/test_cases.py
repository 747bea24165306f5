"""Every case of every node, performed for real."""

from __future__ import annotations

import pytest

from orchestrator.sdk import NodeType, collect
from orchestrator.sdk.case_check import mismatches
from orchestrator.sdk.cases import Case, RunCode, run_case
from orchestrator.sdk.schema import load_cases
from tests.nodes.conftest import Mailbox

CASES = [
    pytest.param(node_type, case, id=f"{node_type.key}: {case['name']}")
    for node_type in collect().values()
    if node_type.control is None  # the engine performs these, and its tests try them
    for case in load_cases(node_type)
]


@pytest.mark.parametrize(("node_type", "case"), CASES)
async def test_case(node_type: NodeType, case: Case, mailbox: Mailbox, run_code: RunCode) -> None:
    outcome = await run_case(node_type, case, places={"smtp_port": str(mailbox.port)}, code_runner=run_code)
    assert mismatches(outcome) == []
