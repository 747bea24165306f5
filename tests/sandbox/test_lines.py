"""What code writes is heard while it works, kept when it is stopped, and bounded whoever writes it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from typing import Any

import pytest

from orchestrator.sandbox import Limits, SandboxError
from orchestrator.sandbox.child import Child
from orchestrator.sandbox.lines import LEFT_OUT, MOST_LINES, MOST_TEXT, Lines
from tests.sandbox.conftest import Sandbox

pytestmark = pytest.mark.asyncio(loop_scope="module")

PYTHON = "import time, sys\nprint('first')\ntime.sleep(0.5)\nprint('second', 2, file=sys.stderr)\nreturn 1"
WORKS = {
    "javascript": "console.log('first'); const t = Date.now(); while (Date.now() - t < 500); "
    "console.warn('second', 2); return 1",
    "python": PYTHON,
    "full_python": PYTHON,
}
HANGS = {
    "javascript": "console.log('a'); console.log('b'); for (;;);",
    "python": "print('a')\nprint('b')\nwhile True:\n  pass",
    "full_python": "print('a')\nprint('b')\nwhile True:\n  pass",
}
LINES = [{"level": "info", "message": "first"}, {"level": "warning", "message": "second 2"}]


@pytest.mark.parametrize("language", WORKS)
async def test_a_line_is_heard_long_before_the_end(sandbox: Sandbox, language: str) -> None:
    await sandbox.code("return 1", language=language)  # the child is up
    heard: list[tuple[float, dict[str, Any]]] = []
    result = await sandbox.pool.run_code(
        WORKS[language], [{}], language=language, on_line=lambda line: heard.append((time.monotonic(), line))
    )
    end = time.monotonic()
    assert result.value == [1]
    assert [line for _, line in heard] == result.logs == LINES
    assert end - heard[0][0] > 0.4


@pytest.mark.parametrize("language", HANGS)
async def test_the_lines_of_code_that_is_stopped_are_kept(sandbox: Sandbox, language: str) -> None:
    heard: list[dict[str, Any]] = []
    with pytest.raises(SandboxError) as caught:
        await sandbox.code(HANGS[language], language=language, seconds=1, on_line=heard.append)
    assert caught.value.code == "sandbox.timeout"
    assert [line["message"] for line in caught.value.logs] == ["a", "b"]
    assert heard == caught.value.logs


async def test_the_lines_of_code_that_fills_the_memory_are_kept(sandbox: Sandbox) -> None:
    source = "console.log('a'); return [...Array(1e7).keys()].map(x => 'x'.repeat(1e4) + x)"
    with pytest.raises(SandboxError) as caught:
        await sandbox.code(source, seconds=20)
    assert caught.value.code == "sandbox.memory"
    assert [line["message"] for line in caught.value.logs] == ["a"]


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("javascript", "for (let n = 0; n < 1e5; n++) console.log('x'.repeat({size})); return 1"),
        ("python", "n = 0\nwhile n < 3000:\n  print('x' * {size})\n  n = n + 1\nreturn 1"),
        ("full_python", "for n in range(100000): print('x' * {size})\nreturn 1"),
    ],
)
@pytest.mark.parametrize("size", [1, 1_000, 50_000])
async def test_a_flood_is_cut(sandbox: Sandbox, language: str, source: str, size: int) -> None:
    heard: list[dict[str, Any]] = []
    result = await sandbox.pool.run_code(
        source.replace("{size}", str(size)), [{}], language=language, on_line=heard.append
    )
    assert result.value == [1]
    assert heard == result.logs and len(heard) <= MOST_LINES + 1
    assert sum(len(line["message"]) for line in heard) <= MOST_TEXT + 10_100
    assert heard[-1] == {"level": "warning", "message": LEFT_OUT}


async def test_a_host_error_at_the_end_of_the_stack_is_not_seen(sandbox: Sandbox) -> None:
    """The line is sent by the other realm, which may run out of stack first."""
    source = """
      const seen = [];
      (function deeper() {
        try { console.log('x') } catch (error) { seen.push(error) }
        try { deeper() } catch (error) { seen.push(error) }
      })();
      return seen.every(error => error instanceof RangeError);
    """
    assert await sandbox.code(source) is True


async def test_full_python_that_writes_to_the_pipe_itself_is_stopped(sandbox: Sandbox) -> None:
    forge = (
        "import os\nframe = {frame!r}\nbody = len(frame).to_bytes(4, 'little') + frame\n"
        "for n in range({times}):\n  for pipe in range(3, 12):\n    try:\n      os.write(pipe, body)\n"
        "    except OSError:\n      pass\nreturn 1"
    )
    for frame, times, code in (
        (b'["info", "x"]', 3_000, "sandbox.output"),
        (b'["shout", "x"]', 1, "sandbox.output"),
        (b"[" + b"x" * 100_000, 1, "sandbox.output"),
        (b'{"told": {}, "values": [1]}', 1, "sandbox.crashed"),
    ):
        heard: list[dict[str, Any]] = []
        with pytest.raises(SandboxError) as caught:
            await sandbox.code(
                forge.format(frame=frame, times=times), language="full_python", on_line=heard.append
            )
        assert caught.value.code == code
        assert len(heard) <= MOST_LINES + 1
    assert await sandbox.code("return 2", language="full_python") == 2


class Stranger(Child):
    """A process that took over a child's place and says what it likes."""

    def __init__(self, script: str) -> None:
        self.script = script
        super().__init__(Limits(), "", lambda child: None)

    def _start(self, folder: str) -> None:
        source, self._to = os.pipe()
        self._from, sink = os.pipe()
        script = (
            "import os\ndef say(body, pipe):\n"
            "  data = len(body).to_bytes(4, 'little') + body\n"
            "  while data: data = data[os.write(pipe, data):]\n"
            f"os.read({source}, 100)\n{self.script.format(pipe=sink)}"
        )
        self._process = subprocess.Popen(
            [sys.executable, "-c", script], pass_fds=(source, sink), start_new_session=True
        )
        os.close(source)
        os.close(sink)
        self.pid = self._process.pid
        os.set_blocking(self._to, False)
        os.set_blocking(self._from, False)
        self._loop.add_reader(self._from, self._readable)


