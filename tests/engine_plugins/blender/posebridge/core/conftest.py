"""The real daemon in a thread, as the daemon's own tests have it."""
from __future__ import annotations

from tests.bridge.conftest import serve, serve_config

__all__ = ["serve", "serve_config"]
