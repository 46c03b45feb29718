"""Measure the Blender extension from motion to action: ten minutes at 60 Hz onto a rig with 55 driven bones.

    PYTHONPATH=. OMP_NUM_THREADS=1 BPY_PYTHON tests/benchmarks/blender_write.py

BPY_PYTHON has the bpy module and scipy. Ticks are what a window would wait for: the longest says how long it stood, and
what of that was its own work (of a processor) and not others' on a busy machine.
"""
from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from dataclasses import replace

import bpy
import numpy as np

from engine_plugins.blender.posebridge.action_writer import Placement
from engine_plugins.blender.posebridge.core.retarget import Options
from engine_plugins.blender.posebridge.retarget_job import Task, start
from tests.benchmarks.retarget_speed import long_motion, rig_and_map, rig_build
from tests.engine_plugins.blender.bpy.characters import armature_of


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=36_000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    motion, (_, bone_map) = long_motion(chosen.frames), rig_and_map()
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.context.scene.render.fps = 60
    armature = armature_of(rig_build())
    print(f"Blender {bpy.app.version_string}, {len(motion)} frames x {len(bone_map.bones)} bones")
    for options in (Options(), Options(lock_feet=False)):
        for mode in ("QUATERNION", "XYZ"):
            for bone in armature.pose.bones:
                bone.rotation_mode = mode
            for _ in range(chosen.rounds):
                task = Task(armature, lambda _: replace(motion), Placement("Solved", 1), options, bone_map)
                print(f"{mode:11} feet {'locked' if options.lock_feet else 'free':7}", measured(task))
                bpy.data.actions.remove(armature.animation_data.action)
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


def measured(task: Task) -> str:
    """Seconds of thinking and of writing, and the ticks of both, the start included."""
    began, busy, worked = time.perf_counter(), time.process_time(), time.thread_time()
    job, written = start(task, bpy.context.scene), 0.0
    ticks, work = [time.perf_counter() - began], [time.thread_time() - worked]
    while True:
        tick, worked = time.perf_counter(), time.thread_time()
        done = job.tick()
        ticks.append(time.perf_counter() - tick)
        work.append(time.thread_time() - worked)
        if job.watch.stage == "writing" and not written:
            written = tick
        if done:
            break
    ended, busy = time.perf_counter(), time.process_time() - busy
    late = np.sort(ticks)[::-1] * 1000
    return (f"{ended - began:6.2f} s ({busy:.2f} s of a core): thinking {written - began:5.2f}, writing "
            f"{ended - written:5.2f}; ticks at most {late[0]:.0f} ms, {np.percentile(late, 99):.0f} at the 99th of "
            f"100, own work at most {1000 * max(work):.0f} ms")


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)
