from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from bridge.errors import UsageError
from bridge.security_keys import KeyRing, new_key_pair


def test_the_daemons_key_is_made_once_and_is_its_owners(tmp_path: Path) -> None:
    own = KeyRing(tmp_path / "keys").own()
    assert KeyRing(tmp_path / "keys").own() == own
    assert len(own.public) == len(own.secret) == 40 and len(own.token) == 64
    assert (tmp_path / "keys" / "daemon.json").stat().st_mode & 0o777 == 0o600


def test_who_is_allowed_is_written_and_read_anew(tmp_path: Path) -> None:
    ring, other, ada = KeyRing(tmp_path), KeyRing(tmp_path), new_key_pair()
    ring.allow("ada", ada.public)
    assert ring.allows(ada.public) and not other.allows(ada.public)
    other.reload()
    assert other.allowed == {"ada": ada.public}
    other.revoke("ada")
    ring.reload()
    assert not ring.allows(ada.public)


def test_names_and_keys_that_are_none_are_refused(tmp_path: Path) -> None:
    ring, ada = KeyRing(tmp_path), new_key_pair()
    for name in ("", "../ada", "a b", "x" * 41, "-a"):
        with pytest.raises(UsageError, match="no name for a key"):
            ring.allow(name, ada.public)
    for key in ("", "short", ada.public + "x", "é" * 40):
        with pytest.raises(UsageError, match="no public key"):
            ring.allow("ada", key)
    ring.allow("ada", ada.public)
    with pytest.raises(UsageError, match="has a key already"):
        ring.allow("ada", new_key_pair().public)
    with pytest.raises(UsageError, match="no key of grace; there are those of ada"):
        ring.revoke("grace")


@pytest.mark.parametrize("text", ["[]", "{", '{"ada": 3}', '{"ada": "short"}', '{"../a": "' + "x" * 40 + '"}'])
def test_a_file_that_is_something_else_allows_nobody_anew(tmp_path: Path, text: str) -> None:
    ring, ada = KeyRing(tmp_path), new_key_pair()
    ring.allow("ada", ada.public)
    (tmp_path / "allowed.json").write_text(text)
    with pytest.raises(UsageError):
        ring.reload()
    assert ring.allowed == {"ada": ada.public}


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_a_file_that_others_can_write_is_not_trusted(tmp_path: Path) -> None:
    (tmp_path / "allowed.json").write_text(json.dumps({"eve": new_key_pair().public}))
    (tmp_path / "allowed.json").chmod(0o666)
    with pytest.raises(UsageError, match="open to others"):
        KeyRing(tmp_path)
