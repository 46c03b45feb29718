"""Errors on the wire <-> errors in Python: one table, read both ways, so that a client raises what the daemon met."""
from __future__ import annotations

from bridge.checks import Malformed, TooLarge
from bridge.errors import (
    Busy,
    DaemonRefused,
    InputInvalid,
    InputMissing,
    NotFinite,
    PoseBridgeError,
    TooShort,
    TrackerUnknown,
    UnitInvalid,
)
from bridge.messages import ErrorCode
from bridge.replies import ErrorMessage


class EngineRestarting(Busy):
    """The engine died with this in it, or is on its way."""


_ERRORS: dict[ErrorCode, type[PoseBridgeError]] = {
    ErrorCode.MALFORMED: Malformed,
    ErrorCode.INVALID: InputInvalid,
    ErrorCode.NOT_FINITE: NotFinite,
    ErrorCode.OUT_OF_RANGE: UnitInvalid,
    ErrorCode.JOINT_UNKNOWN: TrackerUnknown,
    ErrorCode.TOO_SHORT: TooShort,
    ErrorCode.TOO_LARGE: TooLarge,
    ErrorCode.BUSY: Busy,
    ErrorCode.ENGINE_STARTING: Busy,
    ErrorCode.ENGINE_RESTARTING: EngineRestarting,
    ErrorCode.DRAINING: Busy,
    ErrorCode.INPUT_MISSING: InputMissing,
}
_CODES = {error: code for code, error in reversed(_ERRORS.items())} | {Busy: ErrorCode.BUSY}


class Refusal(DaemonRefused):
    """The daemon's own error, where no error of the input says it better."""

    def __init__(self, code: ErrorCode, message: str, retry_after_s: float = 0.0) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after_s = retry_after_s


def refusal_of(error: PoseBridgeError, sequence: int | None = None) -> ErrorMessage:
    """What the wire says of an error."""
    if isinstance(error, Refusal):
        return ErrorMessage(error.code, str(error), error.retry_after_s, sequence)
    return ErrorMessage(_CODES.get(type(error), ErrorCode.INVALID), str(error), 0.0, sequence)


def engine_refusal(error: PoseBridgeError, sequence: int | None = None) -> ErrorMessage:
    """What the wire says of an error the engine raised: about the input if it is, else that the engine failed."""
    if isinstance(error, InputInvalid):
        return refusal_of(error, sequence)
    return refusal_of(Refusal(ErrorCode.ENGINE_FAILED, str(error)), sequence)


def error_of(refusal: ErrorMessage) -> PoseBridgeError:
    """What a client raises for an error from the wire."""
    kind = _ERRORS.get(refusal.code)
    later = f" (try again in {refusal.retry_after_s:g} s)" if refusal.retry_after_s > 0 else ""
    return kind(refusal.message + later) if kind else Refusal(refusal.code, refusal.message, refusal.retry_after_s)
