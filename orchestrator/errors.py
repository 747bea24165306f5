"""What can go wrong, by who must act. `orchestrator/rest.py` maps these to HTTP, nothing else does.

Every code is a stable string, listed in docs/error_codes.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from orchestrator.engine.problems import Problem as Problem


@dataclass
class ServiceError(Exception):
    """Base of the families below. `extra` is added to the answer's top level."""

    code: str
    message: str
    problems: Sequence[Problem] = ()
    extra: dict[str, Any] = field(default_factory=dict)

    status: ClassVar[int] = 500

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

    def as_dict(self) -> dict[str, Any]:
        listed = [problem.as_dict() for problem in self.problems]
        return {"code": self.code, "message": self.message, "problems": listed, **self.extra}


class InvalidInput(ServiceError):
    """The caller must send something else; `problems` says what."""

    status = 422


class MalformedBody(InvalidInput):
    """The body cannot be read at all."""

    status = 400


class TooLarge(InvalidInput):
    status = 413


class NotSignedIn(ServiceError):
    status = 401


class NotAllowed(ServiceError):
    """Signed in, but without the right."""

    status = 403


class NotFound(ServiceError):
    status = 404


class MethodNotAllowed(ServiceError):
    status = 405


class Conflict(ServiceError):
    """True when it was sent, but something else happened meanwhile, or is in the way."""

    status = 409


class TooMany(ServiceError):
    """Try again after `retry_after` seconds (in `extra`)."""

    status = 429


class Unavailable(ServiceError):
    """A part of the system does not answer; the same call may succeed later."""

    status = 503
