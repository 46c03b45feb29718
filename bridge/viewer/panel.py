"""The controls docked at the right: what is shown, who, and what the colours mean."""
from __future__ import annotations

from collections.abc import Callable
from enum import Enum

import viser

from bridge.viewer.choices import Changes, hiding, showing
from bridge.viewer.colours import Scheme, legend
from bridge.viewer.shown import Places, Shown, Truth

WIDTH_PX = 320
ACCENT = (36, 178, 158)


class Panel:
    """Changes go into `changes`; what a person is to read is told by tell_ methods."""

    def __init__(self, gui: viser.GuiApi, shown: Shown, changes: Changes, truth: bool) -> None:
        self._gui, self._changes, self._truth = gui, changes, truth
        gui.configure_theme(dark_mode=True, show_logo=False, show_share_button=False, brand_color=ACCENT)
        gui.main_panel.dock_right()
        gui.main_panel.set_width(WIDTH_PX)
        self._headline = gui.add_markdown("")
        with gui.add_folder("Colours"):
            self._choice("Bodies by", Scheme, shown.scheme, "scheme")
            self._legend = gui.add_html(legend(shown.scheme, True, truth))
        with gui.add_folder("Shown"):
            for label, field in (("Bodies", "bodies"), ("Joints", "balls"), ("Trackers", "trackers"),
                                 ("Names", "labels"), ("Follow", "follow")):
                self._switch(label, field, getattr(shown, field))
            self._choice("Places", Places, shown.places, "places")
            if truth:
                self._choice("Ground truth", Truth, shown.truth, "truth")
        self._people = gui.add_folder("People")
        self._rows: dict[int, tuple[viser.GuiCheckboxHandle, viser.GuiMarkdownHandle]] = {}

    def tell_headline(self, text: str) -> None:
        if self._headline.content != text:
            self._headline.content = text

    def tell_colours(self, scheme: Scheme, trackers: bool) -> None:
        text = legend(scheme, trackers, self._truth)
        if self._legend.content != text:
            self._legend.content = text

    def add_person(self, number: int, name: str) -> None:
        with self._people:
            box = self._gui.add_checkbox(name, True)
            row = self._gui.add_markdown("")
        self._listen(box, lambda value: self._changes.add(hiding(number, not value)))
        self._rows[number] = box, row

    def tell_person(self, number: int, text: str) -> None:
        if self._rows[number][1].content != text:
            self._rows[number][1].content = text

    def remove_person(self, number: int) -> None:
        for handle in self._rows.pop(number):
            handle.remove()

    def _switch(self, label: str, field: str, first: bool) -> None:
        hint = "The world moves, so that who is first stays in view" if field == "follow" else None
        box = self._gui.add_checkbox(label, first, hint=hint)
        self._listen(box, lambda value: self._changes.add(showing(**{field: value})))

    def _choice(self, label: str, kinds: type[Enum], first: Enum, field: str) -> None:
        box = self._gui.add_dropdown(label, tuple(str(kind.value) for kind in kinds), initial_value=str(first.value))
        self._listen(box, lambda value: self._changes.add(showing(**{field: kinds(value)})))

    @staticmethod
    def _listen(handle: viser.GuiInputHandle[bool] | viser.GuiInputHandle[str], heard: Callable[..., None]) -> None:
        handle.on_update(lambda event: heard(event.target.value))
