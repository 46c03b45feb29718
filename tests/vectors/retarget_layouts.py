"""Bones of the rig families as their programs name and nest them; where their heads are on the body."""

from __future__ import annotations

from tests.vectors.retarget_rigs import Row


def both(rows: list[Row], left: str, right: str) -> list[Row]:
    """Rows with `{}` for a side's word and `@` for our side, for the left and for the right."""
    return [
        (name.format(word), parent.format(word), place.replace("@", side))
        for word, side in ((left, "L"), (right, "R"))
        for name, parent, place in rows
    ]


MIXAMO = tuple(
    (f"mixamorig:{name}", f"mixamorig:{parent}" if parent else "", place)
    for name, parent, place in [
        ("Hips", "", "pelvis"),
        ("Spine", "Hips", "spine1"),
        ("Spine1", "Spine", "spine2"),
        ("Spine2", "Spine1", "spine3"),
        ("Neck", "Spine2", "neck"),
        ("Head", "Neck", "head"),
        ("HeadTop_End", "Head", "crown"),
        *both(
            [
                ("{}Shoulder", "Spine2", "@_collar"),
                ("{}Arm", "{}Shoulder", "@_shoulder"),
                ("{}ForeArm", "{}Arm", "@_elbow"),
                ("{}Hand", "{}ForeArm", "@_wrist"),
                ("{}HandIndex1", "{}Hand", "@_fingers"),
                ("{}HandIndex2", "{}HandIndex1", "@_tips"),
                ("{}HandThumb1", "{}Hand", "@_thumb"),
                ("{}UpLeg", "Hips", "@_hip"),
                ("{}Leg", "{}UpLeg", "@_knee"),
                ("{}Foot", "{}Leg", "@_ankle"),
                ("{}ToeBase", "{}Foot", "@_foot"),
                ("{}Toe_End", "{}ToeBase", "@_toes"),
            ],
            "Left",
            "Right",
        ),
    ]
)

READY_PLAYER_ME = tuple(
    (name.removeprefix("mixamorig:"), parent.removeprefix("mixamorig:"), place) for name, parent, place in MIXAMO
)

VROID: tuple[Row, ...] = (
    ("Root", "", "ground"),
    ("J_Bip_C_Hips", "Root", "pelvis"),
    ("J_Bip_C_Spine", "J_Bip_C_Hips", "spine1"),
    ("J_Bip_C_Chest", "J_Bip_C_Spine", "spine2"),
    ("J_Bip_C_UpperChest", "J_Bip_C_Chest", "spine3"),
    ("J_Bip_C_Neck", "J_Bip_C_UpperChest", "neck"),
    ("J_Bip_C_Head", "J_Bip_C_Neck", "head"),
    ("J_Sec_Hair1_01", "J_Bip_C_Head", "crown"),
    *both(
        [
            ("J_Bip_{}_Shoulder", "J_Bip_C_UpperChest", "@_collar"),
            ("J_Bip_{}_UpperArm", "J_Bip_{}_Shoulder", "@_shoulder"),
            ("J_Bip_{}_LowerArm", "J_Bip_{}_UpperArm", "@_elbow"),
            ("J_Bip_{}_Hand", "J_Bip_{}_LowerArm", "@_wrist"),
            ("J_Bip_{}_UpperLeg", "J_Bip_C_Hips", "@_hip"),
            ("J_Bip_{}_LowerLeg", "J_Bip_{}_UpperLeg", "@_knee"),
            ("J_Bip_{}_Foot", "J_Bip_{}_LowerLeg", "@_ankle"),
            ("J_Bip_{}_ToeBase", "J_Bip_{}_Foot", "@_foot"),
        ],
        "L",
        "R",
    ),
)

