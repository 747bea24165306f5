"""Python in code nodes: what it can say, its limits, and the wall its children stand behind."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from orchestrator.sandbox import SandboxError, SandboxPool
from orchestrator.sandbox.python_source import as_function
from tests.sandbox.conftest import Sandbox

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def python(sandbox: Sandbox, source: str, items: list[Any] | None = None, **options: Any) -> Any:
    return await sandbox.code(source, items, language="python", **options)


async def refused(sandbox: Sandbox, source: str, **options: Any) -> SandboxError:
    with pytest.raises(SandboxError) as caught:
        await python(sandbox, source, **options)
    return caught.value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("return [{'n': item.json['n'] + 1} for item in items]", [{"n": 2}, {"n": 3}]),
        ("return [i['json']['n'] for i in _items] + [_json['n'], _input.last().json['n']]", [1, 2, 1, 2]),
        ("import re, math, datetime\nreturn re.sub('a', 'b', 'a') + str(math.floor(2.5))", "b2"),
        ("from collections import Counter\nreturn dict(Counter('aab'))", {"a": 2, "b": 1}),
        ("import datetime\nreturn [datetime.date(2026, 1, 2), {3}, (4,), float('nan')]",
         ["2026-01-02", [3], [4], None]),
        ("def add(a, b=2):\n\treturn a + b\nreturn add(1)", 3),
        ("text = '''one\n  two'''  # it's a 'text'\nreturn text", "one\n  two"),
        ("text = 'it\\'s'\nif text:\n    return text", "it's"),
        ("return 'grüße 🎉'", "grüße 🎉"),
    ],
)  # fmt: skip
async def test_what_it_can_say(sandbox: Sandbox, source: str, value: Any) -> None:
    assert await python(sandbox, source, [{"n": 1}, {"n": 2}]) == value


async def test_items_changed_in_place_keep_their_links(sandbox: Sandbox) -> None:
    found = await python(sandbox, "items[1].json['b'] = 1\nreturn items[1:]", [{"a": 1}, {"a": 2}])
    assert found == [{"json": {"a": 2, "b": 1}, "pairedItem": 1}]


async def test_it_may_run_for_each_item(sandbox: Sandbox) -> None:
    result = await sandbox.pool.run_code(
        "print('n', item.json['n'])\nreturn item.json['n'] * 10",
        [{"n": 1}, {"n": 2}],
        language="python",
        per="item",
    )
    assert result.value == [10, 20]
    assert result.logs == [{"level": "info", "message": "n 1"}, {"level": "info", "message": "n 2"}]


@pytest.mark.parametrize(
    ("source", "says", "line"),
    [
        ("a = 1\n\nreturn a / 0", "ZeroDivisionError", 3),
        ("a = 1\nb = = 2", "SyntaxError", 2),
        ("def f():\n    raise ValueError('bad')\n\nf()", "ValueError: bad", 2),
        ("a = '''\n\n'''\nreturn nope", "NameError", 4),
    ],
)
async def test_errors_name_their_line(sandbox: Sandbox, source: str, says: str, line: int) -> None:
    error = await refused(sandbox, source)
    assert (error.code, error.line) == ("sandbox.code", line)
    assert says in error.message and f"(line {line})" in error.message


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("import requests", "the modules are"),
        ("return items[0].json['nope']", "get("),
        ("return items[0].json.nope", "brackets"),
        ("class A(dict):\n    pass", "functions"),
        ("import os\nreturn os.environ['PATH']", "no files"),
    ],
)
async def test_errors_say_what_to_do(sandbox: Sandbox, source: str, hint: str) -> None:
    assert hint in (await refused(sandbox, source)).hint


async def test_lines_printed_before_a_failure_are_kept(sandbox: Sandbox) -> None:
    error = await refused(sandbox, "print('so far')\nraise ValueError('no')")
    assert error.logs == [{"level": "info", "message": "so far"}]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("while True:\n    pass", "sandbox.timeout"),
        ("while True:\n    try:\n        1 / 0\n    except BaseException:\n        pass", "sandbox.timeout"),
        ("import time\ntime.sleep(1000)", "sandbox.timeout"),
        ("import re\nreturn re.match('(a+)+$', 'a' * 40 + '!') or 10 ** 10 ** 9", "sandbox.memory"),
        ("return b'x' * 10 ** 11", "sandbox.memory"),
        ("x = []\nwhile True:\n    x.append('a' * 1000)", "sandbox.memory"),
        ("return 'x' * (70 * 1024 * 1024)", "sandbox.output"),
        ("def f():\n    return f()\nreturn f()", "sandbox.code"),
        ("a = []\na.append(a)\nreturn a", "sandbox.code"),
    ],
)
async def test_limits_hold_and_the_next_call_works(sandbox: Sandbox, source: str, code: str) -> None:
    error = await refused(sandbox, source, seconds=2 if code == "sandbox.timeout" else 20)
    assert error.code == code, error.message
    assert await python(sandbox, "return 1 + 1") == 2


async def test_a_flood_of_prints_is_cut(sandbox: Sandbox) -> None:
    result = await sandbox.pool.run_code(
        "for n in range(20000):\n    print('x' * 1000)\nreturn 1", [{}], language="python"
    )
    assert len(result.logs) <= 1001 and sum(len(line["message"]) for line in result.logs) < 300_000
    assert "left out" in result.logs[-1]["message"]


async def test_nothing_stays_behind(sandbox: Sandbox) -> None:
    source = "global leak, Input\nleak = items[0].json\nInput = None\nreturn leak"
    assert await python(sandbox, source, [{"s": 4711}]) == {"s": 4711}
    assert "NameError" in (await refused(sandbox, "return leak")).message
    assert await python(sandbox, "return items[0].json") == {}


async def test_a_cancelled_call_frees_its_place() -> None:
    pool = SandboxPool(1)
    try:
        task = asyncio.create_task(
            pool.run_code("while True:\n    pass", [{}], language="python", seconds=60)
        )
        await asyncio.sleep(0.5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        result = await asyncio.wait_for(pool.run_code("return 2", [{}], language="python"), 10)
        assert result.value == [2]
    finally:
        await pool.close()


def _children() -> list[psutil.Process]:
    mine = psutil.Process().children(recursive=True)
    return [child for child in mine if child.cmdline()[-1:] == ["subprocess"]]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="landlock and seccomp exist on Linux only")
async def test_its_child_is_locked_and_inherits_nothing(sandbox: Sandbox) -> None:
    await python(sandbox, "return 1")
    for child in _children():
        status = Path(f"/proc/{child.pid}/status").read_text()
        assert "NoNewPrivs:\t1" in status and "Seccomp:\t2" in status
        assert os.getsid(child.pid) == child.pid
        assert "Max file size             0 " in Path(f"/proc/{child.pid}/limits").read_text()
        if not os.access(f"/proc/{child.pid}/environ", os.R_OK):
            continue
        assert Path(f"/proc/{child.pid}/environ").read_bytes() == b"TZ=UTC\0"
        targets = {os.readlink(f"/proc/{child.pid}/fd/{fd}") for fd in os.listdir(f"/proc/{child.pid}/fd")}
        assert all(target.startswith(("pipe:", "anon_inode:", "/dev/null")) for target in targets), targets


async def test_a_closed_pool_leaves_no_process() -> None:
    before = {child.pid for child in _children()}
    pool = SandboxPool(1)
    await pool.run_code("return 1", [{}], language="python")
    started = {child.pid for child in _children()} - before
    await pool.close()
    assert started and not started & {child.pid for child in _children()}


@pytest.mark.parametrize(
    ("source", "inside"),
    [
        ("a = '''x\ny'''", [2]),
        ("a = 'x'\nb = 1", []),
        ("# '''\nb = 1", []),
        ("a = '\nb = 1", []),
        ('"""\n', [2]),
    ],
)
async def test_texts_of_several_lines_are_not_indented(source: str, inside: list[int]) -> None:
    lines = as_function(source).split("\n")[2:]
    assert [
        n for n, line in enumerate(lines[: source.count("\n") + 1], 1) if not line.startswith(" ")
    ] == inside
