"""Recorded runs, replayed against today's engine: what was decided then must still follow."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest

from orchestrator.engine.decide import StartStep, StartTurn, decide
from orchestrator.engine.plan import Plan
from orchestrator.engine.state import RunState
from tests.engine.world import library
from tests.faults.simulation import Ledger, outside

RUNS = sorted((Path(__file__).parent / "runs").glob("*.json.gz"))


def load(path: Path) -> dict[str, Any]:
    history: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    return history


def compile_plan(history: dict[str, Any]) -> Plan:
    return Plan.compile(history["document"], library() | outside(Ledger(), random.Random(0)))


def test_fifty_runs_are_recorded() -> None:
    assert len(RUNS) == 50


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.name[:2])
def test_every_recorded_event_follows_from_what_was_before(path: Path) -> None:
    history = load(path)
    state = RunState(compile_plan(history))
    for event in history["events"]:
        commands = decide(state) if state.seq else []
        if event["type"] == "step.started" and event["try"] == 1:
            assert StartStep(event["step"]) in commands or event["step"] in state.ready, event
        if event["type"] == "loop.turn":
            assert StartTurn(event["step"], event["turn"]) in commands, event
        state.apply(event)
    assert state.status == history["status"]
    assert decide(state) == []
    assert not state.joins and not state.live


@pytest.mark.parametrize("path", RUNS[:10], ids=lambda path: path.name[:2])
def test_a_history_with_an_event_left_out_is_refused(path: Path) -> None:
    history = load(path)
    state = RunState(compile_plan(history))
    for event in history["events"][:3]:
        state.apply(event)
    with pytest.raises(ValueError, match="does not follow"):
        state.apply(history["events"][4])
