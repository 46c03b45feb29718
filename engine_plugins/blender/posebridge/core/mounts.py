"""How devices sit on a body: presets for headsets and controllers. A table; calibration finds the rest.

A device's own axes are OpenXR's: its X to its right, Y up, -Z ahead; Blender's VR turns objects so (an object's own
axes are the device's). A controller's grip pose lies in the palm of a fist: -Z from the little finger to the thumb, X
out of the left palm and into the right one. What SteamVR calls the raw pose of a controller lies elsewhere on it:
`grip` says where the grip is in the raw pose's axes, as the maker's own models have it.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .rotations import IDENTITY, Floats, about, inverse, multiply, rotate

Numbers = tuple[float, ...]


@dataclass(frozen=True)
class Mount:
    """Of a device on its joint, in the joint's axes (the body's in the T-pose: +X its left, +Y up, +Z ahead)."""

    place_m: Numbers = (0.0, 0.0, 0.0)
    turn_xyzw: Numbers = (0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True)
class Preset:
    """`worn`: joint -> the mount of an OpenXR pose there; a joint that is not named has its device turned as itself.
    `grip`: per hand, where the grip is in the device's raw pose: place, and degrees about its X, Y and Z in turn."""

    name: str
    about: str
    worn: dict[str, Mount]
    grip: dict[str, tuple[Numbers, Numbers]]

    def mount(self, joint: str) -> Mount:
        """In the joint's axes, as the daemon is told."""
        if joint not in self.worn:
            return Mount()
        worn = self.worn[joint]
        turn: Floats = np.array(worn.turn_xyzw)
        place: Floats = np.array(worn.place_m)
        if joint in self.grip:
            origin, degrees = self.grip[joint]
            turn = multiply(turn, inverse(_turned(degrees)))
            place = place - rotate(turn, origin)
        turn = multiply(turn, OBJECT_AXES)
        return Mount(tuple(place.tolist()), tuple(turn.tolist()))


def _turned(degrees: Numbers) -> Floats:
    turn = IDENTITY
    for axis, angle in zip(np.eye(3), degrees, strict=True):
        turn = multiply(turn, about(axis, np.radians(angle)))
    return turn


HALF = 0.7071067811865476
OBJECT_AXES: Floats = np.array([HALF, 0.0, 0.0, HALF])  # an object not turned in Blender's world looks down, not ahead
EYES = Mount((0.0, 0.07, 0.09), (0.0, 1.0, 0.0, 0.0))  # between the eyes, from the base of the skull
LEFT_GRIP = Mount((0.08, -0.02, 0.015), (HALF, -HALF, 0.0, 0.0))
RIGHT_GRIP = Mount((-0.08, -0.02, 0.015), (HALF, HALF, 0.0, 0.0))
WORN = {"head": EYES, "L_wrist": LEFT_GRIP, "R_wrist": RIGHT_GRIP}

PRESETS: dict[str, Preset] = {
    "JOINTS": Preset("Turned as the joints", "An object that is not turned stands for its joint in the T-pose of "
                     "somebody who looks along -Y; its origin is the joint", {}, {}),
    "OPENXR": Preset("Headset and controllers (OpenXR)", "Quest, Pico, Index, Reverb, Vive and others through OpenXR, "
                     "as Blender's VR and add-ons on it have them: the view and the controllers' grip poses", WORN, {}),
    "TOUCH": Preset("Quest Touch (SteamVR)", "Touch controllers by SteamVR's raw poses", WORN, {
        "L_wrist": ((0.007, -0.0018, 0.1019), (20.6, 0.0, 0.0)),
        "R_wrist": ((-0.007, -0.0018, 0.1019), (20.6, 0.0, 0.0))}),
    "INDEX": Preset("Valve Index (SteamVR)", "Index controllers by SteamVR's raw poses", WORN, {
        "L_wrist": ((0.0, -0.015, 0.13), (15.392, -2.071, 0.303)),
        "R_wrist": ((0.0, -0.015, 0.13), (15.392, 2.071, -0.303))}),
    "HEADSET": Preset("Headset alone", "The headset through OpenXR; hand objects are turned as the hands are",
                      {"head": EYES}, {}),
}
