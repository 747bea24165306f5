"""Durations that people fill in: an amount and a unit."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field

from orchestrator.sdk.params import Params

Unit = Literal["seconds", "minutes", "hours", "days"]
MOST_DAYS = 3650


class Duration(Params):
    """`{"amount": 2, "unit": "hours"}`."""

    amount: float = Field(default=1, ge=0, allow_inf_nan=False, description="How many.")
    unit: Unit = Field(default="hours", description="Of what.")

    def timedelta(self) -> timedelta:
        """The length of time, ten years at most."""
        seconds = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}[self.unit] * self.amount
        return timedelta(seconds=min(seconds, MOST_DAYS * 86400))

    def __str__(self) -> str:
        unit = self.unit[:-1] if self.amount == 1 else self.unit
        return f"{self.amount:g} {unit}"
