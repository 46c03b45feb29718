"""Whatever stands in the way of a captured session is one clear sentence, in the panel and for Blender's log, and
nothing of the file has changed. test_in_blender.py starts the daemon."""
from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import bpy
import pytest

import bridge
from engine_plugins.blender.posebridge.core import client_talk
from tests.bridge.cable import Cable
from tests.engine_plugins.blender.bpy.characters import armature_of
from tests.engine_plugins.blender.bpy.everything import changed, everything
from tests.engine_plugins.blender.bpy.test_operators import operator, settings, window
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import NEUTRAL, Build

pytestmark = pytest.mark.usefixtures("extension")
DEMO = Path(bridge.__file__).parent / "assets" / "demo.mcap"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The operator, with a character and a session chosen, and no posebridge command to fall back to."""
    monkeypatch.setenv("PATH", "")
    armature_of(Build(LAYOUTS["Mixamo"], NEUTRAL, "A", seed=1))
    settings().source, settings().path = "SESSION", str(DEMO)
    button = operator()
    button._timer = None
    return button


@pytest.fixture
def cable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cable]:
    """The real daemon at the end of one."""
    found = json.loads(Path(os.environ["POSEBRIDGE_CONNECTION"]).read_text())
    line = Cable(found["control_port"])
    file = tmp_path / "daemon.json"
    file.write_text(json.dumps({**found, "control_port": line.port}))
    file.chmod(0o600)
    monkeypatch.setenv("POSEBRIDGE_CONNECTION", str(file))
    yield line
    line.remove()


def told(button: SimpleNamespace, meanwhile: Callable[[float], None] = lambda share: None) -> str:
    """The line it ends with; `meanwhile` hears at every tick how much is solved."""
    before, there = everything(), window()
    assert button._tried(there, lambda: button._begun(there)) in ({"FINISHED"}, {"CANCELLED"})
    if not button.reports:
        while button.tick(there) == {"RUNNING_MODAL"}:
            meanwhile(settings().share if settings().stage == "solving" else 0.0)
        assert there.shown[-2:] == ["timer gone", None]  # the status bar is Blender's again
    (kind, said), = button.reports
    assert kind in ("ERROR", "WARNING") and said == settings().said and "\n" not in said
    assert settings().stage == "" and changed(before, everything()) == set()
    return str(said)


def test_no_daemon(made: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSEBRIDGE_CONNECTION", str(tmp_path / "none.json"))
    assert told(made).startswith("no daemon is running") and "command is not to be found" in made.reports[0][1]


def test_a_daemon_of_another_age(made: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_talk, "PROTOCOL_MIN", 9)
    monkeypatch.setattr(client_talk, "PROTOCOL_MAX", 9)
    assert "update the older of the two" in told(made)


def test_a_connection_that_is_cut_for_good(made: SimpleNamespace, cable: Cable) -> None:
    assert "cut before it answered" in told(made, lambda share: cable.remove() if share > 0.05 else None)


def test_a_job_that_is_given_up(made: SimpleNamespace) -> None:
    assert told(made, lambda share: made._job.cancel() if share > 0.05 else None) == "given up: nothing was changed"


def test_an_unknown_rig(made: SimpleNamespace) -> None:
    bpy.ops.object.armature_add()
    assert "unknown rig" in told(made)


@pytest.mark.parametrize("size", [0, 8, 400])
def test_an_empty_session(made: SimpleNamespace, tmp_path: Path, size: int) -> None:
    (tmp_path / "empty.mcap").write_bytes(DEMO.read_bytes()[:size])
    settings().path = str(tmp_path / "empty.mcap")
    assert "empty.mcap" in told(made)
