"""Reading the environment: typed values, key files made on first use, the database URL."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"", "0", "false", "no", "off"}
LONGEST_SOCKET_PATH = 100
"""Unix socket paths are limited to 104 or 108 bytes, by system."""


def flag(name: str, *, default: bool = False) -> bool:
    """A yes/no variable. Raises ImproperlyConfigured for anything else."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.strip().lower() in TRUE:
        return True
    if value.strip().lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} must be one of 1, 0, true, false, yes, no")


def whole_number(name: str, default: int, *, least: int = 0) -> int:
    """A whole number. Raises ImproperlyConfigured for anything else or below `least`."""
    value = os.environ.get(name, str(default))
    if not value.strip().isdecimal() or int(value) < least:
        raise ImproperlyConfigured(f"{name}={value!r} must be a whole number of at least {least}")
    return int(value)


def listing(name: str) -> list[str]:
    """Values separated by commas."""
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def key_file(path: Path, make: Callable[[], str]) -> str:
    """The key kept in `path`, made on first use, readable by its owner only.

    Two processes may start at once: the file appears complete, by a hard link, and the
    loser of the race reads the winner's key."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w") as file:
            file.write(make() + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(temporary)
    return path.read_text().strip()


def redis_socket(data_dir: Path) -> Path:
    """Where the bundled server listens; in the temporary directory when `data_dir` is too deep."""
    path = data_dir / "valkey.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"orchestrator-{os.getuid()}-{name}.sock"


def database(url: str, data_dir: Path) -> dict[str, Any]:
    """Django's database settings: PostgreSQL by URL, SQLite in `data_dir` without one."""
    if not url:
        return sqlite(data_dir / "orchestrator.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(url.removeprefix("sqlite://"))))
    if parts.scheme in {"postgres", "postgresql"}:
        options = dict(parse_qsl(parts.query))
        return postgresql(
            {
                "NAME": unquote(parts.path.lstrip("/")),
                "USER": unquote(parts.username or ""),
                "PASSWORD": unquote(parts.password or ""),
                "HOST": unquote(parts.hostname or options.pop("host", "")),
                "PORT": str(parts.port or ""),
            },
            options,
        )
    raise ImproperlyConfigured(
        f"DATABASE_URL starts with {parts.scheme!r}; use postgresql://user:password@host/name, "
        "or leave it out for SQLite"
    )


def mail_server(url: str) -> dict[str, Any]:
    """Where mail is handed in, from `smtp://user:password@host:587/?security=starttls&sender=…`;
    empty without a URL. `smtps://` means TLS from the start. Raises ImproperlyConfigured."""
    if not url:
        return {}
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    is_tls = parts.scheme == "smtps"
    security = options.get("security", "tls" if is_tls else "starttls")
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL must look like smtp://user:password@host:587/?sender=…")
    if security not in {"none", "starttls", "tls"}:
        raise ImproperlyConfigured(f"EMAIL_URL: security={security!r} must be none, starttls or tls")
    username = unquote(parts.username or "")
    sender = options.get("sender") or (username if "@" in username else "")
    if "@" not in sender:
        raise ImproperlyConfigured("EMAIL_URL needs a sender, such as &sender=flows@example.org")
    return {
        "host": parts.hostname,
        "port": parts.port or {"none": 25, "starttls": 587, "tls": 465}[security],
        "username": username,
        "password": unquote(parts.password or ""),
        "security": security,
        "sender": sender,
    }


def reply_mailbox(url: str) -> dict[str, Any]:
    """Where answers to mails arrive, from `imaps://user:password@host:993/INBOX`; empty without a
    URL. `imap://` means STARTTLS unless `?security=none`. Raises ImproperlyConfigured."""
    if not url:
        return {}
    parts = urlsplit(url)
    is_tls = parts.scheme == "imaps"
    security = dict(parse_qsl(parts.query)).get("security", "tls" if is_tls else "starttls")
    if parts.scheme not in {"imap", "imaps"} or not parts.hostname or not parts.username:
        raise ImproperlyConfigured("REPLY_MAIL_URL must look like imaps://user:password@host:993/INBOX")
    if security not in {"none", "starttls", "tls"}:
        raise ImproperlyConfigured(f"REPLY_MAIL_URL: security={security!r} must be none, starttls or tls")
    return {
        "host": parts.hostname,
        "port": parts.port or {"none": 143, "starttls": 143, "tls": 993}[security],
        "username": unquote(parts.username),
        "password": unquote(parts.password or ""),
        "security": security,
        "folder": unquote(parts.path.strip("/")) or "INBOX",
    }


def reply_address(address: str, *, is_collected: bool) -> str:
    """The address that answers go to, checked: a part after `+` will be added to it. Raises
    ImproperlyConfigured."""
    if not address:
        if is_collected:
            raise ImproperlyConfigured("REPLY_MAIL_URL or REPLY_WEBHOOK_KEY is set: set REPLY_ADDRESS too")
        return ""
    local, _, domain = address.rpartition("@")
    if not local or not domain or "+" in local or len(local) > 20 or not address.isascii():
        raise ImproperlyConfigured(
            f"REPLY_ADDRESS={address!r} must look like answers@example.org, its first part without a + "
            "and 20 characters at most"
        )
    return address.lower()


def sqlite(path: Path) -> dict[str, Any]:
    """SQLite for many processes: writers take the lock at BEGIN, so none fails half-way, and a
    commit is on the disk when it returns."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8000;"
            ),
        },
    }


def postgresql(address: Mapping[str, str], options: dict[str, str]) -> dict[str, Any]:
    """PostgreSQL through a pool a process: each ASGI request runs in a thread of its own, and a
    connection costs more than most requests."""
    size = whole_number("DATABASE_POOL_SIZE", 10, least=1)
    pool = {"min_size": 1, "max_size": size, "timeout": 20}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **address,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**options, "pool": pool},
    }
