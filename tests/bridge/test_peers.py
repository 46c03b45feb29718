from __future__ import annotations

from bridge.peers import Peers


def test_the_one_heard_longest_ago_makes_room() -> None:
    peers = Peers(2)
    for name in (b"a", b"b"):
        peers.greet(name, f"key of {name.decode()}")
    assert peers.key(b"b") == "key of b" and not peers.key(b"c")
    assert peers.heard(b"a") and not peers.heard(b"c")
    peers.greet(b"c", "")
    assert peers.all() == (b"a", b"c")
    assert peers.gone(b"a") and not peers.gone(b"a")