VRM_WITHOUT: tuple[Row, ...] = (  # what the format allows to be missing is: upper chest, shoulders, toes
    ("hips", "", "pelvis"),
    ("spine", "hips", "spine1"),
    ("chest", "spine", "spine3"),
    ("neck", "chest", "neck"),
    ("head", "neck", "head"),
    *both(
        [
            ("{}UpperArm", "chest", "@_shoulder"),
            ("{}LowerArm", "{}UpperArm", "@_elbow"),
            ("{}Hand", "{}LowerArm", "@_wrist"),
            ("{}UpperLeg", "hips", "@_hip"),
            ("{}LowerLeg", "{}UpperLeg", "@_knee"),
            ("{}Foot", "{}LowerLeg", "@_ankle"),
        ],
        "left",
        "right",
    ),
)


def unreal(spine: list[tuple[str, str]], neck: list[tuple[str, str]]) -> tuple[Row, ...]:
    """A mannequin with these (bone, place) in a row from the pelvis to the head."""
    middle = [("pelvis", "pelvis"), *spine, *neck, ("head", "head")]
    chest = spine[-1][0]
    return (
        ("root", "", "ground"),
        ("ik_foot_root", "root", "ground"),
        *(
            (name, above, place)
            for (name, place), above in zip(middle, ["root", *(name for name, _ in middle)], strict=False)
        ),
        *both(
            [
                ("clavicle_{}", chest, "@_collar"),
                ("upperarm_{}", "clavicle_{}", "@_shoulder"),
                ("upperarm_twist_01_{}", "upperarm_{}", "@_shoulder>@_elbow:0.4"),
                ("lowerarm_{}", "upperarm_{}", "@_elbow"),
                ("lowerarm_twist_01_{}", "lowerarm_{}", "@_elbow>@_wrist:0.5"),
                ("hand_{}", "lowerarm_{}", "@_wrist"),
                ("index_01_{}", "hand_{}", "@_fingers"),
                ("index_02_{}", "index_01_{}", "@_tips"),
                ("thumb_01_{}", "hand_{}", "@_thumb"),
                ("thigh_{}", "pelvis", "@_hip"),
                ("thigh_twist_01_{}", "thigh_{}", "@_hip>@_knee:0.5"),
                ("calf_{}", "thigh_{}", "@_knee"),
                ("calf_twist_01_{}", "calf_{}", "@_knee>@_ankle:0.5"),
                ("foot_{}", "calf_{}", "@_ankle"),
                ("ball_{}", "foot_{}", "@_foot"),
            ],
            "l",
            "r",
        ),
    )


UE4 = unreal([("spine_01", "spine1"), ("spine_02", "spine2"), ("spine_03", "spine3")], [("neck_01", "neck")])
UE5 = unreal(
    [
        ("spine_01", "spine1"),
        ("spine_02", "spine1>spine2:0.6"),
        ("spine_03", "spine2"),
        ("spine_04", "spine2>spine3:0.6"),
        ("spine_05", "spine3"),
    ],
    [("neck_01", "neck"), ("neck_02", "neck>head:0.5")],
)

RIGIFY: tuple[Row, ...] = (
    ("spine", "", "pelvis"),
    ("spine.001", "spine", "spine1"),
    ("spine.002", "spine.001", "spine2"),
    ("spine.003", "spine.002", "spine3"),
    ("spine.004", "spine.003", "neck"),
    ("spine.005", "spine.004", "neck>head:0.5"),
    ("spine.006", "spine.005", "head"),
    ("face", "spine.006", "head"),
    *both(
        [
            ("pelvis.{}", "spine", "pelvis"),
            ("shoulder.{}", "spine.003", "@_collar"),
            ("upper_arm.{}", "shoulder.{}", "@_shoulder"),
            ("forearm.{}", "upper_arm.{}", "@_elbow"),
            ("hand.{}", "forearm.{}", "@_wrist"),
            ("palm.01.{}", "hand.{}", "@_wrist>@_fingers:0.4"),
            ("f_index.01.{}", "palm.01.{}", "@_fingers"),
            ("palm.02.{}", "hand.{}", "@_wrist>@_fingers:0.5"),
            ("f_middle.01.{}", "palm.02.{}", "@_fingers"),
            ("thigh.{}", "spine", "@_hip"),
            ("shin.{}", "thigh.{}", "@_knee"),
            ("foot.{}", "shin.{}", "@_ankle"),
            ("toe.{}", "foot.{}", "@_foot"),
            ("heel.02.{}", "foot.{}", "@_ankle"),
        ],
        "L",
        "R",
    ),
)

