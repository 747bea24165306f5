"""Reading which route a model chose, however it says so."""

from __future__ import annotations

from typing import Any

import orjson

from nodes.ai.client import read_json


def read_choice(text: str, names: list[str]) -> dict[str, Any]:
    """`{"name", "confidence", "reason"}` out of a model's answer. A bare route name counts,
    but without confidence; so does nothing readable at all, as `unsure`."""
    known = {name.casefold(): name for name in names}
    try:
        answer = read_json(text)
    except ValueError:
        answer = text.strip().strip('."')
    if not isinstance(answer, dict):
        answer = {"route": answer, "reason": "the model gave no confidence"}
    name = known.get(str(answer.get("route", "")).strip().casefold(), "unsure")
    reason = answer.get("reason") or ""
    return {
        "name": name,
        "confidence": _confidence(answer.get("confidence")),
        "reason": reason if isinstance(reason, str) else orjson.dumps(reason).decode(),
    }


def _confidence(value: Any) -> float:
    """Between 0 and 1; percentages are understood."""
    try:
        number = float(str(value).strip().rstrip("%"))
    except ValueError:
        return 0.0
    if str(value).strip().endswith("%") or number > 1:
        number /= 100
    return min(max(number, 0.0), 1.0) if number == number else 0.0
