"""What the panel holds while Blender runs. It lies with the window manager, so that no file of the user's changes.

Blender reads the annotations of these classes itself: no postponed ones here.
"""
import math

import bpy

from . import overlay
from .core.bone_map import TWISTABLE, BoneMap, Drive
from .core.mounts import PRESETS
from .core.retarget import Options, Place, RootMotion
from .core.smpl22 import JOINT_NAMES
from .core.wearer import Wearer, wearer_of
from .kept_calibration import kept_calibration
from .tracked_objects import Tracked

JOINTS = [(name, name.replace("_", " "), "") for name in JOINT_NAMES]
SOURCES = [("FILE", "Solved motion", "A .npz file that posebridge solve has written"),
           ("SESSION", "Captured session", "A .mcap, .csv or .npz session, solved by the daemon first"),
           ("OBJECTS", "Tracked objects", "Objects of the scene that move as head and hands did, solved by the daemon"),
           ("LIVE", "Live", "A performer, as they move: seen on the character, recorded if wanted")]
LIVE_FROM = [("OBJECTS", "Objects of the scene", "Objects or bones that a VR add-on moves, streamed to the daemon"),
             ("DAEMON", "A session of the daemon", "Somebody whom the daemon solves already, for whatever program")]
TRACKERS = {"head": "head", "left": "L_wrist", "right": "R_wrist", "pelvis": "pelvis"}
POSES = [("standing", "Standing", "Upright and still for two seconds, the arms anywhere"),
         ("t-pose", "T-pose", "Still for two seconds, the arms stretched out to the sides")]
MOUNTS = [(key, preset.name, preset.about) for key, preset in PRESETS.items()]
ROOTS = [("IN_WORLD", "Travels in the world", "The pelvis travels"),
         ("IN_PLACE", "Walks on the spot", "The character walks on the spot"),
         ("ROOT_BONE", "Root bone travels", "The root bone travels and turns, the pelvis moves within it")]
PLACES = [("CHARACTER", "Starts where it stands", "The motion begins where the character's object stands and looks"),
          ("WORLD", "Stays where captured", "The motion's own place: trackers of the scene stay where they are")]
MISSING = [("SELECTED", "The selected bones", "What the bones that are selected in Pose Mode do"),
           ("ALL", "All bones", "The whole character in these frames")]
KEYS = [("KEYED", "Frames with keys", "Frames at which the character's action has a key"),
        ("EVERY", "One in so many", "One frame in so many and the last one, whatever keys there are")]
DETECTORS = [("FILE", "As the file says", "Whose keypoints they are, where the file itself tells"),
             ("coco", "COCO, 17 points", ""), ("openpose", "OpenPose BODY_25", ""),
             ("mediapipe", "MediaPipe, 33 points", ""), ("h36m", "Human3.6M, 17 points", ""),
             ("smpl22", "PoseBridge's own joints", "")]
CAMERAS = [("FOUND", "The camera is found", "From who is seen, who then should be upright most of the time"),
           ("SCENE", "The scene's camera", "Where the active camera stands now, with its lens: matched to the footage")]


def _armatures(settings, context, typed):
    return [one.name for one in context.scene.objects if one.type == "ARMATURE" and typed.lower() in one.name.lower()]


def _objects(settings, context, typed):
    return [one.name for one in context.scene.objects if typed.lower() in one.name.lower()]


def _joint_changed(row, context):
    if row.joint not in TWISTABLE:
        row.twist = False


class PoseBridgeBone(bpy.types.PropertyGroup):
    """One row of a bone map."""

    bone: bpy.props.StringProperty(name="Bone", description="A bone of the character")
    joint: bpy.props.EnumProperty(name="Joint", items=JOINTS, update=_joint_changed)
    share: bpy.props.FloatProperty(name="Share", min=0, max=1, default=1, description="How much of the joint's turn")
    twist: bpy.props.BoolProperty(name="Twist", description="The bone lies along the limb and takes only of its twist")


