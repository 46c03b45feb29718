"""A plain body around the joints of a rig that looks along -Y, skinned by Blender's own automatic weights: for pictures
that people look at.

Its left side is blue and its right side orange, its front light and its back dark, and it has a nose and thumbs: what
is swapped, turned round or twisted is seen.
"""
from __future__ import annotations

from collections.abc import Iterator

import bpy
import numpy as np
from mathutils import Matrix, Vector

Joints = dict[str, Vector]  # where they are at rest, in the world
Ball = tuple[Vector, tuple[float, float, float]]  # middle, half axes
LIMBS = (  # from joint to joint, thick at either end; lengths in body heights
    ("hip", "knee", 0.052, 0.034), ("knee", "ankle", 0.036, 0.022), ("ankle", "foot", 0.024, 0.02),
    ("collar", "shoulder", 0.036, 0.034), ("shoulder", "elbow", 0.031, 0.024), ("elbow", "wrist", 0.026, 0.016))
BLUE, ORANGE, GREY = (0.18, 0.42, 0.85), (0.92, 0.45, 0.12), (0.72, 0.72, 0.70)


def skinned(armature: bpy.types.Object, joints: Joints) -> bpy.types.Object:
    """The body as a child of the armature, with an Armature modifier and a weight for every bone that deforms."""
    skin = _remeshed(_parts(joints), 0.006 * _height(joints))
    _coloured(skin, joints)
    for one in bpy.context.view_layer.objects:
        one.select_set(one in (skin, armature))
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.parent_set(type="ARMATURE_AUTO")
    bare = sum(not vertex.groups for vertex in skin.data.vertices)
    if bare:
        raise RuntimeError(f"{bare} of {len(skin.data.vertices)} vertices got no weight")
    return skin


def _height(joints: Joints) -> float:
    return (joints["head"].z - min(joints["L_ankle"].z, joints["R_ankle"].z)) / 0.82


def _parts(joints: Joints) -> bpy.types.Mesh:
    """All of it as separate shells that overlap."""
    tall, front = _height(joints), Vector((0, -1, 0))
    corners, faces = [], []
    for balls in [*_trunk(joints, tall), *_head(joints, tall, front), *_sides(joints, tall, front)]:
        points, sides = _hull(balls)
        faces += [[len(corners) + corner for corner in side] for side in sides]
        corners += points
    mesh = bpy.data.meshes.new("Body")
    mesh.from_pydata(corners, [], faces)
    return mesh


def _trunk(at: Joints, tall: float) -> Iterator[list[Ball]]:
    def slab(middle: Vector, wide: float, deep: float, high: float) -> Ball:
        return middle, (wide * tall, deep * tall, high * tall)

    hips, chest = (at["L_hip"] + at["R_hip"]) / 2, (at["L_shoulder"] + at["R_shoulder"]) / 2
    waist = at["spine2"].lerp(at["spine1"], 0.5)
    yield [slab(hips, 0.092, 0.062, 0.05), slab(waist, 0.076, 0.055, 0.04)]
    yield [slab(waist, 0.076, 0.055, 0.04), slab(chest.lerp(waist, 0.3), 0.092, 0.062, 0.05)]
    yield [slab(chest.lerp(waist, 0.3), 0.092, 0.062, 0.05), slab(chest, 0.075, 0.045, 0.03)]
    nape = chest.lerp(at["head"], 0.5)
    yield [slab(chest, 0.066, 0.042, 0.03), slab(nape, 0.034, 0.036, 0.02)]
    yield [slab(nape, 0.034, 0.036, 0.02), slab(at["head"], 0.031, 0.032, 0.03)]


def _head(at: Joints, tall: float, front: Vector) -> Iterator[list[Ball]]:
    middle = at["head"] + Vector((0, 0, 0.052 * tall)) + front * 0.012 * tall
    yield [(middle, (0.045 * tall, 0.055 * tall, 0.066 * tall))]
    yield [(middle + front * 0.055 * tall - Vector((0, 0, 0.008 * tall)), (0.01 * tall, 0.014 * tall, 0.014 * tall))]


