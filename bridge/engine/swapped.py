"""Whether a session's two hand trackers look as if they were on the wrong hands, as one line to read."""
from __future__ import annotations

from bridge.engine.tensors import body_of, readings_of
from bridge.frames import SOLVER_RATE_HZ, Session
from bridge.resample import resample_clip
from models.swap import looks_swapped, swap_evidence, worn_swapped


def swap_warning(session: Session) -> str | None:
    """None if the hands look right, or nobody can tell."""
    steady = resample_clip(session.clip, SOLVER_RATE_HZ)
    evidence = swap_evidence(body_of(session.setup), readings_of(steady))
    if worn_swapped(evidence):
        return "left and right hand look exchanged throughout; they are solved as if on the right hands"
    said = looks_swapped(evidence)
    if not said.any():
        return None
    first_s = float(said.nonzero()[0]) / SOLVER_RATE_HZ
    return (f"left and right hand look exchanged for {float(said.sum()) / SOLVER_RATE_HZ:.1f} s, first at "
            f"{first_s:.1f} s; they are solved as they are")
