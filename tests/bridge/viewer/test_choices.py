from __future__ import annotations

from bridge.viewer.choices import Changes, State, freezing, hiding, showing, timing
from bridge.viewer.colours import Scheme
from bridge.viewer.shown import Shown
from bridge.viewer.timeline import Timeline


def test_changes_are_made_in_their_order_and_once() -> None:
    changes, state = Changes(), State(Shown(), Timeline(2.0, 60.0))
    for change in (showing(bodies=False), showing(scheme=Scheme.SIDES), hiding(3, True), hiding(4, True),
                   hiding(3, False), timing(lambda line: line.at_frame(30)), timing(lambda line: line.stepped(1))):
        changes.add(change)
    after = changes.apply(state)
    assert after.shown == Shown(bodies=False, scheme=Scheme.SIDES, hidden=frozenset({4}))
    assert after.timeline is not None and after.timeline.frame == 31
    assert changes.apply(after) == after


def test_live_there_is_no_time_to_move() -> None:
    state = State(Shown())
    assert timing(lambda line: line.stepped(1))(state) == state
    assert freezing(state).frozen and not freezing(freezing(state)).frozen
