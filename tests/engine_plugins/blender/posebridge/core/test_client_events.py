from __future__ import annotations

from engine_plugins.blender.posebridge.core.client_events import MOST_EVENTS, ClipAdvanced, Cut, Ended, EventBox


def test_events_come_once_and_in_order_and_progress_does_not_pile_up() -> None:
    box = EventBox()
    for done in range(1000):
        box.add(ClipAdvanced(1, done, 1000))
    box.add(ClipAdvanced(2, 0, 5))
    box.add(Cut("why"))
    box.add(ClipAdvanced(2, 1, 5))
    assert box.take() == [ClipAdvanced(1, 999, 1000), ClipAdvanced(2, 0, 5), Cut("why"), ClipAdvanced(2, 1, 5)]
    assert box.take() == []


def test_a_caller_that_never_comes_does_not_fill_the_memory_and_hears_the_end() -> None:
    box = EventBox()
    for number in range(2 * MOST_EVENTS):
        box.add(Cut(str(number)))
    box.add(Ended(None))
    events = box.take()
    assert len(events) == MOST_EVENTS and events[-1] == Ended(None)
