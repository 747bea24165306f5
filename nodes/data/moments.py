"""Dates as people write them: reading, formatting, calendar arithmetic.

Formats use the letters that expressions use too (Luxon's): `yyyy-MM-dd HH:mm`.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from nodes.data.values import shown
from orchestrator.sdk import NodeError

Unit = Literal["seconds", "minutes", "hours", "days", "weeks", "months", "years"]
SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600}
FIRST_DAY = (("year", 1970), ("month", 1), ("day", 1))
MONTHS = list(calendar.month_name)[1:]
DAYS = list(calendar.day_name)
TOKEN = re.compile(
    r"'([^']*)'|(yyyy|yy|MMMM|MMM|MM|M|dd|d|EEEE|EEE|HH|H|hh|h|mm|m|ss|s|SSS|a|ZZZ|ZZ|Z|z|ooo|o|kkkk|WW|W|X|x|q)"
)


def zone_of(name: str, default: str) -> ZoneInfo:
    """Raises NodeError `data.date` for a time zone that nobody knows."""
    try:
        return ZoneInfo(name or default)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise NodeError(
            f"there is no time zone {name!r}", hint="Such as Europe/Oslo, or UTC.", code="data.date"
        ) from error


def read_moment(value: Any, zone: ZoneInfo, pattern: str = "") -> datetime:
    """A moment in `zone` from ISO 8601 text, epoch milliseconds, or text of a given format.

    Raises NodeError `data.date`.
    """
    try:
        if pattern:
            return _parsed(str(value).strip(), pattern, zone).astimezone(zone)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000, UTC).astimezone(zone)
        moment = datetime.fromisoformat(value.strip())
        return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)
    except (ValueError, TypeError, AttributeError, OverflowError, OSError) as error:
        raise NodeError(
            f"{shown(value)} is not a date" + (f" written as {pattern}" if pattern else ""),
            hint="Dates look like 2026-03-09 or 2026-03-09T08:30:00+01:00; for others name the format.",
            code="data.date",
        ) from error


def format_moment(moment: datetime, pattern: str) -> str:
    return TOKEN.sub(lambda found: found[1] if found[2] is None else WRITERS[found[2]](moment), pattern)


def _offset(moment: datetime, colon: str) -> str:
    text = moment.strftime("%z")
    return f"{text[:3]}{colon}{text[3:5]}"


WRITERS: dict[str, Callable[[datetime], str]] = {
    "yyyy": lambda at: f"{at.year:04}",
    "yy": lambda at: f"{at.year % 100:02}",
    "MMMM": lambda at: MONTHS[at.month - 1],
    "MMM": lambda at: MONTHS[at.month - 1][:3],
    "MM": lambda at: f"{at.month:02}",
    "M": lambda at: str(at.month),
    "dd": lambda at: f"{at.day:02}",
    "d": lambda at: str(at.day),
    "EEEE": lambda at: DAYS[at.weekday()],
    "EEE": lambda at: DAYS[at.weekday()][:3],
    "HH": lambda at: f"{at.hour:02}",
    "H": lambda at: str(at.hour),
    "hh": lambda at: f"{(at.hour - 1) % 12 + 1:02}",
    "h": lambda at: str((at.hour - 1) % 12 + 1),
    "mm": lambda at: f"{at.minute:02}",
    "m": lambda at: str(at.minute),
    "ss": lambda at: f"{at.second:02}",
    "s": lambda at: str(at.second),
    "SSS": lambda at: f"{at.microsecond // 1000:03}",
    "a": lambda at: "AM" if at.hour < 12 else "PM",
    "ZZZ": lambda at: _offset(at, ""),
    "ZZ": lambda at: _offset(at, ":"),
    "Z": lambda at: _offset(at, "").removesuffix("00").replace("+0", "+").replace("-0", "-"),
    "z": lambda at: str(at.tzinfo),
    "ooo": lambda at: f"{at.timetuple().tm_yday:03}",
    "o": lambda at: str(at.timetuple().tm_yday),
    "kkkk": lambda at: f"{at.isocalendar().year:04}",
    "WW": lambda at: f"{at.isocalendar().week:02}",
    "W": lambda at: str(at.isocalendar().week),
    "X": lambda at: str(int(at.timestamp())),
    "x": lambda at: str(int(at.timestamp() * 1000)),
    "q": lambda at: str((at.month + 2) // 3),
}

_NAMES = "|".join(name for month in MONTHS for name in (month, month[:3]))
_WEEKDAYS = "|".join(name for day in DAYS for name in (day, day[:3]))
READERS = {
    "yyyy": r"(?P<year>\d{4})",
    "yy": r"(?P<short_year>\d\d)",
    "MMMM": f"(?P<month_name>{_NAMES})",
    "MMM": f"(?P<month_name>{_NAMES})",
    "MM": r"(?P<month>\d\d)",
    "M": r"(?P<month>\d\d?)",
    "dd": r"(?P<day>\d\d)",
    "d": r"(?P<day>\d\d?)",
    "EEEE": f"(?:{_WEEKDAYS})",
    "EEE": f"(?:{_WEEKDAYS})",
    "HH": r"(?P<hour>\d\d)",
    "H": r"(?P<hour>\d\d?)",
    "hh": r"(?P<hour>\d\d)",
    "h": r"(?P<hour>\d\d?)",
    "mm": r"(?P<minute>\d\d)",
    "m": r"(?P<minute>\d\d?)",
    "ss": r"(?P<second>\d\d)",
    "s": r"(?P<second>\d\d?)",
    "SSS": r"(?P<millisecond>\d{3})",
    "a": r"(?P<half>[AaPp])\.?[Mm]\.?",
    "ZZZ": r"(?P<offset>Z|[+-]\d\d:?\d\d)",
    "ZZ": r"(?P<offset>Z|[+-]\d\d:?\d\d)",
    "X": r"(?P<epoch>-?\d{1,12})",
    "x": r"(?P<epoch_ms>-?\d{1,15})",
}


def _parsed(text: str, pattern: str, zone: ZoneInfo) -> datetime:
    source, end = "", 0
    for found in TOKEN.finditer(pattern):
        source += re.escape(pattern[end : found.start()])
        if found[2] is not None and found[2] not in READERS:
            raise NodeError(f"dates cannot be read by {found[2]}", code="data.date")
        source += re.escape(found[1]) if found[2] is None else READERS[found[2]]
        end = found.end()
    try:
        expression = re.compile(source + re.escape(pattern[end:]), re.IGNORECASE | re.ASCII)
    except re.error as error:
        raise NodeError(f"the format {pattern!r} names a part twice", code="data.date") from error
    if (match := expression.fullmatch(text)) is None:
        raise ValueError("the text does not have this format")
    return _made({name: value for name, value in match.groupdict().items() if value}, zone)


def _made(parts: dict[str, str], zone: ZoneInfo) -> datetime:
    if "epoch" in parts or "epoch_ms" in parts:
        return datetime.fromtimestamp(
            int(parts.get("epoch") or parts["epoch_ms"]) / (1 if "epoch" in parts else 1000), UTC
        )
    if "short_year" in parts:
        year = int(parts["short_year"])
        parts["year"] = str(year + (2000 if year < 70 else 1900))
    if "month_name" in parts:
        starts = [month[:3].lower() for month in MONTHS]
        parts["month"] = str(starts.index(parts["month_name"][:3].lower()) + 1)
    hour = int(parts.get("hour", 0))
    if "half" in parts:
        hour = hour % 12 + (12 if parts["half"] in "Pp" else 0)
    year, month, day = (int(parts.get(name, first)) for name, first in FIRST_DAY)
    minute, second = int(parts.get("minute", 0)), int(parts.get("second", 0))
    microsecond = int(parts.get("millisecond", 0)) * 1000
    moment = datetime(year, month, day, hour, minute, second, microsecond, tzinfo=zone)
    if "offset" in parts:
        moment = moment.replace(tzinfo=datetime.strptime(parts["offset"].upper(), "%z").tzinfo)
    return moment


def add(moment: datetime, amount: float, unit: Unit) -> datetime:
    """Later by an amount (earlier when it is negative).

    Hours and less are spans of real time; days and more keep the time of day, over changes
    of the clocks too. In a shorter month the last day is taken. Raises NodeError `data.date`.
    """
    try:
        if unit in SECONDS:
            later = moment.astimezone(UTC) + timedelta(seconds=amount * SECONDS[unit])
            return later.astimezone(moment.tzinfo)
        if unit in ("days", "weeks"):
            return moment + timedelta(days=amount * (7 if unit == "weeks" else 1))
        if amount != int(amount):
            raise NodeError(f"{amount:g} {unit}: only whole {unit} can be added", code="data.date")
        months = moment.year * 12 + moment.month - 1 + int(amount) * (12 if unit == "years" else 1)
        year, month = divmod(months, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return moment.replace(year=year, month=month + 1, day=min(moment.day, last))
    except (ValueError, OverflowError, calendar.IllegalMonthError) as error:
        raise NodeError("the date lies beyond the years 1 to 9999", code="data.date") from error


def difference(start: datetime, end: datetime, unit: Unit) -> float | int:
    """From `start` to `end`: months and years in whole ones, the rest with fractions."""
    if unit in SECONDS:
        return _plain((end - start.astimezone(UTC)).total_seconds() / SECONDS[unit])
    if unit in ("days", "weeks"):
        wall = end.replace(tzinfo=None) - start.replace(tzinfo=None)
        return _plain(wall.total_seconds() / (86400 if unit == "days" else 604800))
    if end < start:
        return -int(difference(end, start, unit))
    months = (end.year - start.year) * 12 + end.month - start.month
    if add(start, months, "months") > end:
        months -= 1
    return months if unit == "months" else months // 12


def start_of(moment: datetime, unit: Unit) -> datetime:
    """The beginning of the second, …, week (Monday), month or year that holds the moment."""
    names = ["microsecond", "second", "minute", "hour", "day", "month"]
    zeroed = {"seconds": 1, "minutes": 2, "hours": 3, "days": 4, "weeks": 4, "months": 5, "years": 6}[unit]
    fields: Any = {name: 1 if name in ("day", "month") else 0 for name in names[:zeroed]}
    found = moment.replace(**fields)
    return found - timedelta(days=found.weekday()) if unit == "weeks" else found


def _plain(number: float) -> float | int:
    return int(number) if number == int(number) else number