CONTROLS: tuple[Row, ...] = (  # the bones of a generated Rigify rig that matter, with some that lie between
    ("root", "", "ground"),
    ("MCH-torso.parent", "", "ground"),
    ("torso", "MCH-torso.parent", "pelvis"),
    ("MCH-spine.001", "torso", "spine2"),
    ("spine_fk.001", "MCH-spine.001", "spine2"),
    ("spine_fk", "spine_fk.001", "spine1"),
    ("ORG-spine", "spine_fk", "pelvis"),
    ("spine_fk.002", "torso", "spine2"),
    ("spine_fk.003", "spine_fk.002", "spine3"),
    ("ORG-spine.003", "spine_fk.003", "spine3"),
    ("MCH-ROT-neck", "spine_fk.003", "neck"),
    ("neck", "MCH-ROT-neck", "neck"),
    ("MCH-ROT-head", "neck", "head"),
    ("head", "MCH-ROT-head", "head"),
    *both(
        [
            ("shoulder.{}", "ORG-spine.003", "@_collar"),
            ("ORG-shoulder.{}", "ORG-spine.003", "@_collar"),
            ("MCH-upper_arm_parent.{}", "ORG-shoulder.{}", "@_shoulder"),
            ("upper_arm_fk.{}", "MCH-upper_arm_parent.{}", "@_shoulder"),
            ("upper_arm_parent.{}", "ORG-shoulder.{}", "@_shoulder"),
            ("forearm_fk.{}", "upper_arm_fk.{}", "@_elbow"),
            ("MCH-hand_fk.{}", "forearm_fk.{}", "@_wrist"),
            ("hand_fk.{}", "MCH-hand_fk.{}", "@_wrist"),
            ("hand_ik.{}", "root", "@_wrist"),
            ("MCH-thigh_parent.{}", "ORG-spine", "@_hip"),
            ("thigh_fk.{}", "MCH-thigh_parent.{}", "@_hip"),
            ("shin_fk.{}", "thigh_fk.{}", "@_knee"),
            ("MCH-foot_fk.{}", "shin_fk.{}", "@_ankle"),
            ("foot_fk.{}", "MCH-foot_fk.{}", "@_ankle"),
            ("toe_fk.{}", "foot_fk.{}", "@_foot"),
        ],
        "L",
        "R",
    ),
)

