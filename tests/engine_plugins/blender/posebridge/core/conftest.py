"""The real daemon in a thread, as the daemon's own tests have it."""
from __future__ import annotations

from tests.bridge.conftest import invited, serve, serve_config

__all__ = ["invited", "serve", "serve_config"]
