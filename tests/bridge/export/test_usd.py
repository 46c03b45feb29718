"""USD out: played by UsdSkel itself, and looked over by USD's own validators."""
from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bridge.demo_motion import demo_motion
from bridge.errors import UsageError
from bridge.export.usd import joint_paths, write_usd
from bridge.frames import Motion, Skeleton
from bridge.generated.skeleton import JOINT_NAMES
from bridge.motion import joint_positions

needs_usd = pytest.mark.skipif(
    not any(Path(folder, "pxr", "__init__.py").is_file() for folder in sys.path), reason="the extra `usd` is not there")


@pytest.fixture
def tall() -> Motion:
    return replace(demo_motion(6.0), skeleton=Skeleton(Skeleton().offsets_m * np.float32(1.05)))


def test_a_joint_is_named_by_its_way_from_the_pelvis() -> None:
    paths = dict(zip(JOINT_NAMES, joint_paths(), strict=True))
    assert paths["L_knee"] == "pelvis/L_hip/L_knee"


def test_without_the_library_it_says_how_to_get_it(
    tmp_path: Path, tall: Motion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pxr", None)
    with pytest.raises(UsageError, match="posebridge\\[usd\\]"):
        write_usd(tmp_path / "a.usd", tall)
    assert not list(tmp_path.iterdir())


@needs_usd
@pytest.mark.parametrize("name", ["a.usd", "a.usda", "a.usdc"])
def test_usdskel_has_the_joints_where_our_kinematics_has_them(tmp_path: Path, tall: Motion, name: str) -> None:
    from pxr import Usd, UsdGeom, UsdSkel

    write_usd(tmp_path / name, tall)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    stage = Usd.Stage.Open(str(tmp_path / name))
    assert (UsdGeom.GetStageUpAxis(stage), UsdGeom.GetStageMetersPerUnit(stage)) == ("Y", 1.0)
    assert (stage.GetTimeCodesPerSecond(), stage.GetEndTimeCode()) == (6.0, len(tall) - 1)
    query = UsdSkel.Cache().GetSkelQuery(UsdSkel.Skeleton.Get(stage, "/Performer/Skeleton"))
    found = [[place.ExtractTranslation() for place in query.ComputeJointSkelTransforms(Usd.TimeCode(frame))]
             for frame in range(len(tall))]
    np.testing.assert_allclose(np.array(found), joint_positions(tall), atol=1e-4)


@needs_usd
def test_the_body_moves_with_its_joints(tmp_path: Path, tall: Motion) -> None:
    """Skinned by UsdSkel: the left hand's points stay within a hand of the left wrist."""
    from pxr import Gf, Usd, UsdGeom, UsdSkel, Vt

    write_usd(tmp_path / "a.usd", tall)
    stage = Usd.Stage.Open(str(tmp_path / "a.usd"))
    root = UsdSkel.Root.Get(stage, "/Performer")
    cache = UsdSkel.Cache()
    cache.Populate(root, Usd.TraverseInstanceProxies())
    query = cache.GetSkelQuery(UsdSkel.Skeleton.Get(stage, "/Performer/Skeleton"))
    left = UsdGeom.Mesh.Get(stage, "/Performer/left")
    skinning = cache.GetSkinningQuery(left.GetPrim())
    wrist = JOINT_NAMES.index("L_wrist")
    on_hand = np.array(UsdSkel.BindingAPI(left).GetJointIndicesPrimvar().Get()) == wrist
    assert on_hand.any()
    places = joint_positions(tall)
    for frame in range(0, len(tall), 20):
        points = Vt.Vec3fArray([Gf.Vec3f(point) for point in left.GetPointsAttr().Get()])
        assert skinning.ComputeSkinnedPoints(query.ComputeSkinningTransforms(frame), points, frame)
        away = np.linalg.norm(np.array(points)[on_hand] - places[frame, wrist], axis=-1)
        assert away.max() < 0.25


def faults(path: Path) -> list[str]:
    """What USD's own validators say; skips where they do not load, as those of wheels before 2026."""
    from pxr import Tf, Usd, UsdValidation

    try:
        context = UsdValidation.ValidationContext(UsdValidation.ValidationRegistry().GetOrLoadAllValidators())
    except Tf.ErrorException:
        pytest.skip(f"the validators of usd-core {Usd.GetVersion()} do not load")
    return [f"{error.GetName()}: {error.GetMessage()}" for error in context.Validate(Usd.Stage.Open(str(path)))]


@needs_usd
def test_usd_s_validators_have_nothing_to_say(tmp_path: Path, tall: Motion) -> None:
    from pxr import Usd

    write_usd(tmp_path / "a.usd", tall)
    assert faults(tmp_path / "a.usd") == []
    stage = Usd.Stage.Open(str(tmp_path / "a.usd"))
    stage.GetPrimAtPath("/Performer/left").RemoveAppliedSchema("MaterialBindingAPI")
    stage.ClearDefaultPrim()
    stage.GetRootLayer().Export(str(tmp_path / "b.usd"))
    assert faults(tmp_path / "b.usd"), "they look"
