"""The package's core and the probe, compiled once for all tests; the real daemon as the daemon's own tests have it."""
from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.bridge.conftest import serve, serve_config
from tests.engine_plugins.unity.mono import CORE, HERE, NUNIT, compiled, require

__all__ = ["serve", "serve_config"]


@pytest.fixture(scope="session")
def core_dll(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runtime/Core, with no reference beyond the standard library's."""
    require("mcs", "mono")
    return compiled(tmp_path_factory.mktemp("mono") / "PoseBridge.Core.dll", CORE)


@pytest.fixture(scope="session")
def probe_exe(core_dll: Path) -> Path:
    """A program made of the shipped classes, which tests speak to line by line."""
    return compiled(core_dll.parent / "probe.exe", HERE / "Probe", core_dll)


@pytest.fixture(scope="session")
def nunit_dll(core_dll: Path) -> Path:
    """The tests written in C#."""
    require("nunit-console")
    if not NUNIT.exists():
        pytest.skip(f"{NUNIT} is not there: apt-get install libnunit-cil-dev")
    shutil.copy(NUNIT, core_dll.parent)
    return compiled(core_dll.parent / "PoseBridge.Core.Tests.dll", HERE / "Core", core_dll, NUNIT)
