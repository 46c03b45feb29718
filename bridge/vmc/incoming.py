"""Device poses out of VMC packets: which devices there are, where each was last, and which joint each is worn on.

VMC names a headset, controllers and trackers by serial numbers and does not say which hand a controller is in: it is
told, or the first time both are seen it is looked at from the head, which side is left.
"""
from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from pythonosc.osc_packet import OscPacket, ParseError

from bridge.errors import InputInvalid
from bridge.frames import JOINT_INDEX, Floats, Tracker, TrackerFrame
from bridge.vmc.axes import flipped_positions, flipped_rotations

KINDS = {"/VMC/Ext/Hmd/Pos": "hmd", "/VMC/Ext/Con/Pos": "controller", "/VMC/Ext/Tra/Pos": "tracker"}
STALE_S = 0.25  # a device not heard of for so long is not tracked
MOST_DEVICES = 32
HEAD, LEFT, RIGHT = (JOINT_INDEX[name] for name in ("head", "L_wrist", "R_wrist"))


@dataclass
class Device:
    """What was last heard of it, in our axes."""

    kind: str
    position_m: Floats
    xyzw: Floats
    heard_s: float


@dataclass
class Devices:
    """All devices by their serials."""

    known: dict[str, Device] = field(default_factory=dict)
    refused: int = 0  # packets and messages that made no sense

    def hear(self, packet: bytes, now_s: float) -> bool:
        """One datagram; whether a device was in it."""
        try:
            messages = [timed.message for timed in OscPacket(packet).messages]
        except (ParseError, ValueError, IndexError, struct.error, RecursionError):
            self.refused += 1
            return False
        return any([self.note(message.address, message.params, now_s) for message in messages])

    def note(self, address: str, values: Sequence[object], now_s: float) -> bool:
        """One message; whether it is a device's."""
        return address in KINDS and self._note(KINDS[address], values, now_s)

    def _note(self, kind: str, values: Sequence[object], now_s: float) -> bool:
        numbers = values[1:8]
        told = len(numbers) == 7 and all(isinstance(value, float | int) and math.isfinite(value) for value in numbers)
        length = float(np.linalg.norm(np.asarray(numbers[3:], dtype=np.float64))) if told else 0.0
        fits = isinstance(values[0] if values else None, str) and (
            str(values[0]) in self.known or len(self.known) < MOST_DEVICES)
        if not (told and fits and abs(length - 1) < 0.01):
            self.refused += 1
            return False
        pose = np.array(numbers, dtype=np.float32)
        self.known[str(values[0])] = Device(
            kind, flipped_positions(pose[:3]), flipped_rotations(pose[3:] / np.float32(length)), now_s)
        return True


def worn_on(devices: Mapping[str, Device], told: Mapping[str, int]) -> dict[str, int]:
    """Which joint each device is worn on: as told by serial, then the headset on the head and one controller a hand.

    Raises:
        InputInvalid: a joint would carry two devices, or something told is not there.
    """
    missing = [serial for serial in told if serial not in devices]
    if missing:
        raise InputInvalid(f"no device {missing[0]!r}; there are {', '.join(devices) or 'none'}")
    worn = dict(told)
    free = {serial: device for serial, device in devices.items() if serial not in worn}
    heads = [serial for serial, device in free.items() if device.kind == "hmd"]
    if heads and HEAD not in worn.values():
        worn[heads[0]] = HEAD
    hands = [joint for joint in (LEFT, RIGHT) if joint not in worn.values()]
    controllers = [serial for serial, device in free.items() if device.kind == "controller"][: len(hands)]
    head = next((devices[serial] for serial, joint in worn.items() if joint == HEAD), None)
    if head is not None and len(controllers) == 2:
        controllers.sort(key=lambda serial: -_leftward(devices[serial], head))
    worn.update(zip(controllers, hands, strict=False))
    if len(set(worn.values())) != len(worn):
        raise InputInvalid(f"two devices on one joint: {worn}")
    return worn


def _leftward(device: Device, head: Device) -> float:
    """How far to the left of where the head looks, metres."""
    x, y, z, w = (float(value) for value in head.xyzw)
    heading = math.atan2(2 * (x * z + w * y), 1 - 2 * (x * x + y * y))
    away = device.position_m - head.position_m
    return float(away[0] * math.cos(heading) - away[2] * math.sin(heading))


def frame_of(
    devices: Mapping[str, Device], serials: Sequence[str], sequence: int, now_s: float
) -> TrackerFrame:
    """What these devices read now; one that was not heard of lately is lost."""
    rows = [devices[serial] for serial in serials]
    fresh = np.array([now_s - row.heard_s <= STALE_S for row in rows], dtype=np.bool_)
    return TrackerFrame(sequence, round(1e9 * now_s), np.stack([row.position_m for row in rows]),
                        np.stack([row.xyzw for row in rows]), fresh, fresh)


def trackers_of(worn: Mapping[str, int], usual: Sequence[Tracker]) -> tuple[Tracker, ...]:
    """One for each device, with the mount that is known of its joint."""
    mounts = {tracker.joint: tracker for tracker in usual}
    return tuple(mounts.get(joint, Tracker(joint)) for joint in worn.values())
