"""Which files hold what, by their endings; who only asks for that does without the readers."""
from __future__ import annotations

CAPTURE_SUFFIXES = (".pcap", ".pcapng", ".oscdump")
MOTION_SUFFIXES = (".npz", ".bvh")
READING_SUFFIXES = (".mcap", ".csv", *CAPTURE_SUFFIXES)
SESSION_SUFFIXES = (*READING_SUFFIXES, *MOTION_SUFFIXES)