MPFB: tuple[Row, ...] = (
    ("root", "", "pelvis"),
    ("spine05", "root", "spine1"),
    ("spine04", "spine05", "spine1>spine2:0.6"),
    ("spine03", "spine04", "spine2"),
    ("spine02", "spine03", "spine2>spine3:0.6"),
    ("spine01", "spine02", "spine3"),
    ("neck01", "spine01", "neck"),
    ("neck02", "neck01", "neck>head:0.3"),
    ("neck03", "neck02", "neck>head:0.7"),
    ("head", "neck03", "head"),
    ("jaw", "head", "head>crown:0.2"),
    ("eye.L", "head", "head>crown:0.4"),
    *both(
        [
            ("clavicle.{}", "spine01", "@_collar"),
            ("shoulder01.{}", "clavicle.{}", "@_collar>@_shoulder:0.7"),
            ("upperarm01.{}", "shoulder01.{}", "@_shoulder"),
            ("upperarm02.{}", "upperarm01.{}", "@_shoulder>@_elbow:0.5"),
            ("lowerarm01.{}", "upperarm02.{}", "@_elbow"),
            ("lowerarm02.{}", "lowerarm01.{}", "@_elbow>@_wrist:0.5"),
            ("wrist.{}", "lowerarm02.{}", "@_wrist"),
            ("finger2-1.{}", "wrist.{}", "@_fingers"),
            ("finger1-1.{}", "wrist.{}", "@_thumb"),
            ("pelvis.{}", "root", "pelvis>@_hip:0.2"),
            ("upperleg01.{}", "pelvis.{}", "@_hip"),
            ("upperleg02.{}", "upperleg01.{}", "@_hip>@_knee:0.5"),
            ("lowerleg01.{}", "upperleg02.{}", "@_knee"),
            ("lowerleg02.{}", "lowerleg01.{}", "@_knee>@_ankle:0.5"),
            ("foot.{}", "lowerleg02.{}", "@_ankle"),
            ("toe1-1.{}", "foot.{}", "@_foot"),
            ("toe2-1.{}", "foot.{}", "@_foot"),
        ],
        "L",
        "R",
    ),
)

SPINE_X = [
    ("root.x", "", "pelvis"),
    ("spine_01.x", "root.x", "spine1"),
    ("spine_02.x", "spine_01.x", "spine2"),
    ("spine_03.x", "spine_02.x", "spine3"),
    ("neck.x", "spine_03.x", "neck"),
    ("head.x", "neck.x", "head"),
]
AUTO_RIG_PRO: tuple[Row, ...] = (
    *SPINE_X,
    *both(
        [
            ("shoulder.{}", "spine_03.x", "@_collar"),
            ("arm_twist.{}", "shoulder.{}", "@_shoulder"),
            ("arm_stretch.{}", "shoulder.{}", "@_shoulder"),
            ("forearm_stretch.{}", "arm_stretch.{}", "@_elbow"),
            ("hand.{}", "forearm_stretch.{}", "@_wrist"),
            ("forearm_twist.{}", "forearm_stretch.{}", "@_elbow>@_wrist:0.5"),
            ("thigh_twist.{}", "root.x", "@_hip"),
            ("thigh_stretch.{}", "root.x", "@_hip"),
            ("leg_stretch.{}", "thigh_stretch.{}", "@_knee"),
            ("foot.{}", "leg_stretch.{}", "@_ankle"),
            ("toes_01.{}", "foot.{}", "@_foot"),
        ],
        "l",
        "r",
    ),
)

CHARACTER_CREATOR: tuple[Row, ...] = tuple(
    (f"CC_Base_{name}", f"CC_Base_{parent}" if parent else "", place)
    for name, parent, place in [
        ("BoneRoot", "", "ground"),
        ("Hip", "BoneRoot", "pelvis"),
        ("Pelvis", "Hip", "pelvis"),
        ("Waist", "Hip", "spine1"),
        ("Spine01", "Waist", "spine2"),
        ("Spine02", "Spine01", "spine3"),
        ("NeckTwist01", "Spine02", "neck"),
        ("NeckTwist02", "NeckTwist01", "neck>head:0.5"),
        ("Head", "NeckTwist02", "head"),
        *both(
            [
                ("{}_Clavicle", "Spine02", "@_collar"),
                ("{}_Upperarm", "{}_Clavicle", "@_shoulder"),
                ("{}_UpperarmTwist01", "{}_Upperarm", "@_shoulder"),
                ("{}_UpperarmTwist02", "{}_Upperarm", "@_shoulder>@_elbow:0.5"),
                ("{}_Forearm", "{}_Upperarm", "@_elbow"),
                ("{}_ForearmTwist01", "{}_Forearm", "@_elbow"),
                ("{}_ForearmTwist02", "{}_Forearm", "@_elbow>@_wrist:0.5"),
                ("{}_Hand", "{}_Forearm", "@_wrist"),
                ("{}_Thigh", "Pelvis", "@_hip"),
                ("{}_ThighTwist01", "{}_Thigh", "@_hip"),
                ("{}_Calf", "{}_Thigh", "@_knee"),
                ("{}_CalfTwist01", "{}_Calf", "@_knee"),
                ("{}_Foot", "{}_Calf", "@_ankle"),
                ("{}_ToeBase", "{}_Foot", "@_foot"),
            ],
            "L",
            "R",
        ),
    ]
)

