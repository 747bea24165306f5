"""Known ways out of sandboxes, tried on expressions and on Python code. An oracle watches for what
an escape would show: a value from outside, a file made, a connection opened, code built from text."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orchestrator.sandbox import SandboxError
from orchestrator.sdk.evaluation import EvalError
from tests.sandbox.conftest import Sandbox

pytestmark = pytest.mark.asyncio(loop_scope="module")

CASES = json.loads((Path(__file__).parent / "attacks.json").read_text())
ATTACKS = [(case, payload) for case in CASES for payload in case["payloads"]]
# What only the outside knows, or what text that became code would answer.
SIGNS = ("node:internal", "/bin/node", "root:x:0", "[native process]", "BUILT", "FORGED")
BUILDS = ("return globalThis", "return process", "return 1")


class Oracle:
    """Canaries outside the sandbox, and whether one of them was touched."""

    def __init__(self, folder: Path) -> None:
        self.secret = f"canary-{os.urandom(8).hex()}"
        self.file = folder / "canary"
        self.file.write_text(self.secret)
        self.marker = folder / "marker"
        self.connections = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()

    def close(self) -> None:
        self._server.close()

    def arm(self, payload: str) -> str:
        """The payload, aimed at the canaries."""
        for build in BUILDS:
            payload = payload.replace(f"{build}'", 'return "BUILT"\'').replace(f"{build}`", 'return "BUILT"`')
        for name, value in (("CANARY_FILE", self.file), ("MARKER", self.marker), ("PORT", self.port)):
            payload = payload.replace(name, str(value))
        return payload

    def hits(self, said: object) -> list[str]:
        """What an escape has left, in what the attack answered or outside."""
        text = str(said)
        found = [sign for sign in (*SIGNS, self.secret) if sign in text]
        if self.file.read_text() != self.secret:
            found.append("the canary was changed")
        if self.marker.exists():
            found.append("a file was made")
        if self.connections:
            found.append("a connection was opened")
        return found


@pytest.fixture
def oracle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Oracle]:
    made = Oracle(tmp_path)
    monkeypatch.setenv("CANARY", made.secret)
    yield made
    made.close()


async def perform(sandbox: Sandbox, language: str, source: str, run: str = "a") -> Any:
    """What the source comes to: a value, or the words of its error."""
    try:
        if language != "expression":
            return await sandbox.code(source, [{"n": 1}], language=language, seconds=1.5)
        return await sandbox.value(source, {"n": 1, "secret": "s"}, run_key=run)
    except SandboxError as error:
        return f"{error.code}: {error.message}"


@pytest.mark.parametrize(
    ("case", "payload"), ATTACKS, ids=lambda value: value["id"] if isinstance(value, dict) else ""
)
async def test_no_attack_gets_out(
    sandbox: Sandbox, oracle: Oracle, case: dict[str, Any], payload: str
) -> None:
    armed = oracle.arm(payload)
    said = await perform(sandbox, case["language"], armed)
    if isinstance(said, EvalError):
        said = said.message
    assert oracle.hits(str(said)) == []
    twin = case["twin"]
    assert await perform(sandbox, case["language"], twin["source"], run="b") == twin["value"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="full Python runs on Linux only")
@pytest.mark.parametrize("payload", [payload for case, payload in ATTACKS if case["language"] == "python"])
async def test_no_attack_gets_out_of_full_python(sandbox: Sandbox, oracle: Oracle, payload: str) -> None:
    said = await perform(sandbox, "full_python", oracle.arm(payload))
    assert oracle.hits(said) == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="full Python runs on Linux only")
async def test_full_python_answers_what_is_harmless(sandbox: Sandbox) -> None:
    for twin in (case["twin"] for case in CASES if case["language"] == "python"):
        assert await perform(sandbox, "full_python", twin["source"]) == twin["value"]


def _performed_outside(source: str) -> Any:
    """The same source with nothing around it: what the oracle must notice."""
    names: dict[str, Any] = {}
    exec("def main():\n" + "\n".join(f" {line}" for line in source.split("\n")), names)
    return names["main"]()


@pytest.mark.parametrize(
    "source",
    [
        "import os\nreturn str(os.environ)",
        "return open('CANARY_FILE').read()",
        "open('MARKER', 'w').close()",
        "open('CANARY_FILE', 'a').write('x')",
        "import socket\nimport time\nsocket.create_connection(('127.0.0.1', PORT))\ntime.sleep(0.2)",
        "return open('/etc/passwd').read()",
        'return eval(\'"BUI" + "LT"\')',
    ],
)
async def test_the_oracle_fires(oracle: Oracle, source: str) -> None:
    assert oracle.hits(None) == []
    assert oracle.hits(_performed_outside(oracle.arm(source))) != []


async def test_what_is_built_from_text_would_be_noticed(oracle: Oracle) -> None:
    armed = oracle.arm("[].map.constructor('return 1')()")
    assert armed == "[].map.constructor('return \"BUILT\"')()"
