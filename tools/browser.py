"""A real Chromium for tests and measurements, from wherever one can be had."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from playwright.sync_api import Browser, Page, Playwright, Response, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--force-color-profile=srgb"]
ARGUMENTS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]


class NoBrowser(Exception):
    """No Chromium is installed and none could be."""


def installed() -> str | None:
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def _install_by_apt() -> bool:
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
    steps = (["apt-get", "update", "-qq"], install)
    results = [subprocess.run(step, capture_output=True, stdin=subprocess.DEVNULL) for step in steps]
    return results[-1].returncode == 0


@cache
def executable() -> str:
    """An installed Chromium, else Debian's package where it may be installed, else Playwright's
    own. Raises NoBrowser, in one line, when none can be had."""
    found = installed() or (installed() if _install_by_apt() else None)
    if found:
        return found
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    if not os.path.exists(own):
        subprocess.run(["playwright", "install", "chromium"], capture_output=True, timeout=300)
    if os.path.exists(own):
        return own
    raise NoBrowser(
        "No Chromium for the browser tests: none is installed, apt-get may not install one, and Playwright "
        "could not fetch its own. Install chromium, or name one by CHROMIUM=/path."
    )


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)


@contextmanager
def counting_scripts(page: Page) -> Iterator[dict[str, int]]:
    """After the block: the gzipped bytes of each script that the page fetched meanwhile, largest first."""
    fetched: list[Response] = []
    sizes: dict[str, int] = {}

    def note(answer: Response) -> None:
        fetched.append(answer)

    page.on("response", note)
    yield sizes
    page.remove_listener("response", note)
    for answer in fetched:
        name = answer.url.split("?")[0].rpartition("/")[2]
        if name.endswith(".js") and answer.ok:
            sizes[name] = len(gzip.compress(answer.body()))
    for name in sorted(sizes, key=sizes.__getitem__, reverse=True):
        sizes[name] = sizes.pop(name)


@contextmanager
def running_browser() -> Iterator[Browser]:
    executable()  # Before the driver starts, so that a missing browser is said in one line.
    with sync_playwright() as playwright:
        browser = launch(playwright)
        try:
            yield browser
        finally:
            browser.close()
