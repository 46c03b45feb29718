from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.errors import DaemonMissing, UsageError
from bridge.security import (
    Connection,
    is_loopback,
    new_token,
    reached_at,
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


def test_addresses_of_this_machine_and_beyond() -> None:
    assert is_loopback("localhost") and is_loopback("127.0.0.1")
    assert not is_loopback("0.0.0.0") and not is_loopback("192.168.1.5")
    assert (reached_at("127.0.0.1"), reached_at("0.0.0.0"), reached_at("192.168.1.5")) == (
        "127.0.0.1", "127.0.0.1", "192.168.1.5")


@pytest.mark.parametrize("host", ["::", "example.org", "", "1.2.3"])
def test_what_is_no_address_is_refused(host: str) -> None:
    with pytest.raises(UsageError, match="no IPv4 address"):
        is_loopback(host)


def test_keys_in_the_file_come_back_too(tmp_path: Path) -> None:
    there = replace(HERE, mechanism="curve", server_key="s", public_key="p", secret_key="x")
    path = tmp_path / "ada.json"
    write_connection(path, there)
    assert read_connection(path) == there


def test_tokens() -> None:
    assert new_token() != new_token() and len(new_token()) == 64
    assert same_token("a", "a") and not same_token("a", "b") and not same_token("ä", "a")


def test_daemons_beside_it_come_back_and_a_file_without_any_is_read_as_ever(tmp_path: Path) -> None:
    path = tmp_path / "daemon.json"
    write_connection(path, HERE)
    assert "others" not in json.loads(path.read_text()) and read_connection(path).others == ()
    several = replace(HERE, others=(replace(HERE, control_port=5001, mechanism="curve", server_key="key"),))
    write_connection(path, several)
    assert read_connection(path) == several
    told = json.loads(path.read_text())
    assert told["control_port"] == HERE.control_port  # who knows only one finds the first
    path.write_text(json.dumps(told | {"others": 3}))
    with pytest.raises(DaemonMissing, match="no connection file"):
        read_connection(path)
