#!/usr/bin/env python
"""Django's entry: `manage.py help` lists the commands."""

import os
import sys

NOT_NEEDED = ("click", "greenlet", "pygments", "rich")
"""structlog and httpx load these wherever development tools brought them: 7 MB in each process."""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orchestrator.settings")
    for name in NOT_NEEDED:
        sys.modules[name] = None  # type: ignore[assignment]  # What the import system calls "not there".
    if sys.argv[1:] == ["up"]:
        # The supervisor lives as long as the product does: it does without Django's memory.
        from orchestrator.supervisor.supervisor import main as up

        sys.exit(up())
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
