"""Full Python: what it can say, the packages it may import, and the wall around each call."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from orchestrator.sandbox import SandboxError, SandboxPool, doctor, full_python
from orchestrator.sandbox.limits import Limits
from orchestrator.sandbox.packages import find_packages
from tests.sandbox.conftest import Sandbox

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it runs nothing without the whole wall"),
]
LISTED = ("markdown-it-py", "msgspec", "not-installed-here")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sandbox() -> AsyncIterator[Sandbox]:
    limits = Limits(code_seconds=10, memory_mb=200, output_bytes=1_000_000)
    pool = SandboxPool(2, limits, packages=LISTED)
    yield Sandbox(pool)
    await pool.close()


async def python(sandbox: Sandbox, source: str, items: list[Any] | None = None, **options: Any) -> Any:
    return await sandbox.code(source, items, language="full_python", **options)


async def refused(sandbox: Sandbox, source: str, **options: Any) -> SandboxError:
    with pytest.raises(SandboxError) as caught:
        await python(sandbox, source, **options)
    return caught.value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("return [{'n': item.json['n'] + 1} for item in items]", [{"n": 2}, {"n": 3}]),
        ("return [i['json']['n'] for i in _items] + [_json['n'], _input.last().json['n']]", [1, 2, 1, 2]),
        ("class A:\n  @property\n  def n(self): return 7\nclass B(A): pass\nreturn B().n", 7),
        ("def numbers():\n  yield from range(3)\nreturn [*numbers()]", [0, 1, 2]),
        ("import decimal, statistics\nreturn statistics.mean([1, 2, 6])", 3),
        ("import datetime\nreturn [datetime.date(2026, 1, 2), {3}, (4,), float('nan')]",
         ["2026-01-02", [3], [4], None]),
        ("import zoneinfo as z, datetime as d\n"
         "return str(d.datetime(2026, 7, 1, tzinfo=z.ZoneInfo('Europe/Oslo')))",
         "2026-07-01 00:00:00+02:00"),
        ("from markdown_it import MarkdownIt\nreturn MarkdownIt().render('*a*')", "<p><em>a</em></p>\n"),
        ("import msgspec\nreturn msgspec.json.decode(b'[1]')", [1]),
        ("from importlib.metadata import version\nreturn version('msgspec') > '0'", True),
        ("import threading\nfound = []\nt = threading.Thread(target=lambda: found.append(1))\n"
         "t.start()\nt.join()\nreturn found", [1]),
        ("return 'grüße 🎉'", "grüße 🎉"),
    ],
)  # fmt: skip
async def test_what_it_can_say(sandbox: Sandbox, source: str, value: Any) -> None:
    assert await python(sandbox, source, [{"n": 1}, {"n": 2}]) == value


async def test_it_may_run_for_each_item_and_print(sandbox: Sandbox) -> None:
    result = await sandbox.pool.run_code(
        "import sys\nprint('n', item.json['n'])\nprint('odd', file=sys.stderr)\nreturn item.json['n'] * 10",
        [{"n": 1}, {"n": 2}],
        language="full_python",
        per="item",
    )
    assert result.value == [10, 20]
    assert result.logs[:2] == [{"level": "info", "message": "n 1"}, {"level": "warning", "message": "odd"}]


async def test_items_changed_in_place_keep_their_links(sandbox: Sandbox) -> None:
    found = await python(sandbox, "items[1].json['b'] = 1\nreturn items[1:]", [{"a": 1}, {"a": 2}])
    assert found == [{"json": {"a": 2, "b": 1}, "pairedItem": 1}]


@pytest.mark.parametrize(
    ("source", "message", "line"),
    [
        ("x = 1\nreturn x / 0", "ZeroDivisionError", 2),
        ("def f():\n  return nothing\nreturn f()", "NameError", 2),
        ("return (", "SyntaxError", None),
        ("import orjson", "No module named 'orjson'", 1),
        ("import django", "No module named 'django'", 1),
        ("raise SystemExit('bye')", "SystemExit: bye", 1),
        ("return open", "cannot be part of an item", None),
    ],
)
async def test_what_goes_wrong_is_told_with_its_line(
    sandbox: Sandbox, source: str, message: str, line: int | None
) -> None:
    error = await refused(sandbox, source)
    assert (error.code, message in error.message) == ("sandbox.code", True), error.message
    assert line is None or error.line == line


ATTACKS = {
    "reads a file": "return open({canary!r}).read()",
    "lists a folder": "import os\nreturn os.listdir({folder!r})",
    "writes a file": "open({folder!r} + '/x', 'w').write('x')",
    "writes where it stands": "open('x', 'w').write('x')",
    "reads the parent's environment": "return open('/proc/{pid}/environ').read()",
    "reads the parent's memory": "return open('/proc/{pid}/maps').read()",
    "reads its own environment file": "return open('/proc/self/environ').read()",
    "starts a program": "import subprocess\nreturn subprocess.run(['/bin/true']).returncode",
    "replaces itself": "import os\nos.execv('/bin/sh', ['sh', '-c', 'echo'])",
    "forks": "import os\nreturn os.fork()",
    "opens a socket": "import socket\nreturn socket.socket().fileno()",
    "resolves a name": "import socket\nreturn socket.getaddrinfo('localhost', 80)",
    "kills the parent": "import os\nos.kill({pid}, 9)",
    "signals the group of the parent": "import os\nos.killpg(os.getpgid({pid}), 9)",
    "raises its limits": "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (10**9, 10**9))",
    "makes shared memory": (
        "from multiprocessing.shared_memory import SharedMemory\nSharedMemory(None, True, 9)"
    ),
    "loads a library of its own": "import ctypes\nreturn str(ctypes.CDLL({canary!r}))",
    "calls the kernel by hand": "import ctypes\nif ctypes.CDLL(None).syscall(41, 2, 1, 0) < 0: raise OSError",
    "reads the project": "return open({project!r}).read()",
    "reads packages that are not listed": "return open({unlisted!r}).read()",
}


@pytest.mark.parametrize("name", list(ATTACKS))
async def test_an_attack_reaches_nothing(sandbox: Sandbox, name: str, tmp_path: Path) -> None:
    import django

    canary = tmp_path / "canary"
    canary.write_text("canary")
    source = ATTACKS[name].format(
        canary=str(canary),
        folder=str(tmp_path),
        pid=os.getpid(),
        project=str(Path(full_python.__file__)),
        unlisted=django.__file__,
    )
    error = await refused(sandbox, source)
    assert error.code == "sandbox.code", error.message
    assert await python(sandbox, "return 1") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["canary"]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("while True: pass", "sandbox.timeout"),
        ("import time\ntime.sleep(60)", "sandbox.timeout"),
        ("return len('x' * 10**9)", "sandbox.memory"),
        ("held = []\nwhile True: held.append(bytearray(10**6))", "sandbox.memory"),
        ("return 'x' * 3_000_000", "sandbox.output"),
        ("import os\nos._exit(0)", "sandbox.crashed"),
        ("import os, signal\nos.kill(os.getpid(), 9)", "sandbox.code"),
        (
            "import os\nfor n in range(64):\n  try: os.write(n, b'{}')\n  except OSError: pass\nreturn 1",
            "sandbox.crashed",
        ),
    ],
)
async def test_what_breaks_a_limit_ends_alone(sandbox: Sandbox, source: str, code: str) -> None:
    error = await refused(sandbox, source, seconds=3)
    assert error.code == code, error.message


async def test_many_prints_are_cut(sandbox: Sandbox) -> None:
    result = await sandbox.pool.run_code(
        "for n in range(5000): print(n)\nprint('x' * 10**6)\nreturn 1", [{}], language="full_python"
    )
    assert len(result.logs) == 1000


async def test_without_the_setting_it_is_refused() -> None:
    pool = SandboxPool(1)
    with pytest.raises(SandboxError, match="turned off") as caught:
        await pool.run_code("return 1", [{}], language="full_python")
    assert (caught.value.code, "FULL_PYTHON" in caught.value.hint) == ("sandbox.language", True)
    await pool.close()


async def test_the_doctor_says_whether_it_is_on_and_what_is_missing() -> None:
    assert "full Python: off" in doctor()
    found = doctor(LISTED)
    assert "full Python: on, with markdown-it-py, msgspec" in found
    assert "missing: the package not-installed-here of PYTHON_PACKAGES is not installed" in found


@pytest.mark.parametrize("name", ["--index-url=http://x", "x @ file:///etc", "../../etc", "a;b", "", "\n"])
async def test_a_name_is_never_more_than_a_name(name: str) -> None:
    assert find_packages((name,)).places == {}
    assert find_packages((name,)).missing == (name,)


async def test_a_package_brings_what_it_requires_and_no_more() -> None:
    found = find_packages(LISTED)
    assert {"markdown_it", "mdurl", "msgspec"} <= found.places.keys()
    assert not {"django", "orjson", "pytest"} & found.places.keys()
    assert found.missing == ("not-installed-here",)
