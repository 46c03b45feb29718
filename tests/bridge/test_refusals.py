from __future__ import annotations

import pytest

from bridge import errors
from bridge.checks import Malformed
from bridge.messages import ErrorCode
from bridge.refusals import EngineRestarting, Refusal, engine_refusal, error_of, refusal_of


@pytest.mark.parametrize("error", [
    errors.NotFinite("a"), errors.UnitInvalid("a"), errors.TrackerUnknown("a"), errors.TooShort("a"),
    errors.InputInvalid("a"), errors.Busy("a"), errors.InputMissing("a"), EngineRestarting("a"),
    Malformed("a")], ids=lambda error: type(error).__name__)
def test_a_client_raises_what_the_daemon_met(error: errors.PoseBridgeError) -> None:
    assert type(error_of(refusal_of(error))) is type(error)


def test_codes_without_an_error_of_their_own_stay_codes() -> None:
    error = error_of(refusal_of(Refusal(ErrorCode.SESSION_UNKNOWN, "who?"), sequence=4))
    assert isinstance(error, Refusal) and error.code is ErrorCode.SESSION_UNKNOWN and error.exit_code == 8


def test_every_code_can_be_raised() -> None:
    for code in ErrorCode:
        assert isinstance(error_of(refusal_of(Refusal(code, "why", 2.0))), errors.PoseBridgeError)


def test_the_engines_errors_are_about_the_input_or_its_own() -> None:
    assert engine_refusal(errors.TooShort("2 frames")).code is ErrorCode.TOO_SHORT
    assert engine_refusal(errors.DeviceFailed("out of memory"), 3).code is ErrorCode.ENGINE_FAILED
