"""Django settings. All that a deployment may change comes from the environment; see
docs/settings.md for each variable."""

from __future__ import annotations

import logging
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from orchestrator import environment

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("DATA_DIR") or BASE_DIR / "data").expanduser().resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = environment.flag("DEBUG")
HOST = os.environ.get("HOST") or "127.0.0.1"
PORT = environment.whole_number("PORT", 8000)
PUBLIC_URL = (os.environ.get("PUBLIC_URL") or f"http://localhost:{PORT}").rstrip("/")
_public = urlsplit(PUBLIC_URL)
if _public.scheme not in {"http", "https"} or not _public.hostname:
    raise ImproperlyConfigured(f"PUBLIC_URL={PUBLIC_URL!r} must look like https://example.org")
if DEBUG and HOST not in {"127.0.0.1", "localhost", "::1"}:
    raise ImproperlyConfigured("DEBUG shows source code and settings: it needs HOST=127.0.0.1")

SECRET_KEY = os.environ.get("SECRET_KEY") or environment.key_file(
    DATA_DIR / "secret_key", lambda: secrets.token_urlsafe(50)
)
if len(SECRET_KEY) < 32:
    raise ImproperlyConfigured("SECRET_KEY must have at least 32 characters")
CREDENTIALS_KEYS = environment.listing("CREDENTIALS_KEY") or [
    environment.key_file(DATA_DIR / "credentials_key", lambda: Fernet.generate_key().decode())
]
"""The first encrypts; the others only decrypt, while keys are being changed."""
try:
    for _key in CREDENTIALS_KEYS:
        Fernet(_key)
except ValueError as error:
    raise ImproperlyConfigured(f"CREDENTIALS_KEY: {error}") from None

ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", _public.hostname, *environment.listing("ALLOWED_HOSTS")]
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _public.scheme == "https"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024

INSTALLED_APPS = [
    "orchestrator.accounts",
    "orchestrator.credentials",
    "orchestrator.workflows",
    "orchestrator.memory",
    "orchestrator.runs",
    "orchestrator.triggers",
    "orchestrator.inbox",
    "orchestrator",
    "channels",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "orchestrator.rest.json_errors",
]
ROOT_URLCONF = "orchestrator.urls"
ASGI_APPLICATION = "orchestrator.asgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {"default": environment.database(os.environ.get("DATABASE_URL", ""), DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TRUST_PROXY = environment.flag("TRUST_PROXY")
"""A proxy in front sets X-Forwarded-For; without one, callers could write it themselves."""

REDIS_SOCKET = environment.redis_socket(DATA_DIR)
"""Where `manage.py up` starts the bundled server when REDIS_URL is not set."""
REDIS_BUNDLED = not os.environ.get("REDIS_URL")
REDIS_URL = os.environ.get("REDIS_URL") or f"unix://{REDIS_SOCKET}"

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "/signin"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

FRONTEND_DIST = BASE_DIR / "editor_frontend" / "dist"
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
if FRONTEND_DIST.is_dir():
    WHITENOISE_ROOT = FRONTEND_DIST
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/assets/.+-[\w-]{8}\.\w+$"

RUN_LEASE_SECONDS = environment.whole_number("RUN_LEASE_SECONDS", 15, least=1)
"""How long a silent worker keeps its runs before another takes over."""
RUN_POISON_DEATHS = environment.whole_number("RUN_POISON_DEATHS", 5, least=1)
"""A run whose workers die this often in a row, with no step ended between, is failed: it may be
what kills them."""

NODE_PACKAGE = "nodes"
EGRESS_ALLOW = environment.listing("EGRESS_ALLOW")
MAIL_SERVER = environment.mail_server(os.environ.get("EMAIL_URL", ""))
"""Through which the product itself writes to people; empty: it sends no mail."""
FULL_PYTHON = environment.flag("FULL_PYTHON")
"""Whether code nodes may be written in full Python, behind the whole wall."""
PYTHON_PACKAGES = environment.listing("PYTHON_PACKAGES")
"""What full Python may import besides its own modules."""
BLOB_KEEP_HOURS = environment.whole_number("BLOB_KEEP_HOURS", 24, least=1)
"""How long a blob that no run refers to is kept: longer than the slowest step takes to record what it
stored."""
REPLY_MAILBOX = environment.reply_mailbox(os.environ.get("REPLY_MAIL_URL", ""))
REPLY_WEBHOOK_KEY = os.environ.get("REPLY_WEBHOOK_KEY", "")
if 0 < len(REPLY_WEBHOOK_KEY) < 16:
    raise ImproperlyConfigured("REPLY_WEBHOOK_KEY must have at least 16 characters")
REPLY_ADDRESS = environment.reply_address(
    os.environ.get("REPLY_ADDRESS", ""), is_collected=bool(REPLY_MAILBOX or REPLY_WEBHOOK_KEY)
)
"""What people answer to by mail; empty: mails say nothing of answering."""
FILES_DIR = os.environ.get("FILES_DIR", "")
WEBHOOK_BODY_LIMIT = 16 * 1024 * 1024
"""Bytes."""
WEBHOOK_TIMEOUT_SECONDS = environment.whole_number("WEBHOOK_TIMEOUT_SECONDS", 120, least=1)

LOG_LEVEL = (os.environ.get("LOG_LEVEL") or "INFO").upper()
LOG_JSON = os.environ.get("LOG_FORMAT", "console") == "json"
_log_steps = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso" if LOG_JSON else "%H:%M:%S", utc=LOG_JSON),
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _log_steps,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *(
                    [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
                    if LOG_JSON
                    else [
                        structlog.dev.ConsoleRenderer(
                            # Not rich tracebacks: they print local variables, secrets among them.
                            colors=False,
                            pad_event_to=0,
                            exception_formatter=structlog.dev.plain_traceback,
                        )
                    ]
                ),
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        "asyncio": {"level": "WARNING"},
        "django.utils.autoreload": {"level": "WARNING"},
        "django.server": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
    },
}
structlog.configure(
    processors=[*_log_steps, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.make_filtering_bound_logger(
        logging.getLevelNamesMapping().get(LOG_LEVEL, logging.INFO)
    ),
    cache_logger_on_first_use=True,
)
