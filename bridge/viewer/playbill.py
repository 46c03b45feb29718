"""What the page of files comes to, before there is a page: its time, its places, its camera, its words."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bridge.frames import Floats
from bridge.viewer.camera import View, heading_rad, view_of
from bridge.viewer.people import Moment, Take
from bridge.viewer.shown import Place, Places, Shown, places
from bridge.viewer.timeline import Timeline

FRAMED = 60  # poses of each that the camera is to have in view


def timeline_of(takes: Sequence[Take], at_s: float | None = None) -> Timeline:
    """As long as the longest, in frames of the fastest; with `at_s` it stands still there."""
    line = Timeline(max(take.duration_s for take in takes), max(take.track.rate_hz for take in takes))
    return line if at_s is None else replace(line, time_s=min(max(at_s, 0.0), line.duration_s), playing=False)


def places_of(takes: Sequence[Take], shown: Shown) -> list[Place]:
    return places([take.track.joints_m[0, 0] for take in takes], [take.truth is not None for take in takes], shown)


def floor_of(takes: Sequence[Take]) -> float:
    """Height of the lowest floor that is known."""
    return min((take.person.floor_m for take in takes if take.person.floor_m is not None), default=0.0)


def view_on(takes: Sequence[Take], shown: Shown) -> View:
    """Everybody in view, wherever their take leads them; from before the first, or before the row side by side."""
    poses = []
    for take, place in zip(takes, places_of(takes, shown), strict=True):
        rows = np.unique(np.linspace(0, len(take.track) - 1, FRAMED).astype(int))
        poses.append(take.track.joints_m[rows] + place.body_m)
    ahead_rad = 0.0 if shown.places is Places.BESIDE else heading_rad(takes[0].track.joints_m[0])
    return view_of(np.concatenate(poses), ahead_rad)


def followed(takes: Sequence[Take], moments: Sequence[Moment], shown: Shown) -> tuple[float, float]:
    """How far the world is moved, (x, z) metres, so that the first person shown stays where they began."""
    number = next((number for number in range(len(takes)) if number not in shown.hidden), None)
    if not shown.follow or number is None:
        return 0.0, 0.0
    return way_back(takes[number].track.joints_m[0, 0], moments[number].body.joints_m[0])


def way_back(start_m: Floats, now_m: Floats) -> tuple[float, float]:
    """Over the floor, from where somebody is to where they began."""
    way = start_m - now_m
    return float(way[0]), float(way[2])


def told(moment: Moment) -> str:
    """A person's line in the panel."""
    parts = []
    if moment.confidence is not None:
        parts.append(f"confidence {moment.confidence.mean():.2f}")
    if moment.apart_cm is not None:
        parts.append(f"{moment.apart_cm:.1f} cm from the truth")
    if moment.lost is not None and moment.lost.any():
        parts.append(f"{int(moment.lost.sum())} lost")
    return f"<small>{', '.join(parts)}</small>" if parts else ""