class PoseBridgeSettings(bpy.types.PropertyGroup):
    source: bpy.props.EnumProperty(name="Source", items=SOURCES)
    path: bpy.props.StringProperty(name="File", subtype="FILE_PATH")
    head_object: bpy.props.StringProperty(name="Head", search=_objects)
    left_object: bpy.props.StringProperty(name="Left hand", search=_objects)
    right_object: bpy.props.StringProperty(name="Right hand", search=_objects)
    pelvis_object: bpy.props.StringProperty(name="Pelvis", description="If there is one", search=_objects)
    head_bone: bpy.props.StringProperty(name="Bone of it")
    left_bone: bpy.props.StringProperty(name="Bone of it")
    right_bone: bpy.props.StringProperty(name="Bone of it")
    pelvis_bone: bpy.props.StringProperty(name="Bone of it")
    mounts: bpy.props.EnumProperty(name="Devices", items=MOUNTS, description="How the devices sit on the body")
    height_m: bpy.props.FloatProperty(name="Body height", default=1.7, min=0.5, max=2.5, unit="LENGTH")
    calibrate_pose: bpy.props.EnumProperty(name="Pose", items=POSES)
    live_from: bpy.props.EnumProperty(name="Who", items=LIVE_FROM)
    live_name: bpy.props.StringProperty(name="Name of the session", description="Empty: whichever there is")
    live_hz: bpy.props.IntProperty(name="Rate", default=60, min=5, max=120, description="Readings a second")
    recording: bpy.props.BoolProperty(name="Recording")
    live_ends: bpy.props.BoolProperty(name="The session is to end")
    armature: bpy.props.StringProperty(
        name="Character", search=_armatures, description="The armature to animate; empty: the active one")
    bones: bpy.props.CollectionProperty(type=PoseBridgeBone)
    row: bpy.props.IntProperty(name="Bone")
    root_name: bpy.props.StringProperty(name="Root bone", description="Can carry the way over the floor")
    family: bpy.props.StringProperty(name="Kind of rig")
    mapped: bpy.props.StringProperty(name="Whose bones the list shows")
    verdict: bpy.props.StringProperty(name="What is wrong with the bone map")
    root: bpy.props.EnumProperty(name="Root motion", items=ROOTS)
    place: bpy.props.EnumProperty(name="Place", items=PLACES)
    lock_feet: bpy.props.BoolProperty(name="Lock feet", default=True, description="Planted feet stay where they stand")
    reach_hands: bpy.props.BoolProperty(
        name="Hands reach", description="Hands go where the captured hands were, whatever the length of the arms")
    first_frame: bpy.props.IntProperty(name="First frame", default=1)
    as_strip: bpy.props.BoolProperty(name="As an NLA strip", description="Leave the armature's own action in its place")
    compare: bpy.props.BoolProperty(
        name="Compare", update=overlay.toggled,
        description="Show the solved body and its trackers beside the character")
    beside_m: bpy.props.FloatProperty(
        name="Beside by", default=1.0, unit="LENGTH", description="How far to the character's left; 0: on it")
    strength: bpy.props.FloatProperty(
        name="Strength", default=1, min=0, max=10, description="Times the noise that is found; 0 changes nothing")
    missing: bpy.props.EnumProperty(name="Missing", items=MISSING, description="What is to be found")
    throughout: bpy.props.BoolProperty(name="In all frames", default=True, description="Not from one frame to another")
    missing_from: bpy.props.IntProperty(name="From", default=1, description="The first frame that it is missing in")
    missing_to: bpy.props.IntProperty(name="To", default=30, description="The last frame that it is missing in")
    keys: bpy.props.EnumProperty(name="Keys", items=KEYS, description="Which frames the motion is to go through")
    key_every: bpy.props.IntProperty(name="One in", default=15, min=2, description="So many frames")
    keypoints: bpy.props.StringProperty(
        name="Keypoints", subtype="FILE_PATH",
        description="What a detector has written: a file of COCO's, MediaPipe's or PoseBridge's, or a folder of "
                    "OpenPose's, of which any file will do")
    detector: bpy.props.EnumProperty(name="Detector", items=DETECTORS, description="Whose keypoints these are")
    camera: bpy.props.EnumProperty(name="Camera", items=CAMERAS, description="What the video was seen through")
    fov: bpy.props.FloatProperty(
        name="Field of view", subtype="ANGLE", default=math.radians(60), min=math.radians(5), max=math.radians(170),
        description="Across the longer side of the picture")
    video_hz: bpy.props.FloatProperty(
        name="Video's rate", default=0, min=0, max=1000,
        description="Frames a second; 0: as the file says, and where it does not, the scene's")
    person: bpy.props.IntProperty(
        name="Person", default=1, min=1, description="Which of those who are seen; 1 is seen largest and longest")
    person_m: bpy.props.FloatProperty(
        name="Person's height", default=0, min=0, max=2.6, unit="LENGTH",
        description="Barefoot; 0: it is found with a camera whose place is known, else 1.7 m")
    person_bones: bpy.props.StringProperty(
        name="Person's bones", subtype="FILE_PATH",
        description="A .json that posebridge calibrate has written; empty: a neutral adult's, as tall as the person")
    stage: bpy.props.StringProperty(name="What is being done")
    share: bpy.props.FloatProperty(name="How much of it is done")
    said: bpy.props.StringProperty(name="What came out last")