def _sides(at: Joints, tall: float, front: Vector) -> Iterator[list[Ball]]:
    for side in "LR":
        for first, last, thick, thin in LIMBS:
            yield [(at[f"{side}_{name}"], (size * tall,) * 3) for name, size in ((first, thick), (last, thin))]
        ankle, toe = at[f"{side}_ankle"], at[f"{side}_foot"]
        low = Vector((0, 0, toe.z - 0.012 * tall))
        ahead = Vector((toe.x - ankle.x, toe.y - ankle.y, 0)).normalized()
        heel = Vector((ankle.x, ankle.y, 0)) - ahead * 0.022 * tall + low
        ball, tip = Vector((toe.x, toe.y, 0)) + low, Vector((toe.x, toe.y, 0)) + ahead * 0.045 * tall + low
        yield [(heel, (0.024 * tall, 0.026 * tall, 0.02 * tall)), (ball, (0.028 * tall, 0.03 * tall, 0.017 * tall))]
        yield [(ball, (0.028 * tall, 0.03 * tall, 0.017 * tall)), (tip, (0.022 * tall, 0.018 * tall, 0.012 * tall))]
        wrist = at[f"{side}_wrist"]
        along = (wrist - at[f"{side}_elbow"]).normalized()
        thumb = (front - along * front.dot(along)).normalized()
        palm = wrist + along * 0.05 * tall
        yield [(wrist, (0.016 * tall,) * 3), (palm, (0.021 * tall,) * 3)]
        yield [(palm, (0.021 * tall,) * 3), (wrist + along * 0.1 * tall, (0.012 * tall,) * 3)]
        yield [(wrist + along * 0.02 * tall, (0.011 * tall,) * 3),
               (wrist + along * 0.055 * tall + thumb * 0.045 * tall, (0.009 * tall,) * 3)]


def _hull(balls: list[Ball]) -> tuple[list[Vector], list[list[int]]]:
    """The least convex shell around one ball or two."""
    import bmesh

    shell = bmesh.new()
    for middle, axes in balls:
        place = Matrix.Translation(middle) @ Matrix.Diagonal((*axes, 1))
        bmesh.ops.create_icosphere(shell, subdivisions=3, radius=1.0, matrix=place)
    found = bmesh.ops.convex_hull(shell, input=shell.verts)
    bmesh.ops.delete(shell, geom=list({*found["geom_interior"], *found["geom_unused"]} - {*shell.faces}),
                     context="VERTS")
    shell.verts.index_update()
    points = [vertex.co.copy() for vertex in shell.verts]
    sides = [[vertex.index for vertex in face.verts] for face in shell.faces]
    shell.free()
    return points, sides


def _remeshed(mesh: bpy.types.Mesh, grain: float) -> bpy.types.Object:
    """One smooth skin around all parts."""
    rough = bpy.data.objects.new("Body", mesh)
    bpy.context.scene.collection.objects.link(rough)
    remesh = rough.modifiers.new("One skin", "REMESH")
    remesh.mode, remesh.voxel_size = "VOXEL", grain
    smooth = rough.modifiers.new("Smooth", "SMOOTH")
    smooth.iterations, smooth.factor = 6, 0.5
    done = bpy.data.meshes.new_from_object(rough.evaluated_get(bpy.context.evaluated_depsgraph_get()))
    rough.modifiers.clear()
    rough.data = done
    done.polygons.foreach_set("use_smooth", np.ones(len(done.polygons), dtype=bool))
    return rough


def _coloured(skin: bpy.types.Object, joints: Joints) -> None:
    layer = skin.data.color_attributes.new("Sides", "FLOAT_COLOR", "POINT")
    middle, tall = joints["neck"].x, _height(joints)
    colours = []
    for vertex in skin.data.vertices:
        side = np.clip((vertex.co.x - middle) / (0.09 * tall), -1, 1)
        colour = np.array(GREY) * (1 - abs(side)) + np.array(BLUE if side > 0 else ORANGE) * abs(side)
        colours.append([*(colour * (0.62 if vertex.normal.y > 0.2 else 1.0)), 1.0])
    layer.data.foreach_set("color", np.array(colours, dtype=np.float32).ravel())
