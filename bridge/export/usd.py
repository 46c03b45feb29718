"""A motion as USD (UsdSkel): our 22 joints, a body fixed to them, one animation. Needs the extra `usd`.

Metres, Y up, facing +Z; one time code a frame. Joints bind and rest in the T-pose on the floor. `.usda` is text,
`.usdc` and `.usd` are binary.
"""
from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bridge.errors import UsageError
from bridge.export.atomic import replacing
from bridge.export.skin import COLOURS, Skin, rest_joints, skins
from bridge.frames import JOINT_COUNT, Floats, Motion
from bridge.generated.skeleton import JOINT_NAMES, PARENTS
from bridge.motion import joint_positions
from bridge.resample import unit_quaternions
from bridge.resample_motion import continuous_quaternions

if TYPE_CHECKING:
    from pxr import Usd, UsdGeom, UsdSkel, Vt

ROOT = "/Performer"
BEYOND_M = 0.3  # how far the body reaches beyond its joints


def require_usd() -> None:
    """Raises UsageError where the library is not there."""
    try:
        import pxr  # noqa: F401
    except ImportError as error:
        raise UsageError("USD needs the library usd-core: pip install 'posebridge[usd]'") from error


def write_usd(path: Path, motion: Motion) -> None:
    """Write the motion; the file appears whole or not at all. UsageError without the library."""
    require_usd()
    stage = _stage(motion)
    with replacing(path) as unfinished:
        kept = unfinished.with_name(f"{unfinished.name}{path.suffix}")  # USD goes by the suffix
        try:
            stage.GetRootLayer().Export(str(kept))
            os.replace(kept, unfinished)
        finally:
            kept.unlink(missing_ok=True)


def joint_paths() -> list[str]:
    """What UsdSkel calls the joints: each by its way from the pelvis."""
    paths: list[str] = []
    for joint, name in enumerate(JOINT_NAMES):
        paths.append(f"{paths[PARENTS[joint]]}/{name}" if joint else name)
    return paths


def _stage(motion: Motion) -> Usd.Stage:
    from pxr import Usd, UsdGeom, UsdSkel

    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.y)
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    stage.SetTimeCodesPerSecond(motion.rate_hz)
    stage.SetFramesPerSecond(motion.rate_hz)
    stage.SetStartTimeCode(0)
    stage.SetEndTimeCode(len(motion) - 1)
    root = UsdSkel.Root.Define(stage, ROOT)
    stage.SetDefaultPrim(root.GetPrim())
    skeleton = _skeleton(stage, motion)
    for skin in skins(motion.skeleton):
        _mesh(stage, skin, skeleton)
    _extent(root, motion)
    return stage


def _skeleton(stage: Usd.Stage, motion: Motion) -> UsdSkel.Skeleton:
    from pxr import Gf, UsdSkel, Vt

    skeleton = UsdSkel.Skeleton.Define(stage, f"{ROOT}/Skeleton")
    at = rest_joints(motion.skeleton).astype(float)
    local = np.concatenate([at[:1], motion.skeleton.offsets_m[1:]]).astype(float)
    skeleton.CreateJointsAttr(joint_paths())
    skeleton.CreateBindTransformsAttr(Vt.Matrix4dArray([Gf.Matrix4d().SetTranslate(Gf.Vec3d(*row)) for row in at]))
    skeleton.CreateRestTransformsAttr(Vt.Matrix4dArray([Gf.Matrix4d().SetTranslate(Gf.Vec3d(*row)) for row in local]))
    animation = _animation(stage, motion)
    UsdSkel.BindingAPI.Apply(skeleton.GetPrim()).CreateAnimationSourceRel().SetTargets([animation.GetPath()])
    return skeleton


