"""What is done to a session before it is solved: nothing, another body, or its own calibration."""
from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.capture.body_json import read_body
from bridge.farm.take import Take
from bridge.frames import Session

if TYPE_CHECKING:
    from bridge.engine.calibrate import Calibrator


@dataclass
class Preparation:
    """`calibrate`: a pose of posebridge calibrate, or None; `weights`: the prior that it asks."""

    calibrate: str | None = None
    weights: Path | None = None
    _made: list[Calibrator] = field(default_factory=list, repr=False)  # once somebody needs it

    def __call__(self, session: Session, take: Take) -> Session:
        if take.body:
            return replace(session, setup=read_body(take.body, session.setup))
        if not self.calibrate:
            return session
        return replace(session, setup=self._calibrator().calibrate(session, self.calibrate).setup)

    def _calibrator(self) -> Calibrator:
        from bridge.engine.calibrate import Calibrator

        if not self._made:
            self._made.append(Calibrator(self.weights))
        return self._made[0]
