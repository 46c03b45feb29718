"""Measure the Blender extension's retargeter: ten minutes at 60 Hz onto a rig with 55 driven bones, on one core.

    OMP_NUM_THREADS=1 python -m tests.benchmarks.retarget_speed

The rig has a long spine and neck and three twist bones along every limb, so more than half of its bones take shares.
Each way is measured in turn, round after round, and told as the median.
"""
from __future__ import annotations

import argparse
import resource
import statistics
import time

import numpy as np

from bridge.demo_motion import demo_motion
from engine_plugins.blender.posebridge.core.bone_map import BoneMap, Drive
from engine_plugins.blender.posebridge.core.bone_share import SPINE, chain_drives
from engine_plugins.blender.posebridge.core.motion import SolvedMotion
from engine_plugins.blender.posebridge.core.resample import resample
from engine_plugins.blender.posebridge.core.retarget import Options, retarget
from engine_plugins.blender.posebridge.core.rig import Rig
from tests.vectors.retarget_rigs import Build, Row, build, stretched

SIDED = (("collar", "spine9"), ("shoulder", "{}_collar"), ("elbow", "{}_shoulder"), ("wrist", "{}_elbow"),
         ("hip", "pelvis"), ("knee", "{}_hip"), ("ankle", "{}_knee"), ("foot", "{}_ankle"))
LIMBS = (("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"))
WAYS = {"rotations": Options(lock_feet=False), "feet locked": Options(),
        "feet locked, hands reach": Options(reach_hands=True)}


def rig_and_map() -> tuple[Rig, BoneMap]:
    made = build(rig_build())
    drives = {"pelvis": Drive("pelvis"), "head": Drive("head")}
    drives |= {f"spine{n + 1}": drive for n, drive in enumerate(chain_drives(9, SPINE))}
    drives |= {f"neck{n + 1}": drive for n, drive in enumerate(chain_drives(4, ("neck",)))}
    for side in "LR":
        drives |= {f"{side}_{joint}": Drive(f"{side}_{joint}") for joint, _ in SIDED}
        drives |= {f"{side}_{start}_twist{n}": Drive(f"{side}_{start}", n / 4, twist=True)
                   for start, _ in LIMBS for n in (1, 2, 3)}
    rig = Rig(tuple(made["names"]), tuple(made["parents"]), made["rest"], made["tails"], made["object"])
    return rig, BoneMap(drives)


def rig_build() -> Build:
    """Another build than the solved body's, in an A-pose, rolled, in centimetres."""
    rows: list[Row] = [("pelvis", "", "pelvis")]
    rows += [(f"spine{n}", f"spine{n - 1}" if n > 1 else "pelvis", f"spine1>spine3:{n / 9:.3f}") for n in range(1, 10)]
    rows += [(f"neck{n}", f"neck{n - 1}" if n > 1 else "spine9", f"neck>head:{n / 5 - 0.2:.3f}") for n in range(1, 5)]
    rows += [("head", "neck4", "head")]
    for side in "LR":
        rows += [(f"{side}_{joint}", parent.format(side), f"{side}_{joint}") for joint, parent in SIDED]
        twists = [(f"{side}_{start}", f"{side}_{end}", n) for start, end in LIMBS for n in (1, 2, 3)]
        rows += [(f"{start}_twist{n}", start, f"{start}>{end}:{n / 4}") for start, end, n in twists]
    return Build(tuple(rows), stretched(knee=1.1, elbow=0.9), "A", unit_m=0.01)


def long_motion(frames: int) -> SolvedMotion:
    """The demo's motion over and over."""
    demo = demo_motion()
    rows = np.arange(frames) % len(demo)
    return SolvedMotion(demo.skeleton.offsets_m.astype(float), demo.rate_hz, demo.root_position_m[rows].astype(float),
                        demo.local_xyzw[rows].astype(float))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=36_000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    motion, (rig, bone_map) = long_motion(chosen.frames), rig_and_map()
    spent: dict[str, list[float]] = {name: [] for name in [*WAYS, "resampled to 24 Hz"]}
    for _ in range(chosen.rounds):
        for name, options in WAYS.items():
            began = time.perf_counter()
            retarget(motion, rig, bone_map, options)
            spent[name].append(time.perf_counter() - began)
        began = time.perf_counter()
        resample(motion, 24.0)
        spent["resampled to 24 Hz"].append(time.perf_counter() - began)
    print(f"{len(motion)} frames x {len(bone_map.bones)} bones, median of {chosen.rounds}")
    for name, seconds in spent.items():
        print(f"{name:26}{statistics.median(seconds):7.2f} s")
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
