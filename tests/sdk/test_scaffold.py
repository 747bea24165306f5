"""`make new-node` writes a node that passes at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from orchestrator.sdk import collect
from orchestrator.sdk.case_check import mismatches
from orchestrator.sdk.cases import run_case
from orchestrator.sdk.scaffold import ROOT, main, new_node
from orchestrator.sdk.schema import describe, describe_group, load_cases, params_schema, undescribed

TEMPLATES = ROOT / "templates" / "scaffold"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / f"scaffolded_{tmp_path.name}"  # imported once under each name
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    return folder


async def test_a_new_node_passes_its_cases(package: Path) -> None:
    made = new_node("shop", "find_order", nodes=package, templates=TEMPLATES)
    assert {path.name for path in made} == {
        "__init__.py",
        "manifest.toml",
        "icon.svg",
        "find_order.py",
        "find_order.cases.json",
    }
    node_type = collect(package.name, plugins=False)["shop.find_order"]
    assert (node_type.title, describe_group(node_type)["title"]) == ("Find order", "Shop")
    assert undescribed(params_schema(node_type)) == []
    assert describe(node_type)["summary"].endswith(".")
    cases = load_cases(node_type)
    assert len(cases) >= 4
    for case in cases:
        assert mismatches(await run_case(node_type, case)) == []


def test_a_new_node_is_formatted_and_linted(package: Path) -> None:
    new_node("shop", "find_order", nodes=package, templates=TEMPLATES)
    for command in (["check"], ["format", "--check"]):
        ruff = [
            sys.executable,
            "-m",
            "ruff",
            *command,
            "--config",
            str(ROOT / "pyproject.toml"),
            str(package),
        ]
        done = subprocess.run(ruff, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_a_second_node_leaves_the_group_as_it_is(package: Path) -> None:
    new_node("shop", "find_order", nodes=package, templates=TEMPLATES)
    (package / "shop" / "manifest.toml").write_text('title = "My shop"')
    made = new_node("shop", "import", nodes=package, templates=TEMPLATES)
    assert {path.name for path in made} == {"import_.py", "import_.cases.json"}
    assert "shop.import" in collect(package.name, plugins=False)
    assert (package / "shop" / "manifest.toml").read_text() == 'title = "My shop"'


def test_nothing_is_overwritten(package: Path) -> None:
    new_node("shop", "find_order", nodes=package, templates=TEMPLATES)
    with pytest.raises(FileExistsError, match="there already"):
        new_node("shop", "find_order", nodes=package, templates=TEMPLATES)


@pytest.mark.parametrize(
    ("group", "name"), [("Shop", "x"), ("../shop", "x"), ("shop", "Find order"), ("", "x")]
)
def test_a_name_that_cannot_be_used_is_refused(package: Path, group: str, name: str) -> None:
    with pytest.raises(ValueError, match="lower-case"):
        new_node(group, name, nodes=package, templates=TEMPLATES)


def test_a_wrong_call_says_how(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["group=shop"]) == 2
    assert "make new-node group=shop name=find_order" in capsys.readouterr().err
