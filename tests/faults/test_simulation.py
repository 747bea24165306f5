"""The fast form of the simulation, and proof that its oracle fires."""

from __future__ import annotations

import pytest

from orchestrator.engine import executor
from tests.faults import simulation


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_runs_under_faults_end_as_undisturbed_ones(first: int) -> None:
    for seed in range(first, first + 50):
        assert simulation.check(seed) is None, f"seed {seed}"


def test_the_oracle_notices_steps_that_are_not_recovered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executor, "recover", lambda _: None)
    assert any(simulation.check(seed) for seed in range(30))
