"""A motion as glTF 2.0 (.glb): our 22 joints, a body fixed to them, one animation; and as VRM animation (.vrma).

Metres, Y up, facing +Z, as glTF has it and we do; the joints' nodes rest in the T-pose on the floor. A .vrma is the
same without the body, with the names that VRM 1.0 has for the joints (VRMC_vrm_animation 1.0).
"""
from __future__ import annotations

from pathlib import Path

import numpy as np

from bridge.export.glb import INDICES, VERTICES, Buffer, Json, write_glb
from bridge.export.skin import COLOURS, Skin, rest_joints, skins
from bridge.frames import JOINT_COUNT, Floats, Motion
from bridge.generated.skeleton import JOINT_NAMES, PARENTS
from bridge.resample import unit_quaternions
from bridge.resample_motion import continuous_quaternions
from bridge.vmc.outgoing import BONES

BODY = JOINT_COUNT  # the node after those of the joints


def write_gltf(path: Path, motion: Motion) -> None:
    """A .glb: joints, body, animation."""
    buffer = Buffer()
    meshes = [{"name": "body", "primitives": [_primitive(buffer, row, one)
                                              for row, one in enumerate(skins(motion.skeleton))]}]
    skin = {"name": "body", "joints": [*range(JOINT_COUNT)], "skeleton": 0,
            "inverseBindMatrices": buffer.add(_inverse_binds(motion))}
    body: Json = {"name": "body", "mesh": 0, "skin": 0}
    write_glb(path, {
        "scene": 0, "scenes": [{"nodes": [0, BODY]}], "nodes": [*_joints(motion), body], "meshes": meshes,
        "skins": [skin], "materials": [_material(name) for name in COLOURS],
        "animations": [_animation(buffer, motion)]}, buffer)


def write_vrma(path: Path, motion: Motion) -> None:
    """A .vrma: joints and animation; hips move, all others turn."""
    buffer = Buffer()
    bones = {BONES[name][0].lower() + BONES[name][1:]: {"node": joint} for joint, name in enumerate(JOINT_NAMES)}
    write_glb(path, {
        "scene": 0, "scenes": [{"nodes": [0]}], "nodes": _joints(motion), "animations": [_animation(buffer, motion)],
        "extensionsUsed": ["VRMC_vrm_animation"],
        "extensions": {"VRMC_vrm_animation": {"specVersion": "1.0", "humanoid": {"humanBones": bones}}}}, buffer)


def _joints(motion: Motion) -> list[Json]:
    """Nodes 0 to 21, in the T-pose."""
    places = motion.skeleton.offsets_m.copy()
    places[0] = rest_joints(motion.skeleton)[0]
    nodes: list[Json] = []
    for joint, name in enumerate(JOINT_NAMES):
        children = [child for child in range(JOINT_COUNT) if PARENTS[child] == joint]
        below = {"children": children} if children else {}
        nodes.append({"name": name, "translation": places[joint].tolist(), **below})
    return nodes


def _animation(buffer: Buffer, motion: Motion) -> Json:
    times = buffer.add((np.arange(len(motion)) / motion.rate_hz).astype(np.float32), bounds=True)
    turns = continuous_quaternions(unit_quaternions(motion.local_xyzw))
    moved = [(0, "translation", buffer.add(motion.root_position_m.astype(np.float32)))]
    moved += [(joint, "rotation", buffer.add(turns[:, joint])) for joint in range(JOINT_COUNT)]
    return {
        "name": motion.name or "motion",
        "samplers": [{"input": times, "output": output, "interpolation": "LINEAR"} for _, _, output in moved],
        "channels": [{"sampler": row, "target": {"node": node, "path": path}}
                     for row, (node, path, _) in enumerate(moved)]}


def _primitive(buffer: Buffer, material: int, skin: Skin) -> Json:
    joints = np.zeros((len(skin.joints), 4), dtype=np.uint8)
    joints[:, 0] = skin.joints
    weights = np.zeros((len(skin.joints), 4), dtype=np.float32)
    weights[:, 0] = 1
    return {
        "attributes": {
            "POSITION": buffer.add(skin.points_m, VERTICES, bounds=True),
            "NORMAL": buffer.add(skin.normals, VERTICES),
            "JOINTS_0": buffer.add(joints, VERTICES),
            "WEIGHTS_0": buffer.add(weights, VERTICES)},
        "indices": buffer.add(skin.triangles.ravel(), INDICES), "material": material}


def _inverse_binds(motion: Motion) -> Floats:
    """(22, 4, 4) by columns: the world in the T-pose -> each joint's frame."""
    binds = np.tile(np.eye(4, dtype=np.float32), (JOINT_COUNT, 1, 1))
    binds[:, 3, :3] = -rest_joints(motion.skeleton)
    return binds


def _material(name: str) -> Json:
    return {"name": name, "pbrMetallicRoughness": {
        "baseColorFactor": [*COLOURS[name], 1.0], "metallicFactor": 0.0, "roughnessFactor": 0.8}}
