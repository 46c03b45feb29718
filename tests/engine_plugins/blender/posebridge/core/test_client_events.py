from __future__ import annotations

from engine_plugins.blender.posebridge.core.client_events import ClipAdvanced, Cut, EventBox


def test_events_come_once_and_in_order_and_progress_does_not_pile_up() -> None:
    box = EventBox()
    for done in range(1000):
        box.add(ClipAdvanced(1, done, 1000))
    box.add(ClipAdvanced(2, 0, 5))
    box.add(Cut("why"))
    box.add(ClipAdvanced(2, 1, 5))
    assert box.take() == [ClipAdvanced(1, 999, 1000), ClipAdvanced(2, 0, 5), Cut("why"), ClipAdvanced(2, 1, 5)]
    assert box.take() == []
