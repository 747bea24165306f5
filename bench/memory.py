"""Memory and processor time of a process and all its descendants."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Self

import psutil

MB = 1_000_000


def tree(pid: int) -> list[psutil.Process]:
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def _total(pid: int, of: Callable[[psutil.Process], float]) -> float:
    total = 0.0
    for process in tree(pid):
        try:
            total += of(process)
        except psutil.Error:
            continue
    return total


def resident_mb(pid: int) -> float:
    """Resident memory summed over the tree: pages that processes share count once for each."""
    return _total(pid, lambda process: process.memory_info().rss) / MB


def proportional_mb(pid: int) -> float:
    """The same with shared pages divided among those who share them: what the machine is short of."""
    return _total(pid, lambda process: process.memory_full_info().pss) / MB


def cpu_seconds(pid: int) -> float:
    def used(process: psutil.Process) -> float:
        times = process.cpu_times()
        return times.user + times.system

    return _total(pid, used)


class Peak:
    """The highest resident memory of a tree while the block runs, in MB."""

    def __init__(self, pid: int, *, every_seconds: float = 0.1) -> None:
        self.pid, self.every_seconds = pid, every_seconds
        self.mb = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self.mb = resident_mb(self.pid)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(self.every_seconds):
            self.mb = max(self.mb, resident_mb(self.pid))
