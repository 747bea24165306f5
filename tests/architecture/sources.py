"""The project's own source files, as git knows them or would."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOREIGN = {".venv", ".git", "node_modules", "dist", "data", "__pycache__", "scaffold", ".cache"}


def source_files(*folders: str, suffix: str) -> Iterator[Path]:
    """Files below `folders` that end in `suffix`, built and foreign ones left out."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob(f"*{suffix}")):
            if not FOREIGN.intersection(path.relative_to(ROOT).parts):
                yield path


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))
