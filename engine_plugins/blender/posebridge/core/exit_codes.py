"""What the farm's commands end with: the codes of the posebridge command, so that a farm needs one table for both."""
from __future__ import annotations

DONE, FAILED, USAGE, MISSING, INVALID, NO_DAEMON, REFUSED = 0, 1, 2, 3, 4, 7, 8
BY_SIGNAL = 128  # and the signal's number
