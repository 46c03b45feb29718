"""The package's core and the probe, compiled once for all tests; the real daemon as the daemon's own tests have it."""
from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.client import Client
from bridge.config import ServeConfig
from bridge.local import LocalDaemon
from tests.bridge.conftest import serve, serve_config
from tests.engine_plugins.unity.mono import COMPONENTS, CORE, EDITOR, HERE, NUNIT, SAMPLES, compiled, require

__all__ = ["serve", "serve_config"]


@pytest.fixture(scope="session")
def core_dll(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runtime/Core, with no reference beyond the standard library's."""
    require("mcs", "mono")
    return compiled(tmp_path_factory.mktemp("mono") / "PoseBridge.Core.dll", CORE)


@pytest.fixture(scope="session")
def engine_dll(core_dll: Path) -> Path:
    """Stubs of Unity's types that work as far as the components ask for it."""
    return compiled(core_dll.parent / "UnityEngine.dll", HERE / "UnityStubs")


@pytest.fixture(scope="session")
def components_dll(core_dll: Path, engine_dll: Path) -> Path:
    """Runtime/Unity, Runtime/Xr and Runtime/Vrm, against the stubs."""
    return compiled(core_dll.parent / "PoseBridge.dll", COMPONENTS, core_dll, engine_dll)


@pytest.fixture(scope="session")
def editor_dll(core_dll: Path, engine_dll: Path, components_dll: Path) -> Path:
    """The Editor folder, against the stubs."""
    return compiled(core_dll.parent / "PoseBridge.Editor.dll", EDITOR, core_dll, engine_dll, components_dll)


@pytest.fixture(scope="session")
def samples_dll(core_dll: Path, engine_dll: Path, components_dll: Path) -> Path:
    """What is in Samples~, against the stubs."""
    return compiled(core_dll.parent / "PoseBridge.Samples.dll", SAMPLES, core_dll, engine_dll, components_dll)


@pytest.fixture(scope="session")
def probe_exe(core_dll: Path, engine_dll: Path, components_dll: Path, editor_dll: Path, samples_dll: Path) -> Path:
    """A program made of the shipped classes, which tests speak to line by line."""
    package = (core_dll, engine_dll, components_dll, editor_dll, samples_dll)
    return compiled(core_dll.parent / "probe.exe", HERE / "Probe", *package)


@pytest.fixture(scope="session")
def real_daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The connection file of a daemon as users start it, its engine loaded."""
    folder = tmp_path_factory.mktemp("real")
    config = ServeConfig(connection_file=folder / "daemon.json", recordings=folder / "recordings", engine="cpu",
                         threads=1)
    with LocalDaemon(config) as daemon:
        with Client.connect(daemon.connection_file) as client:
            client.wait_ready()
        yield daemon.connection_file


@pytest.fixture(scope="session")
def nunit_dlls(
    core_dll: Path, engine_dll: Path, components_dll: Path, editor_dll: Path, samples_dll: Path
) -> list[Path]:
    """The tests written in C#: of the core, and of the components."""
    require("nunit-console")
    if not NUNIT.exists():
        pytest.skip(f"{NUNIT} is not there: apt-get install libnunit-cil-dev")
    shutil.copy(NUNIT, core_dll.parent)
    folder, package = core_dll.parent, (core_dll, engine_dll, components_dll, editor_dll, samples_dll)
    return [compiled(folder / "PoseBridge.Core.Tests.dll", HERE / "Core", core_dll, NUNIT),
            compiled(folder / "PoseBridge.Tests.dll", HERE / "Unity", *package, NUNIT)]
