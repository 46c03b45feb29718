"""The skeleton contract as C#, for the Unity package."""
from __future__ import annotations

from typing import Any

TEXT = """// Written by proto/generate.py from proto/skeleton.json: edit that, not this.
namespace PoseBridge.Core
{{
    /// <summary>The 22 joints of the contract, their parents, and a neutral adult's T-pose in project axes.</summary>
    public static class Smpl22
    {{
        public const int JointCount = {count};

        /// <summary>Height of a standing neutral adult's toe base, metres.</summary>
        public const double SoleHeightM = {sole};

        public static readonly string[] Names =
        {{
{names}
        }};

        public static readonly int[] Parents = {{ {parents} }};

        /// <summary>From the parent, metres.</summary>
        public static readonly Vec3[] NeutralOffsetsM =
        {{
{offsets}
        }};
    }}
}}
"""


def skeleton_class(contract: dict[str, Any]) -> str:
    """The text of Smpl22.cs."""
    joints = contract["joints"]
    offsets = (", ".join(f"{value}" for value in joint["offset_m"]) for joint in joints)
    indent = 12 * " "
    return TEXT.format(
        count=len(joints), sole=contract["sole_height_m"],
        names="\n".join(f'{indent}"{joint["name"]}",' for joint in joints),
        parents=", ".join(str(joint["parent"]) for joint in joints),
        offsets="\n".join(f"{indent}new Vec3({values})," for values in offsets))
