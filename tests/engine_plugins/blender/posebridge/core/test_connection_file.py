"""The connection file is found where the daemon leaves it, and only its owner's is believed."""
from __future__ import annotations

import json
import os
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from bridge.config import CONNECTION_VARIABLE, default_connection_file
from bridge.security import PLAIN_NAME, Connection, write_connection
from engine_plugins.blender.posebridge.core import connection_file
from engine_plugins.blender.posebridge.core.client_errors import DaemonMissing, DaemonRefused
from engine_plugins.blender.posebridge.core.connection_file import (
    each_of,
    find_connection,
    possible_files,
    read_connection,
)
from engine_plugins.blender.posebridge.core.zmtp_mechanism import Null, Plain

OURS = Connection("127.0.0.1", 5001, 5002, "token", 7, 1, "0.1")


def test_what_the_daemon_writes_is_read(tmp_path: Path) -> None:
    write_connection(tmp_path / "daemon.json", OURS)
    read = read_connection(tmp_path / "daemon.json")
    wanted = asdict(OURS)
    assert asdict(read) == {key: wanted[key] for key in asdict(read)}
    assert isinstance(read.zmtp_mechanism(), Null)
    assert (connection_file.VARIABLE, connection_file.PLAIN_USER) == (CONNECTION_VARIABLE, PLAIN_NAME)


def test_daemons_beside_it_are_read_too(tmp_path: Path) -> None:
    other = Connection("127.0.0.1", 5003, 5004, "token", 8, 1, "0.1", mechanism="plain")
    write_connection(tmp_path / "daemon.json", replace(OURS, others=(other,)))
    read = read_connection(tmp_path / "daemon.json")
    assert [(one.control_port, one.mechanism, one.others) for one in each_of(read)] == [
        (5001, "null", ()), (5003, "plain", ())]


@pytest.mark.parametrize("runtime", ["unset", "there"])
def test_it_is_looked_for_where_the_daemon_leaves_it(
    runtime: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(CONNECTION_VARIABLE, raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    if runtime == "there":
        tmp_path.chmod(0o700)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    places = possible_files("linux", os.environ, Path.home(), os.getuid() if hasattr(os, "getuid") else 0)
    if os.name != "posix":
        pytest.skip("the folders of this test are POSIX's")
    assert default_connection_file() in places


def test_a_named_file_is_the_only_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(CONNECTION_VARIABLE, str(tmp_path / "mine.json"))
    with pytest.raises(DaemonMissing, match=r"mine.json is not there .start one with: posebridge serve"):
        find_connection()
    write_connection(tmp_path / "mine.json", OURS)
    assert find_connection().control_port == 5001


@pytest.mark.parametrize(("system", "environment", "wanted"), [
    ("linux", {"XDG_RUNTIME_DIR": "/run/x"}, "/run/x/posebridge/daemon.json"),
    ("linux", {}, "/run/user/1000/posebridge/daemon.json"),
    ("darwin", {}, "/home/ada/Library/Caches/TemporaryItems/posebridge/daemon.json"),
    ("win32", {"LOCALAPPDATA": "/l"}, "/l/Temp/posebridge/posebridge/daemon.json"),
    ("win32", {}, "/home/ada/AppData/Local/Temp/posebridge/posebridge/daemon.json"),
])
def test_each_system_has_its_folder(system: str, environment: dict[str, str], wanted: str) -> None:
    assert possible_files(system, environment, Path("/home/ada"), 1000)[0] == Path(wanted)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"host": 3}', "\xff", '{"host": "127.0.0.1"}'])
def test_another_file_is_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "daemon.json"
    path.write_bytes(text.encode("latin-1"))
    path.chmod(0o600)
    with pytest.raises(DaemonMissing, match="is no connection file"):
        read_connection(path)


@pytest.mark.parametrize("changes", [{"others": 3}, {"others": [3]}, {"control_port": 0}, {"live_port": 65536},
                                     {"mechanism": 3}, {"token": None}])
def test_values_that_cannot_be_are_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    path = tmp_path / "daemon.json"
    path.write_text(json.dumps({**asdict(OURS), **changes}))
    path.chmod(0o600)
    with pytest.raises(DaemonMissing, match="is no connection file"):
        read_connection(path)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_a_file_open_to_others_is_not_believed(tmp_path: Path) -> None:
    write_connection(tmp_path / "daemon.json", OURS)
    (tmp_path / "daemon.json").chmod(0o640)
    with pytest.raises(DaemonMissing, match="mode 640"):
        read_connection(tmp_path / "daemon.json")


@pytest.mark.parametrize("mechanism", ["plain", "curve"])
def test_a_mechanism_is_spoken_or_its_way_round_named(tmp_path: Path, mechanism: str) -> None:
    write_connection(tmp_path / "daemon.json", Connection(**{**asdict(OURS), "mechanism": mechanism}))
    connection = read_connection(tmp_path / "daemon.json")
    if mechanism == "plain":
        assert isinstance(connection.zmtp_mechanism(), Plain)
    else:
        with pytest.raises(DaemonRefused, match=r"asks for CURVE.*posebridge relay"):
            connection.zmtp_mechanism()
