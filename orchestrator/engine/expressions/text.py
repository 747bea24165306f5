"""How JavaScript writes a JSON value as text."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any


class _Undefined:
    """JavaScript's undefined, told apart from null until a param is filled."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "undefined"


UNDEFINED = _Undefined()


def js_text(value: Any) -> str:
    """`String(value)`, except that undefined gives ""."""
    if type(value) is str:
        return value
    if value is UNDEFINED:
        return ""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**21 else _number(float(value))
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, list):
        return ",".join("" if entry is None else js_text(entry) for entry in value)
    return "[object Object]"


def _number(value: float) -> str:
    """ECMA-262 Number::toString: shortest digits, plain between 1e-6 and 1e21."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == int(value) and abs(value) < 1e21:
        return str(int(value))
    if 1e-6 <= abs(value) < 1e21:
        return format(Decimal(repr(value)), "f").rstrip("0").rstrip(".")
    return _exponent(value)


def _exponent(value: float) -> str:
    digits, _, exponent = f"{Decimal(repr(value)):e}".partition("e")
    power = int(exponent)
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return f"{digits}e{'+' if power > 0 else '-'}{abs(power)}"
