"""A person made of formulas: walks, turns, reaches, crouches and waves, so that the demo needs nobody's recording.

    python -m bridge.demo_motion        # writes bridge/assets/demo.mcap anew
"""
from bridge.demo_motion.body import demo_motion, perform
from bridge.demo_motion.shipped import demo_session

__all__ = ["demo_motion", "demo_session", "perform"]
