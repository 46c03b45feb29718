"""What colours mean in the viewer; the legend is made of the same numbers. Told apart with any colour vision."""
from __future__ import annotations

from enum import Enum

import numpy as np
from numpy.typing import NDArray

from bridge.frames import JOINT_COUNT, Flags, Floats
from bridge.generated.skeleton import JOINT_NAMES

Rgb = tuple[int, int, int]
Colours = NDArray[np.uint8]  # (..., 3)

GUESS, FAIR, SURE = (224, 80, 46), (244, 196, 72), (36, 178, 158)  # confidence 0, a half, 1
PLAIN: Rgb = (176, 186, 200)  # of a body whose confidence is not known
LEFT, RIGHT, MIDDLE = (62, 142, 232), (238, 122, 52), (176, 186, 200)
MEASURED: Rgb = (250, 252, 255)
INFERRED: Rgb = (58, 66, 80)
LOST: Rgb = (226, 38, 120)
TRACKER: Rgb = (126, 224, 74)
TRUTH: Rgb = (150, 146, 255)
VISOR: Rgb = (34, 40, 52)
PEOPLE = ((96, 156, 238), (240, 160, 72), (92, 196, 140), (206, 128, 210), (232, 212, 92), (238, 116, 116))


class Scheme(Enum):
    """What a body's colours say."""

    CONFIDENCE = "confidence"
    SIDES = "left and right"
    PEOPLE = "who it is"


def confidence_colours(confidence: Floats) -> Colours:
    """(N,) from 0 to 1 -> (N, 3): through FAIR at a half."""
    at = np.clip(confidence, 0, 1).astype(np.float64)
    stops = np.array([GUESS, FAIR, SURE], dtype=np.float64)
    return np.stack([np.interp(at, (0, 0.5, 1), stops[:, channel]) for channel in range(3)], axis=-1).astype(np.uint8)


def joint_colours(scheme: Scheme, confidence: Floats | None, person: int) -> Colours:
    """(22, 3) for the limbs that end at each joint."""
    if scheme is Scheme.CONFIDENCE and confidence is not None:
        return confidence_colours(confidence)
    if scheme is Scheme.SIDES:
        sides = {"L_": LEFT, "R_": RIGHT}
        return np.array([sides.get(name[:2], MIDDLE) for name in JOINT_NAMES], dtype=np.uint8)
    one = PEOPLE[person % len(PEOPLE)] if scheme is Scheme.PEOPLE else PLAIN
    return np.tile(np.array(one, dtype=np.uint8), (JOINT_COUNT, 1))


def ball_colours(measured: Flags | None, lost: Flags | None) -> Colours:
    """(22, 3) for the balls in the joints; where nothing is known of trackers, all are inferred."""
    colours = np.tile(np.array(INFERRED, dtype=np.uint8), (JOINT_COUNT, 1))
    for flags, colour in ((measured, MEASURED), (lost, LOST)):
        if flags is not None:
            colours[flags] = colour
    return colours


def legend(scheme: Scheme, trackers: bool, truth: bool) -> str:
    """HTML: every colour in use with its meaning, in a few short lines."""
    lines = []
    if scheme is Scheme.CONFIDENCE:
        lines.append(_bar())
    if scheme is Scheme.SIDES:
        lines.append(_entry(LEFT, "its left") + _entry(RIGHT, "its right"))
    if trackers:
        lines.append(_entry(MEASURED, "joint measured") + _entry(INFERRED, "inferred") + _entry(LOST, "tracker lost"))
        lines.append(_entry(TRACKER, "tracker, its x y z in red green blue"))
    if truth:
        lines.append(_entry(TRUTH, "ground truth, see-through"))
    return f'<div style="font-size:0.8em;line-height:1.9;padding:0.2em 0.9em">{"".join(map(_line, lines))}</div>'


def _line(entries: str) -> str:
    return f"<div>{entries}</div>"


def _entry(colour: Rgb, meaning: str) -> str:
    return (f'<span style="white-space:nowrap;margin-right:0.9em"><span style="display:inline-block;width:0.8em;'
            f"height:0.8em;border-radius:50%;border:1px solid rgba(128,128,128,.6);margin-right:0.4em;"
            f'vertical-align:-0.08em;background:rgb{colour}"></span>{meaning}</span>')


def _bar() -> str:
    gradient = f"linear-gradient(90deg,rgb{GUESS},rgb{FAIR},rgb{SURE})"
    return (f'<div style="height:0.7em;border-radius:0.35em;margin-top:0.4em;background:{gradient}"></div>'
            '<div style="display:flex;justify-content:space-between">'
            "<span>a guess</span><span>within 5 cm</span><span>within 1 cm</span></div>")