DAZ: tuple[Row, ...] = (
    ("hip", "", "pelvis"),
    ("pelvis", "hip", "pelvis"),
    ("abdomenLower", "hip", "spine1"),
    ("abdomenUpper", "abdomenLower", "spine2"),
    ("chestLower", "abdomenUpper", "spine2>spine3:0.5"),
    ("chestUpper", "chestLower", "spine3"),
    ("neckLower", "chestUpper", "neck"),
    ("neckUpper", "neckLower", "neck>head:0.5"),
    ("head", "neckUpper", "head"),
    *both(
        [
            ("{}Collar", "chestUpper", "@_collar"),
            ("{}ShldrBend", "{}Collar", "@_shoulder"),
            ("{}ShldrTwist", "{}ShldrBend", "@_shoulder>@_elbow:0.5"),
            ("{}ForearmBend", "{}ShldrTwist", "@_elbow"),
            ("{}ForearmTwist", "{}ForearmBend", "@_elbow>@_wrist:0.5"),
            ("{}Hand", "{}ForearmTwist", "@_wrist"),
            ("{}Index1", "{}Hand", "@_fingers"),
            ("{}Thumb1", "{}Hand", "@_thumb"),
            ("{}ThighBend", "pelvis", "@_hip"),
            ("{}ThighTwist", "{}ThighBend", "@_hip>@_knee:0.5"),
            ("{}Shin", "{}ThighTwist", "@_knee"),
            ("{}Foot", "{}Shin", "@_ankle"),
            ("{}Metatarsals", "{}Foot", "@_ankle>@_foot:0.5"),
            ("{}Toe", "{}Metatarsals", "@_foot"),
        ],
        "l",
        "r",
    ),
)

SMPL: tuple[Row, ...] = (
    ("root", "", "ground"),
    ("Pelvis", "root", "pelvis"),
    ("Spine1", "Pelvis", "spine1"),
    ("Spine2", "Spine1", "spine2"),
    ("Spine3", "Spine2", "spine3"),
    ("Neck", "Spine3", "neck"),
    ("Head", "Neck", "head"),
    *both(
        [
            ("{}_Collar", "Spine3", "@_collar"),
            ("{}_Shoulder", "{}_Collar", "@_shoulder"),
            ("{}_Elbow", "{}_Shoulder", "@_elbow"),
            ("{}_Wrist", "{}_Elbow", "@_wrist"),
            ("{}_Hand", "{}_Wrist", "@_fingers"),
            ("{}_Hip", "Pelvis", "@_hip"),
            ("{}_Knee", "{}_Hip", "@_knee"),
            ("{}_Ankle", "{}_Knee", "@_ankle"),
            ("{}_Foot", "{}_Ankle", "@_foot"),
        ],
        "L",
        "R",
    ),
)

LAYOUTS: dict[str, tuple[Row, ...]] = {
    "Mixamo": MIXAMO,
    "Ready Player Me": READY_PLAYER_ME,
    "VRoid": VROID,
    "VRM": VRM_WITHOUT,
    "UE4": UE4,
    "UE5": UE5,
    "Rigify metarig": RIGIFY,
    "Rigify control rig": CONTROLS,
    "MPFB / MakeHuman": MPFB,
    "Auto-Rig Pro export": AUTO_RIG_PRO,
    "Character Creator": CHARACTER_CREATOR,
    "Daz Genesis 3 and 8": DAZ,
    "SMPL": SMPL,
}
