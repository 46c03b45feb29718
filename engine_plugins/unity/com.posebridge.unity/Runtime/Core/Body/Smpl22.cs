// Written by proto/generate.py from proto/skeleton.json: edit that, not this.
namespace PoseBridge.Core
{
    /// <summary>The 22 joints of the contract, their parents, and a neutral adult's T-pose in project axes.</summary>
    public static class Smpl22
    {
        public const int JointCount = 22;

        /// <summary>Height of a standing neutral adult's toe base, metres.</summary>
        public const double SoleHeightM = 0.02;

        public static readonly string[] Names =
        {
            "pelvis",
            "L_hip",
            "R_hip",
            "spine1",
            "L_knee",
            "R_knee",
            "spine2",
            "L_ankle",
            "R_ankle",
            "spine3",
            "L_foot",
            "R_foot",
            "neck",
            "L_collar",
            "R_collar",
            "head",
            "L_shoulder",
            "R_shoulder",
            "L_elbow",
            "R_elbow",
            "L_wrist",
            "R_wrist",
        };

        public static readonly int[] Parents = { -1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19 };

        /// <summary>From the parent, metres.</summary>
        public static readonly Vec3[] NeutralOffsetsM =
        {
            new Vec3(0.0, 0.0, 0.0),
            new Vec3(0.07, -0.09, -0.005),
            new Vec3(-0.07, -0.09, -0.005),
            new Vec3(0.0, 0.11, -0.025),
            new Vec3(0.035, -0.38, -0.005),
            new Vec3(-0.035, -0.38, -0.005),
            new Vec3(0.0, 0.135, 0.0),
            new Vec3(-0.015, -0.4, -0.045),
            new Vec3(0.015, -0.4, -0.045),
            new Vec3(0.0, 0.055, 0.025),
            new Vec3(0.025, -0.05, 0.12),
            new Vec3(-0.025, -0.05, 0.12),
            new Vec3(0.0, 0.215, -0.045),
            new Vec3(0.08, 0.12, -0.035),
            new Vec3(-0.08, 0.12, -0.035),
            new Vec3(0.0, 0.065, 0.05),
            new Vec3(0.095, 0.03, -0.01),
            new Vec3(-0.095, 0.03, -0.01),
            new Vec3(0.255, -0.015, -0.025),
            new Vec3(-0.255, -0.015, -0.025),
            new Vec3(0.25, 0.01, -0.005),
            new Vec3(-0.25, 0.01, -0.005),
        };
    }
}