def chosen_armature(context):
    """The armature that the panel is about, or None."""
    named = context.scene.objects.get(context.window_manager.posebridge.armature)
    found = named or context.view_layer.objects.active
    return found if found is not None and found.type == "ARMATURE" else None


def tracked_joints(settings, scene) -> dict[str, Tracked]:
    """Joint -> what stands for it. Raises ValueError: the head is missing, or an object or bone is gone."""
    named = {joint: Tracked(getattr(settings, f"{name}_object"), getattr(settings, f"{name}_bone"))
             for name, joint in TRACKERS.items() if getattr(settings, f"{name}_object")}
    for one in named.values():
        one.place(scene, bpy.context.evaluated_depsgraph_get())
    if "head" not in named:
        raise ValueError("choose the object that moves as the head did")
    return named


def told_wearer(settings, joints) -> Wearer:
    """Who wears trackers on these joints, as the panel says."""
    return wearer_of(settings.height_m, [*joints], PRESETS[settings.mounts])


def wearer(settings, armature, joints) -> Wearer:
    """As calibrated with the character, else as the panel says."""
    told = told_wearer(settings, joints)
    kept = kept_calibration(armature)
    return told.as_kept(kept) if kept else told


def options(settings, place: Place | None = None, travel: float | None = None) -> Options:
    """As the panel says, but for what is given."""
    return Options(RootMotion[settings.root], place or Place[settings.place], travel, settings.lock_feet,
                   settings.reach_hands)


def listed_map(settings) -> BoneMap:
    """The list as a bone map; rows without a bone are left out."""
    rows = {row.bone: Drive(row.joint, row.share, row.twist) for row in settings.bones if row.bone}
    return BoneMap(rows, settings.root_name or None, settings.family or "own")


def own_map(settings, armature) -> BoneMap | None:
    """The panel's list where it is of this armature; None: the one kept or found."""
    return listed_map(settings) if settings.mapped == armature.name and settings.bones else None


def list_map(settings, bone_map: BoneMap, whose: str) -> None:
    """The bone map as the list that the user edits."""
    settings.bones.clear()
    for bone, drive in bone_map.bones.items():
        row = settings.bones.add()
        row.bone, row.joint, row.share, row.twist = bone, drive.joint, drive.share, drive.twist
    settings.row, settings.root_name, settings.family = 0, bone_map.root or "", bone_map.family
    settings.mapped = whose


CLASSES = (PoseBridgeBone, PoseBridgeSettings)
