"""The product's settings for tests: a data directory and a Valkey server of the test process's own."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="orchestrator-test-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["DATA_DIR"] = _folder
os.environ.pop("REDIS_URL", None)
os.environ["SECRET_KEY"] = "only-for-tests-" * 4

from orchestrator.settings import *  # noqa: E402, F403
from orchestrator.settings import DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in the product: several threads and processes may use it.
    DATABASES["default"]["TEST"] = {"NAME": f"{_folder}/test.sqlite3"}
else:
    # Async tests leave threads behind that never give their connection back to a pool.
    DATABASES["default"]["OPTIONS"].pop("pool", None)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