def _animation(stage: Usd.Stage, motion: Motion) -> UsdSkel.Animation:
    from pxr import Gf, UsdSkel, Vt

    animation = UsdSkel.Animation.Define(stage, f"{ROOT}/Skeleton/Animation")
    animation.CreateJointsAttr(joint_paths())
    animation.CreateScalesAttr(Vt.Vec3hArray(JOINT_COUNT, Gf.Vec3h(1, 1, 1)))
    places, turns = animation.CreateTranslationsAttr(), animation.CreateRotationsAttr()
    quaternions = continuous_quaternions(unit_quaternions(motion.local_xyzw)).astype(float)
    local = motion.skeleton.offsets_m.astype(np.float32).copy()
    for frame in range(len(motion)):
        local[0] = motion.root_position_m[frame]
        places.Set(Vt.Vec3fArray.FromNumpy(local), frame)
        turns.Set(Vt.QuatfArray([Gf.Quatf(w, x, y, z) for x, y, z, w in quaternions[frame].tolist()]), frame)
    return animation


def _mesh(stage: Usd.Stage, skin: Skin, skeleton: UsdSkel.Skeleton) -> None:
    from pxr import UsdGeom, Vt

    mesh = UsdGeom.Mesh.Define(stage, f"{ROOT}/{skin.colour}")
    mesh.CreatePointsAttr(Vt.Vec3fArray.FromNumpy(skin.points_m))
    mesh.CreateNormalsAttr(Vt.Vec3fArray.FromNumpy(skin.normals))
    mesh.SetNormalsInterpolation(UsdGeom.Tokens.vertex)
    mesh.CreateFaceVertexCountsAttr(Vt.IntArray(len(skin.triangles), 3))
    mesh.CreateFaceVertexIndicesAttr(Vt.IntArray.FromNumpy(skin.triangles.ravel().astype(np.int32)))
    mesh.CreateSubdivisionSchemeAttr(UsdGeom.Tokens.none)
    mesh.CreateExtentAttr(_bounds(skin.points_m))
    _bind(mesh, skin, skeleton)
    _paint(stage, mesh, skin.colour)


def _bind(mesh: UsdGeom.Mesh, skin: Skin, skeleton: UsdSkel.Skeleton) -> None:
    from pxr import Gf, UsdSkel, Vt

    binding = UsdSkel.BindingAPI.Apply(mesh.GetPrim())
    binding.CreateSkeletonRel().SetTargets([skeleton.GetPath()])
    binding.CreateJointIndicesPrimvar(False, 1).Set(Vt.IntArray.FromNumpy(skin.joints.astype(np.int32)))
    binding.CreateJointWeightsPrimvar(False, 1).Set(Vt.FloatArray(len(skin.joints), 1.0))
    binding.CreateGeomBindTransformAttr(Gf.Matrix4d(1))


def _paint(stage: Usd.Stage, mesh: UsdGeom.Mesh, colour: str) -> None:
    from pxr import Gf, Sdf, UsdGeom, UsdShade

    mesh.CreateDisplayColorAttr([Gf.Vec3f(*COLOURS[colour])])
    UsdGeom.Scope.Define(stage, f"{ROOT}/Materials")
    material = UsdShade.Material.Define(stage, f"{ROOT}/Materials/{colour}")
    shader = UsdShade.Shader.Define(stage, f"{material.GetPath()}/Surface")
    shader.CreateIdAttr("UsdPreviewSurface")
    shader.CreateInput("diffuseColor", Sdf.ValueTypeNames.Color3f).Set(Gf.Vec3f(*COLOURS[colour]))
    shader.CreateInput("roughness", Sdf.ValueTypeNames.Float).Set(0.8)
    material.CreateSurfaceOutput().ConnectToSource(shader.ConnectableAPI(), "surface")
    UsdShade.MaterialBindingAPI.Apply(mesh.GetPrim()).Bind(material)


def _extent(root: UsdSkel.Root, motion: Motion) -> None:
    """The whole body is in it in every frame."""
    places = joint_positions(motion).reshape(-1, 3)
    root.CreateExtentAttr(_bounds(np.stack([places.min(axis=0) - BEYOND_M, places.max(axis=0) + BEYOND_M])))


def _bounds(points: Floats) -> Vt.Vec3fArray:
    from pxr import Vt

    return Vt.Vec3fArray.FromNumpy(np.stack([points.min(axis=0), points.max(axis=0)]).astype(np.float32))