async def asked(script: str, lines: Lines | None) -> bytes:
    child = Stranger(script)
    try:
        async with asyncio.timeout(20):
            return await child.ask(b"{}", seconds=20, cpu_seconds=None, lines=lines)
    finally:
        child.kill("sandbox.closed")
        await child.wait_ended()


FLOOD = 'while True: say(b\'["info", "x"]\', {pipe})'


@pytest.mark.parametrize(
    ("script", "code"),
    [
        (FLOOD, "sandbox.output"),
        ("say(b'[\"info\", 1]', {pipe})", "sandbox.output"),
        ("say(b'[\"info\"]', {pipe})", "sandbox.output"),
        ("say(b'[[], \"x\"]', {pipe})", "sandbox.output"),
        ("say(b'[' + b' ' * 90_000, {pipe})", "sandbox.output"),
        ("say(b'', {pipe})", "sandbox.output"),
        ("os.write({pipe}, b'\\xff\\xff\\xff\\xff')\nimport time; time.sleep(30)", "sandbox.output"),
        ('say(b\'["info", "x"]\', {pipe})', "sandbox.crashed"),  # and then it ends
    ],
)
async def test_a_stranger_in_a_childs_place_is_ended(script: str, code: str) -> None:
    lines = Lines()
    with pytest.raises(SandboxError) as caught:
        await asked(script, lines)
    assert caught.value.code == code
    assert len(lines.lines) <= MOST_LINES + 1


async def test_lines_come_before_the_answer_and_never_after_it() -> None:
    two = 'say(b\'["info", "a"]\', {pipe})\nsay(b\'["info", "b"]\', {pipe})\n'
    lines = Lines()
    assert await asked(two + "say(b'{{}}', {pipe})", lines) == b"{}"
    assert [line["message"] for line in lines.lines] == ["a", "b"]
    late = "os.write({pipe}, b'\\x02\\0\\0\\0{{}}' + b'\\x0d\\0\\0\\0[\"info\", \"x\"]')"
    with pytest.raises(SandboxError) as caught:
        await asked(late, Lines())
    assert caught.value.code == "sandbox.crashed"


async def test_an_expression_has_no_lines_to_say() -> None:
    assert await asked('say(b\'["info", "a"]\', {pipe})', None) == b'["info", "a"]'  # its answer, then
