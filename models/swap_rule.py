"""When hands' trackers count as worn the wrong way round: the figures of swap.py, for whoever must not need torch."""
from __future__ import annotations

WEIGHTS = (-2.1, 0.6, 1.95)  # of swap.arm_signs; fitted to the training split by tests/benchmarks/swapped.py --fit
SUREST = 4.0  # nats that one frame can say
FORGET_S = 1.0
SWAPPED = 0.75  # nats x seconds, accumulated, at which a session looks swapped
WHOLE_S, WHOLE_MEAN = 5.0, 1.5  # a session so long that is so clear in the mean is repaired
