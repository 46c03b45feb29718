"""The controls of time, in a window of their own at the bottom: play, step, scrub, speed; and their keys."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import viser

from bridge.viewer.choices import Changes, freezing, timing
from bridge.viewer.timeline import SPEEDS, Timeline

WIDTH_PX, GAP_PX = 620, 14
Key = Literal["space", "arrowleft", "arrowright", "home", "end"]
Move = Callable[[Timeline], Timeline]
TELL_S = 0.1  # how often the slider moves by itself: the page is not to be flooded
STEPS: dict[str, Move] = {
    "|◀": lambda timeline: timeline.at_frame(0),
    "- 10": lambda timeline: timeline.stepped(-10),
    "- 1": lambda timeline: timeline.stepped(-1),
    "play / pause": Timeline.toggled,
    "+ 1": lambda timeline: timeline.stepped(1),
    "+ 10": lambda timeline: timeline.stepped(10),
    "▶|": lambda timeline: timeline.at_frame(timeline.frames),
}
KEYS = "space plays and pauses, ← → step a frame, home and end jump"


class Transport:
    """Of files. Changes of time go into `changes`."""

    def __init__(self, gui: viser.GuiApi, timeline: Timeline, changes: Changes) -> None:
        self._changes, self._told = changes, 0
        window = gui.add_panel()
        with window.add_tab("Time", viser.Icon.CLOCK_PLAY):
            self._readout = gui.add_markdown(timeline.readout())
            self._slider = gui.add_slider("Frame", 0, max(timeline.frames - 1, 1), 1, timeline.frame, hint=KEYS)
            steps = gui.add_button_group("Go", tuple(STEPS), hint=KEYS)
        window.float(x=GAP_PX, y=-GAP_PX, width=WIDTH_PX)
        with gui.add_folder("Time"):
            self._play = gui.add_button("Pause", icon=viser.Icon.PLAYER_PAUSE, hint=KEYS)
            speed = gui.add_dropdown("Speed", tuple(f"{speed:g}x" for speed in SPEEDS), initial_value="1x")
            loop = gui.add_checkbox("Repeat", timeline.loop)
        self._slider.on_update(self._scrubbed)
        self._play.on_click(lambda _: self._move(Timeline.toggled))
        steps.on_click(lambda event: self._step(str(event.target.value)))
        speed.on_update(lambda event: self._set(speed=float(str(event.target.value).rstrip("x"))))
        loop.on_update(lambda event: self._set(loop=bool(event.target.value)))
        self._keys(gui)

    def tell(self, timeline: Timeline) -> None:
        """Where it is now."""
        self._told = timeline.frame
        setattr(self._slider, "value", timeline.frame)  # noqa: B010 (its type says read-only, its documentation not)
        self._readout.content = timeline.readout()
        label = "Pause" if timeline.playing else "Play"
        if self._play.label != label:
            self._play.label = label
            self._play.icon = viser.Icon.PLAYER_PAUSE if timeline.playing else viser.Icon.PLAYER_PLAY

    def _keys(self, gui: viser.GuiApi) -> None:
        keys: tuple[tuple[str, Key, Move], ...] = (
            ("Play or pause", "space", Timeline.toggled),
            ("One frame back", "arrowleft", STEPS["- 1"]),
            ("One frame on", "arrowright", STEPS["+ 1"]),
            ("To the first frame", "home", STEPS["|◀"]),
            ("To the last frame", "end", STEPS["▶|"]),
        )
        for label, key, move in keys:
            gui.add_command(label, hotkey=key).on_trigger(self._mover(move))

    def _mover(self, move: Move) -> Callable[[object], None]:
        return lambda event: self._move(move)

    def _step(self, name: str) -> None:
        self._move(STEPS[name])

    def _scrubbed(self, event: viser.GuiEvent[viser.GuiSliderHandle[int]]) -> None:
        """Only a person's hand moves time: what we told the slider comes back without a client."""
        frame = int(event.target.value)
        if event.client is not None:
            self._move(lambda timeline: replace(timeline.at_frame(frame), playing=False))

    def _set(self, **fields: float | bool) -> None:
        self._move(lambda timeline: replace(timeline, **fields))  # type: ignore[arg-type]

    def _move(self, move: Move) -> None:
        self._changes.add(timing(move))


class Freeze:
    """Of live sessions: one button."""

    def __init__(self, gui: viser.GuiApi, changes: Changes) -> None:
        self._button = gui.add_button("Freeze", icon=viser.Icon.PLAYER_PAUSE, hint="Look at this moment for longer")
        self._button.on_click(lambda _: changes.add(freezing))
        gui.add_command("Freeze, or go on", hotkey="space").on_trigger(lambda _: changes.add(freezing))

    def tell(self, frozen: bool) -> None:
        label = "Go on" if frozen else "Freeze"
        if self._button.label != label:
            self._button.label = label
