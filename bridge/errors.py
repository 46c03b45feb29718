"""Every error a user can meet. Each says what was got and what was allowed, and carries its exit code."""
from __future__ import annotations


class PoseBridgeError(Exception):
    """Root of the errors that are the user's business: the command prints one line and exits with `exit_code`."""

    exit_code = 1


class BlenderFailed(PoseBridgeError):
    """Blender, asked to put a motion on a character, ended with an error; the line is its own."""


class UsageError(PoseBridgeError):
    """Arguments that do not fit together."""

    exit_code = 2


class InputMissing(PoseBridgeError):
    """A named file or folder is not there."""

    exit_code = 3


class InputInvalid(PoseBridgeError):
    """A file or message that is not what it says it is."""

    exit_code = 4


class UnitInvalid(InputInvalid):
    """A unit or axis we do not know, or values that cannot be in the unit they claim."""

    exit_code = 41


class NotFinite(InputInvalid):
    """NaN or infinity where a number must be."""

    exit_code = 42


class TooShort(InputInvalid):
    """Too few frames to solve."""

    exit_code = 43


class TrackerUnknown(InputInvalid):
    """A tracker role that names no joint of the body."""

    exit_code = 44


class ModelMissing(PoseBridgeError):
    """No prior at the given place, or one whose checksum or version does not fit."""

    exit_code = 5


class DeviceFailed(PoseBridgeError):
    """The device is missing or out of memory; trying again may help."""

    exit_code = 6


class DaemonMissing(PoseBridgeError):
    """No daemon answers, or it went away."""

    exit_code = 7


class DaemonRefused(PoseBridgeError):
    """The daemon answered with an error."""

    exit_code = 8


class Busy(PoseBridgeError):
    """The daemon is full; try again later."""

    exit_code = 75


def of_code(code: int) -> type[PoseBridgeError] | None:
    """The error that an exit code stands for; the most general where several share it."""
    kinds = [kind for kind in globals().values() if isinstance(kind, type) and issubclass(kind, PoseBridgeError)]
    return next((kind for kind in kinds if kind.exit_code == code), None)
