"""The browser's API client, generated from the API: write it, or with `--check` fail on a difference."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "editor_frontend"
CLIENT = FRONTEND / "src" / "api" / "schema.d.ts"


def generate(target: Path) -> None:
    """Write the TypeScript types of the present API to `target`."""
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / "openapi.json"
        subprocess.run(
            [sys.executable, "manage.py", "export_openapi", "--output", str(document)],
            cwd=ROOT,
            env=os.environ | {"DATA_DIR": folder},
            check=True,
        )
        generator = FRONTEND / "node_modules" / ".bin" / "openapi-typescript"
        subprocess.run(
            [generator, document, "-o", target], cwd=FRONTEND, check=True, stdout=subprocess.DEVNULL
        )


def main(arguments: list[str]) -> int:
    if arguments != ["--check"]:
        generate(CLIENT)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "schema.d.ts"
        generate(fresh)
        if CLIENT.exists() and CLIENT.read_text() == fresh.read_text():
            return 0
    print("The API changed and the browser's client did not: run `make client` and commit the result.")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
