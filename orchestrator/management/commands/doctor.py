"""`manage.py doctor`: look at everything the product needs and say what to mend."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from typing import Any

import redis
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from orchestrator.sandbox import doctor as look_at_sandbox
from orchestrator.supervisor import readiness, valkey


class Ailing(Exception):
    """What is wrong and how to mend it."""


class Command(BaseCommand):
    help = "Check this installation. Ends with status 1 when something needs mending."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        ailing = 0
        for name, look in CHECKS.items():
            try:
                finding = look()
                self.stdout.write(f"{self.style.SUCCESS('ok')}   {name}: {finding}")
            except Ailing as error:
                ailing += 1
                self.stdout.write(f"{self.style.ERROR('NO')}   {name}: {error}")
        if ailing:
            raise CommandError(f"{ailing} of {len(CHECKS)} need mending")


def python() -> str:
    return f"{sys.version.split()[0]} at {sys.executable}"


def data_directory() -> str:
    try:
        with tempfile.TemporaryFile(dir=settings.DATA_DIR):
            pass
    except OSError as error:
        raise Ailing(f"{settings.DATA_DIR} cannot be written ({error.strerror}); set DATA_DIR") from error
    free = os.statvfs(settings.DATA_DIR)
    free_mb = free.f_bavail * free.f_frsize // 1_000_000
    if free_mb < 500:
        raise Ailing(f"only {free_mb} MB are free in {settings.DATA_DIR}")
    return f"{settings.DATA_DIR}, {free_mb // 1000} GB free"


def database() -> str:
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise Ailing(f"does not answer ({str(error).splitlines()[0]}); check DATABASE_URL") from error
    if missing:
        raise Ailing(f"{len(missing)} migrations are missing; run: python manage.py migrate")
    return f"{connection.vendor}, up to date"


def bell() -> str:
    if settings.REDIS_BUNDLED and not valkey.answers(settings.REDIS_SOCKET):
        try:
            return f"bundled Valkey ({valkey.binary().name}), starts with `manage.py up`"
        except valkey.NoValkey as error:
            raise Ailing(str(error)) from error
    try:
        info = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3).info("server")
    except redis.RedisError as error:
        raise Ailing(f"Redis does not answer ({error}); check REDIS_URL") from error
    return f"version {info.get('valkey_version') or info.get('redis_version')}"


def sandbox() -> str:
    sentences = look_at_sandbox(settings.PYTHON_PACKAGES if settings.FULL_PYTHON else None)
    if missing := [sentence for sentence in sentences if sentence.startswith("missing")]:
        raise Ailing("; ".join(missing))
    return "; ".join(sentences)


def browser_app() -> str:
    if not (settings.FRONTEND_DIST / "index.html").is_file():
        raise Ailing("not built; `make run` builds it")
    return "built"


def running() -> str:
    if readiness.is_ready(settings.HOST, settings.PORT):
        return f"ready on port {settings.PORT}"
    return f"nothing is ready on port {settings.PORT}"


CHECKS: dict[str, Callable[[], str]] = {
    "Python": python,
    "data directory": data_directory,
    "database": database,
    "Redis": bell,
    "sandbox": sandbox,
    "browser app": browser_app,
    "running": running,
}
