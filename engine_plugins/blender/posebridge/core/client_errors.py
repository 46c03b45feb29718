"""What a user can meet when speaking to the daemon. Each is one sentence for the status bar."""
from __future__ import annotations


class DaemonError(Exception):
    """Root of them all."""


class DaemonMissing(DaemonError):
    """No daemon answers, or it went away."""


class VersionMismatch(DaemonError):
    """The plugin and the daemon do not speak the same protocol."""


class DaemonRefused(DaemonError):
    """The daemon said no. `code` is one of messages.ErrorCode or newer; `retry_after_s` 0: trying again is no help."""

    def __init__(self, message: str, code: int = 0, retry_after_s: float = 0.0) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after_s = retry_after_s
