"""The packages that full Python may import: those listed, and what they require."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution

_REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Packages:
    """Where the listed packages and what they need lie; `missing` are not installed."""

    places: dict[str, str]
    """By the name below a folder of packages: the path."""
    missing: tuple[str, ...]


@cache
def find_packages(names: tuple[str, ...]) -> Packages:
    """The listed packages with all that they require."""
    places: dict[str, str] = {}
    missing: list[str] = []
    todo, done = list(names), set[str]()
    while todo:
        name = todo.pop()
        if _plain(name) in done:
            continue
        done.add(_plain(name))
        try:
            found = distribution(name)
        except (PackageNotFoundError, ValueError):
            if name in names:
                missing.append(name)
            continue
        places.update(_places(found))
        todo += _required(found)
    return Packages(places, tuple(sorted(missing)))


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _required(found: Distribution) -> Iterator[str]:
    for line in found.requires or ():
        if "extra ==" not in line and (match := _REQUIREMENT.match(line)):
            yield match[0]


def _places(found: Distribution) -> Iterator[tuple[str, str]]:
    """What lies directly in the folder of packages: modules, packages, their libraries."""
    for top in {file.parts[0] for file in found.files or ()}:
        if top not in ("..", "__pycache__", "bin"):
            yield top, os.path.realpath(str(found.locate_file(top)))
