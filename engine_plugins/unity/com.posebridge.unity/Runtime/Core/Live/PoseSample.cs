using System;

namespace PoseBridge.Core
{
    /// <summary>A body at some moment, ready to be calculated with; project axes. Made once and filled
    /// again.</summary>
    public sealed class PoseSample
    {
        /// <summary>Of the reading, <see cref="MonotonicClock"/>.</summary>
        public double TimeS { get; set; }

        /// <summary>The pelvis joint in the world, metres.</summary>
        public Vec3 RootM { get; set; }

        /// <summary>22, relative to the parent and the T-pose.</summary>
        public Quat[] Local { get; } = new Quat[Smpl22.JointCount];

        /// <summary>22: 1 sure, toward 0 a guess.</summary>
        public float[] Confidence { get; } = new float[Smpl22.JointCount];

        public void Read(BodyPose pose)
        {
            TimeS = 1e-9 * pose.TimeNs;
            RootM = pose.Root;
            for (var joint = 0; joint < Local.Length; joint++) Local[joint] = pose.Local(joint).Unit;
            Array.Copy(pose.Confidence, Confidence, Confidence.Length);
        }

        public void CopyFrom(PoseSample other)
        {
            Mix(other, other, 0);
        }

        /// <summary>That share of the way from one to the other: rotations on the sphere. A share above 1 goes on
        /// beyond.</summary>
        public void Mix(PoseSample first, PoseSample last, double share)
        {
            TimeS = first.TimeS + (last.TimeS - first.TimeS) * share;
            RootM = first.RootM + (last.RootM - first.RootM) * share;
            var sure = (float)Math.Min(Math.Max(share, 0), 1);
            for (var joint = 0; joint < Local.Length; joint++)
            {
                Local[joint] = Quat.Slerp(first.Local[joint], last.Local[joint], share);
                Confidence[joint] = first.Confidence[joint] + (last.Confidence[joint] - first.Confidence[joint]) * sure;
            }
        }
    }
}
