"""Begin a node: `python -m orchestrator.sdk.scaffold group=shop name=find_order`.

Writes `nodes/<group>/<name>.py` and its cases from `templates/scaffold`, which pass the tests
as they are, and for a new group its manifest and icon. Nothing that exists is overwritten.
"""

from __future__ import annotations

import keyword
import re
import sys
from pathlib import Path
from string import Template

ROOT = Path(__file__).parents[2]
WORD = re.compile(r"^[a-z][a-z0-9]*$")
NAME = re.compile(r"^[a-z][a-z0-9_]*$")


def new_node(group: str, name: str, *, nodes: Path, templates: Path) -> list[Path]:
    """Write the files of a node below `nodes` and return them. Raises ValueError for a name that
    cannot be used, FileExistsError for a node that is there already."""
    if not WORD.match(group) or keyword.iskeyword(group):
        raise ValueError(f"group {group!r}: one lower-case word, such as shop")
    if not NAME.match(name) or name in ("client", "conftest"):
        raise ValueError(f"name {name!r}: lower-case words joined by _, such as find_order")
    stem = f"{name}_" if keyword.iskeyword(name) else name
    folder = nodes / group
    if (folder / f"{stem}.py").exists():
        raise FileExistsError(f"{folder / f'{stem}.py'} is there already")
    words = {
        "group": group,
        "name": name,
        "function": stem,
        "title": name.replace("_", " ").capitalize(),
        "model": "".join(part.capitalize() for part in name.split("_")),
        "group_title": group.capitalize(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {
        "__init__.py": "",
        "manifest.toml": "manifest.toml.txt",
        "icon.svg": "icon.svg.txt",
        f"{stem}.py": "node.py.txt",
        f"{stem}.cases.json": "cases.json.txt",
    }
    return [
        path
        for file, template in wanted.items()
        if (path := _write(folder / file, templates / template if template else None, words))
    ]


def _write(path: Path, template: Path | None, words: dict[str, str]) -> Path | None:
    if path.exists():
        return None
    text = Template(template.read_text("utf-8")).substitute(words) if template else ""
    path.write_text(text, "utf-8")
    return path


def main(arguments: list[str]) -> int:
    """`group=… name=…`, or the two words alone. Returns the exit status."""
    given = [argument.partition("=")[2] if "=" in argument else argument for argument in arguments]
    if len(given) != 2:
        sys.stderr.write("usage: make new-node group=shop name=find_order\n")
        return 2
    try:
        made = new_node(*given, nodes=ROOT / "nodes", templates=ROOT / "templates" / "scaffold")
    except (ValueError, FileExistsError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    lines = [f"wrote {path.relative_to(ROOT)}" for path in made]
    lines += ["Change them, then: make test-fast ARGS='tests/nodes'", "Help: docs/writing_a_node.md"]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
