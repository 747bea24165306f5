"""Child processes for user code and expressions. Knows neither Django nor the engine."""

from orchestrator.sandbox.engine import doctor
from orchestrator.sandbox.limits import CodeResult, Limits, SandboxError
from orchestrator.sandbox.pool import SandboxPool

__all__ = ["CodeResult", "Limits", "SandboxError", "SandboxPool", "doctor"]
