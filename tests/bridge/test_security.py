from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from bridge.errors import DaemonMissing, UsageError
from bridge.security import (
    Connection,
    check_host,
    new_token,
    read_connection,
    remove_connection,
    same_token,
    write_connection,
)

HERE = Connection("127.0.0.1", 4001, 4002, "secret", 12, 1, "0.1.0")


def test_the_file_is_its_owners_alone_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "run" / "daemon.json"
    write_connection(path, HERE)
    assert read_connection(path) == HERE
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["daemon.json"]


def test_no_file_is_no_daemon(tmp_path: Path) -> None:
    with pytest.raises(DaemonMissing, match="posebridge serve"):
        read_connection(tmp_path / "nothing.json")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"host": 1}', json.dumps({"host": "127.0.0.1"})])
def test_a_file_that_is_something_else_is_said_to_be(tmp_path: Path, text: str) -> None:
    path = tmp_path / "daemon.json"
    path.touch(mode=0o600)
    path.write_text(text)
    with pytest.raises(DaemonMissing, match="no connection file"):
        read_connection(path)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_a_file_others_can_touch_is_not_trusted(tmp_path: Path) -> None:
    path = tmp_path / "daemon.json"
    write_connection(path, HERE)
    path.chmod(0o644)
    with pytest.raises(DaemonMissing, match="open to others"):
        read_connection(path)


def test_only_ones_own_file_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "daemon.json"
    write_connection(path, HERE)
    remove_connection(path, Connection("127.0.0.1", 1, 2, "other", 13, 1, "0.1.0"))
    assert path.exists()
    remove_connection(path, HERE)
    assert not path.exists()
    remove_connection(path, HERE)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org", ""])
def test_an_address_beyond_this_machine_is_refused(host: str) -> None:
    with pytest.raises(UsageError, match="this machine only"):
        check_host(host)


def test_this_machine_is_not() -> None:
    assert check_host("localhost") == check_host("127.0.0.1") == "127.0.0.1"


def test_tokens() -> None:
    assert new_token() != new_token() and len(new_token()) == 64
    assert same_token("a", "a") and not same_token("a", "b") and not same_token("ä", "a")
